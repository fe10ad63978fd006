/// Why there can be no screen, as a sentence for the user.
struct TerminalError: Error, Equatable, CustomStringConvertible {
  let description: String

  static func notATerminal(_ what: String) -> TerminalError {
    TerminalError(
      description:
        "\(what) is no terminal, so there is nothing to draw on; `obs-tui snapshot` prints the screen as text")
  }
  static let unset = TerminalError(
    description: "TERM is not set, so the terminal's type is unknown; set it, for instance to xterm-256color")
  static func dumb(_ name: String) -> TerminalError {
    TerminalError(
      description:
        "the terminal type “\(name)” (TERM) cannot place the cursor; `obs-tui snapshot` prints the screen as text")
  }
  static func unknown(_ name: String) -> TerminalError {
    TerminalError(
      description:
        "the terminal type “\(name)” (TERM) is not in this machine's terminfo database; install ncurses-term, or set TERM "
        + "to a known type such as xterm-256color")
  }
  static let noDatabase = TerminalError(
    description: "this machine has no terminfo database; install ncurses-base")
  static let unusable = TerminalError(description: "the terminal could not be opened")
}
