/// Looks where stores answer, to make settings of it: reads only, each address is asked two or three things.
public struct StackSurvey: Sendable {
  /// An address that is tried.
  public struct Place: Sendable, Equatable {
    /// Which store should be there.
    public let store: Store
    /// Where.
    public let address: BaseAddress
    /// Where the address comes from, in words: `its usual port`.
    public let source: String
    /// Whether somebody named it: then it is written down although nobody answers.
    public let isNamed: Bool
  }

  /// What was found at an address.
  public struct Discovery: Sendable {
    /// Where it was looked for.
    public let place: Place
    /// What answered, in words: `version 8.17.0, cluster demo`; nil where nobody did.
    public var answer: String?
    /// Why there is no use of it.
    public var failure: FetchError?
    /// Whether something answers there that wants to know who asks.
    public var asksForCredentials = false
    /// The indices of a log store, without hidden ones.
    public var indices: [String] = []
    /// The services that a trace store knows.
    public var services: [String] = []

    /// Whether the store belongs into the settings.
    public var isFound: Bool { answer != nil || asksForCredentials }
  }

  private let places: [Place]
  private let transport: @Sendable (Endpoint) -> any HTTPTransport
  private let clock: @Sendable () -> Timestamp

  /// The stores in the order in which they are looked for and written down.
  public static let order: [Store] = [
    .elasticsearch, .jaeger, .prometheus, .alertmanager, .grafana, .kibana, .filebeat, .logstash, .collector,
  ]
  /// A store on this network answers sooner.
  private static let deadline = Duration.seconds(5)

  /// A survey of the addresses that are `given`, else those that `hints` mean, else of the usual ports of this machine. Throws
  /// what is no address.
  public init(given: [Store: String], hints: StackHints, clock: @escaping @Sendable () -> Timestamp)
    throws(SettingsError)
  {
    try self.init(given: given, hints: hints, clock: clock) { endpoint in
      DeadlineTransport(AsyncHTTPTransport(endpoint: endpoint), deadline: StackSurvey.deadline)
    }
  }

  init(
    given: [Store: String], hints: StackHints, clock: @escaping @Sendable () -> Timestamp,
    transport: @escaping @Sendable (Endpoint) -> any HTTPTransport
  ) throws(SettingsError) {
    var places: [Place] = []
    for store in StackSurvey.order {
      let usual = store == .grafana ? "http://localhost:3000" : StoreSettings.standardURL(store)
      guard let text = given[store] ?? hints.places[store]?.address ?? usual else { continue }
      let parsed: BaseAddress.Parsed
      do throws(BaseAddress.Fault) { parsed = try BaseAddress.parse(text) } catch {
        throw SettingsError([SettingsProblem(.flag("--\(store.rawValue)"), error.reason)])
      }
      if parsed.username != nil {
        throw SettingsError([
          SettingsProblem(
            .flag("--\(store.rawValue)"),
            "no user and no password here, for everybody on this machine can read the command line: they belong into the file"
          )
        ])
      }
      let source = given[store] != nil ? "as given" : hints.places[store]?.source ?? "its usual port"
      places.append(
        Place(store: store, address: parsed.address, source: source, isNamed: given[store] != nil))
    }
    self.places = places
    self.transport = transport
    self.clock = clock
  }

  /// Asks at all addresses at once.
  public func discoveries() async -> [Discovery] {
    await withTaskGroup(of: (Int, Discovery).self) { group in
      for (number, place) in places.enumerated() {
        group.addTask { (number, await discovery(place)) }
      }
      var found: [Int: Discovery] = [:]
      for await (number, discovery) in group { found[number] = discovery }
      return found.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  private func discovery(_ place: Place) async -> Discovery {
    var discovery = Discovery(place: place)
    let transport = transport(Endpoint(address: place.address))
    do throws(FetchError) {
      discovery.answer = try await ask(place.store, transport, &discovery)
    } catch {
      discovery.failure = error
      discovery.asksForCredentials = error.kind == .unauthorised
    }
    return discovery
  }

  private func ask(
    _ store: Store, _ transport: any HTTPTransport, _ discovery: inout Discovery
  ) async throws(FetchError) -> String {
    switch store {
    case .elasticsearch:
      let client = ElasticsearchClient(transport: transport)
      let server = try await client.probe()
      discovery.indices = await client.indexNames() ?? []
      let cluster = server.cluster.isEmpty ? "" : ", cluster \(server.cluster)"
      return version(server.version) + cluster
    case .jaeger:
      discovery.services = try await JaegerClient(transport: transport).services()
      return "\(discovery.services.count) services"
    case .prometheus: return version(try await PrometheusClient(transport: transport).build(now: clock()).version)
    case .alertmanager:
      return version(try await AlertmanagerClient(transport: transport).version())
    case .grafana: return try await version(["api", "health"], ["database"], transport) { $0["version"]?.string }
    case .kibana:
      return try await version(["api", "status"], ["status"], transport) { $0[path: "version", "number"]?.string }
    case .filebeat: return try await version([""], ["beat"], transport) { $0["version"]?.string }
    case .logstash: return try await version([""], ["http_address"], transport) { $0["version"]?.string }
    case .collector:
      let request = HTTPRequest(.get, ["metrics"], maximumBytes: 8 << 20)
      let response = try await transport.send(request)
      if let failure = FetchError.status(response, to: request, at: transport.address) { throw failure }
      return "its metrics"
    }
  }

  private func version(
    _ path: [String], _ keys: [String], _ transport: any HTTPTransport, _ read: (JSONValue) -> String?
  ) async throws(FetchError) -> String {
    let request = HTTPRequest(.get, path, maximumBytes: 4 << 20)
    let response = try await transport.send(request)
    if let failure = FetchError.status(response, to: request, at: transport.address) { throw failure }
    guard let root = try? JSONReader.read(response.body).document.root, keys.allSatisfy({ root[$0] != nil }) else {
      throw FetchError(
        .malformed, tried: FetchError.tried(request, at: transport.address), answer: "something else answers there",
        status: response.status)
    }
    return version(read(root) ?? "")
  }

  private func version(_ text: String) -> String {
    text.isEmpty ? "it does not tell its version" : "version \(FetchError.bounded(FetchError.singleLine(text), to: 60))"
  }
}
