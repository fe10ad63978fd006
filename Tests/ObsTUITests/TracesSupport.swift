import ObsData

@testable import ObsTUI

/// 2026-11-22T08:52:10Z.
let tracesNow = Timestamp(seconds: 1_795_337_530)

func tracesContext(
  glyphs: GlyphSet = .unicode, search: String? = nil, now: Timestamp = tracesNow, time: TimeDisplay = .utc
) -> ViewContext {
  ViewContext(
    now: now, window: TimeRange(start: now - .seconds(900), end: now), time: time, glyphs: glyphs,
    search: search.flatMap { TextSearch($0) })
}

/// A trace written as lines of `id parent start duration service operation`, times in milliseconds from five minutes before
/// `tracesNow`, `!` behind the duration for an error, `-` for no parent.
func waterfallTrace(_ lines: String, warnings: [String] = []) -> Trace {
  let id = TraceID(high: 0, low: 0x703c_ff0b_3976_3c0b)
  var services: [String] = []
  let base = tracesNow - .seconds(300)
  let spans = lines.split(separator: "\n").map { line -> Span in
    let words = line.split(separator: " ", maxSplits: 5).map(String.init)
    let service = services.firstIndex(of: words[4]) ?? services.count
    if service == services.count { services.append(words[4]) }
    let parent = SpanID(hex: words[1]).map { SpanReference(kind: .childOf, traceID: id, spanID: $0) }
    return Span(
      id: SpanID(hex: words[0]) ?? SpanID(value: 0), references: parent.map { [$0] } ?? [], operation: words[5],
      process: service, start: base + .milliseconds(Int(words[2]) ?? 0),
      duration: .milliseconds(Int(words[3].filter(\.isNumber)) ?? 0), kind: .server, hasError: words[3].hasSuffix("!"))
  }
  return Trace(
    id: id, spans: spans,
    processes: services.map { TraceProcess(service: $0, tags: [Attribute(key: "host", value: .string("h1"))]) },
    warnings: warnings,
    details: { index in
      SpanDetails(
        tags: [
          Attribute(key: "http.status_code", value: .int(500)),
          Attribute(
            key: "db.statement", value: .string("SELECT * FROM users WHERE id = 7 AND name = '连接失败' FOR UPDATE")),
        ],
        events: [
          SpanEvent(
            timestamp: spans[index].start + .milliseconds(2), name: "exception",
            attributes: [Attribute(key: "exception.stacktrace", value: .string("at a\nat b\u{1B}[31m"))])
        ], warnings: index == 2 ? ["clock skew"] : [])
    })
}

let checkout = """
  1 - 0 346 frontend GET /checkout
  2 1 35 277 checkout PlaceOrder
  3 2 69 190! payment Charge
  4 3 104 50! db SELECT
  5 2 300 80 mail SendLater
  6 1 10 20 cache GET cart
  """

func waterfall(_ lines: String = checkout, focus: UInt64? = nil, isGrowing: Bool = false, origin: LogEntry? = nil)
  -> WaterfallPane
{
  let trace = waterfallTrace(lines)
  var pane = WaterfallPane(TraceRequest(id: trace.id), focus: focus.map(SpanID.init(value:)), origin: origin)
  pane.receive(trace, isGrowing: isGrowing)
  return pane
}

extension WaterfallPane {
  mutating func receive(_ trace: Trace, isGrowing: Bool = false) {
    receive(
      Update(
        subscription: .trace(request), at: tracesNow,
        body: .trace(.found(trace, TraceTree.build(trace), isGrowing: isGrowing))))
  }
  /// The selected span's operation.
  var selected: String? {
    guard let (trace, tree) = found, let node = selectedNode else { return nil }
    return trace.spans[tree.nodes[node].span].operation
  }
  mutating func press(_ commands: Command..., height: Int = 20, search: String? = nil) {
    for command in commands { _ = perform(command, in: tracesContext(search: search), height: height) }
  }
  func picture(_ width: Int, _ height: Int, _ context: ViewContext = tracesContext()) -> String {
    view(Size(width: width, height: height), in: context).text
  }
}

func summaries(_ count: Int) -> [TraceSummary] {
  (0..<count).map { number in
    TraceSummary(
      id: TraceID(high: 0, low: UInt64(number + 1)),
      rootService: number == 3 ? nil : number % 2 == 0 ? "api-gateway" : "msg-server",
      rootOperation: number == 3 ? nil : "POST /v\(number)", start: tracesNow - .seconds(number * 7 + 1),
      duration: .milliseconds((number * 37 + 5) % 101 * 3), spanCount: number * 400 + 2,
      errorCount: number % 3 == 1 ? number : 0,
      orphanCount: 0, services: [TraceSummary.Service(name: "api-gateway", spanCount: 1, errorCount: 0)])
  }
}

func traceList(_ traces: [TraceSummary], isTruncated: Bool = false, warnings: [String] = []) -> TraceListPane {
  var pane = TraceListPane()
  pane.receive(
    Update(
      subscription: .traces(TraceQuery(window: .live(.seconds(900)))), at: tracesNow - .seconds(3),
      body: .traces(TraceSearchResult(traces: traces, isTruncated: isTruncated, warnings: warnings))))
  return pane
}

/// A log line of a minute ago that names trace 7.
func tracesLogEntry() throws -> LogEntry {
  let source = try JSONDocument(
    parsing: Array(#"{"message":"connect failed: 连接失败","level":"ERROR","user":{"id":7}}"#.utf8)
  ).root
  return LogEntry(
    id: LogEntry.ID(index: "rustim-1", document: "x1"), timestamp: tracesNow - .seconds(60), level: .error,
    service: "msg-server", message: "connect failed: 连接失败\nat x", traceID: TraceID(high: 0, low: 7),
    spanID: SpanID(value: 9), source: source)
}

func tracesFailure() -> FetchFailure {
  FetchFailure(
    error: FetchError(
      .unreachable, tried: "GET http://j:16686/api/traces/7", answer: "connection refused", advice: "is Jaeger running?"
    ),
    attempts: 3, retryAt: tracesNow + .seconds(8))
}
