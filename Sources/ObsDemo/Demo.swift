import ObsData

/// The embedded demo stack: a simulated RustIM behind four servers on loopback.
public final class Demo: Sendable {
  /// What can be chosen.
  public struct Options: Sendable {
    /// The same seed tells the same story.
    public var seed: UInt64
    /// The port of Elasticsearch; Jaeger, Prometheus and Alertmanager have the next three. Nil takes free ports.
    public var portBase: Int?
    /// How many services there are; 7 is RustIM as it is.
    public var services: Int
    /// Log lines a second, about.
    public var rate: Double
    /// A file of incidents, in YAML; nil plays the built-in ones.
    public var scenario: String?
    /// When the demo starts: a day of past lies before it.
    public var origin: Timestamp
    /// Tells the time; the system's clock in a live demo, a constant where the picture must be the same every time.
    public var clock: @Sendable () -> Timestamp

    /// Makes options; the defaults are those of `obs-tui demo`.
    public init(
      seed: UInt64 = 1, portBase: Int? = nil, services: Int = 7, rate: Double = 20,
      scenario: String? = nil, origin: Timestamp, clock: @escaping @Sendable () -> Timestamp
    ) {
      self.seed = seed
      self.portBase = portBase
      self.services = services
      self.rate = rate
      self.scenario = scenario
      self.origin = origin
      self.clock = clock
    }
  }

  /// Why the demo did not start, in sentences.
  public struct Failure: Error, CustomStringConvertible, Sendable {
    /// The sentences.
    public let description: String
  }

  private let stack: DemoStack

  private init(stack: DemoStack) { self.stack = stack }

  /// Starts the four servers.
  public static func start(_ options: Options) async throws(Failure) -> Demo {
    let scenario: Scenario
    do {
      scenario = try options.scenario.map { (path) throws(ScenarioError) in try Scenario.load(path: path) } ?? .builtIn
    } catch {
      throw Failure(description: "\(error)")
    }
    let world = World(
      seed: options.seed, services: options.services, rate: options.rate, scenario: scenario, origin: options.origin)
    let faces: [Store: any DemoFace] = [
      .elasticsearch: ElasticsearchFace(source: world), .jaeger: JaegerFace(world: world),
      .prometheus: PrometheusFace(source: world), .alertmanager: AlertmanagerFace(world: world),
    ]
    do {
      let clock = options.clock
      return Demo(
        stack: try await DemoStack.start(faces: faces, portBase: options.portBase) { clock().nanoseconds })
    } catch {
      throw Failure(description: error.description)
    }
  }

  /// The stores that answer, with their addresses, in the order of their ports.
  public var addresses: [(store: Store, address: String)] {
    DemoStack.order.compactMap { store in stack.address(of: store).map { (store, $0) } }
  }

  /// Stops the servers.
  public func stop() async { await stack.stop() }
}
