/// All watches of a context with what they have found, and the messages that follow from it. A value: answers are folded in, what is to
/// be sent comes out, and what became of it is folded in again.
public struct WatchBoard: Hashable, Sendable {
  /// The watches, in the order of the settings.
  public let watches: [Watch]
  /// What they have found, by name.
  public private(set) var states: [String: WatchState] = [:]
  /// Why a watch could not be looked at, by name, where the last try failed.
  public private(set) var failures: [String: FetchFailure] = [:]
  /// The messages.
  public private(set) var outbox: WatchOutbox

  /// Makes a board; it goes on where `memory` left off.
  public init(watches: [Watch] = [], channels: [ChannelLabel] = [], memory: WatchMemory? = nil) {
    self.watches = watches
    outbox = WatchOutbox(channels)
    for watch in watches {
      guard let instances = memory?.instances[watch.name] else { continue }
      var state = WatchState()
      for instance in instances.prefix(WatchState.capacity) { state.instances[Alert.key(instance.labels)] = instance }
      states[watch.name] = state
    }
    for (name, changes) in memory?.waiting ?? [:] {
      for change in changes { outbox.add(change, to: [name]) }
    }
  }

  /// What has to be asked so that all watches are looked at.
  public var subscriptions: Set<Subscription> { Set(watches.map(Subscription.watch)) }

  /// Folds an answer in, and says what has changed; other answers are ignored.
  public mutating func receive(_ update: Update) -> [WatchChange] {
    guard case .watch(let watch) = update.subscription, watches.contains(watch) else { return [] }
    switch update.body {
    case .failed(let failure):
      failures[watch.name] = failure
      return []
    case .watch(let reading):
      failures[watch.name] = nil
      let changes = states[watch.name, default: WatchState()].fold(reading, of: watch, at: update.at)
      for change in changes { outbox.add(change, to: watch.channels) }
      return changes
    default: return []
    }
  }

  /// Puts a message for trial into all channels of a watch.
  public mutating func test(_ watch: Watch, at now: Timestamp) {
    let labels = watch.alertLabels(WatchReading.Sample(value: 0))
    let instance = WatchInstance(
      labels: labels,
      annotations: ["summary": "This is a test of the watch \(watch.name): nothing fires."], phase: .firing, since: now,
      firedAt: now, seenAt: now, value: 0)
    let change = WatchChange(
      kind: .test, watch: watch.name, instance: instance, condition: watch.conditionText, at: now)
    outbox.add(change, to: watch.channels)
  }

  /// The messages that are due; each is under way from now on.
  public mutating func deliveries(now: Timestamp) -> [WatchDelivery] { outbox.deliveries(now: now) }

  /// Learns what became of a message.
  public mutating func finished(_ delivery: WatchDelivery, _ outcome: DeliveryOutcome, now: Timestamp) {
    outbox.finished(delivery, outcome, now: now)
  }

  /// What is pending or fires, as alerts like any other.
  public var alerts: [Alert] {
    watches.flatMap { watch in
      (states[watch.name]?.instances ?? [:]).sorted { $0.key < $1.key }.map { key, instance in
        var alert = Alert(
          id: key, labels: instance.labels, annotations: instance.annotations,
          startsAt: instance.firedAt ?? instance.since, state: instance.phase == .firing ? .active : .pending,
          sources: [.watch])
        alert.value = instance.value
        if case .metrics(let expression) = watch.condition { alert.expression = expression }
        alert.receivers = watch.channels
        return alert
      }
    }
  }

  /// Whether all watches have been looked at, or cannot be.
  public var isLookedAt: Bool {
    watches.allSatisfy { failures[$0.name] != nil || states[$0.name]?.lookedAt != nil }
  }
}
