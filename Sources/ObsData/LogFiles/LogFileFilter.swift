/// Whether a line of a file answers a query: what a log store would decide, decided here.
struct LogFileFilter: Sendable {
  private let query: LogQuery
  private let services: Set<String>
  private let words: [[UInt8]]

  /// Throws a sentence where the query's text cannot be read.
  init(_ query: LogQuery) throws(FetchError) {
    self.query = query
    services = Set(query.services)
    let words = query.filter.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
    let isSyntax = words.contains { ["and", "or", "not"].contains($0) || $0.contains { ":<>*()\"".contains($0) } }
    guard !isSyntax else {
      throw FetchError(
        .badQuery, tried: "to search a file for \(query.filter)", answer: "a file is searched for words alone",
        advice: "name the words that a line must hold, without operators")
    }
    self.words = words.map { Array($0.utf8) }
  }

  /// Whether the line matches, its time left aside.
  @Sendable func matches(_ entry: LogEntry, _ document: JSONValue) -> Bool {
    if let level = query.minimumLevel, entry.level < level { return false }
    if let trace = query.traceID, entry.traceID != trace { return false }
    if !services.isEmpty, !(entry.service.map { services.contains($0) } ?? false) { return false }
    guard !words.isEmpty else { return true }
    let text = entry.message.lowercased()
    return words.allSatisfy { text.utf8.contains($0) }
  }
}
