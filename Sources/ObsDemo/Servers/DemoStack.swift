import Foundation
import ObsData

/// The four servers of the demo, running.
final class DemoStack: Sendable {
  /// Faces in the order of their ports.
  static let order: [Store] = [.elasticsearch, .jaeger, .prometheus, .alertmanager]

  private let servers: [(store: Store, server: DemoServer)]

  private init(servers: [(store: Store, server: DemoServer)]) { self.servers = servers }

  /// Starts the servers of the faces that are given, on `portBase` + 0 to + 3 in the order of `order`, or on free ports where it
  /// is nil. Where one cannot start, those already running are stopped. `clock` gives nanoseconds since the Unix epoch.
  static func start(
    faces: [Store: any DemoFace], portBase: Int? = nil, clock: @escaping @Sendable () -> Int64 = DemoStack.wallClock
  ) async throws(DemoServerError) -> DemoStack {
    if let portBase, !(1...65_532).contains(portBase) {
      throw DemoServerError(
        description: "the port base \(portBase) must be 1 to 65532, for it and the three ports behind it")
    }
    var servers: [(store: Store, server: DemoServer)] = []
    for (offset, store) in order.enumerated() {
      guard let face = faces[store] else { continue }
      do {
        let server = try await DemoServer.start(face, port: portBase.map { $0 + offset } ?? 0, clock: clock)
        servers.append((store, server))
      } catch {
        for entry in servers { await entry.server.stop() }
        throw DemoServerError(description: "\(store.displayName): \(error.description)")
      }
    }
    return DemoStack(servers: servers)
  }

  /// `http://127.0.0.1:PORT` of a store; nil where it has no face.
  func address(of store: Store) -> String? { servers.first { $0.store == store }?.server.address }

  /// Stops all servers.
  func stop() async {
    for entry in servers { await entry.server.stop() }
  }

  /// Nanoseconds since the Unix epoch, by the system's clock.
  static let wallClock: @Sendable () -> Int64 = { Timestamp(seconds: Date().timeIntervalSince1970).nanoseconds }
}
