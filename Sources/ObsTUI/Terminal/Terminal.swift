import CNcurses
import Foundation

/// The terminal, while the program has it: opened in full-screen mode, put back when the value goes away, on whatever way.
struct Terminal: ~Copyable {
  /// What drawings may be made of here.
  let glyphs: GlyphSet
  /// How many colours there are.
  let depth: ColorDepth
  /// Readable when a signal has come; see `signals()`.
  let signalReader: Int32
  /// Readable when keys have come.
  let inputReader: Int32 = STDIN_FILENO
  private(set) var size: Size
  private(set) var isMouseOn = false

  private let window: UnsafeMutablePointer<WINDOW>
  private let screen: OpaquePointer
  /// Whether the terminal is of the kind that understands, or at least ignores, ECMA-48 private modes.
  private let hasModes: Bool
  private var decoder = KeyDecoder()
  /// Who started us.
  private let parent = getppid()
  var painter: Painter

  /// Takes the terminal on standard input and output.
  static func open(environment: [String: String]) throws(TerminalError) -> Terminal {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("standard input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("standard output") }
    guard let name = environment["TERM"], !name.isEmpty else { throw .unset }
    guard name != "dumb" else { throw .dumb(name) }
    setLocale(environment)
    BundledTerminfo.offer(environment)
    switch obs_find_terminal(name) {
    case 1: break
    case 0: throw .unknown(name)
    default: throw .noDatabase
    }
    let signalReader = obs_signals_open()
    guard let screen = obs_new_terminal(), let window = obs_window(), signalReader >= 0 else {
      obs_signals_close()
      throw .unusable
    }
    guard obs_capability("cup") != nil else {
      endwin()
      delscreen(screen)
      obs_signals_close()
      throw .dumb(name)
    }
    return Terminal(screen: screen, window: window, signalReader: signalReader, environment: environment)
  }

  private init(
    screen: OpaquePointer, window: UnsafeMutablePointer<WINDOW>, signalReader: Int32, environment: [String: String]
  ) {
    self.screen = screen
    self.window = window
    self.signalReader = signalReader
    glyphs = obs_locale_is_utf8() == 1 ? .unicode : .ascii
    hasModes = Terminal.capability("clear").hasPrefix("\u{1B}[")
    size = Terminal.systemSize ?? Size(width: Int(getmaxx(window)), height: Int(getmaxy(window)))
    (depth, painter) = Painter.prepare(
      window: window, glyphs: glyphs, noColor: environment["NO_COLOR"]?.isEmpty == false)
    // endwin has not run yet: the settings that the guard keeps must be the shell's, so curses gives them back first.
    reset_shell_mode()
    let reset = resetText
    obs_guard_arm(STDOUT_FILENO, reset, reset.utf8.count)
    reset_prog_mode()
    raw()
    noecho()
    nonl()
    keypad(window, true)
    nodelay(window, true)
    set_escdelay(25)
    mouseinterval(0)
    // Without this, curses looks for typed keys while it draws, and leaves lines for later.
    typeahead(-1)
    curs_set(0)
    werase(window)
    wrefresh(window)
    send(modes(on: true))
  }

  deinit {
    send(modes(on: false))
    if isMouseOn { mousemask(0, nil) }
    endwin()
    obs_guard_disarm()
    obs_signals_close()
    painter.free()
    delscreen(screen)
  }

  /// Shows a canvas; only what differs from the last one is sent. `cursor` is where the terminal's cursor stands; nil hides it.
  mutating func show(_ canvas: Canvas, theme: Theme, cursor: Point? = nil) {
    painter.paint(canvas, theme: theme, depth: depth, on: window)
    painter.setCursor(cursor, on: window, size: size)
    wrefresh(window)
  }

  /// Whether the program has no terminal any more, although it was not told: who started it is gone, and the terminal is another's.
  /// Reading from it fails then, and what is drawn lands in somebody's shell.
  var isTakenAway: Bool { getppid() != parent && tcgetpgrp(STDIN_FILENO) != getpgrp() }

  /// The keys that have come: none when what came was no key, or part of one; nil when nothing came. Waits no longer than an
  /// `Esc` takes to tell (25 ms).
  mutating func keys() -> [Key]? {
    var keys: [Key] = []
    var hasRead = false
    while true {
      defer { hasRead = true }
      var value: wint_t = 0
      switch wget_wch(window, &value) {
      case OK: keys += decoder.feed(.scalar(value))
      case KEY_CODE_YES:
        // The signal tells of a new size; this code comes along with it.
        guard value != wint_t(KEY_RESIZE) else { continue }
        let key = value == wint_t(KEY_MOUSE) ? mouseKey() : CursesKey.key(Int32(truncatingIfNeeded: value))
        if let key { keys += decoder.feed(.key(key)) }
      default:
        keys += decoder.feed(.end)
        return hasRead || !keys.isEmpty ? keys : nil
      }
    }
  }

  private func mouseKey() -> Key? {
    var event = MEVENT()
    guard getmouse(&event) == OK else { return nil }
    let point = Point(x: Int(event.x), y: Int(event.y))
    switch event.bstate {
    case let state where state & MOUSE_CLICK != 0: return .click(point)
    case let state where state & MOUSE_WHEEL_UP != 0: return .wheelUp(point)
    case let state where state & MOUSE_WHEEL_DOWN != 0: return .wheelDown(point)
    default: return nil
    }
  }

  mutating func toggleMouse() {
    isMouseOn.toggle()
    mousemask(isMouseOn ? MOUSE_EVENTS : 0, nil)
    wrefresh(window)
  }

  /// Draws every cell at the next `show`, whatever the terminal shows now.
  mutating func redraw() {
    painter.forget()
    clearok(window, true)
  }

  /// Takes the terminal's size over after a change; returns it.
  mutating func resize() -> Size {
    if let size = Terminal.systemSize, size != self.size {
      self.size = size
      resizeterm(Int32(size.height), Int32(size.width))
      redraw()
    }
    return size
  }

  /// Gives the terminal back, stops the process, and takes the terminal again when it goes on.
  mutating func suspend() {
    send(modes(on: false))
    if isMouseOn { mousemask(0, nil) }
    curs_set(1)
    endwin()
    obs_stop_group()
    resume()
  }

  /// Takes the terminal after the process was stopped, also by others (SIGSTOP).
  mutating func resume() {
    reset_prog_mode()
    painter.forgetCursor()
    if isMouseOn { mousemask(MOUSE_EVENTS, nil) }
    wrefresh(window)
    curs_set(0)
    // endwin has switched the keypad off, and curses would switch it on when it is next asked for a key: too late for that one.
    keypad(window, true)
    send(modes(on: true))
    redraw()
  }

  /// Writes around curses, between two refreshes: for sequences that change no cell.
  func send(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private func modes(on: Bool) -> String { hasModes ? (on ? "\u{1B}[?2004h" : "\u{1B}[?2004l") : "" }

  /// What puts the screen back after a crash: the end of each mode that may be on.
  private var resetText: String {
    let modes = hasModes ? "\u{1B}[?2004l\u{1B}[?1000l\u{1B}[?1002l\u{1B}[?1006l" : ""
    return modes + ["sgr0", "op", "cnorm", "rmkx", "rmcup"].map(Terminal.capability).joined()
  }

  /// A capability without its padding, which is for terminals that are slow by themselves.
  private static func capability(_ name: String) -> String {
    guard let pointer = obs_capability(name) else { return "" }
    return String(cString: pointer).replacing(#/\$<[^>]*>/#, with: "")
  }

  private static var systemSize: Size? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
    return Size(width: Int(size.ws_col), height: Int(size.ws_row))
  }

  /// Takes the environment's encoding. A UTF-8 locale that this machine lacks (ssh hands over the names of another) is
  /// replaced by one that it has; the rest of the locale stays that of C, so that numbers look the same everywhere.
  private static func setLocale(_ environment: [String: String]) {
    if setlocale(LC_CTYPE, "") != nil { return }
    let wanted = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let encoding = wanted.lowercased().filter { $0 != "-" }
    if encoding.hasSuffix("utf8") {
      for name in ["C.UTF-8", "en_US.UTF-8"] where setlocale(LC_CTYPE, name) != nil { return }
    }
    setlocale(LC_CTYPE, "C")
  }
}

extension Terminal {
  /// A signal as the event loop hears it.
  enum Heard {
    case terminate(Termination)
    case resized, stop, continued
  }

  /// The signals that have come since the last time.
  func signals() -> [Heard] {
    var heard: [Heard] = []
    var bytes = [UInt8](repeating: 0, count: 64)
    while true {
      let count = read(signalReader, &bytes, bytes.count)
      guard count > 0 else { return heard }
      heard += bytes.prefix(count).compactMap { byte in
        switch Int32(byte) {
        case SIGINT: return .terminate(.interrupt)
        case SIGTERM: return .terminate(.terminate)
        case SIGHUP: return .terminate(.hangup)
        case SIGWINCH: return .resized
        case SIGTSTP: return .stop
        case SIGCONT: return .continued
        default: return nil
        }
      }
    }
  }
}
