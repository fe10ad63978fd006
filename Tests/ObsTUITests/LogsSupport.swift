import ObsData

@testable import ObsTUI

/// Lines, contexts and answers for the tests of the panes.
enum Sample {
  /// 2026-11-22T08:53:10Z.
  static let start = Timestamp(nanoseconds: 1_795_337_590_000_000_000)
  static let noSource: JSONValue = {
    guard let document = try? JSONDocument(parsing: Array("null".utf8)) else { preconditionFailure("null is JSON") }
    return document.root
  }()

  static func source(_ json: String) throws -> JSONValue { try JSONDocument(parsing: Array(json.utf8)).root }

  static func line(
    _ id: String, at milliseconds: Int64 = 0, _ message: String = "connection refused",
    level: LogLevel = .error, service: String? = "msg-server", trace: String? = nil, span: String? = nil,
    source: JSONValue = noSource
  ) -> LogEntry {
    LogEntry(
      id: LogEntry.ID(index: "logs", document: id), timestamp: start + .milliseconds(milliseconds), level: level,
      service: service, message: message, traceID: trace.flatMap { TraceID(hex: $0) },
      spanID: span.flatMap { SpanID(hex: $0) }, source: source)
  }

  static func alert(_ name: String, severity: String, service: String, at milliseconds: Int64) -> Alert {
    Alert(
      id: name, labels: ["alertname": name, "severity": severity, "service": service], annotations: [:],
      startsAt: start + .milliseconds(milliseconds), state: .active)
  }

  static func context(
    now: Int64 = 60_000, search: String? = nil, isLive: Bool = true, time: TimeDisplay = .utc,
    glyphs: GlyphSet = .unicode
  ) -> ViewContext {
    let now = start + .milliseconds(now)
    return ViewContext(
      now: now, window: TimeRange(start: now - .seconds(900), end: now), isLive: isLive, time: time, glyphs: glyphs,
      search: search.flatMap { TextSearch($0) })
  }

  static let scope = Scope(window: .live(.seconds(900)))

  static func answer(
    _ pane: LogPane, _ batch: LogBatch, scope: Scope = scope, at milliseconds: Int64 = 60_000
  ) -> Update {
    Update(subscription: .logs(pane.query(in: scope)), at: start + .milliseconds(milliseconds), body: .logs(batch))
  }

  /// A pane that has had its first answer.
  static func pane(_ entries: [LogEntry], matched: Int? = nil, scope: Scope = scope) -> LogPane {
    var pane = LogPane()
    pane.adopt(scope)
    pane.receive(answer(pane, LogBatch(entries: entries, isFirst: true, matched: matched), scope: scope))
    return pane
  }

  static func failure(_ answer: String = "connection refused") -> FetchFailure {
    FetchFailure(
      error: FetchError(
        .unreachable, tried: "POST http://127.0.0.1:9200/logs-*/_search", answer: answer,
        advice: "start it, or set elasticsearch.url"), attempts: 3, retryAt: start + .seconds(68))
  }
}

extension LogPane {
  /// The selected line's message.
  var selectedMessage: String? { selectedLine?.entry.message }
  /// What is held, oldest first.
  var messages: [String] { buffer.lines(in: 0..<buffer.count).map(\.entry.message) }
}
