import Synchronization

/// Asks a Prometheus, or a server that speaks its HTTP API (Mimir, Thanos, VictoriaMetrics).
///
/// Queries go out as POSTed forms, which have no limit of length; where something on the way allows only GET (405 or 403),
/// they go as GET from then on. What the server says beside its answer is kept in `warnings` and `infos`.
public final class PrometheusClient: Sendable {
  /// What sends the requests.
  public let transport: any HTTPTransport
  /// More series than this are not kept of one answer; the answer's warnings say so.
  public let maximumSeries: Int
  /// The most bytes that are read of one answer.
  public let maximumBytes: Int
  /// How long one request may take. The server is told to give up a second earlier, so that it can say so.
  public let deadline: Duration
  private let postIsRefused = Mutex(false)

  /// Makes a client of one endpoint. The defaults suit a poll of sparklines.
  public init(
    transport: any HTTPTransport, maximumSeries: Int = 200, maximumBytes: Int = 8 << 20,
    deadline: Duration = .seconds(10)
  ) {
    self.transport = transport
    self.maximumSeries = max(1, maximumSeries)
    self.maximumBytes = maximumBytes
    self.deadline = deadline
  }

  /// Evaluates an expression at one instant (`/api/v1/query`).
  public func instant(_ expression: String, at time: Timestamp) async throws(FetchError)
    -> PrometheusAnswer<PrometheusResult>
  {
    let reply = try await ask(
      ["api", "v1", "query"],
      [("query", expression), ("time", PrometheusClient.seconds(time))] + bounds)
    var decoder = PrometheusDecoder(maximumSeries: maximumSeries)
    guard let data = reply.data, let result = decoder.result(data) else {
      throw reply.malformed("neither scalar, string, vector nor matrix")
    }
    return reply.answer(result, decoder.remarks)
  }

  /// Evaluates an expression at every instant of a grid (`/api/v1/query_range`). The series have a value, or nil, for
  /// each instant; NaN is a value.
  public func range(_ expression: String, on grid: PrometheusGrid) async throws(FetchError)
    -> PrometheusAnswer<[TimeSeries]>
  {
    let (reply, result) = try await matrix(expression, grid)
    var decoder = PrometheusDecoder(maximumSeries: maximumSeries)
    return reply.answer(decoder.aligned(result, to: grid), decoder.remarks)
  }

  /// The buckets of the native histograms that an expression comes to, added up, in the form of a classic histogram: a series for
  /// each upper bound in its label `le`, which counts all that lies below.
  public func buckets(_ expression: String, on grid: PrometheusGrid) async throws(FetchError)
    -> PrometheusAnswer<[TimeSeries]>
  {
    let (reply, result) = try await matrix(expression, grid)
    return reply.answer(PrometheusDecoder.buckets(result, on: grid), [])
  }

  private func matrix(_ expression: String, _ grid: PrometheusGrid) async throws(FetchError) -> (
    PrometheusReply, JSONValue
  ) {
    let reply = try await ask(
      ["api", "v1", "query_range"],
      [
        ("query", expression), ("start", PrometheusClient.seconds(grid.start)),
        ("end", PrometheusClient.seconds(grid.end)), ("step", PrometheusClient.seconds(grid.step)),
      ] + bounds)
    guard let data = reply.data, data["resultType"]?.string == "matrix", let result = data["result"] else {
      throw reply.malformed("no matrix")
    }
    return (reply, result)
  }

  /// The label sets of the series that match any of the selectors (`/api/v1/series`), `limit` of them at most.
  public func series(matching selectors: [String], in range: TimeRange, limit: Int = 1_000) async throws(FetchError)
    -> PrometheusAnswer<[[String: String]]>
  {
    let reply = try await ask(["api", "v1", "series"], PrometheusClient.scope(selectors, range, limit))
    let items = try reply.list()
    return reply.answer(items.prefix(limit).map(PrometheusDecoder.labels), reply.excess(items.count, limit, "series"))
  }

  /// The names of the labels that the matching series have (`/api/v1/labels`); of all series where there is no selector.
  public func labels(matching selectors: [String] = [], in range: TimeRange, limit: Int = 10_000)
    async throws(FetchError) -> PrometheusAnswer<[String]>
  {
    let reply = try await ask(["api", "v1", "labels"], PrometheusClient.scope(selectors, range, limit))
    let items = try reply.list()
    return reply.answer(items.prefix(limit).compactMap(\.string), reply.excess(items.count, limit, "label names"))
  }

