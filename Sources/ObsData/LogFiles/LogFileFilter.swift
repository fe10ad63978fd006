/// Whether a line of a file answers a query: what a log store would decide, decided here.
struct LogFileFilter: Sendable {
  private let query: LogQuery
  private let services: Set<String>
  private let matchers: [KQLMatcher]

  /// Throws a sentence where the query's text cannot be read. `now` is what `now-1h` in it counts from; `zone` is that of dates
  /// without one, in seconds ahead of UTC.
  init(_ query: LogQuery, fields: FieldNames, now: Timestamp, zone: Int) throws(FetchError) {
    self.query = query
    services = Set(query.services)
    let filter: TypedFilter
    do throws(KQLError) { filter = try TypedFilter.parse(query.filter) } catch {
      throw FetchError(error, in: query.filter)
    }
    var matchers = query.filters.map { LogFileFilter.matcher($0, isExcluding: $0.isExcluding, fields: fields) }
    switch filter {
    case .none: break
    case .kql(let node): matchers.append(KQLMatcher(node, fields: fields, now: now, zone: zone))
    case .lucene:
      throw FetchError(
        .badQuery, tried: "search a file for \(query.filter)", answer: "only a log store reads Lucene's syntax",
        advice: "leave lucene: out: a file is searched with KQL")
    }
    self.matchers = matchers
  }

  /// A condition on one field, as one of KQL.
  static func matcher(_ filter: LogFilter, isExcluding: Bool, fields: FieldNames) -> KQLMatcher {
    var filter = filter
    filter.isExcluding = isExcluding
    // What is made for a person to read is always read.
    return KQLMatcher((try? KQLParser.parse(filter.queryText)) ?? .everything, fields: fields)
  }

  /// Whether the line matches, its time left aside.
  @Sendable func matches(_ entry: DecodedLine, _ document: JSONValue) -> Bool {
    if let level = query.minimumLevel, entry.level < level { return false }
    if let trace = query.traceID, entry.traceID != trace { return false }
    if !services.isEmpty, !(entry.service.map { services.contains($0) } ?? false) { return false }
    guard !matchers.isEmpty else { return true }
    let document = document.kind == .object ? document : LogFileFilter.document(of: entry)
    return matchers.allSatisfy { $0.matches(document) }
  }

  /// A line of plain text as a document, in the names of ECS.
  private static func document(of entry: DecodedLine) -> JSONValue {
    var members: [(key: String, value: JSONTree)] = [
      ("@timestamp", .string(entry.timestamp.iso8601)), ("message", .string(entry.message)),
    ]
    if let word = entry.level.word {
      members += [("level", .string(word)), ("log.level", .string(word))]
    }
    if let service = entry.service {
      members += [("service", .string(service)), ("service.name", .string(service))]
    }
    let document = try? JSONDocument(parsing: Array(JSONTree.object(members).text.utf8))
    return (document ?? JSONDocument.nothing).root
  }
}
