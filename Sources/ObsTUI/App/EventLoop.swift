import Foundation

/// What the loop runs: a value that events change and that a screen shows.
protocol Program {
  /// Folds an event in, and says what should be done.
  mutating func update(_ event: Event) -> [Effect]
  /// What the screen shows now.
  func frame() -> Frame
}

/// A screenful.
struct Frame {
  var canvas: Canvas
  var theme: Theme
  /// Where the terminal's cursor stands, in a prompt; nil hides it.
  var cursor: Point?
}

/// The main thread: sleeps until a key, a signal or a letter comes, folds in everything that is there, and draws once.
struct EventLoop<Content: Program>: ~Copyable {
  private(set) var program: Content
  private var terminal: Terminal
  private let mailbox: Mailbox
  private let effects: EffectWorker
  private var status: Int32?

  init(program: Content, terminal: consuming Terminal, mailbox: Mailbox, environment: [String: String]) {
    self.program = program
    self.terminal = terminal
    self.mailbox = mailbox
    effects = EffectWorker(mailbox: mailbox, environment: environment)
  }

  /// Runs until the program ends; returns its exit status. `onChange` sees the program before each drawing: the place to
  /// tell the data layer what is wanted now.
  mutating func run(onChange: (Content) -> Void) -> Int32 {
    fold([.resize(terminal.size)])
    while true {
      onChange(program)
      if let status { return status }
      let frame = program.frame()
      terminal.show(frame.canvas, theme: frame.theme, cursor: frame.cursor)
      let hasInput = wait()
      if terminal.isTakenAway { fold([.terminate(.hangup)]) }
      fold(signalEvents())
      if hasInput {
        if let keys = terminal.keys() {
          fold(keys.map { $0 == .control("c") ? .terminate(.interrupt) : .key($0) })
        } else if isInputAtEnd() {
          fold([.terminate(.hangup)])
        }
      }
      fold(mailbox.drain())
    }
  }

  private mutating func fold(_ events: [Event]) {
    for event in events where status == nil {
      program.update(event).forEach { perform($0) }
      if case .terminate = event, status == nil { status = 0 }
    }
  }

  private mutating func perform(_ effect: Effect) {
    switch effect {
    case .quit(let status): self.status = self.status ?? status
    case .suspend:
      terminal.suspend()
      fold([.resize(terminal.resize())])
    case .redraw: terminal.redraw()
    case .toggleMouse: terminal.toggleMouse()
    case .copy(let text, let what):
      if let sequence = effects.copy(text, what: what) { terminal.send(sequence) }
    case .writeFile(let path, let contents, let replaces): effects.write(contents, to: path, replaces: replaces)
    case .saveQuery(let query, let name): effects.save(query, as: name)
    case .removeQuery(let name): effects.removeQuery(name)
    case .editDashboard(let path, let edit): effects.edit(path, edit)
    case .wait(let duration, let move): effects.wait(duration, move: move)
    case .work(let work): effects.perform(work)
    case .traceWork(let work): effects.perform(work)
    case .writeTrace(let writer, let path, let replaces): effects.write(writer, to: path, replaces: replaces)
    case .analyse(let work): effects.perform(work)
    case .cancelWork(let ticket): effects.cancel(ticket)
    case .writeLines(let path, let export, let replaces): effects.write(export, to: path, replaces: replaces)
    case .appendLines(let path, let export, let isFirst, let replaces, let notice):
      effects.append(export, to: path, isFirst: isFirst, replaces: replaces, notice: notice)
    case .readTraceFile(let work): effects.perform(work)
    case .listFolder(let folder): effects.list(folder)
    case .cancelTraceFile(let work): effects.cancel(work)
    case .dropLines(let path): effects.dropLines(path)
    case .ring(let alarm): terminal.send(alarm.sequence(insideTmux: Clipboard.isInsideTmux(effects.environment)))
    // The program has done these itself.
    case .refresh, .renew, .switchContext, .switchTheme, .perform, .deliver: break
    }
  }

  private mutating func signalEvents() -> [Event] {
    var events: [Event] = []
    for heard in terminal.signals() {
      switch heard {
      case .terminate(let why): events.append(.terminate(why))
      case .resized: events.append(.resize(terminal.resize()))
      case .stop:
        terminal.suspend()
        events.append(.resize(terminal.resize()))
      case .continued:
        terminal.resume()
        events.append(.resize(terminal.resize()))
      }
    }
    return events
  }

  /// Sleeps until there is something to read, without a timeout: an idle dashboard takes no time. Says whether it is input.
  private func wait() -> Bool {
    let readers = [terminal.inputReader, mailbox.reader, terminal.signalReader]
    var waiting = readers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // An interrupting signal has left its byte in the pipe; the next turn finds it.
    return poll(&waiting, nfds_t(waiting.count), -1) > 0 && waiting[0].revents != 0
  }

  /// Whether the other end of the terminal is gone: it hung up, or is readable although there is nothing to read.
  private func isInputAtEnd() -> Bool {
    var waiting = [pollfd(fd: terminal.inputReader, events: Int16(POLLIN), revents: 0)]
    guard poll(&waiting, 1, 0) > 0 else { return false }
    var count: Int32 = 0
    let isEmpty = ioctl(terminal.inputReader, UInt(FIONREAD), &count) != 0 || count == 0
    return isEmpty || Int32(waiting[0].revents) & (POLLHUP | POLLERR | POLLNVAL) != 0
  }
}
