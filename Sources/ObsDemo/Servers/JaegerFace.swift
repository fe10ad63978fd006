import ObsData

/// Jaeger's query service over HTTP: the v1 API that its UI used, and v3. It plays 2.20, the last release that has both, except
/// that an unknown path below `/api` is a plain 404 as on its main branch.
struct JaegerFace: DemoFace {
  let world: World

  /// A refusal in the shape of the API that was asked.
  struct Refusal: Error {
    let status: Int
    let message: String

    static func bad(_ message: String) -> Refusal { Refusal(status: 400, message: message) }
  }

  func answer(_ request: DemoRequest, nanoseconds: Int64) async -> DemoResponse {
    let now = Timestamp(nanoseconds: nanoseconds)
    guard request.path.first == "api" else { return interface(request) }
    guard request.method == "GET" else { return .plain("Method Not Allowed", status: 405) }
    if request.path.dropFirst().first == "v3" { return answerV3(request, now: now) }
    do throws(Refusal) {
      return try answerV1(request, now: now)
    } catch {
      return failure(error)
    }
  }

  /// Jaeger's UI is not part of the demo.
  private func interface(_ request: DemoRequest) -> DemoResponse {
    let page = """
      <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Jaeger UI</title></head>
      <body><p>The demo answers Jaeger's HTTP API below /api; it has no user interface.</p></body></html>
      """
    return DemoResponse(headers: [("Content-Type", "text/html; charset=utf-8")], body: Array(page.utf8))
  }

  // MARK: v1

  private func answerV1(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> DemoResponse {
    switch Array(request.path.dropFirst()) {
    case ["services"]:
      return envelope(.array(world.services.sorted().map { .string($0) }), total: world.services.count)
    case ["operations"]:
      guard let service = request.parameter("service"), !service.isEmpty else {
        throw .bad("parameter 'service' is required")
      }
      let operations = operations(of: service, kind: request.parameter("spanKind"))
      let data = operations.map { operation -> JSONTree in
        ["name": .string(operation.name), "spanKind": .string(operation.kind.rawValue)]
      }
      return envelope(.array(data), total: operations.count)
    case ["traces"]: return try search(request, now: now)
    case ["dependencies"]: return try dependencies(request, now: now)
    case let path where path.count == 3 && path[0] == "services" && path[2] == "operations":
      var names: [String] = []
      for operation in operations(of: path[1], kind: nil) where names.last != operation.name {
        names.append(operation.name)
      }
      return envelope(.array(names.map { .string($0) }), total: names.count)
    case let path where path.count == 2 && path[0] == "traces":
      let id = try JaegerFace.parse(traceID: path[1])
      try checkTimes(request)
      guard let trace = world.trace(high: id.high, low: id.low, now: now) else {
        throw Refusal(status: 404, message: "trace not found")
      }
      return envelope([traceV1(trace)])
    case let path where path.count == 2 && path[0] == "metrics":
      throw Refusal(status: 501, message: "metrics querying is currently disabled")
    default: return .plain("404 page not found", status: 404)
    }
  }

  private func checkTimes(_ request: DemoRequest) throws(Refusal) {
    _ = try microseconds(request, "start", default: 0)
    _ = try microseconds(request, "end", default: 0)
  }

  private func search(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> DemoResponse {
    let query = try searchQuery(request, now: now)
    let ids = request.query.filter { $0.name == "traceID" }.map(\.value)
    guard ids.isEmpty else {
      var traces: [JSONTree] = []
      for text in ids {
        let id: (high: UInt64, low: UInt64)
        do throws(Refusal) {
          id = try JaegerFace.parse(traceID: text)
        } catch {
          throw .bad("cannot parse traceID param: \(error.message)")
        }
        if let trace = world.trace(high: id.high, low: id.low, now: now) { traces.append(traceV1(trace)) }
      }
      return envelope(.array(traces))
    }
    return envelope(.array(world.traces(query, now: now).map(traceV1)))
  }

  private func dependencies(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> DemoResponse {
    let end = try integer(request, "endTs", default: now.milliseconds)
    let lookback = try integer(request, "lookback", default: 86_400_000)
    let (from, overflow) = end.subtractingReportingOverflow(lookback)
    let links = world.dependencies(
      from: Timestamp(milliseconds: overflow ? 0 : from), to: min(Timestamp(milliseconds: end), now))
    let service = request.parameter("service") ?? ""
    let wanted = links.filter { service.isEmpty || $0.parent == service || $0.child == service }
    return envelope(
      .array(
        wanted.map { link -> JSONTree in
          ["parent": .string(link.parent), "child": .string(link.child), "callCount": .int(Int64(link.count))]
        }))
  }

  /// The envelope of every answer of v1.
  private func envelope(_ data: JSONTree, total: Int = 0) -> DemoResponse {
    .json(["data": data, "total": .int(Int64(total)), "limit": 0, "offset": 0, "errors": nil])
  }

  private func failure(_ refusal: Refusal) -> DemoResponse {
    let tree: JSONTree = [
      "data": nil, "total": 0, "limit": 0, "offset": 0,
      "errors": [["code": .int(Int64(refusal.status)), "msg": .string(refusal.message)]],
    ]
    return .plain(tree.text, status: refusal.status)
  }

  // MARK: shared

  func operations(of service: String, kind: String?) -> [(name: String, kind: CallKind)] {
    world.graph.operationNames(of: service).filter { operation in
      kind.map { $0.isEmpty || $0 == operation.kind.rawValue } ?? true
    }
  }

  /// A trace identifier as Jaeger takes it: up to 32 hexadecimal digits.
  static func parse(traceID text: String) throws(Refusal) -> (high: UInt64, low: UInt64) {
    if text.utf8.count > 32 { throw .bad("TraceID cannot be longer than 32 hex characters: \(text)") }
    func number(_ part: Substring) throws(Refusal) -> UInt64 {
      guard !part.isEmpty, part.allSatisfy({ $0.isHexDigit && $0.isASCII }), let value = UInt64(part, radix: 16) else {
        throw .bad("strconv.ParseUint: parsing \"\(part)\": invalid syntax")
      }
      return value
    }
    if text.utf8.count <= 16 { return (0, try number(Substring(text))) }
    return (try number(text.dropLast(16)), try number(text.suffix(16)))
  }
}
