import Glibc
import ObsData

/// Plays keys to a dashboard without a terminal: after each key it waits until what is in view has been answered.
struct Snapshot {
  private(set) var program: DashboardProgram
  private let mailbox: Mailbox
  private let end: ContinuousClock.Instant
  /// With a clock that stands still a trace that is not there yet will never come.
  private let isClockFixed: Bool

  init(program: DashboardProgram, mailbox: Mailbox, patience: Duration, isClockFixed: Bool) {
    self.program = program
    self.mailbox = mailbox
    end = .now + patience
    self.isClockFixed = isClockFixed
  }

  /// Presses the keys, one after the other, each when the screen has come to rest.
  mutating func play(_ keys: [Key]) {
    feed(.resize(program.dashboard.size))
    settle()
    for key in keys {
      feed(.key(key))
      settle()
    }
  }

  private mutating func feed(_ event: Event) {
    for effect in program.update(event) {
      switch effect {
      case .wait(_, let move): feed(.rested(move: move))
      case .work(let work):
        if let outcome = work.run(isWanted: { _ in true }) { feed(.worked(outcome, work.ticket)) }
      case .traceWork(let work):
        if let outcome = work.run(isWanted: { true }) { feed(.traceWorked(outcome, work.ticket)) }
      case .listFolder(let folder): feed(.folder(FolderListing.read(folder)))
      case .readTraceFile(let work): if let news = work.run(progress: { _ in true }) { feed(.traceFile(news, work)) }
      case .analyse(let work):
        if let outcome = work.run(isWanted: { true }) { feed(.analysed(outcome, work.ticket)) }
      default: break
      }
    }
  }

  /// Folds answers in until everything that is wanted has one, or time is up.
  private mutating func settle() {
    while !isSettled, ContinuousClock.now < end {
      var waiting = pollfd(fd: mailbox.reader, events: Int16(POLLIN), revents: 0)
      let left = Swift.max(0, (end - ContinuousClock.now).components.seconds * 1_000 + 100)
      guard poll(&waiting, 1, Int32(clamping: left)) > 0 else { continue }
      for event in mailbox.drain() { feed(event) }
    }
  }

  private var isSettled: Bool {
    let dashboard = program.dashboard
    return dashboard.isSettled && (isClockFixed || !dashboard.isWaitingForTrace)
  }
}

extension Dashboard {
  /// Whether a waterfall is open whose trace the store does not have yet, and is asked for again.
  var isWaitingForTrace: Bool {
    pushed.contains { if case .waterfall(let pane) = $0 { pane.found == nil && pane.isAskedAgain } else { false } }
  }

  /// The stores that have failed at something that is wanted.
  var failedStores: [Store] {
    configuration.stores.map(\.store).filter { storeStates[$0]?.failure != nil }
  }
}
