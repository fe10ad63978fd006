import ObsData

/// The row of filters above the lines, and the list in which they are changed.
struct ChipBar: Equatable, Sendable {
  private(set) var stack = FilterStack()
  private(set) var wanted: LogFilterCountsQuery?
  private var counted: LogFilterCountsQuery?
  private var counts: LogFilterCounts?
  /// Where the reader is in the list of filters; nil while it is closed.
  var cursor: ListCursor?

  /// Learns which filters there are, and among which lines they are counted.
  mutating func adopt(_ stack: FilterStack, logs: LogQuery) {
    self.stack = stack
    wanted = ChipBar.query(stack, logs: logs)
    if stack.isEmpty { cursor = nil }
    cursor?.reveal(count: stack.chips.count, height: FilterStack.capacity)
  }

  /// What is asked about the filters; nil where there are none.
  static func query(_ stack: FilterStack, logs: LogQuery) -> LogFilterCountsQuery? {
    stack.isEmpty ? nil : LogFilterCountsQuery(logs: logs, filters: stack.filters)
  }

  /// Folds an answer in.
  mutating func receive(_ update: Update) {
    guard case .filterCounts(let query) = update.subscription, query == wanted,
      case .filterCounts(let counts) = update.body, counts.matching.count == query.filters.count
    else { return }
    counted = query
    self.counts = counts
  }

  /// How many lines a filter lets through or takes, in words; nil while that is not known. Which way round it is does not matter
  /// to the count.
  private func count(_ index: Int, long: Bool = false) -> String? {
    let filter = stack.chips[index].filter
    guard let counts, let counted,
      let place = counted.filters.firstIndex(where: { $0.field == filter.field && $0.test == filter.test })
    else { return nil }
    let number = Formatting.count(counts.matching[place], style: .exact)
    guard long else { return filter.isExcluding ? "takes \(number)" : number }
    let total = Formatting.count(counts.total, style: .exact)
    return filter.isExcluding ? "takes \(number) of \(total) lines" : "lets \(number) of \(total) lines through"
  }

  /// The filters in a row: `+user_id: 12345 1,204  -level: DEBUG takes 30  (off +trace_id exists)`.
  func row(width: Int) -> Canvas {
    var canvas = Canvas(size: Size(width: width, height: 1))
    var x = 0
    for (index, chip) in stack.chips.enumerated() {
      let name = CharacterWidth.clipped(SearchedText.slice(chip.text, from: 0, width: 40), to: 40)
      let count = count(index).map { " " + $0 } ?? ""
      let text = chip.isOn ? name + count : "(off \(name)\(count))"
      let left = stack.chips.count - index - 1
      // Room is kept for saying how many more there are.
      let room = width - x - (left > 0 ? 6 : 0)
      guard CharacterWidth.cells(in: text) <= room || index == 0 else {
        canvas.write("+\(left + 1) more", x: x, y: 0, style: Style(.textMuted))
        break
      }
      let shown = CharacterWidth.clipped(text, to: max(room, 0))
      canvas.write(shown, x: x, y: 0, style: Style(chip.isOn ? .completion : .textMuted))
      x += CharacterWidth.cells(in: shown) + 2
    }
    return canvas
  }

  /// The list in which filters are changed, a filter a line.
  func list(_ size: Size, in context: ViewContext) -> Canvas {
    guard let cursor else { return Canvas(size: Size(width: size.width, height: 0)) }
    let rows = cursor.visible(count: stack.chips.count, height: max(size.height - 1, 1))
    var canvas = Canvas(size: Size(width: size.width, height: min(size.height, rows.count + 1)))
    for (y, index) in rows.enumerated() {
      let chip = stack.chips[index]
      var text = (chip.isOn ? "on   " : "off  ") + SearchedText.slice(chip.text, from: 0, width: size.width / 2)
      if let count = count(index, long: true) { text += "  " + count }
      canvas.write(
        CharacterWidth.clipped(text, to: size.width), x: 0, y: y, style: Style(chip.isOn ? .text : .textMuted))
      if index == cursor.selected {
        canvas.highlight(Rect(x: 0, y: y, width: size.width, height: 1), with: .selection)
      }
    }
    canvas.write(
      CharacterWidth.clipped("Enter on or off, x invert, d remove, Esc back", to: size.width), x: 0, y: rows.count,
      style: Style(.textMuted))
    return canvas
  }
}

extension LogPane {
  /// Does what a key asked for while the list of filters is open.
  mutating func performInChips(_ command: Command) -> [Request] {
    guard var cursor = chips.cursor else { return [] }
    var stack = chips.stack
    switch command {
    case .back, .quit, .filters:
      chips.cursor = nil
      return []
    case .open: stack.toggle(cursor.selected)
    case .excludeValue: stack.invert(cursor.selected)
    case .removeFilter: stack.remove(cursor.selected)
    case .copy: return [.copy(stack.queryText(behind: ""), what: "the filters as a query")]
    default:
      _ = cursor.move(command, count: stack.chips.count, height: FilterStack.capacity)
      chips.cursor = cursor
      return []
    }
    return [.setFilters(stack)]
  }

  /// Adds a filter, and shows the lines that it leaves.
  mutating func add(_ filter: LogFilter) -> [Request] {
    var stack = chips.stack
    let said = stack.add(filter)
    guard !said.isError else { return [.notice(said.text, isError: true)] }
    fields = nil
    statistics = nil
    return [.setFilters(stack), .notice(said.text)]
  }

  /// Opens the list of filters.
  mutating func openChips() -> [Request] {
    guard case .tail = subject else { return [.notice("the lines of a trace are not filtered")] }
    guard !chips.stack.isEmpty else {
      return [.notice("there are no filters: v shows a line's fields, f filters by one")]
    }
    chips.cursor = ListCursor()
    return []
  }
}
