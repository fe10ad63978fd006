import Foundation

/// `obs-tui demo --serve` in a process of its own.
struct DemoServer: Sendable {
  /// The addresses, as the program under test takes them.
  let environment: [String: String]
  private let process: Background

  /// The one that all tests look at which do not end it.
  static var shared: DemoServer {
    get async throws { try await running.value }
  }
  private static let running = Task { try await DemoServer(["--seed", "7"]) }

  /// Starts one and waits until it says `ready`.
  init(_ arguments: [String]) async throws {
    process = try Background(Program.path, ["demo", "--serve"] + arguments)
    var environment: [String: String] = [:]
    for line in try await process.wait(for: "\nready\n").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2 { environment["OBS_TUI_\(words[0].uppercased())_URL"] = String(words[1]) }
    }
    self.environment = environment
  }

  /// Stops the servers and waits until they are gone.
  func stop() { process.stop() }

  /// Four ports in a row that nobody listened on a moment ago.
  static func freePorts() -> Int {
    while true {
      let base = Int.random(in: 20_000..<30_000)
      if (base..<base + 4).allSatisfy(isFree) { return base }
    }
  }

  private static func isFree(_ port: Int) -> Bool {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  /// The addresses of four stores on ports in a row.
  static func environment(portBase: Int) -> [String: String] {
    let names = ["ELASTICSEARCH", "JAEGER", "PROMETHEUS", "ALERTMANAGER"]
    return Dictionary(
      uniqueKeysWithValues: names.enumerated().map { ("OBS_TUI_\($1)_URL", "http://127.0.0.1:\(portBase + $0)") })
  }
}
