import Foundation

/// A terminal that a test types into and reads from: a tmux server of its own.
final class Tmux {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let socket = "obs-tui-\(UUID().uuidString.prefix(8))"
  let folder: URL
  private let tmux: String

  /// Starts a shell in a terminal of that size; `terminal` is what TERM says in it.
  init(
    width: Int = 80, height: Int = 24, terminal: String = "screen-256color", environment: [String: String] = [:]
  ) throws {
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
    try tell(
      "-f", settings.path, "new-session", "-d", "-x", "\(width)", "-y", "\(height)",
      "env -i \(Tmux.words(environment, terminal: terminal)) PS1='ready> ' bash --norc --noprofile")
    try wait(for: "ready>")
  }

  deinit { close() }

  /// Ends the tmux server and everything in it.
  func close() {
    try? tell("kill-server")
    try? FileManager.default.removeItem(at: folder)
  }

  private static func words(_ environment: [String: String], terminal: String) -> String {
    var all = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": terminal]
    all["XDG_CONFIG_HOME"] = "/nonexistent"
    for name in ["LD_LIBRARY_PATH"] { all[name] = ProcessInfo.processInfo.environment[name] }
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

  /// Runs the program in the shell, as a user would type it.
  func start(_ arguments: String) throws { try type("\(Program.path) \(arguments); echo \"[status $?]\"\n") }

  /// Types text as it is.
  func type(_ text: String) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if !line.isEmpty { try tell("send-keys", "-l", "--", String(line)) }
      if index < lines.count - 1 { try tell("send-keys", "Enter") }
    }
  }

  /// Presses keys by tmux's names: `Enter`, `Escape`, `C-d`, `F1`.
  func press(_ keys: String...) throws {
    for key in keys { try tell("send-keys", key) }
  }

  /// Pastes text, in brackets where the program asked for it.
  func paste(_ text: String) throws {
    try tell("set-buffer", "--", text)
    try tell("paste-buffer", "-p", "-r")
  }

  /// What the screen shows now.
  var screen: String { (try? tell("capture-pane", "-p")) ?? "" }
  /// The screen with its colours and attributes.
  var colouredScreen: String { (try? tell("capture-pane", "-p", "-e")) ?? "" }
  /// A property of the terminal, by tmux's name for it: `alternate_on`, `cursor_flag`, `mouse_any_flag`.
  func property(_ name: String) -> String {
    ((try? tell("display-message", "-p", "#{\(name)}")) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Waits until the screen holds a text; the screen, or an error that shows what was there instead.
  @discardableResult
  func wait(for text: String, seconds: Double = 20) throws -> String {
    try wait(until: "\"\(text)\"", seconds: seconds) { $0.contains(text) }
  }

  /// Waits until the screen is as a test wants it.
  @discardableResult
  func wait(until what: String, seconds: Double = 20, _ condition: (String) -> Bool) throws -> String {
    let deadline = Date().addingTimeInterval(seconds)
    var last = ""
    while Date() < deadline {
      last = screen
      if condition(last) { return last }
      Thread.sleep(forTimeInterval: 0.05)
    }
    throw Failure(description: "waited \(seconds) s for \(what), but the screen was:\n\(last)")
  }
}
