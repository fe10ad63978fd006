import Dispatch

/// Makes the job that keeps a subscription fresh, with how often; nil where the settings name no such store.
public typealias PollJobFactory = @Sendable (Subscription) -> (job: any PollJob, interval: Duration)?

/// Keeps a set of subscriptions fresh: starts what is new in the set, cancels what is gone. It posts updates from queues of its
/// own; all its methods return at once.
public actor DataFeed {
  private let makeJob: PollJobFactory
  private let clock: @Sendable () -> Timestamp
  private let post: @Sendable (Update) -> Void
  private let executor = DispatchQueueExecutor(label: "obs-tui.feed")
  private var pollers: [Subscription: Poller] = [:]
  private var seed: UInt64

  /// The serial Dispatch queue that the feed and its pollers run on.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Makes a feed. `post` is called on the feed's own queue, with every answer and every failure.
  public init(
    seed: UInt64, clock: @escaping @Sendable () -> Timestamp, makeJob: @escaping PollJobFactory,
    post: @escaping @Sendable (Update) -> Void
  ) {
    self.seed = seed
    self.clock = clock
    self.makeJob = makeJob
    self.post = post
  }

  /// Makes `subscriptions` what is kept fresh from now on.
  public nonisolated func want(_ subscriptions: Set<Subscription>) {
    executor.queue.async { self.assumeIsolated { $0.replace(with: subscriptions) } }
  }

  /// Asks again now for everything that is wanted.
  public nonisolated func refresh() {
    executor.queue.async {
      self.assumeIsolated { feed in
        for poller in feed.pollers.values { poller.assumeIsolated { $0.pollNow() } }
      }
    }
  }

  /// Begins anew with those of `subscriptions` that are kept fresh, so that their first answers come again.
  public nonisolated func renew(_ subscriptions: Set<Subscription>) {
    executor.queue.async {
      self.assumeIsolated { feed in
        let wanted = Set(feed.pollers.keys)
        feed.replace(with: wanted.subtracting(subscriptions))
        feed.replace(with: wanted)
      }
    }
  }

  private func replace(with wanted: Set<Subscription>) {
    for (subscription, poller) in pollers where !wanted.contains(subscription) {
      pollers[subscription] = nil
      poller.assumeIsolated { $0.stop() }
    }
    for subscription in wanted where pollers[subscription] == nil {
      guard let (job, interval) = makeJob(subscription) else { continue }
      seed &+= 1
      let poller = Poller(
        subscription: subscription, job: job, schedule: PollSchedule(interval: interval, seed: seed),
        executor: executor, clock: clock, post: post)
      pollers[subscription] = poller
      poller.assumeIsolated { $0.start() }
    }
  }
}
