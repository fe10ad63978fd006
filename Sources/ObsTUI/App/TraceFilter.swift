import ObsData

/// What `&` asks of the trace search, as it is typed: `operation="GET /x" kind=server min=100ms limit=50 error=true`.
struct TraceFilter: Equatable, Hashable, Sendable {
  /// The service as Jaeger spells it, in place of the chosen one.
  var service: String?
  var operation: String?
  var kind: SpanKind?
  var minimumDuration: Duration?
  var maximumDuration: Duration?
  var limit: Int?
  var tags: [String: String] = [:]

  /// What stands for a parameter of the search and not for a tag, unless it is quoted: `"limit"=3` is a tag.
  enum Parameter: String, CaseIterable, Sendable {
    case service, operation, kind, min, max, limit

    init?(_ name: String) {
      self.init(rawValue: name == "op" ? "operation" : name)
    }
  }

  /// Why a text is no filter, and the character that it is about.
  struct ParseError: Error, Equatable, Sendable {
    let sentence: String
    let offset: Int

    init(_ sentence: String, at offset: Int) {
      self.sentence = sentence
      self.offset = offset
    }

    /// The text with a caret under the place.
    func picture(of text: String) -> String { KQLError(sentence, offset: offset).picture(of: text) }
  }

  static let kinds: [SpanKind] = [.server, .client, .producer, .consumer, .internal]

  /// Reads a filter; with `tagsAlone` every key is that of a tag.
  static func parse(_ text: String, tagsAlone: Bool = false) throws(ParseError) -> TraceFilter {
    var filter = TraceFilter()
    var seen: [String: Int] = [:]
    var bounds: [Parameter: Int] = [:]
    for word in try TraceFilterWord.words(of: text) {
      guard let value = word.value, !word.key.isEmpty else {
        let example = tagsAlone ? "error=true" : "error=true, min=100ms, operation=\"GET /\""
        throw ParseError("“\(word.text)” is no key=value, such as \(example)", at: word.start)
      }
      let parameter = tagsAlone || word.isKeyQuoted ? nil : Parameter(word.key)
      let name = parameter.map { "&" + $0.rawValue } ?? word.key
      guard seen.updateValue(word.start, forKey: name) == nil else {
        throw ParseError("\(word.key) is given twice: a search takes one value of each", at: word.start)
      }
      guard let parameter else {
        filter.tags[word.key] = value
        continue
      }
      bounds[parameter] = word.valueStart
      try filter.set(parameter, to: value, at: word.valueStart)
    }
    if let least = filter.minimumDuration, let most = filter.maximumDuration, least > most {
      throw ParseError("min is greater than max: no trace can match", at: bounds[.max] ?? 0)
    }
    return filter
  }

  private mutating func set(_ parameter: Parameter, to value: String, at offset: Int) throws(ParseError) {
    guard !value.isEmpty else { throw ParseError("\(parameter.rawValue) has no value", at: offset) }
    switch parameter {
    case .service: service = value
    case .operation: operation = value
    case .kind:
      guard let kind = SpanKind(rawValue: value.lowercased()) else {
        let names = TraceFilter.kinds.map(\.rawValue).joined(separator: ", ")
        throw ParseError("\(value) is no kind of span: \(names)", at: offset)
      }
      self.kind = kind
    case .min, .max:
      guard let duration = DurationText.parse(value) else {
        throw ParseError("\(parameter.rawValue)=\(value) is no duration, such as 100ms or 1.5s", at: offset)
      }
      if parameter == .min { minimumDuration = duration } else { maximumDuration = duration }
    case .limit:
      guard let number = Int(value), (1...TraceQuery.greatestLimit).contains(number) else {
        throw ParseError("limit=\(value): a number from 1 to \(TraceQuery.greatestLimit)", at: offset)
      }
      limit = number
    }
  }

  /// The filter as it would be typed.
  var text: String {
    var words: [String] = []
    if let service { words.append("service=\(TraceFilterWord.quoted(service))") }
    if let operation { words.append("operation=\(TraceFilterWord.quoted(operation))") }
    if let kind { words.append("kind=\(kind.rawValue)") }
    if let minimumDuration { words.append("min=\(TraceFilter.durationText(minimumDuration))") }
    if let maximumDuration { words.append("max=\(TraceFilter.durationText(maximumDuration))") }
    for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
      words.append("\(TraceFilterWord.quotedKey(key))=\(TraceFilterWord.quoted(value))")
    }
    if let limit { words.append("limit=\(limit)") }
    return words.joined(separator: " ")
  }

  /// Down to the nanosecond: a search for 250µs must not become one for nothing.
  private static func durationText(_ duration: Duration) -> String {
    let nanoseconds = duration.nanoseconds
    if nanoseconds % 1_000_000 == 0 { return DurationText.text(duration) }
    return nanoseconds % 1_000 == 0 ? "\(nanoseconds / 1_000)us" : "\(nanoseconds)ns"
  }
}
