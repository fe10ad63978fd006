import Synchronization

/// Asks a Jaeger: its v1 JSON API and its v3 API, whichever of the two answers for each need. Versions up to 2.20 speak v1;
/// searches over v1 are gone after that; summaries came with 2.19. What the endpoints are is learnt from their answers.
public final class JaegerClient: Sendable {
  let transport: any HTTPTransport
  private let capabilities = Mutex(JaegerCapabilities())

  /// Makes a client of an endpoint.
  public init(transport: any HTTPTransport) { self.transport = transport }

  /// What is known of the endpoints so far.
  var known: JaegerCapabilities { capabilities.withLock { $0 } }

  /// The services that wrote spans, sorted.
  public func services() async throws(FetchError) -> [String] {
    let reply = try await ask([.servicesV3, .servicesV1]) { endpoint in
      HTTPRequest(.get, endpoint == .servicesV3 ? ["api", "v3", "services"] : ["api", "services"])
    }
    return Set(try list("services", of: reply).compactMap(\.string)).sorted()
  }

  /// The operations of a service, sorted by name.
  public func operations(of service: String) async throws(FetchError) -> [TraceOperation] {
    let reply = try await ask([.operationsV3, .operationsV1, .operationsLegacy]) { endpoint in
      switch endpoint {
      case .operationsV3: HTTPRequest(.get, ["api", "v3", "operations"], query: [("service", service)])
      case .operationsV1: HTTPRequest(.get, ["api", "operations"], query: [("service", service)])
      default: HTTPRequest(.get, ["api", "services", service, "operations"])
      }
    }
    let operations = try list("operations", of: reply).compactMap { value -> TraceOperation? in
      guard let name = value.string ?? value["name"]?.string else { return nil }
      return TraceOperation(name: name, kind: value["spanKind"]?.string.flatMap(SpanKind.init(rawValue:)))
    }
    return Set(operations).sorted { ($0.name, $0.kind?.rawValue ?? "") < ($1.name, $1.kind?.rawValue ?? "") }
  }

  /// The items of an answer: v1 has them in its envelope's `data`, which is null where there are none, v3 under their name, which
  /// is left out then. Anything else is not Jaeger's.
  func list(_ name: String, of reply: Reply) throws(FetchError) -> [JSONValue] {
    guard let text = reply.text else { return [] }
    let root = text.values.first
    let items = root.flatMap { $0[name] ?? $0["data"] }
    guard root?.kind == .object, [nil, .null, .array].contains(items?.kind) else {
      throw JaegerFailure.foreign("a list of \(name)", to: reply.request, at: transport.address)
    }
    return items?.elements ?? []
  }

  /// What was found where: `text` is nil where Jaeger says that it has no such thing.
  struct Reply {
    let endpoint: JaegerEndpoint
    let request: HTTPRequest
    let text: TraceText?
    /// How long the answer was.
    let bytes: Int
  }

  /// The traces of an answer; nil where it holds something else.
  func traces(of reply: Reply) throws(FetchError) -> (traces: [Trace], repairs: [JSONRepair])? {
    guard let text = reply.text else { return ([], []) }
    do throws(TraceText.Failure) {
      switch reply.endpoint {
      case .traceV1, .searchV1: return try JaegerV1Decoder.decode(text)
      default: return try JaegerV3Decoder.decode(text)
      }
    } catch {
      throw JaegerFailure.unreadable(error, to: reply.request, at: transport.address)
    }
  }

  /// Asks the endpoints in their order of preference until one is there.
  func ask(_ order: [JaegerEndpoint], _ request: (JaegerEndpoint) -> HTTPRequest) async throws(FetchError) -> Reply {
    var asked: [JaegerEndpoint] = []
    var failure: FetchError?
    while let endpoint = known.candidates(order).first(where: { !asked.contains($0) }) {
      asked.append(endpoint)
      let request = request(endpoint)
      let response = try await transport.send(request)
      switch try JaegerAnswer(response, to: request, at: transport.address) {
      case .content(let text):
        capabilities.withLock { $0.note(endpoint, isThere: true) }
        for value in text.values {
          if let failure = JaegerFailure.inside(value, to: request, at: transport.address) { throw failure }
        }
        return Reply(endpoint: endpoint, request: request, text: text, bytes: response.body.count)
      case .nothing:
        capabilities.withLock { $0.note(endpoint, isThere: true) }
        return Reply(endpoint: endpoint, request: request, text: nil, bytes: response.body.count)
      case .absent(let error):
        capabilities.withLock { $0.note(endpoint, isThere: false) }
        // The first refusal is the one to tell: it is the endpoint that should be there.
        if failure == nil { failure = error }
      }
    }
    throw failure ?? FetchError(.notFound, tried: transport.address, answer: "no endpoint to ask")
  }
}
