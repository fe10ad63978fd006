/// The value of a span's tag.
enum TagValue: Sendable, Equatable {
  case string(String)
  case int(Int64)
  case bool(Bool)

  /// As a search for tags compares it.
  var plain: String {
    switch self {
    case .string(let text): text
    case .int(let number): String(number)
    case .bool(let value): value ? "true" : "false"
    }
  }
}

typealias SpanTag = (key: String, value: TagValue)

/// What a span says beside its name and times.
struct SpanFacts: Sendable {
  struct Event: Sendable {
    /// Microseconds since the epoch.
    let time: Int64
    let name: String
    let fields: [SpanTag]
  }

  var tags: [SpanTag] = []
  var events: [Event] = []
  var isFailed = false
  /// What went wrong, where something did.
  var statusMessage: String?
  /// `otel.scope.name` and its version.
  var scope: (name: String, version: String) = ("", "")
  var kind = CallKind.internal

  /// What OTLP keeps beside the attributes, as tags of Jaeger's own model; searches see them too.
  var modelTags: [SpanTag] {
    var tags: [SpanTag] = [
      ("otel.scope.name", .string(scope.name)), ("otel.scope.version", .string(scope.version)),
      ("span.kind", .string(kind.rawValue)),
    ]
    if isFailed {
      tags.append(("error", .bool(true)))
      tags.append(("otel.status_code", .string("ERROR")))
      if let statusMessage { tags.append(("otel.status_description", .string(statusMessage))) }
    }
    return tags
  }
}

extension World {
  /// What the span of that number in the request's trace says, by OpenTelemetry's semantic conventions.
  func facts(of number: Int, _ span: SimulatedSpan, in request: PlayedRequest) -> SpanFacts {
    let node = graph.nodes[span.node]
    let call = node.call
    var facts = SpanFacts()
    facts.isFailed = span.failed
    facts.kind = call.kind
    facts.scope = ("rustim-\(graph.modules[node.service])", "0.31.0")
    facts.tags = callTags(call, node: node, status: StatusClass.of(span, effect: request.effect), request: request)
    facts.tags.append(("thread.id", .int(1 + Int64(request.high >> 30 & 15))))
    if call.kind.isServed, node.parent == nil || span.parent == 0 {
      facts.tags.append(("user.id", .string(World.user(request.high))))
    }
    guard case .fail = request.effect, span.failed else {
      if case .slow = request.effect, span.isOrigin {
        facts.events.append(
          SpanFacts.Event(
            time: request.start + span.end, name: "slow call",
            fields: [("threshold_ms", .int(500)), ("elapsed_ms", .int(span.duration / 1_000))]))
      }
      return facts
    }
    let line = Line(
      milliseconds: 0, slot: 0, level: .error, service: node.service,
      content: .request(
        RequestLineContext(
          high: request.high, low: request.low, kind: span.isOrigin ? .failure : .failedAccess, node: span.node,
          span: number, duration: span.duration, effect: request.effect,
          root: graph.operations[request.operation].root)))
    let text = message(of: line).text
    facts.statusMessage = text
    if span.isOrigin {
      facts.events.append(
        SpanFacts.Event(
          time: request.start + span.end, name: "exception",
          fields: [
            ("exception.type", .string(World.exceptionType(request.effect, call: call))),
            ("exception.message", .string(text)),
            (
              "exception.stacktrace",
              .string(
                "0: \(facts.scope.name)::\(call.name)\n   at src/handler.rs:87:41\n1: tokio::runtime::task::raw::poll")
            ),
          ]))
    }
    return facts
  }

