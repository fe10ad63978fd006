import Foundation

/// The demo's stores, each behind a proxy, and settings that ask them often.
final class FaultBench {
  /// By the stores' names in the settings.
  let proxies: [(store: String, proxy: FaultProxy)]
  let folder: URL
  /// The settings file.
  var settings: String { folder.appending(path: "config.yaml").path }

  static let stores = ["elasticsearch", "jaeger", "prometheus", "alertmanager"]

  /// `timeout` is how long the program waits for an answer.
  init(timeout: String = "5s") async throws {
    let servers = try await DemoServer.shared.environment
    var proxies: [(store: String, proxy: FaultProxy)] = []
    for store in FaultBench.stores {
      guard let port = servers["OBS_TUI_\(store.uppercased())_URL"]?.split(separator: ":").last.flatMap({ Int($0) })
      else {
        throw Failure(description: "the demo has no \(store)")
      }
      proxies.append((store, try FaultProxy(upstream: port)))
    }
    self.proxies = proxies
    folder = try Program.temporaryFolder()
    var text = "contexts:\n  faults:\n"
    for (store, proxy) in proxies {
      text +=
        "    \(store):\n      url: http://127.0.0.1:\(proxy.port)\n      interval: 500ms\n      timeout: \(timeout)\n"
    }
    try text.write(toFile: folder.appending(path: "config.yaml").path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: 0o600)], ofItemAtPath: settings)
  }

  deinit {
    proxies.forEach { $0.proxy.stop() }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Every proxy behaves so.
  func behave(_ manner: FaultProxy.Manner) { proxies.forEach { $0.proxy.behave(manner) } }

  /// Waits until each proxy has had a request since it last changed its manner.
  func waitForRequests() async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while let silent = proxies.first(where: { $0.proxy.requests == 0 }) {
      guard ContinuousClock.now < deadline else { throw Failure(description: "\(silent.store) is not asked any more") }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}

extension Screen {
  /// Whether the header says of all four stores that they answer.
  var isWell: Bool {
    header.count { $0 == "●" } == 4 && !header.contains("✗") && !header.contains("◌")
  }
}

/// What a process takes of the machine, by the kernel.
struct ProcessFigures {
  /// Resident memory, in megabytes; the peak is `peak`.
  let resident: Int
  let peak: Int
  /// User and system time, in seconds.
  let processor: Double

  init(pid: pid_t) throws {
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    func megabytes(_ name: String) -> Int {
      let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
      return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }
    resident = megabytes("VmRSS:\t".trimmingCharacters(in: .whitespaces))
    peak = megabytes("VmHWM:\t".trimmingCharacters(in: .whitespaces))
    let fields = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).split(separator: " ")
    processor = Double((Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
