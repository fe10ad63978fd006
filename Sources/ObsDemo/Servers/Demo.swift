import Foundation
import ObsData

/// Why the demo did not start: a sentence for the user, or several lines about a scenario's mistakes. It is a matter of usage.
public struct DemoError: Error, CustomStringConvertible, Equatable {
  /// What is wrong and where.
  public let description: String
}

/// The demo stack: a simulated RustIM behind real HTTP servers on the loopback interface.
public final class Demo: Sendable {
  /// What the demo can be told.
  public struct Options: Sendable {
    /// The same seed tells the same story, relative to its start.
    public var seed: UInt64 = 1
    /// How many services there are; 7 is RustIM as it is.
    public var services = 7
    /// Log lines a second, about.
    public var rate = 20.0
    /// The path of a scenario (docs/scenarios.md); nil for the built-in incidents.
    public var scenario: String?
    /// The first of four ports; nil for free ones.
    public var portBase: Int?
    /// The instant at which the demo stands still, for a view that can be made again; nil for a demo that runs with the clock.
    public var time: Timestamp?

    /// The defaults: RustIM at 20 lines a second, on free ports, running with the clock.
    public init() {}
  }

  private let stack: DemoStack

  private init(stack: DemoStack) { self.stack = stack }

  /// Makes a world and puts its servers on their ports. Throws where the scenario is wrong or a port is taken.
  public static func start(_ options: Options) async throws(DemoError) -> Demo {
    let scenario = try scenario(options.scenario)
    let origin = options.time ?? Timestamp(nanoseconds: DemoStack.wallClock())
    let world = World(
      seed: options.seed, services: options.services, rate: options.rate, scenario: scenario, origin: origin)
    var clock = DemoStack.wallClock
    if let fixed = options.time?.nanoseconds { clock = { fixed } }
    do throws(DemoServerError) {
      let elasticsearch = ElasticsearchFace(source: world)
      let demo = Demo(
        stack: try await DemoStack.start(
          faces: faces(of: world, elasticsearch, isFixed: options.time != nil), portBase: options.portBase,
          clock: clock))
      if options.time == nil { prepare(elasticsearch, rate: options.rate, now: clock()) }
      return demo
    } catch {
      throw DemoError(description: error.description)
    }
  }

  static func scenario(_ path: String?) throws(DemoError) -> Scenario {
    guard let path else { return .builtIn }
    do throws(ScenarioError) {
      return try Scenario.load(path: path)
    } catch {
      throw DemoError(description: error.description)
    }
  }

  /// Reads the past into the cache in the background, newest first, so that a window of a day need not wait for it: as many
  /// lines as the cache holds. A debug build would be busy for minutes.
  private static func prepare(_ face: ElasticsearchFace, rate: Double, now: Int64) {
    #if !DEBUG
      let window = Duration.seconds(min(86_400, 2_000_000 / max(rate, 1)))
      Task.detached(priority: .background) { await face.warm(window, nanoseconds: now) }
    #endif
  }

  /// The servers that the world is seen through.
  static func faces(
    of world: World, _ elasticsearch: ElasticsearchFace, isFixed: Bool
  ) -> [Store: any DemoFace] {
    let jaeger = JaegerFace(world: world)
    return [
      .elasticsearch: elasticsearch, .prometheus: PrometheusFace(source: world),
      .jaeger: isFixed ? LaterFace(face: jaeger, by: .seconds(10)) : jaeger,
      .alertmanager: AlertmanagerFace(world: world),
    ]
  }

  /// `http://127.0.0.1:PORT` of a store that the demo plays; nil for any other.
  public func address(of store: Store) -> String? { stack.address(of: store) }

  /// The stores that the demo plays with their addresses, in the order of their ports.
  public var addresses: [(store: Store, address: String)] {
    DemoStack.order.compactMap { store in stack.address(of: store).map { (store, $0) } }
  }

  /// Closes the ports.
  public func stop() async { await stack.stop() }
}

/// A face that is asked as if it were later: where time stands still, what takes seconds to arrive would never be there.
private struct LaterFace: DemoFace {
  let face: any DemoFace
  let by: Duration

  func answer(_ request: DemoRequest, nanoseconds: Int64) async -> DemoResponse {
    await face.answer(request, nanoseconds: (Timestamp(nanoseconds: nanoseconds) + by).nanoseconds)
  }
}
