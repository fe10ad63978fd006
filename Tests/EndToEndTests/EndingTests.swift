import Foundation
import Testing

extension EndToEnd {
  @Suite(.serialized) struct Endings {
    /// A way to end the program, and what the shell then says.
    enum Way: CaseIterable {
      case quit, interrupt, controlC, terminate, hangup, crash

      var signal: Int32? {
        switch self {
        case .quit, .controlC: nil
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .hangup: SIGHUP
        case .crash: SIGSEGV
        }
      }

      var status: String {
        switch self {
        case .quit, .interrupt, .controlC, .terminate: "[status 0]"
        case .hangup: "[status 1]"
        case .crash: "[status 139]"
        }
      }
    }

    @Test(arguments: Way.allCases)
    func `every way out puts the terminal back`(way: Way) async throws {
      let servers = try await DemoServer.shared.environment
      let tmux = try await Tmux(width: 100, height: 30, environment: servers)
      try tmux.run("stty -a > \(tmux.folder.path)/before; echo kept")
      try await tmux.wait(for: "\nkept")
      let modes = tmux.modes
      try tmux.start()
      try await tmux.wait(until: "log lines") { $0.firstPane.contains(where: Screen.isLogLine) }
      try tmux.press("F2")
      try await tmux.wait(for: "mouse on")
      #expect(tmux.modes != modes)
      switch way {
      case .quit: try tmux.press("q")
      case .controlC: try tmux.press("C-c")
      default: kill(try Child.dashboard(under: tmux), way.signal ?? 0)
      }
      try await tmux.wait(for: way.status)
      #expect(tmux.screen.text.contains("kept"), "the screen from before")
      #expect(tmux.modes == modes)
      #expect(tmux.screen.text.contains("obs-tui crashed") == (way == .crash))
      try tmux.run("stty -a > \(tmux.folder.path)/after; clear; echo compared")
      try await tmux.wait(for: "compared")
      let settings = try ["before", "after"].map {
        try String(contentsOf: tmux.folder.appending(path: $0), encoding: .utf8)
      }
      #expect(settings[0] == settings[1])
    }

    @Test func `control-Z gives the shell back and fg the dashboard`() async throws {
      let tmux = try await Tmux.dashboard()
      let modes = tmux.modes
      try tmux.press("k")
      let line = try await tmux.wait(until: "a selection") { $0.selection.map(Screen.isLogLine) == true }.selection
      for _ in 1...2 {
        try tmux.press("C-z")
        try await tmux.wait(for: "Stopped")
        #expect(tmux.property("alternate_on") == "0" && tmux.property("cursor_flag") == "1")
        try tmux.run("clear; echo shell again")
        try await tmux.wait(until: "the shell's answer") {
          $0.text.contains("\nready>") && $0.lines[0] == "shell again"
        }
        try tmux.run("fg")
        // The last row is drawn last.
        try await tmux.wait(until: "the dashboard") {
          $0.selection == line && $0.text.contains("─ Traces") && $0.lines[39].contains("enter trace")
        }
        #expect(tmux.modes == modes)
      }
      // The arrow, sent as the terminal's mode says, is still understood.
      try tmux.press("Up")
      try await tmux.wait(until: "the line above") {
        $0.selection != line && $0.selection.map(Screen.isLogLine) == true
      }
      try tmux.press("q")
      try await tmux.wait(until: "the shell") { $0.footer.hasPrefix("ready>") }
    }

    @Test func `control-L draws over what others have written`() async throws {
      let tmux = try await Tmux.dashboard()
      let tty = tmux.property("pane_tty")
      try "\u{1B}[10;5Hrubbish from a daemon".write(toFile: tty, atomically: false, encoding: .utf8)
      try await tmux.wait(for: "rubbish from a daemon")
      try tmux.press("C-l")
      try await tmux.wait(without: "rubbish from a daemon")
    }
  }
}

extension Child {
  /// The dashboard that runs in a terminal's shell.
  static func dashboard(under tmux: Tmux) throws -> pid_t {
    let children = "/proc/\(tmux.property("pane_pid"))/task/\(tmux.property("pane_pid"))/children"
    let list = try String(contentsOfFile: children, encoding: .utf8).split(separator: " ").compactMap { pid_t($0) }
    guard let pid = list.last else { throw Failure(description: "nothing runs in the terminal") }
    return pid
  }
}