  /// The values of one label among the matching series (`/api/v1/label/NAME/values`), which is only asked by GET.
  public func values(
    of label: String, matching selectors: [String] = [], in range: TimeRange, limit: Int = 10_000
  ) async throws(FetchError) -> PrometheusAnswer<[String]> {
    let name = PrometheusName.isLegacyLabel(label) ? label : PrometheusName.escaped(label)
    let reply = try await get(["api", "v1", "label", name, "values"], PrometheusClient.scope(selectors, range, limit))
    let items = try reply.list()
    return reply.answer(items.prefix(limit).compactMap(\.string), reply.excess(items.count, limit, "values"))
  }

  /// What the scraped programs say of their metrics (`/api/v1/metadata`), of one where `metric` is given. A metric can
  /// have several descriptions: programs disagree.
  public func metadata(of metric: String? = nil, limit: Int = 5_000) async throws(FetchError)
    -> PrometheusAnswer<[String: [PrometheusMetadata]]>
  {
    var items = [("limit", String(limit))]
    if let metric { items.append(("metric", metric)) }
    let reply = try await get(["api", "v1", "metadata"], items)
    guard let data = reply.data, data.kind == .object else { throw reply.malformed("no object of metrics") }
    var metadata: [String: [PrometheusMetadata]] = [:]
    for (name, entries) in data.members.prefix(limit) {
      metadata[name] = entries.elements.map {
        PrometheusMetadata(
          type: $0["type"]?.string ?? "unknown", help: $0["help"]?.string ?? "", unit: $0["unit"]?.string ?? "")
      }
    }
    return reply.answer(metadata, [])
  }

  /// Which version answers (`/api/v1/status/buildinfo`). A compatible without build information is asked for `1`
  /// instead: its version is then empty.
  public func build(now: Timestamp) async throws(FetchError) -> PrometheusBuild {
    do throws(FetchError) {
      let reply = try await get(["api", "v1", "status", "buildinfo"], [])
      return PrometheusBuild(
        version: reply.data?["version"]?.string ?? "", revision: reply.data?["revision"]?.string ?? "")
    } catch {
      guard error.kind == .notFound else { throw error }
      _ = try await instant("1", at: now)
      return PrometheusBuild(version: "", revision: "")
    }
  }

  /// The items that bound a query: the server's own deadline and its limit of series (3.2 and later; older ones ignore it).
  private var bounds: [(name: String, value: String)] {
    let timeout = max(1, deadline.seconds - 1)
    return [("timeout", PrometheusClient.number(timeout) + "s"), ("limit", String(maximumSeries))]
  }

  /// Sends a form, as GET where POST is known to be refused.
  func ask(_ path: [String], _ items: [(name: String, value: String)]) async throws(FetchError)
    -> PrometheusReply
  {
    if postIsRefused.withLock({ $0 }) { return try await get(path, items) }
    let request = HTTPRequest.post(path, form: items, deadline: deadline, maximumBytes: maximumBytes)
    let response = try await transport.send(request)
    guard response.status == 405 || response.status == 403 else {
      return try PrometheusReply(response, to: request, at: transport.address)
    }
    // A 403 may also mean what it says: only a GET that succeeds shows that it was the method.
    let reply = try await get(path, items)
    postIsRefused.withLock { $0 = true }
    return reply
  }

  func get(_ path: [String], _ items: [(name: String, value: String)]) async throws(FetchError)
    -> PrometheusReply
  {
    let request = HTTPRequest(.get, path, query: items, deadline: deadline, maximumBytes: maximumBytes)
    return try PrometheusReply(try await transport.send(request), to: request, at: transport.address)
  }

  private static func scope(_ selectors: [String], _ range: TimeRange, _ limit: Int) -> [(name: String, value: String)]
  {
    selectors.map { ("match[]", $0) } + [
      ("start", seconds(range.start)), ("end", seconds(range.end)), ("limit", String(limit)),
    ]
  }

  /// An instant as Prometheus reads it: seconds with at most three decimals.
  static func seconds(_ time: Timestamp) -> String { decimal(milliseconds: time.milliseconds) }
  /// A step as Prometheus reads it: seconds with at most three decimals.
  static func seconds(_ duration: Duration) -> String { decimal(milliseconds: duration.nanoseconds / 1_000_000) }

  private static func decimal(milliseconds: Int64) -> String {
    let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
    let sign = milliseconds < 0 ? "-" : ""
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole)." + padded(Int(rest), 3)
  }

  private static func number(_ value: Double) -> String {
    String(Int64(exactly: value.rounded(.down)) ?? 1)
  }
}
