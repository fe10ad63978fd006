import Testing

/// Every test here drives the built program in a terminal; one after the other, because a slow machine's patience is limited.
@Suite(.serialized, .enabled(if: Program.tool("tmux") != nil, "tmux is not installed")) enum EndToEnd {}

extension Tmux {
  /// The dashboard on the shared demo, started and filled with log lines.
  static func dashboard(
    width: Int = 120, height: Int = 40, terminal: String = "screen-256color", environment: [String: String] = [:],
    arguments: String = ""
  ) async throws -> Tmux {
    let servers = try await DemoServer.shared.environment
    let tmux = try await Tmux(
      width: width, height: height, terminal: terminal, environment: servers.merging(environment) { $1 })
    try tmux.start(arguments)
    try await tmux.wait(until: "log lines") { $0.firstPane.contains(where: Screen.isLogLine) }
    return tmux
  }

  /// Leaves the dashboard from its top level.
  func quit() async throws {
    try press("q")
    try await wait(for: "[status 0]")
  }
}

extension Screen {
  /// A line of the log pane: it begins with a time and a level.
  static func isLogLine(_ line: String) -> Bool {
    line.contains(#/^..\d\d:\d\d:\d\d(\.\d+)? [EWID] /#)
  }
}
