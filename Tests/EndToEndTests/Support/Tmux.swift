import Foundation

/// Why a test could not go on.
struct Failure: Error, CustomStringConvertible {
  let description: String
}

/// A terminal that a test types into and reads from: a tmux server of its own.
final class Tmux {
  let socket = "obs-tui-\(UUID().uuidString.prefix(8))"
  let folder: URL
  private let tmux: String

  /// Starts a shell in a terminal of that size; `terminal` is what TERM says in it.
  init(
    width: Int = 80, height: Int = 24, terminal: String = "screen-256color", environment: [String: String] = [:]
  ) async throws {
    guard let tmux = Program.tool("tmux") else { throw Failure(description: "tmux is not installed") }
    self.tmux = tmux
    folder = try Program.temporaryFolder()
    let settings = folder.appending(path: "tmux.conf")
    try """
    set -g default-terminal "\(terminal)"
    set -g status off
    set -g escape-time 0
    set -g remain-on-exit on
    set -g history-limit 5000

    """.write(to: settings, atomically: true, encoding: .utf8)
    // TMUX and TMUX_PANE are tmux's own gift to the shell: the program copies through them.
    let shell =
      "exec env -i TMUX=\"$TMUX\" TMUX_PANE=\"$TMUX_PANE\" \(Tmux.words(environment, terminal: terminal)) "
      + "PS1='ready> ' bash --norc --noprofile"
    try tell(
      "-f", settings.path, "new-session", "-d", "-x", "\(width)", "-y", "\(height)", shell)
    try await wait(for: "ready>")
  }

  deinit { close() }

  /// Ends the tmux server and everything in it.
  func close() {
    _ = try? tell("kill-server")
    try? FileManager.default.removeItem(at: folder)
  }

  private static func words(_ environment: [String: String], terminal: String) -> String {
    var all = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": terminal]
    all["XDG_CONFIG_HOME"] = "/nonexistent"
    all["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
    all.merge(environment) { $1 }
    return all.sorted { $0.key < $1.key }.map { "\($0)='\($1)'" }.joined(separator: " ")
  }

  @discardableResult
  func tell(_ arguments: String...) throws -> String {
    let outcome = try Program.run(tmux, ["-L", socket] + arguments)
    guard outcome.status == 0 else {
      throw Failure(description: "tmux \(arguments.joined(separator: " ")): \(outcome.errors)")
    }
    return outcome.output
  }

  /// Runs the program in the shell, as a user would type it; its exit status is shown at the end.
  func start(_ arguments: String = "") throws { try run("\(Program.path) \(arguments); echo \"[status $?]\"") }

  /// Runs a line in the shell.
  func run(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// Types text as it is, in one go.
  func type(_ text: String) throws { try tell("send-keys", "-l", "--", text) }

  /// Presses keys by tmux's names: `Enter`, `Escape`, `C-d`, `F1`.
  func press(_ keys: String...) throws {
    for key in keys { try tell("send-keys", key) }
  }

  /// Types a line of the program's command line.
  func command(_ line: String) throws {
    try type(":" + line)
    try press("Enter")
  }

  /// Pastes text, in brackets where the program asked for it.
  func paste(_ text: String) throws {
    try tell("set-buffer", "--", text)
    try tell("paste-buffer", "-p", "-r")
  }

  func resize(width: Int, height: Int) throws {
    try tell("resize-window", "-x", "\(width)", "-y", "\(height)")
  }

  /// What the screen shows now.
  var screen: Screen {
    Screen(text: (try? tell("capture-pane", "-p")) ?? "", coloured: (try? tell("capture-pane", "-p", "-e")) ?? "")
  }

  /// A property of the terminal, by tmux's name for it: `alternate_on`, `cursor_flag`, `mouse_any_flag`.
  func property(_ name: String) -> String {
    ((try? tell("display-message", "-p", "#{\(name)}")) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The modes of the terminal that a program may leave behind.
  var modes: String {
    ["alternate_on", "cursor_flag", "keypad_flag", "keypad_cursor_flag", "mouse_any_flag"]
      .map { "\($0)=\(property($0))" }.joined(separator: " ")
  }

  /// Waits until the screen holds a text; the screen, or an error that shows what was there instead.
  @discardableResult
  func wait(for text: String, seconds: Double = 30) async throws -> Screen {
    try await wait(until: "\"\(text)\"", seconds: seconds) { $0.text.contains(text) }
  }

  /// Waits until the screen no longer holds a text.
  @discardableResult
  func wait(without text: String, seconds: Double = 30) async throws -> Screen {
    try await wait(until: "\"\(text)\" to go", seconds: seconds) { !$0.text.contains(text) }
  }

  /// Waits until the screen is as a test wants it.
  @discardableResult
  func wait(until what: String, seconds: Double = 30, _ condition: (Screen) -> Bool) async throws -> Screen {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      let last = screen
      if condition(last) { return last }
      guard ContinuousClock.now < deadline else {
        throw Failure(description: "waited \(seconds) s for \(what), but the screen was:\n\(last.text)")
      }
      try await Task.sleep(for: .milliseconds(60))
    }
  }
}
