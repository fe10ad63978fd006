import ObsData

/// Everything that one span carries, as lines that can be scrolled. Decoded when the panel opens or the selection moves, not when
/// it is drawn.
struct SpanDetailPanel: Equatable, Sendable {
  /// A line: a heading, or a name with its value.
  struct Line: Equatable, Sendable {
    var name: String
    var value = ""
    var role = Role.text
    var time: Timestamp?
    /// The span that the line refers to.
    var link: SpanReference?
  }

  /// Values are cut into lines of so many characters, so that every part of a long one can be scrolled to.
  private static let longestLine = 160
  /// No more lines than this are made of a span.
  private static let mostLines = 20_000

  /// The span's index in `Trace.spans`, and how many spans the trace had.
  let span, traceSpanCount: Int
  let heading: String
  private(set) var lines: [Line] = []
  private(set) var cursor = ListCursor()
  /// Whether movement goes through the panel's lines instead of the tree's.
  var isFocused = false

  init(node index: Int, trace: Trace, tree: TraceTree) {
    let node = tree.nodes[index]
    let span = trace.spans[node.span]
    let details = trace.details(of: node.span)
    self.span = node.span
    traceSpanCount = trace.spans.count
    heading = "\(trace.service(of: node.span)): \(span.operation)"
    let offset = node.start - tree.range.start
    lines.append(Line(name: "start", role: .logTime, time: node.start))
    let sign = offset < .zero ? "" : "+"
    add("took", "\(Formatting.duration(span.duration)), from \(sign)\(Formatting.duration(offset))")
    addShares(SpanShares(of: index, trace: trace, tree: tree))
    if span.hasError { add("status", "failed", .spanError) }
    if let missing = node.missingParent { add("parent", "\(missing) (not in this trace yet)", .spanError) }
    for warning in details.warnings { add("warning", warning, .logWarning) }
    addAttributes("tags", details.tags)
    addEvents(details.events, since: tree.range.start)
    let process = trace.processes[span.process]
    addAttributes("process \(process.service)", process.tags)
    addLinks(of: span, trace: trace)
    addHeading("span")
    add("id", span.id.description)
    if let kind = span.kind { add("kind", kind.rawValue) }
    if let parent = node.parent { add("parent", trace.spans[tree.nodes[parent].span].id.description) }
    if lines.count > SpanDetailPanel.mostLines {
      lines.removeSubrange(SpanDetailPanel.mostLines...)
      lines.append(Line(name: "…", value: "the rest of this span is not shown", role: .textMuted))
    }
  }

  private mutating func addShares(_ shares: SpanShares) {
    if let share = shares.ofTrace { add("of trace", Formatting.percent(share)) }
    guard shares.selfTime != shares.duration || shares.duration == .zero else { return }
    add("self", "\(Formatting.duration(shares.selfTime)), \(Formatting.percent(shares.ofSpan)) of the span")
  }

  private mutating func addHeading(_ text: String) {
    lines.append(Line(name: ""))
    lines.append(Line(name: text, role: .textStrong))
  }

  private mutating func addAttributes(_ heading: String, _ attributes: [Attribute]) {
    guard !attributes.isEmpty else { return }
    addHeading("\(heading) (\(attributes.count))")
    for attribute in attributes { add(attribute.key, attribute.value.text) }
  }

  private mutating func addEvents(_ events: [SpanEvent], since start: Timestamp) {
    guard !events.isEmpty else { return }
    addHeading("events (\(events.count))")
    for event in events where lines.count <= SpanDetailPanel.mostLines {
      let offset = event.timestamp - start
      let sign = offset < .zero ? "" : "+"
      add(sign + Formatting.duration(offset), event.name.isEmpty ? "event" : event.name, .textStrong)
      for attribute in event.attributes { add("  " + attribute.key, attribute.value.text) }
    }
  }

  /// The references that are not the parent: to other traces, or beyond the first.
  private mutating func addLinks(of span: Span, trace: Trace) {
    let links = span.references.enumerated().filter { $0.offset > 0 || $0.element.traceID != trace.id }.map(\.element)
    guard !links.isEmpty else { return }
    addHeading("links (\(links.count))")
    for link in links {
      let name = link.kind == .childOf ? "child of" : "follows"
      add(name, link.traceID == trace.id ? "span \(link.spanID)" : "trace \(link.traceID.short) span \(link.spanID)")
      lines[lines.count - 1].link = link
    }
  }