  private static func exceptionType(_ effect: Effect, call: Call) -> String {
    guard case .fail(let failure) = effect else { return "rustim::Error" }
    switch (failure, call.dependency) {
    case (.poolExhausted, .redis): return "bb8::RunError::TimedOut"
    case (.poolExhausted, _), (.error, .postgres): return "sqlx::Error"
    case (.timeout, _): return "tokio::time::error::Elapsed"
    case (.refused, _): return "tonic::transport::Error"
    case (.badVersion, _): return "serde_json::Error"
    case (.error, .redis): return "redis::RedisError"
    case (.error, .kafka): return "rdkafka::error::KafkaError"
    default: return "rustim::Error"
    }
  }

  private func callTags(
    _ call: Call, node: CallGraph.Node, status: StatusClass, request: PlayedRequest
  ) -> [SpanTag] {
    let user = World.user(request.high)
    switch call.detail {
    case .http(let method, let route):
      return [
        ("http.method", .string(method)), ("http.route", .string(route)),
        ("http.target", .string(route.replacing("{id}", with: String(request.high % 1_000_000)))),
        ("http.status_code", .int(Int64(status.code))),
        ("net.peer.ip", .string("10.8.\(request.high >> 8 & 127).\(request.high & 127)")),
      ]
    case .rpc(let service, let method):
      var tags: [SpanTag] = [
        ("rpc.system", .string("grpc")), ("rpc.service", .string(service)), ("rpc.method", .string(method)),
        ("rpc.grpc.status_code", .int(World.grpcCode(status))),
      ]
      if call.kind == .client, let callee = node.children.first {
        tags.append(("peer.service", .string(graph.nodes[callee].call.service)))
      }
      return tags
    case .sql(let operation, let table, let statement):
      return [
        ("db.system", .string("postgresql")), ("db.name", .string("rustim")), ("db.operation", .string(operation)),
        ("db.sql.table", .string(table)), ("db.statement", .string(statement)), ("peer.service", .string("postgres")),
        ("net.peer.name", .string("postgres-primary")), ("net.peer.port", .int(5_432)),
      ]
    case .redis(let command):
      let statement = command.replacing("{user_id}", with: user).replacing("{id}", with: user)
        .replacing("{token}", with: hexadecimal(SplitMix.mix(request.high)).prefix(12))
      return [
        ("db.system", .string("redis")), ("db.statement", .string(statement)), ("peer.service", .string("redis")),
        ("net.peer.name", .string("redis-\(request.high % 3)")), ("net.peer.port", .int(6_379)),
      ]
    case .publish(let topic):
      return [
        ("messaging.system", .string("kafka")), ("messaging.destination.name", .string(topic)),
        ("messaging.operation", .string("publish")), ("messaging.kafka.partition", .int(Int64(request.high % 6))),
        ("peer.service", .string("kafka")),
      ]
    case .consume(let topic):
      return [
        ("messaging.system", .string("kafka")), ("messaging.destination.name", .string(topic)),
        ("messaging.operation", .string("process")), ("messaging.kafka.consumer.group", .string("rustim-push")),
        ("messaging.kafka.partition", .int(Int64(request.high % 6))),
      ]
    case .work: return [("code.function", .string(call.name))]
    }
  }

  private static func grpcCode(_ status: StatusClass) -> Int64 {
    switch status {
    case .success: 0
    case .unauthorised: 16
    case .error: 13
    case .unavailable: 14
    case .gatewayTimeout: 4
    }
  }

  /// What the process that wrote a span says of itself.
  func processTags(service: Int, request: PlayedRequest) -> [SpanTag] {
    let place = place(
      service: service, instance: World.instance(high: request.high, service: service), at: request.second)
    return [
      ("host.name", .string(place.host)), ("hostname", .string(place.host)), ("ip", .string(place.address)),
      ("k8s.pod.name", .string(place.pod)), ("service.version", .string(place.version)),
      ("service.namespace", .string("rustim")), ("deployment.environment", .string("demo")),
      ("telemetry.sdk.language", .string("rust")), ("telemetry.sdk.name", .string("opentelemetry")),
      ("telemetry.sdk.version", .string("0.31.0")),
    ]
  }
}
