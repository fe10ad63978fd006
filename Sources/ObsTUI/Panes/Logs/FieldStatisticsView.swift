import ObsData

/// The most frequent values of a field over the window, laid over the fields of a line.
struct FieldStatisticsView: Equatable, Sendable {
  let field: String
  private(set) var wanted: FieldStatisticsQuery?
  private(set) var answer: FieldStatistics?
  private(set) var failure: FetchFailure?
  var cursor = ListCursor()

  init(field: String) { self.field = field }

  /// Learns among which lines the values are counted.
  mutating func adopt(_ logs: LogQuery) { wanted = FieldStatisticsQuery(logs: logs, field: field) }

  /// Folds an answer in. The reader stays at his value, wherever it stands now.
  mutating func receive(_ update: Update) {
    guard case .fieldStatistics(let query) = update.subscription, query == wanted else { return }
    switch update.body {
    case .failed(let failure): self.failure = failure
    case .fieldStatistics(let answer):
      let selected = selectedValue
      self.answer = answer
      failure = nil
      if let index = answer.values.firstIndex(where: { $0.text == selected }) {
        cursor = ListCursor(selected: index, top: cursor.top)
      }
    default: return
    }
  }

  /// The value that the reader is at.
  var selectedValue: String? {
    guard let values = answer?.values, values.indices.contains(cursor.selected) else { return nil }
    return values[cursor.selected].text
  }

  /// What stands above the values.
  private func heading(in context: ViewContext) -> [String] {
    guard let answer else { return [] }
    func count(_ value: Int) -> String { Formatting.count(value, style: .exact) }
    let separator = context.glyphs == .unicode ? " · " : " - "
    let share = answer.total > 0 ? " (\(Formatting.percent(Double(answer.present) / Double(answer.total))))" : ""
    var first = ["\(Formatting.lines(answer.total)), \(count(answer.present)) have \(field)\(share)"]
    if answer.counted != field { first.append("counted by \(answer.counted)") }
    var lines = [first.joined(separator: separator)]
    if let numbers = answer.numbers {
      func figure(_ value: Double) -> String { Formatting.value(value, .none, glyphs: context.glyphs) }
      var parts = [
        "least \(figure(numbers.minimum))", "mean \(figure(numbers.average))", "greatest \(figure(numbers.maximum))",
      ]
      for (name, value) in zip(["p50", "p90", "p95", "p99"], numbers.percentiles) {
        parts.append("\(name) \(figure(value))")
      }
      lines.append(parts.joined(separator: separator))
    }
    return lines
  }

  /// What stands below them.
  private func footing() -> [String] {
    guard let answer else { return [] }
    var parts: [String] = []
    if answer.other > 0 {
      let share = answer.total > 0 ? " (\(Formatting.percent(Double(answer.other) / Double(answer.total))))" : ""
      parts.append("other values: \(Formatting.count(answer.other, style: .exact))\(share)")
    }
    if answer.errorBound > 0 {
      parts.append("a count may be too low by up to \(Formatting.count(answer.errorBound, style: .exact))")
    }
    if let partial = answer.partial { parts.append("incomplete: \(partial)") }
    return parts.isEmpty ? [] : [parts.joined(separator: "; ")]
  }

  /// The rows that the values have in a pane of some height.
  func listHeight(_ height: Int, in context: ViewContext) -> Int {
    max(1, height - heading(in: context).count - footing().count - (failure == nil ? 0 : 1))
  }

