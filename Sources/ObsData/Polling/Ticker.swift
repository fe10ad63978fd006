import Dispatch

/// Tells the time once a second, when the second begins: a Dispatch timer that is armed anew after each tick.
public actor Ticker {
  private let clock: @Sendable () -> Timestamp
  private let post: @Sendable (Timestamp) -> Void
  private let executor = DispatchQueueExecutor(label: "obs-tui.ticker")
  private var timer: (any DispatchSourceTimer)?

  /// The serial Dispatch queue that the ticker runs on.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Makes a ticker that is not yet running.
  public init(clock: @escaping @Sendable () -> Timestamp, post: @escaping @Sendable (Timestamp) -> Void) {
    self.clock = clock
    self.post = post
  }

  /// Begins to tick; it ticks as long as it lives.
  public nonisolated func start() {
    executor.queue.async { self.assumeIsolated { $0.arm() } }
  }

  private func arm() {
    let now = clock()
    let wait = now.floored(to: .seconds(1)) + .seconds(1) - now
    let timer = DispatchSource.makeTimerSource(queue: executor.queue)
    timer.setEventHandler { [weak self] in
      self?.assumeIsolated { ticker in
        ticker.post(ticker.clock())
        ticker.arm()
      }
    }
    timer.schedule(deadline: .now() + .nanoseconds(Int(wait.nanoseconds)), leeway: .milliseconds(10))
    timer.activate()
    self.timer = timer
  }
}
