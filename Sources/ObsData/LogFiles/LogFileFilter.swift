/// Whether a line of a file answers a query: what a log store would decide, decided here.
struct LogFileFilter: Sendable {
  private let query: LogQuery
  private let services: Set<String>
  private let words: [[UInt8]]

  /// Throws a sentence where the query's text cannot be read.
  init(_ query: LogQuery) throws(FetchError) {
    self.query = query
    services = Set(query.services)
    words = query.filter.lowercased().split(separator: " ").map { Array($0.utf8) }
  }

  /// Whether the line matches, its time left aside.
  func matches(_ entry: LogEntry) -> Bool {
    if let level = query.minimumLevel, entry.level < level { return false }
    if let trace = query.traceID, entry.traceID != trace { return false }
    if !services.isEmpty, !(entry.service.map { services.contains($0) } ?? false) { return false }
    guard !words.isEmpty else { return true }
    let text = entry.message.lowercased()
    return words.allSatisfy { text.utf8.contains($0) }
  }
}
