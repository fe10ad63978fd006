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
    let (_, documents) = try await ask([.servicesV3, .servicesV1]) { endpoint in
      HTTPRequest(.get, endpoint == .servicesV3 ? ["api", "v3", "services"] : ["api", "services"])
    }
    guard let root = documents?.first?.root else { return [] }
    let names = (root["services"] ?? root["data"])?.elements ?? []
    return Set(names.compactMap(\.string)).sorted()
  }

  /// The operations of a service, sorted by name.
  public func operations(of service: String) async throws(FetchError) -> [TraceOperation] {
    let (_, documents) = try await ask([.operationsV3, .operationsV1, .operationsLegacy]) { endpoint in
      switch endpoint {
      case .operationsV3: HTTPRequest(.get, ["api", "v3", "operations"], query: [("service", service)])
      case .operationsV1: HTTPRequest(.get, ["api", "operations"], query: [("service", service)])
      default: HTTPRequest(.get, ["api", "services", service, "operations"])
      }
    }
    guard let root = documents?.first?.root else { return [] }
    let operations = ((root["operations"] ?? root["data"])?.elements ?? []).compactMap { value -> TraceOperation? in
      guard let name = value.string ?? value["name"]?.string else { return nil }
      return TraceOperation(name: name, kind: value["spanKind"]?.string.flatMap(SpanKind.init(rawValue:)))
    }
    return Set(operations).sorted { ($0.name, $0.kind?.rawValue ?? "") < ($1.name, $1.kind?.rawValue ?? "") }
  }

  /// Who called whom in a range of time, sorted. Empty where the store does not compute it; only v1 has it.
  public func dependencies(in range: TimeRange) async throws(FetchError) -> [TraceDependency] {
    let (_, documents) = try await ask([.dependencies]) { _ in
      // Milliseconds here, microseconds in a search.
      HTTPRequest(
        .get, ["api", "dependencies"],
        query: [
          ("endTs", String(range.end.milliseconds)), ("lookback", String(range.duration.nanoseconds / 1_000_000)),
        ])
    }
    let edges = documents?.first?.root["data"]?.elements ?? []
    return edges.compactMap { edge in
      guard let parent = edge["parent"]?.string, let child = edge["child"]?.string else { return nil }
      return TraceDependency(parent: parent, child: child, callCount: edge["callCount"]?.int ?? 0)
    }.sorted { ($0.parent, $0.child) < ($1.parent, $1.child) }
  }

  /// Asks the endpoints in their order of preference until one is there. The documents are nil where Jaeger says that it has
  /// no such thing.
  func ask(_ order: [JaegerEndpoint], _ request: (JaegerEndpoint) -> HTTPRequest) async throws(FetchError)
    -> (endpoint: JaegerEndpoint, documents: [JSONDocument]?)
  {
    var asked: [JaegerEndpoint] = []
    var failure: FetchError?
    while let endpoint = known.candidates(order).first(where: { !asked.contains($0) }) {
      asked.append(endpoint)
      let request = request(endpoint)
      let response = try await transport.send(request)
      switch try JaegerAnswer(response, to: request, at: transport.address) {
      case .documents(let documents):
        capabilities.withLock { $0.note(endpoint, isThere: true) }
        if let failure = documents.lazy.compactMap({ JaegerClient.failure($0, to: request, at: self.transport.address) }
        ).first {
          throw failure
        }
        return (endpoint, documents)
      case .nothing:
        capabilities.withLock { $0.note(endpoint, isThere: true) }
        return (endpoint, nil)
      case .absent(let error):
        capabilities.withLock { $0.note(endpoint, isThere: false) }
        // The first refusal is the one to tell: it is the endpoint that should be there.
        if failure == nil { failure = error }
      }
    }
    throw failure ?? FetchError(.notFound, tried: transport.address, answer: "no endpoint to ask")
  }

  /// The failure that comes with status 200: v1 with `errors` and no data (unless something was merely not found), v3 with
  /// `error` in the middle of a stream.
  private static func failure(_ document: JSONDocument, to request: HTTPRequest, at address: String) -> FetchError? {
    let root = document.root
    if let message = root["error"]?["message"]?.string {
      return JaegerFailure.envelope(message, to: request, at: address)
    }
    guard let errors = root["errors"]?.elements, !errors.isEmpty, root["data"]?.isNull ?? true,
      !errors.allSatisfy({ $0["code"]?.int == 404 })
    else { return nil }
    let message = JaegerFailure.envelopeMessages(root).joined(separator: "; ")
    return JaegerFailure.envelope(message.isEmpty ? "errors without a message" : message, to: request, at: address)
  }
}
