import Dispatch

/// What a subscription does each time it is its turn. It keeps what it must remember from one poll to the next, such as where
/// a tail stands. Only one poll runs at a time.
public protocol PollJob: Sendable {
  /// Asks the store once. What it returns is shown; nil when there is nothing new to show.
  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer
}

/// What one poll brought, and when the next is due.
public struct PollAnswer: Sendable, Equatable {
  /// When a subscription is asked again after an answer.
  public enum Next: Sendable, Equatable {
    /// After the schedule's interval.
    case interval
    /// After this long.
    case after(Duration)
    /// Not until the user asks: the answer is final.
    case never
  }

  /// What is shown; nil when nothing has changed.
  public var body: Update.Body?
  /// When the store is asked again.
  public var next: Next

  /// Makes an answer.
  public init(_ body: Update.Body?, next: Next = .interval) {
    self.body = body
    self.next = next
  }
}

/// Keeps one subscription fresh: a Dispatch timer that is armed after each answer, so that a slow store is asked less often
/// and never twice at once.
actor Poller {
  private let subscription: Subscription
  private var job: any PollJob
  private var schedule: PollSchedule
  private let clock: @Sendable () -> Timestamp
  private let post: @Sendable (Update) -> Void
  private let executor: DispatchQueueExecutor

  private var timer: (any DispatchSourceTimer)?
  private var request: Task<Void, Never>?
  private var isStopped = false
  /// The user asked while a request was under way: ask again right after it.
  private var isAskedAgain = false

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    subscription: Subscription, job: any PollJob, schedule: PollSchedule, executor: DispatchQueueExecutor,
    clock: @escaping @Sendable () -> Timestamp, post: @escaping @Sendable (Update) -> Void
  ) {
    self.subscription = subscription
    self.job = job
    self.schedule = schedule
    self.executor = executor
    self.clock = clock
    self.post = post
  }

  /// Asks now, then at the schedule's times until `stop()`.
  func start() { beginPoll() }

  /// Cancels the request under way; nothing is posted any more.
  func stop() {
    isStopped = true
    request?.cancel()
    disarm()
  }

  /// Asks now instead of later, as the user wishes.
  func pollNow() {
    guard !isStopped else { return }
    if request == nil { beginPoll() } else { isAskedAgain = true }
  }

  private func beginPoll() {
    disarm()
    guard !isStopped, request == nil else { return }
    request = Task { await poll() }
  }

  private func poll() async {
    var job = job
    let wait: Duration?
    do throws(FetchError) {
      let answer = try await job.poll(now: clock())
      guard !isStopped else { return }
      self.job = job
      let interval = schedule.succeeded()
      if let body = answer.body { post(Update(subscription: subscription, at: clock(), body: body)) }
      switch answer.next {
      case .interval: wait = interval
      case .after(let duration): wait = duration
      case .never: wait = nil
      }
    } catch {
      guard !isStopped else { return }
      // What the job learned before it failed is kept: a tail must not forget what it has shown.
      self.job = job
      let now = clock()
      wait = delay(after: error)
      let failure = FetchFailure(error: error, attempts: schedule.failures, retryAt: wait.map { now + $0 })
      post(Update(subscription: subscription, at: now, body: .failed(failure)))
    }
    request = nil
    if isAskedAgain {
      isAskedAgain = false
      beginPoll()
    } else if let wait {
      arm(after: wait)
    }
  }

  /// When the store is asked again that has failed; nil where only the user can help, because it cannot read what they typed.
  private func delay(after error: FetchError) -> Duration? {
    // Each refusal makes the store work, and data that it hangs on change slowly.
    let patience = error.kind == .badQuery ? max(error.retryAfter ?? .zero, .seconds(30)) : error.retryAfter
    let delay = schedule.failed(retryAfter: patience)
    return error.isFinal && subscription.holdsUserInput ? nil : delay
  }

  private func arm(after delay: Duration) {
    let timer = DispatchSource.makeTimerSource(queue: executor.queue)
    timer.setEventHandler { [weak self] in self?.assumeIsolated { $0.beginPoll() } }
    timer.schedule(deadline: .now() + .nanoseconds(Int(delay.nanoseconds)), leeway: .milliseconds(20))
    timer.activate()
    self.timer = timer
  }

  private func disarm() {
    timer?.cancel()
    timer = nil
  }
}
