import ObsData

/// One way of a feed: items wait here, a bounded number of them, and go out in batches in their order. Where the store does not
/// answer they are kept and tried again; when there is no more room the oldest are lost, and counted.
actor FeedLane<Sink: FeedSink> {
  /// What a lane may hold, and what it may send at once.
  struct Limits: Sendable {
    var waiting = 50_000
    var batch = 500
    var bytes = 4 << 20
  }

  private let sink: Sink
  private let limits: Limits
  private let pause: @Sendable (Duration) async throws -> Void
  private let complain: @Sendable (String) -> Void
  private var backoff: FeedBackoff
  private var waiting: [Sink.Item] = []
  private var sleeper: CheckedContinuation<Void, Never>?
  /// The wait before the next try.
  private var resting: Task<Void, Never>?
  private var isClosed = false
  /// Nothing is sent any more: the reader is gone, or the store takes nothing.
  private(set) var isDead = false
  private var isFailing = false
  private var batchLimit: Int
  /// The account so far.
  private(set) var tally: FeedTally

  init(
    sink: Sink, tally: FeedTally, limits: Limits = Limits(), seed: UInt64 = 1,
    pause: @escaping @Sendable (Duration) async throws -> Void, complain: @escaping @Sendable (String) -> Void
  ) {
    self.sink = sink
    self.tally = tally
    self.limits = limits
    self.pause = pause
    self.complain = complain
    batchLimit = limits.batch
    backoff = FeedBackoff(seed: seed)
  }

  /// Adds items behind those that wait.
  func offer(_ items: [Sink.Item]) {
    guard !isDead, !isClosed else { return lose(items) }
    waiting += items
    shed()
    wake()
  }

  /// No more items come: `run` ends when those that wait are sent. A store that does not answer is tried again at once.
  func close() {
    isClosed = true
    backoff.succeeded()
    resting?.cancel()
    wake()
  }

  /// Sends until the lane is closed and empty, or its task is cancelled; what waits then is lost.
  func run() async {
    while !isDead, !Task.isCancelled {
      guard !waiting.isEmpty else {
        if isClosed { return }
        await withCheckedContinuation { sleeper = $0 }
        continue
      }
      let batch = nextBatch()
      waiting.removeFirst(batch.count)
      await handle(await sink.send(batch), of: batch)
    }
    lose(waiting)
    waiting = []
  }

  private func nextBatch() -> [Sink.Item] {
    var bytes = 0
    var count = 0
    for item in waiting.prefix(batchLimit) {
      bytes += sink.bytes(of: item)
      if count > 0, bytes > limits.bytes { break }
      count += 1
    }
    return Array(waiting.prefix(count))
  }

  private func handle(_ delivery: FeedDelivery, of batch: [Sink.Item]) async {
    switch delivery {
    case .answered(let answer):
      recovered()
      let again = answer.again.compactMap { batch.indices.contains($0) ? batch[$0] : nil }
      tally.sent += units(batch) - units(again) - answer.refused
      if answer.refused > 0 { refused(answer.refused, reason: answer.reason ?? "no reason was given") }
      batchLimit = min(limits.batch, batchLimit * 2)
      guard !again.isEmpty else { return backoff.succeeded() }
      giveBack(again)
      await rest(nil)
    case .later(let error):
      giveBack(batch)
      if !isFailing, error.kind != .cancelled {
        isFailing = true
        tally.outages += 1
        complain("\(tally.destination): \(error.sentence); it is tried again")
      }
      await rest(error.retryAfter)
    case .tooLarge(let error):
      guard batch.count > 1 else { return refused(units(batch), reason: error.sentence) }
      giveBack(batch)
      batchLimit = max(1, batch.count / 2)
    case .refused(let error):
      recovered()
      refused(units(batch), reason: error.sentence)
    case .hopeless(let error):
      isDead = true
      lose(batch)
      complain("\(tally.destination) takes nothing\n\(error.paragraph)")
    case .closed:
      isDead = true
      tally.hasReaderLeft = true
    }
  }

  private func recovered() {
    guard isFailing else { return }
    isFailing = false
    complain("\(tally.destination) answers again")
  }

  private func refused(_ count: Int, reason: String) {
    if tally.reason == nil {
      tally.reason = reason
      complain("\(tally.destination) refuses \(tally.unit): \(reason)")
    }
    tally.refused += count
  }

  private func rest(_ retryAfter: Duration?) async {
    let wait = backoff.failed(retryAfter: retryAfter)
    let pause = pause
    let task = Task { () -> Void in try? await pause(wait) }
    resting = task
    await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    resting = nil
  }

  private func giveBack(_ items: [Sink.Item]) {
    waiting.insert(contentsOf: items, at: 0)
    shed()
  }

  private func shed() {
    let excess = waiting.count - limits.waiting
    guard excess > 0 else { return }
    lose(Array(waiting.prefix(excess)))
    waiting.removeFirst(excess)
  }

  private func lose(_ items: [Sink.Item]) {
    // What nobody wants any more is no loss.
    if !tally.hasReaderLeft { tally.unsent += units(items) }
  }

  private func units(_ items: [Sink.Item]) -> Int { items.reduce(0) { $0 + sink.units(of: $1) } }

  private func wake() {
    sleeper?.resume()
    sleeper = nil
  }
}