  private mutating func add(_ name: String, _ value: String, _ role: Role = .text) {
    var name = name
    for paragraph in value.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      guard lines.count <= SpanDetailPanel.mostLines else { return }
      var rest = paragraph
      repeat {
        let piece = rest.prefix(SpanDetailPanel.longestLine)
        lines.append(Line(name: name, value: String(piece), role: role))
        rest = rest[piece.endIndex...]
        name = ""
      } while !rest.isEmpty
    }
  }

  /// Moves by a command of movement; false when the command is none.
  mutating func move(_ command: Command, height: Int) -> Bool {
    cursor.move(command, count: lines.count, height: height)
  }

  /// Shows the first line in which a search finds something.
  mutating func reveal(_ search: TextSearch) {
    let hit = lines.firstIndex { search.matches("\($0.name)=\($0.value)") || search.matches($0.value) }
    guard let hit else { return }
    cursor = ListCursor(selected: hit, top: max(0, hit - 2))
  }

  /// The span that the selected line refers to.
  var selectedLink: SpanReference? { lines.indices.contains(cursor.selected) ? lines[cursor.selected].link : nil }
  /// The value in the selected line; nil where there is none.
  var selectedText: String? {
    guard lines.indices.contains(cursor.selected) else { return nil }
    let line = lines[cursor.selected]
    let text = line.time.map { $0.iso8601(fractionDigits: 9) } ?? line.value
    return text.isEmpty ? nil : text
  }

  /// The whole panel as text, for the clipboard.
  func text(traceID: TraceID) -> String {
    let rest = lines.map { line in
      let value = line.time.map { $0.iso8601(fractionDigits: 9) } ?? line.value
      return value.isEmpty ? line.name : "\(line.name)\t\(value)"
    }
    return (["trace \(traceID)", heading] + rest).joined(separator: "\n")
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    guard size.height > 0 else { return canvas }
    let style = Style(isFocused ? .titleFocused : .title)
    canvas.fill(
      Rect(x: 0, y: 0, width: size.width, height: 1), with: context.glyphs == .unicode ? "─" : "-",
      style: Style(.border))
    let state = isFocused ? " \(cursor.selected + 1)/\(lines.count) " : ""
    let room = max(0, size.width - CharacterWidth.cells(in: state) - 1)
    canvas.write(CharacterWidth.clipped(heading + " ", to: room), x: 0, y: 0, style: style)
    canvas.write(state, x: size.width - CharacterWidth.cells(in: state), y: 0, style: style)
    let widest =
      lines.lazy.filter { !$0.value.isEmpty }.prefix(500).map { CharacterWidth.cells(in: $0.name) }.max() ?? 0
    let column = min(widest, max(6, size.width * 2 / 5))
    func value(_ line: Line) -> String {
      line.time.map {
        Formatting.time($0, as: context.time, now: context.now, withDate: true, fractionDigits: 6)
      } ?? line.value
    }
    // Values are broken to the width: the selected line may need more lines to be gone above it than the cursor knows.
    var top = min(cursor.top, lines.count)
    if isFocused {
      var used = 0
      for index in (top...max(top, cursor.selected)).reversed() where lines.indices.contains(index) {
        used += max(1, TextWrap.lines(value(lines[index]), width: size.width - column - 1).count)
        if used > size.height - 1, index < cursor.selected {
          top = index + 1
          break
        }
      }
    }
    var y = 1
    for (index, line) in lines.enumerated().dropFirst(top) where y < size.height {
      let height = draw(line, value: value(line), column: column, y: y, on: &canvas, search: context.search)
      if isFocused, index == cursor.selected {
        let rows = Rect(x: 0, y: y, width: size.width, height: height)
        canvas.highlight(rows, with: context.isFocused ? .selection : .selectionUnfocused)
      }
      y += height
    }
    return canvas
  }

  /// Draws a line with its value broken to the width; returns how many rows it took.
  private func draw(
    _ line: Line, value: String, column: Int, y: Int, on canvas: inout Canvas, search: TextSearch?
  ) -> Int {
    guard !value.isEmpty else {
      let name = CharacterWidth.clipped(line.name, to: canvas.size.width)
      SearchedText.write(name, x: 0, y: y, style: Style(line.role), on: &canvas, search: search)
      return 1
    }
    let name = CharacterWidth.clipped(line.name, to: column)
    SearchedText.write(name, x: 0, y: y, style: Style(.logField), on: &canvas, search: search)
    let parts = TextWrap.lines(value, width: canvas.size.width - column - 1)
    for (offset, part) in parts.enumerated() {
      SearchedText.write(part, x: column + 1, y: y + offset, style: Style(line.role), on: &canvas, search: search)
    }
    return max(parts.count, 1)
  }
}

extension AttributeValue {
  /// The value as a person reads it.
  var text: String {
    switch self {
    case .string(let text), .json(let text): text
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .double(let value): String(value)
    case .binary(let text): "base64 \(text)"
    }
  }
}
