/// What the services of the world lean on beside each other.
enum Dependency: String, CaseIterable, Sendable { case redis, postgres, kafka }

/// OpenTelemetry's span kinds, as the world's spans have them.
enum CallKind: String, Sendable, CaseIterable {
  case `internal`, server, client, producer, consumer

  /// The number in OTLP: 1 internal … 5 consumer.
  var number: Int64 {
    switch self {
    case .internal: 1
    case .server: 2
    case .client: 3
    case .producer: 4
    case .consumer: 5
    }
  }

  /// Whether such a span stands for work that the service was asked for.
  var isServed: Bool { self == .server || self == .consumer }
}

/// A call as the call graph is written: what a service does, and what it calls in turn, in order.
struct Call: Sendable {
  /// What kind of work it is; tags and messages follow from it.
  enum Detail: Sendable {
    case http(method: String, route: String)
    case rpc(service: String, method: String)
    case sql(operation: String, table: String, statement: String)
    case redis(command: String)
    case publish(topic: String)
    case consume(topic: String)
    case work
  }

  var service: String
  var name: String
  var kind: CallKind
  var detail: Detail
  var dependency: Dependency?
  /// The median of the span's own time, without its calls.
  var milliseconds: Double
  /// The standard deviation of the logarithm of that time.
  var spread = 0.35
  /// How often the call is made at all.
  var probability = 1.0
  /// How many times it is made.
  var repeats = 1...1
  /// Whether the caller goes on without waiting (a consumer behind a queue).
  var isAsynchronous = false
  /// Whether it starts together with the call written before it.
  var isParallel = false
  var calls: [Call] = []
}

extension Call {
  static func http(_ service: String, _ method: String, _ route: String, _ milliseconds: Double, _ calls: [Call])
    -> Call
  {
    Call(
      service: service, name: "\(method) \(route)", kind: .server, detail: .http(method: method, route: route),
      milliseconds: milliseconds, calls: calls)
  }

  /// A call over gRPC: a client span in the caller around a server span in the callee.
  static func rpc(_ caller: String, _ callee: String, _ name: String, _ milliseconds: Double, _ calls: [Call]) -> Call {
    let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
    let detail = Detail.rpc(service: parts.first ?? name, method: parts.last ?? name)
    let server = Call(
      service: callee, name: name, kind: .server, detail: detail, milliseconds: milliseconds, calls: calls)
    return Call(service: caller, name: name, kind: .client, detail: detail, milliseconds: 0.6, calls: [server])
  }

  static func redis(_ service: String, _ command: String, _ milliseconds: Double = 0.7) -> Call {
    let name = String(command.prefix { $0 != " " })
    return Call(
      service: service, name: name, kind: .client, detail: .redis(command: command), dependency: .redis,
      milliseconds: milliseconds, spread: 0.5)
  }

  static func sql(
    _ service: String, _ operation: String, _ table: String, _ statement: String, _ milliseconds: Double = 4
  )
    -> Call
  {
    Call(
      service: service, name: "\(operation) \(table)", kind: .client,
      detail: .sql(operation: operation, table: table, statement: statement), dependency: .postgres,
      milliseconds: milliseconds, spread: 0.6)
  }

  static func publish(_ service: String, _ topic: String, _ consumers: [Call]) -> Call {
    Call(
      service: service, name: "\(topic) publish", kind: .producer, detail: .publish(topic: topic), dependency: .kafka,
      milliseconds: 2, spread: 0.4, calls: consumers)
  }

  static func consume(_ service: String, _ topic: String, _ milliseconds: Double, _ calls: [Call]) -> Call {
    Call(
      service: service, name: "\(topic) process", kind: .consumer, detail: .consume(topic: topic),
      milliseconds: milliseconds, isAsynchronous: true, calls: calls)
  }

  static func work(_ service: String, _ name: String, _ milliseconds: Double, _ calls: [Call] = []) -> Call {
    Call(service: service, name: name, kind: .internal, detail: .work, milliseconds: milliseconds, calls: calls)
  }

  func sometimes(_ probability: Double) -> Call {
    var call = self
    call.probability = probability
    return call
  }

  func repeated(_ repeats: ClosedRange<Int>) -> Call {
    var call = self
    call.repeats = repeats
    return call
  }

  func beside() -> Call {
    var call = self
    call.isParallel = true
    return call
  }

  /// The call without what needs a service that is not there; nil where it is its own service that is missing.
  func pruned(to services: Set<String>) -> Call? {
    guard services.contains(service) else { return nil }
    var call = self
    call.calls = calls.compactMap { $0.pruned(to: services) }
    // A client span without its server says nothing.
    if case .rpc = detail, kind == .client, call.calls.isEmpty { return nil }
    return call
  }
}
