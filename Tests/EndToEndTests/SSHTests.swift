import Foundation
import Testing

extension EndToEnd {
  @Suite(
    .serialized,
    .enabled(
      if: ["sshd", "ssh", "ssh-keygen"].allSatisfy { Program.tool($0) != nil }, "openssh-server is not installed"))
  struct OverSSH {
    @Test func `a session over ssh, a dropped connection, and --resume`() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let state = server.folder.appending(path: "state").path
      let demo = try await DemoServer.shared.environment
      let tmux = try await Tmux(width: 120, height: 40)
      // The client's locale is one that the server does not have.
      let environment = demo.merging(["XDG_STATE_HOME": state, "LC_ALL": "xx_YY.UTF-8"]) { $1 }
      try tmux.run(server.client(running: "--since 1h", environment: environment))
      let screen = try await tmux.wait(until: "the dashboard") { $0.firstPane.contains(where: Screen.isLogLine) }
      #expect(screen.text.contains("━ Logs"), "drawn in UTF-8")
      #expect(screen.header.contains("LIVE 1h"))
      try tmux.command("service user-server")
      try await tmux.wait(for: "Metrics · user-server")
      try tmux.press("k", "Enter")
      let trace = try await tmux.wait(until: "a trace", seconds: 60) {
        $0.text.contains("━ Trace ") && $0.text.contains("│0s")
      }
      let id = try #require(trace.text.firstMatch(of: #/[0-9a-f]{32}/#)).output

      let remote = try server.dashboards()
      try #require(remote.count == 1)
      kill(try Child.dashboard(under: tmux), SIGKILL)
      try await tmux.wait(for: "[status 137]")
      try await tmux.wait(until: "the remote program to end") { _ in kill(remote[0], 0) != 0 }

      let second = try await Tmux(width: 120, height: 40)
      try second.run(server.client(running: "--resume", environment: environment))
      try await second.wait(until: "the same view", seconds: 60) {
        $0.header.contains("LIVE 1h") && $0.text.contains("━ Trace \(id)") && $0.text.contains("│0s")
      }
      try second.press("q")
      try await second.wait(until: "lines of the service") { screen in
        let lines = screen.firstPane.filter(Screen.isLogLine)
        return !lines.isEmpty && lines.allSatisfy { $0.contains("user-server") }
      }
      try second.press("q")
      try await second.wait(until: "the local shell") { $0.text.contains("[status 0]") }
    }
  }
}

/// A real sshd on loopback, with keys of its own.
struct SSHServer {
  let folder: URL
  private let port: Int
  private let process: Background

  init() async throws {
    folder = try Program.temporaryFolder()
    port = DemoServer.freePorts()
    guard let sshd = Program.tool("sshd"), let keygen = Program.tool("ssh-keygen") else {
      throw Failure(description: "openssh-server is not installed")
    }
    for name in ["host", "user"] {
      try Program.run(keygen, ["-q", "-t", "ed25519", "-N", "", "-f", folder.appending(path: name).path])
    }
    let settings = folder.appending(path: "sshd_config")
    try """
    Port \(port)
    ListenAddress 127.0.0.1
    HostKey \(folder.path)/host
    AuthorizedKeysFile \(folder.path)/user.pub
    PidFile none
    UsePAM no
    StrictModes no
    PasswordAuthentication no
    PermitRootLogin yes

    """.write(to: settings, atomically: true, encoding: .utf8)
    // Debian makes it when the service starts; without it sshd refuses to run as root.
    if getuid() == 0 { try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true) }
    process = try Background(sshd, ["-D", "-e", "-f", settings.path])
    _ = try await process.wait(for: "Server listening")
  }

  /// What to type in order to run the program over there.
  func client(running arguments: String, environment: [String: String]) -> String {
    var all = environment
    for name in ["LD_LIBRARY_PATH"] { all[name] = ProcessInfo.processInfo.environment[name] }
    all["XDG_CONFIG_HOME"] = "/nonexistent"
    all["TZ"] = "UTC"
    let variables = all.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ")
    return "ssh -tt -q -F none -p \(port) -i \(folder.path)/user -o StrictHostKeyChecking=no"
      + " -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes \(NSUserName())@127.0.0.1"
      + " 'env \(variables) \(Program.path) \(arguments)'; echo \"[status $?]\""
  }

  /// The dashboards that run in sessions of this server, by what their environment says.
  func dashboards() throws -> [pid_t] {
    let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
    return processes.filter { pid in
      guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe"),
        let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ")
      else { return false }
      return program.hasSuffix("/obs-tui") && String(decoding: environment, as: UTF8.self).contains(folder.path)
    }
  }

  func stop() {
    process.stop()
    try? FileManager.default.removeItem(at: folder)
  }
}