  /// Draws the values with their counts and shares of all lines, the most frequent first.
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard let answer else {
      let sentences = failure.map { FailureText.paragraph($0, of: .elasticsearch, now: context.now) }
      return PaneMessage.view(
        sentences ?? ["Counting the values of \(field)."], size, isError: failure != nil)
    }
    var canvas = Canvas(size: size)
    var y = 0
    func write(_ text: String, _ role: Role) {
      canvas.write(CharacterWidth.clipped(text, to: size.width), x: 0, y: y, style: Style(role))
      y += 1
    }
    for line in heading(in: context) { write(line, .textMuted) }
    if let failure {
      write(FailureText.line(failure, of: .elasticsearch, dataFrom: nil, now: context.now), .statusError)
    }
    if let refusal = answer.refusal {
      for line in TextWrap.lines(refusal, width: size.width) { write(line, .text) }
      return canvas
    }
    if answer.values.isEmpty { write("no line has a value of \(field)", .text) }
    let rows = cursor.visible(count: answer.values.count, height: listHeight(size.height, in: context))
    let most = answer.values.first?.count ?? 0
    for index in rows {
      let value = answer.values[index]
      let share = Double(value.count) / Double(max(answer.total, 1))
      let count = Formatting.count(value.count, style: .exact)
      canvas.write(count, x: max(0, 10 - count.utf8.count), y: y, style: Style(.text))
      let percent = Formatting.percent(share)
      canvas.write(percent, x: max(11, 18 - CharacterWidth.cells(in: percent)), y: y, style: Style(.textMuted))
      let cells = value.count > 0 ? max(1, value.count * 10 / max(most, 1)) : 0
      let bar = String(repeating: context.glyphs == .unicode ? "█" : "#", count: cells)
      canvas.write(bar, x: 19, y: y, style: Style(.chart))
      canvas.write(
        SearchedText.slice(value.text, from: 0, width: size.width - 30), x: 30, y: y, style: Style(.logMessage))
      if index == cursor.selected {
        canvas.highlight(
          Rect(x: 0, y: y, width: size.width, height: 1), with: context.isFocused ? .selection : .selectionUnfocused)
      }
      y += 1
    }
    for line in footing() { write(line, .textMuted) }
    return canvas
  }

  /// The values as text, a count and a value on a line.
  var plainText: String {
    (answer?.values ?? []).map { "\($0.count)\t\($0.text)" }.joined(separator: "\n") + "\n"
  }
}

extension LogPane {
  /// Does what a key asked for while a field's values are shown.
  mutating func performInStatistics(_ command: Command, in context: ViewContext, height: Int) -> [Request] {
    guard var view = statistics else { return [] }
    switch command {
    case .back, .quit, .topValues: statistics = nil
    case .open, .includeValue, .excludeValue:
      guard let value = view.selectedValue else { return [] }
      return add(
        LogFilter(
          field: view.answer?.counted ?? view.field, test: .value(value), isExcluding: command == .excludeValue))
    case .requireField: return add(LogFilter(field: view.field, test: .exists))
    case .copy: return [.copy(view.plainText, what: "the values and their counts")]
    default:
      let rows = view.listHeight(height, in: context)
      _ = view.cursor.move(command, count: view.answer?.values.count ?? 0, height: rows)
      statistics = view
    }
    return []
  }

  /// Does what a key asked about the field that the reader is at.
  mutating func performOnField(_ command: Command) -> [Request] {
    guard let fields, let name = fields.selectedField else { return [] }
    switch command {
    case .requireField: return add(LogFilter(field: name, test: .exists))
    case .topValues:
      statistics = FieldStatisticsView(field: name)
      if let wanted { statistics?.adopt(wanted) }
      return []
    default:
      switch LogFields.text(of: name, in: fields.entry) {
      case .text(let value):
        return add(LogFilter(field: name, test: .value(value), isExcluding: command == .excludeValue))
      case .refusal(let words): return [.notice(words)]
      }
    }
  }
}

extension LogFields {
  /// A field's value as it can be filtered by, or why it cannot be.
  enum FilterValue: Equatable { case text(String), refusal(String) }

  /// The longest value that is sent as a filter, in characters: stores do not index longer ones as a whole.
  private static let longest = 8_191

  static func text(of name: String, in entry: LogEntry) -> FilterValue {
    if name == "_index" { return .text(entry.id.index) }
    if name == "_id" { return .text(entry.id.document) }
    guard let value = entry.source.value(at: name) else { return .refusal("the document has no field \(name)") }
    switch value.kind {
    case .object, .array:
      return .refusal("\(name) holds several values: a shows the most frequent ones to choose from")
    case .null: return .refusal("\(name) is null: there is no value to filter by")
    case .string:
      guard let text = value.string, !text.isEmpty else { return .refusal("\(name) is empty") }
      guard text.utf8.count <= longest else { return .refusal("the value of \(name) is too long to filter by") }
      return .text(text)
    default: return .text(value.tree.text)
    }
  }
}
