import ObsData

/// The saved queries by name, laid over the panes: `Enter` takes one, and takes the list off.
struct SavedQueryList: Pane {
  private(set) var queries: [(name: String, text: String)]
  private var cursor = ListCursor()

  init(_ queries: [String: String]) {
    self.queries = queries.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
  }

  static func == (a: SavedQueryList, b: SavedQueryList) -> Bool {
    a.cursor == b.cursor && a.queries.map(\.name) == b.queries.map(\.name)
      && a.queries.map(\.text) == b.queries.map(\.text)
  }

  /// The query that the reader is at.
  private var selected: (name: String, text: String)? {
    queries.indices.contains(cursor.selected) ? queries[cursor.selected] : nil
  }

  func title(in context: ViewContext) -> String {
    "Saved queries" + (context.glyphs == .unicode ? " · " : " - ") + Formatting.count(queries.count, style: .exact)
  }

  func subscriptions(in scope: Scope) -> Set<Subscription> { [] }
  mutating func receive(_ update: Update) {}

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    switch command {
    case .back, .quit: return [.close]
    case .open: return selected.map { [.openQuery($0.name)] } ?? []
    case .removeFilter:
      guard let selected else { return [] }
      queries.remove(at: cursor.selected)
      cursor.select(cursor.selected, count: queries.count, height: height)
      return [.removeQuery(selected.name)]
    case .copy: return selected.map { [.copy($0.text, what: "the query \($0.name)")] } ?? []
    case .nextMatch, .previousMatch: return find(backwards: command == .previousMatch, in: context, height: height)
    default: return cursor.move(command, count: queries.count, height: height) ? [] : nil
    }
  }

  private mutating func find(backwards: Bool, in context: ViewContext, height: Int) -> [Request] {
    guard let search = context.search else { return [.notice("nothing is searched: / asks what for")] }
    let count = queries.count
    for step in 1...max(count, 1) where count > 0 {
      let index = (cursor.selected + (backwards ? count - step : step)) % count
      guard [queries[index].name, queries[index].text].contains(where: { !search.ranges(in: $0).isEmpty }) else {
        continue
      }
      cursor.select(index, count: count, height: height)
      return []
    }
    return [.notice("no saved query holds \(search.pattern)")]
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    let row = cursor.visible(count: queries.count, height: height).lowerBound + y
    if queries.indices.contains(row) { cursor.select(row, count: queries.count, height: height) }
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard !queries.isEmpty else {
      return PaneMessage.view(
        ["No query is saved.", ":save NAME keeps the present query with its filters."], size, isError: false)
    }
    var canvas = Canvas(size: size)
    let widest = queries.map { CharacterWidth.cells(in: $0.name) }.max() ?? 0
    let names = min(widest, max(size.width / 3, 8))
    var cursor = cursor
    cursor.reveal(count: queries.count, height: size.height)
    for (y, index) in cursor.visible(count: queries.count, height: size.height).enumerated() {
      let (name, text) = queries[index]
      let shown = SearchedText.slice(text[...], from: 0, width: max(size.width - names - 2, 0))
      canvas.write(CharacterWidth.clipped(name, to: names), x: 0, y: y, style: Style(.textStrong))
      canvas.write(shown, x: names + 2, y: y, style: Style(.text))
      let isSelected = index == cursor.selected
      if isSelected {
        canvas.highlight(
          Rect(x: 0, y: y, width: size.width, height: 1), with: context.isFocused ? .selection : .selectionUnfocused)
      }
      SearchedText.highlight(name, x: 0, y: y, on: &canvas, search: context.search, isCurrent: isSelected)
      SearchedText.highlight(shown, x: names + 2, y: y, on: &canvas, search: context.search, isCurrent: isSelected)
    }
    return canvas
  }
}
