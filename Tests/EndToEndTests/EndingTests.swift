import Foundation
import Testing

extension EndToEnd {
  @Suite(.serialized) struct Endings {
    /// A way to end the program, and what the shell then says.
    enum Way: CaseIterable {
      case quit, interrupt, controlC, terminate, hangup, quitSignal, abort, crash, user

      var signal: Int32? {
        switch self {
        case .quit, .controlC: nil
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .hangup: SIGHUP
        case .quitSignal: SIGQUIT
        case .abort: SIGABRT
        case .crash: SIGSEGV
        case .user: SIGUSR1
        }
      }

      var status: String {
        switch self {
        case .quit, .interrupt, .controlC, .terminate: "[status 0]"
        case .hangup: "[status 1]"
        case .quitSignal: "[status 131]"
        case .abort: "[status 134]"
        case .user: "[status 138]"
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
      #expect(tmux.screen.text.contains("obs-tui crashed") == [.crash, .abort].contains(way))
      #expect(tmux.screen.text.contains("ended by a signal") == [.quitSignal, .user].contains(way))
      try tmux.run("stty -a > \(tmux.folder.path)/after; clear; echo compared")
      // A line of its own: what was typed says it, too.
      try await tmux.wait(until: "the shell's answer") { $0.lines.contains("compared") }
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

    @Test func `stopped without being asked, it draws everything again when it goes on`() async throws {
      let tmux = try await Tmux.dashboard()
      let pid = try Child.dashboard(under: tmux)
      kill(pid, SIGSTOP)
      try await tmux.wait(for: "Stopped")
      try tmux.run("printf 'rubbish %s' rubbish; fg")
      try await tmux.wait(until: "the dashboard") {
        !$0.text.contains("rubbish") && $0.text.contains("─ Traces") && $0.lines[39].contains("enter trace")
      }
      // Keys come one by one and are not echoed, as before.
      try tmux.press("?")
      try await tmux.wait(for: "Esc closes")
      try tmux.press("Escape")
      try await tmux.wait(without: "Esc closes")
      try tmux.press("q")
      try await tmux.wait(until: "the shell") { $0.footer.hasPrefix("ready>") }
    }

    @Test func `it ends with its terminal`() async throws {
      let tmux = try await Tmux.dashboard()
      let pid = try Child.dashboard(under: tmux)
      tmux.close()
      try await Child.waitForEnd(of: pid)
    }

    @Test func `it ends when the shell that started it is killed, and gives the terminal back`() async throws {
      let servers = try await DemoServer.shared.environment
      let tmux = try await Tmux(width: 100, height: 30, environment: servers)
      let modes = tmux.modes
      try tmux.run("bash -c '\(Program.path); true'")
      try await tmux.wait(until: "log lines") { $0.firstPane.contains(where: Screen.isLogLine) }
      let shell = try Child.dashboard(under: tmux)
      let children = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
      let pid = try #require(children.split(separator: " ").first.flatMap { pid_t($0) })
      kill(shell, SIGKILL)
      try await Child.waitForEnd(of: pid)
      #expect(tmux.modes == modes)
      try tmux.run("clear; echo the shell reads")
      try await tmux.wait(until: "the shell's answer") { $0.lines.contains("the shell reads") }
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

  /// Waits until a process that is no child of ours is gone.
  static func waitForEnd(of pid: pid_t) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while kill(pid, 0) == 0 {
      guard ContinuousClock.now < deadline else { throw Failure(description: "process \(pid) goes on") }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
