import ObsData

/// Makes traces as Jaeger's v1 API writes them, the same for the same seed: about 600 bytes a span, eight tags, now and then an
/// event or an error.
struct TraceGenerator {
  /// How the spans hang together.
  enum Shape: String {
    /// Each span below one of those that began shortly before it: a request that fans out.
    case tree
    /// Each span below the one before it.
    case chain
    /// All spans below the first.
    case flat
  }

  let spans: Int
  var shape = Shape.tree
  var seed: UInt64 = 7

  private static let services = [
    "api-gateway", "user-server", "msg-server", "group-server", "push-server", "file-server", "redis", "postgres",
  ]
  private static let routes = [
    "/api/v1/users/{id}", "/api/v1/users/{id}/messages", "/api/v1/groups/{id}/members", "/api/v1/files/{id}",
    "/healthz",
  ]
  private static let verbs = ["GET", "POST", "PUT", "SELECT", "HGETALL", "publish", "consume", "encode"]

  /// The whole answer.
  func bytes() -> [UInt8] {
    var state = seed
    /// SplitMix64, https://prng.di.unimi.it/splitmix64.c
    func next(_ bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return Int(truncatingIfNeeded: (mixed ^ mixed >> 31) >> 1) % bound
    }
    func spanID(_ number: Int) -> String { SpanID(value: UInt64(number + 1) &* 0xD134_2543_DE82_EF95 | 1).description }
    let trace = TraceID(high: 0x4BF9_2F35_77B3_4DA6, low: 0xA3CE_929D_0E0E_4736).description
    var text: [UInt8] = []
    text.reserveCapacity(spans * 640 + 4_096)
    text += Array("{\"data\":[{\"traceID\":\"\(trace)\",\"spans\":[".utf8)
    for index in 0..<spans {
      let parent =
        switch shape {
        case .tree: max(0, index - 1 - next(min(max(index, 1), 40)))
        case .chain: index - 1
        case .flat: 0
        }
      let service = next(TraceGenerator.services.count)
      let isError = next(200) == 0
      let route = TraceGenerator.routes[next(TraceGenerator.routes.count)]
      let operation = "\(TraceGenerator.verbs[next(TraceGenerator.verbs.count)]) \(route)"
      let start = 1_795_337_590_000_000 + index * 8 + next(8)
      var span = index == 0 ? "{" : ",{"
      span +=
        "\"traceID\":\"\(trace)\",\"spanID\":\"\(spanID(index))\",\"operationName\":\"\(operation)\",\"references\":["
      if index > 0 { span += "{\"refType\":\"CHILD_OF\",\"traceID\":\"\(trace)\",\"spanID\":\"\(spanID(parent))\"}" }
      span += "],\"startTime\":\(start),\"duration\":\(index == 0 ? spans * 10 : 20 + next(900)),\"tags\":["
      span += "{\"key\":\"span.kind\",\"type\":\"string\",\"value\":\"\(index % 2 == 0 ? "server" : "client")\"},"
      span += "{\"key\":\"http.route\",\"type\":\"string\",\"value\":\"\(route)\"},"
      span += "{\"key\":\"http.status_code\",\"type\":\"int64\",\"value\":\(isError ? 500 : 200)},"
      span += "{\"key\":\"otel.scope.name\",\"type\":\"string\",\"value\":\"tracing-opentelemetry\"},"
      if isError { span += "{\"key\":\"error\",\"type\":\"bool\",\"value\":true}," }
      span += "{\"key\":\"thread.id\",\"type\":\"int64\",\"value\":\(next(16))}],\"logs\":["
      if isError || next(20) == 0 {
        span += "{\"timestamp\":\(start + 5),\"fields\":[{\"key\":\"event\",\"type\":\"string\",\"value\":\"retry\"}]}"
      }
      span += "],\"processID\":\"p\(service + 1)\",\"warnings\":null}"
      text += Array(span.utf8)
    }
    let processes = TraceGenerator.services.enumerated().map { index, name in
      "\"p\(index + 1)\":{\"serviceName\":\"\(name)\",\"tags\":[{\"key\":\"host\",\"type\":\"string\",\"value\":\"h\"}]}"
    }
    text += Array(
      "],\"processes\":{\(processes.joined(separator: ","))},\"warnings\":null}],\"total\":0,\"errors\":null}".utf8)
    return text
  }
}
