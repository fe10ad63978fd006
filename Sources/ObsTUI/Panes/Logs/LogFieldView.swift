import ObsData

/// All fields of one line, laid over the list.
struct LogFieldView: Equatable, Sendable {
  let entry: LogEntry
  let lines: [FieldLine]
  /// The line that the reader is at, and the first one in view.
  private(set) var cursor = ListCursor()
  private(set) var horizontal = 0
  /// The line that `n` and `N` found last.
  private(set) var found: Int?

  init(_ entry: LogEntry, note: String? = nil) {
    self.entry = entry
    let note = note.map { [FieldLine(name: FieldLine.note, value: $0)] } ?? []
    lines = note + LogFields(entry).lines
  }

  /// Does what a key asked for; nil when the command is not the field view's business.
  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    if cursor.move(command, count: lines.count, height: height) { return [] }
    switch command {
    case .left: horizontal = max(0, horizontal - 8)
    case .right: horizontal = min(horizontal + 8, longest(height))
    case .copy, .copyJSON: return [.copy(json, what: "the document as JSON")]
    case .nextMatch, .previousMatch: return [find(backwards: command == .previousMatch, in: context, height: height)]
    default: return nil
    }
    return []
  }

  /// The document as JSON; a line without one is written from its parts.
  var json: String {
    if entry.source.kind == .object {
      return LogFields.pretty(entry.source, indent: "", depth: 0).joined(separator: "\n")
    }
    let tree: JSONTree = ["@timestamp": .string(entry.timestamp.iso8601), "message": .string(entry.message)]
    return tree.text
  }

  /// The fields as text, a name and its value on a line.
  var plainText: String {
    lines.map { $0.name.isEmpty ? "  " + $0.value : $0.name + ": " + $0.value }.joined(separator: "\n") + "\n"
  }

  /// The name of the field that the reader is at, also from the further lines of its value.
  var selectedField: String? {
    guard lines.indices.contains(cursor.selected) else { return nil }
    return lines[...cursor.selected].last { !$0.name.isEmpty }.map(\.name).flatMap {
      $0 == "…" || $0 == FieldLine.note ? nil : $0
    }
  }

  /// Selects the line in a row of the view.
  mutating func select(row: Int, height: Int) {
    let rows = cursor.visible(count: lines.count, height: height)
    guard row >= 0, row < rows.count else { return }
    cursor.select(rows.lowerBound + row, count: lines.count, height: height)
  }

  private func longest(_ height: Int) -> Int {
    lines[cursor.visible(count: lines.count, height: height)].map(\.value.utf8.count).max() ?? 0
  }

  private mutating func find(backwards: Bool, in context: ViewContext, height: Int) -> Request {
    guard let search = context.search else { return .notice("nothing is searched: / asks what for") }
    let hits = lines.indices.filter { search.matches(lines[$0].name) || search.matches(lines[$0].value) }
    guard let first = hits.first, let last = hits.last else { return .notice("no field holds \(search.pattern)") }
    let from = found ?? (backwards ? lines.count : -1)
    let hit = backwards ? hits.last { $0 < from } ?? last : hits.first { $0 > from } ?? first
    found = hit
    if !cursor.visible(count: lines.count, height: height).contains(hit) {
      cursor = ListCursor(selected: hit, top: hit - height / 2)
    }
    cursor.select(hit, count: lines.count, height: height)
    return .notice("match \((hits.firstIndex(of: hit) ?? 0) + 1) of \(hits.count)")
  }

  /// The field names in a column, the values beside them.
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    let visible = cursor.visible(count: lines.count, height: size.height)
    // The column is as wide as the names of the whole document want, so that it does not jump while scrolling.
    let widest = lines.lazy.prefix(1_000).map { CharacterWidth.cells(in: $0.name) }.max() ?? 0
    let column = min(widest, max(8, size.width * 2 / 5))
    for (row, index) in visible.enumerated() {
      let line = lines[index]
      let isFound = found == index
      defer {
        if index == cursor.selected, !isFound {
          let rect = Rect(x: 0, y: row, width: size.width, height: 1)
          canvas.highlight(rect, with: context.isFocused ? .selection : .selectionUnfocused)
        }
      }
      SearchedText.write(
        CharacterWidth.clipped(line.name, to: column), x: 0, y: row, style: Style(.logField), on: &canvas,
        search: context.search, isCurrent: isFound)
      let value = SearchedText.slice(line.value, from: horizontal, width: size.width - column - 1)
      SearchedText.write(
        value, x: column + 1, y: row, style: Style(.logMessage), on: &canvas, search: context.search, isCurrent: isFound
      )
    }
    return canvas
  }
}
