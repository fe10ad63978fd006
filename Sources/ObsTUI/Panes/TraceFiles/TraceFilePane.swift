import ObsData

/// A file of traces on its way to the screen: how far its reading has come, why it gave nothing, or the traces to choose from.
struct TraceFilePane: Pane {
  let work: TraceFileWork
  private(set) var news = TraceFileWork.News.progress(0)
  private var position = ListCursor()

  init(_ work: TraceFileWork) { self.work = work }

  /// The file's name without its folders.
  var name: String { work.path.split(separator: "/").last.map(String.init) ?? work.path }
  /// The traces, once they are there.
  var traces: [TraceFileWork.Found] { if case .found(let traces, _, _) = news { traces } else { [] } }

  func title(in context: ViewContext) -> String {
    var parts = ["Traces of \(name)"]
    switch news {
    case .progress: parts.append("reading")
    case .failed: parts.append("not read")
    case .found(let traces, let format, _):
      parts += [format.rawValue, "\(Formatting.count(traces.count, style: .exact)) traces"]
    }
    return parts.joined(separator: context.glyphs == .unicode ? " · " : " - ")
  }

  func subscriptions(in scope: Scope) -> Set<Subscription> { [] }
  mutating func receive(_ update: Update) {}

  /// Takes what the reading has come to.
  mutating func receive(_ news: TraceFileWork.News) { self.news = news }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    if command == .back || command == .quit {
      if case .progress = news { return [.cancelTraceFile(work), .close] }
      return nil
    }
    let rows = TraceFilePane.rows(height: height, notes: notes.count)
    if position.move(command, count: traces.count, height: rows) { return [] }
    guard traces.indices.contains(position.selected) else { return nil }
    let selected = traces[position.selected]
    switch command {
    case .open: return [.openTraceOfFile(selected, name: name)]
    case .copy: return [.copy(selected.trace.id.description, what: "the trace id")]
    case .nextError, .previousError:
      let order = command == .nextError ? Array(traces.indices) : traces.indices.reversed()
      let rest = order.drop { $0 != position.selected }.dropFirst()
      guard let hit = rest.first(where: { traces[$0].summary.errorCount > 0 }) else {
        return [.notice("no trace with errors \(command == .nextError ? "below" : "above")")]
      }
      position.select(hit, count: traces.count, height: rows)
      return []
    default: return nil
    }
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    let rows = TraceFilePane.rows(height: height, notes: notes.count)
    position.reveal(count: traces.count, height: rows)
    let row = position.top + y - 1
    guard y >= 1, y <= rows, traces.indices.contains(row) else { return }
    position.select(row, count: traces.count, height: rows)
  }

  /// What has to be said below the rows.
  private var notes: [String] { if case .found(_, _, let warnings) = news { warnings } else { [] } }

  /// One line is the columns' names.
  private static func rows(height: Int, notes: Int) -> Int { max(1, height - 1 - min(notes, 2)) }

  // MARK: Drawing

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    switch news {
    case .progress(let done):
      let percent = "\(Int((done * 100).rounded(.down))) %"
      return PaneMessage.view(["Reading \(work.path): \(percent)", "Esc stops it."], size, isError: false)
    case .failed(let error):
      let lines = ["\(work.path): \(error.answer)"] + (error.advice.map { ["To do: \($0)"] } ?? [])
      return PaneMessage.view(lines, size, isError: true)
    case .found: return list(size, in: context)
    }
  }

  private func list(_ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    let time = Formatting.timeWidth(as: context.time, withDate: true)
    let width = max(Formatting.durationWidth, 8)
    let columns = [time + 1, time + width + 2, time + width + 9]
    let root = columns[2] + 7
    func right(_ text: String, _ x: Int, _ width: Int, y: Int, _ role: Role) {
      canvas.write(text, x: x + max(0, width - CharacterWidth.cells(in: text)), y: y, style: Style(role))
    }
    canvas.write("start", x: 0, y: 0, style: Style(.textMuted))
    for (column, name) in zip(
      [(columns[0], width), (columns[1], 6), (columns[2], 6)], ["duration", "spans", "errors"])
    {
      right(name, column.0, column.1, y: 0, .textMuted)
    }
    canvas.write("root", x: root, y: 0, style: Style(.textMuted))
    let rows = TraceFilePane.rows(height: size.height, notes: notes.count)
    var cursor = position
    cursor.reveal(count: traces.count, height: rows)
    for (line, index) in cursor.visible(count: traces.count, height: rows).enumerated() {
      let (y, summary) = (line + 1, traces[index].summary)
      let start = Formatting.time(summary.start, as: context.time, now: context.now, withDate: true)
      canvas.write(start, x: 0, y: y, style: Style(.logTime))
      right(Formatting.duration(summary.duration, glyphs: context.glyphs), columns[0], width, y: y, .text)
      right(Formatting.count(summary.spanCount), columns[1], 6, y: y, .text)
      if summary.errorCount > 0 { right(Formatting.count(summary.errorCount), columns[2], 6, y: y, .spanError) }
      let name = summary.rootService.map { "\($0): \(summary.rootOperation ?? "")" } ?? "no root"
      canvas.write(CharacterWidth.clipped(name, to: max(0, size.width - root)), x: root, y: y, style: Style(.text))
      if index == cursor.selected {
        let role: Role = context.isFocused ? .selection : .selectionUnfocused
        canvas.highlight(Rect(x: 0, y: y, width: size.width, height: 1), with: role)
      }
    }
    for (line, note) in notes.prefix(2).enumerated() {
      let y = size.height - min(notes.count, 2) + line
      canvas.write(CharacterWidth.clipped(note, to: size.width), x: 0, y: y, style: Style(.statusStale))
    }
    return canvas
  }
}
