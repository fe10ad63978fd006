import ObsData

/// Watches without a screen: folds in what comes, and says what is to be printed and sent. A value; who runs it does the I/O.
struct WatchSession: Sendable {
  /// What comes.
  enum Event: Sendable {
    case looked(Update)
    case delivered(WatchDelivery, DeliveryOutcome)
    case tick(Timestamp)
  }

  /// What is to be done about it.
  struct Outcome: Equatable, Sendable {
    /// For standard output.
    var lines: [String] = []
    /// For standard error.
    var complaints: [String] = []
    var deliveries: [WatchDelivery] = []
  }

  private(set) var board: WatchBoard
  let printer: WatchPrinter
  /// Whether what failed is tried again in this run.
  let triesAgain: Bool
  private var now: Timestamp
  private var failing: Set<String> = []
  private var isElsewhere = false

  init(board: WatchBoard, printer: WatchPrinter, triesAgain: Bool = true, now: Timestamp) {
    self.triesAgain = triesAgain
    self.board = board
    self.printer = printer
    self.now = now
  }

  /// Whether a watch could not be looked at, or a message not be sent.
  var hasTrouble: Bool { !board.failures.isEmpty || !board.outbox.failing.isEmpty }

  /// Folds an event in. A failure is said when it begins, and when it is over.
  mutating func fold(_ event: Event) -> Outcome {
    var outcome = Outcome()
    switch event {
    case .tick(let time): now = time
    case .looked(let update):
      now = max(now, update.at)
      outcome.lines = board.receive(update).map(printer.line)
      if case .watch(let watch) = update.subscription { outcome.complaints = complaints(of: watch, update) }
    case .delivered(let delivery, let result):
      board.finished(delivery, result, now: now)
      outcome.complaints = complaints(of: delivery, result)
    }
    outcome.deliveries = board.deliveries(now: now)
    return outcome
  }

  private mutating func complaints(of watch: Watch, _ update: Update) -> [String] {
    guard case .failed(let failure) = update.body else {
      return failing.remove("watch \(watch.name)") != nil
        ? ["watch \(watch.name): \(watch.store.displayName) answers again"] : []
    }
    guard failing.insert("watch \(watch.name)").inserted else { return [] }
    let advice = failure.error.advice.map { "; \($0)" } ?? ""
    let retry = failure.retryAt == nil ? "" : "; it is asked again"
    return ["watch \(watch.name): \(watch.store.displayName): \(failure.error.sentence)\(advice)\(retry)"]
  }

  private mutating func complaints(of delivery: WatchDelivery, _ result: DeliveryOutcome) -> [String] {
    let name = "channel \(delivery.channel)"
    switch result {
    case .sent: return failing.remove(name) != nil ? ["\(name): messages are sent again"] : []
    case .leftToAnother:
      defer { isElsewhere = true }
      return isElsewhere ? [] : ["another obs-tui sends the messages of this context"]
    case .failed(let reason, _):
      return failing.insert(name).inserted ? ["\(name): \(reason)\(triesAgain ? "; it is tried again" : "")"] : []
    }
  }
}
