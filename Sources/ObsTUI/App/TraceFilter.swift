import ObsData

/// What `&` asks of the trace search, as it is typed: `operation="GET /x" min=100ms max=2s error=true http.status_code=500`.
struct TraceFilter: Equatable, Hashable, Sendable {
  var operation: String?
  var minimumDuration: Duration?
  var maximumDuration: Duration?
  var tags: [String: String] = [:]

  /// Why a text is no filter.
  struct ParseError: Error, Equatable, Sendable {
    let sentence: String
  }

  static func parse(_ text: String) -> Result<TraceFilter, ParseError> {
    var filter = TraceFilter()
    for word in words(of: text) {
      guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
        return .failure(
          ParseError(sentence: "\"\(word)\" is no key=value; such as error=true, min=100ms, operation=\"GET /\""))
      }
      let key = String(word[..<equals])
      let value = String(word[word.index(after: equals)...])
      switch key {
      case "operation", "op": filter.operation = value
      case "min", "max":
        guard let duration = DurationText.parse(value) else {
          return .failure(ParseError(sentence: "\(key)=\(value) is no duration; such as 100ms, 1.5s"))
        }
        if key == "min" { filter.minimumDuration = duration } else { filter.maximumDuration = duration }
      default: filter.tags[key] = value
      }
    }
    if let least = filter.minimumDuration, let most = filter.maximumDuration, least > most {
      return .failure(ParseError(sentence: "min is greater than max: no trace can match"))
    }
    return .success(filter)
  }

  /// The filter as it would be typed.
  var text: String {
    var words: [String] = []
    if let operation { words.append("operation=\(TraceFilter.quoted(operation))") }
    if let minimumDuration { words.append("min=\(DurationText.text(minimumDuration))") }
    if let maximumDuration { words.append("max=\(DurationText.text(maximumDuration))") }
    for (key, value) in tags.sorted(by: { $0.key < $1.key }) { words.append("\(key)=\(TraceFilter.quoted(value))") }
    return words.joined(separator: " ")
  }

  private static func quoted(_ value: String) -> String {
    value.contains { $0.isWhitespace } || value.isEmpty ? "\"\(value)\"" : value
  }

  /// Words at white space; double quotes hold a word together and are taken off.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    var isInWord = false
    for character in text {
      if character == "\"" {
        isQuoted.toggle()
        isInWord = true
      } else if character.isWhitespace, !isQuoted {
        if isInWord { words.append(word) }
        word = ""
        isInWord = false
      } else {
        word.append(character)
        isInWord = true
      }
    }
    if isInWord { words.append(word) }
    return words
  }
}
