/// What a message of a channel is about: the changes that came since the last one.
public struct WatchDelivery: Hashable, Sendable {
  /// The channel's name.
  public let channel: String
  /// Tells this try from others.
  public let number: Int
  /// What is told, oldest first; at least one.
  public let changes: [WatchChange]
  /// How many changes before these had to be left out, because nobody took them for so long.
  public let lost: Int
}

/// A channel as the outbox knows it: by name, and how often it may be used.
public struct ChannelLabel: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// What it is.
  public let kind: ChannelKind
  /// The least time between two messages: what happens meanwhile goes into the next one.
  public let pause: Duration
  /// The escape sequence that it takes; `desktop` only.
  public let sequence: DesktopProtocol?

  /// Makes a label.
  public init(name: String, kind: ChannelKind, pause: Duration, sequence: DesktopProtocol? = nil) {
    self.sequence = sequence
    self.name = name
    self.kind = kind
    self.pause = pause
  }
}

/// What became of a message.
public enum DeliveryOutcome: Hashable, Sendable {
  case sent
  /// Another obs-tui has taken it upon itself to send the messages of this context.
  case leftToAnother
  /// Why it was not sent, in a sentence that holds no secret; and how long the other side asked to be left alone.
  case failed(String, retryAfter: Duration? = nil)
}

/// The messages that are to be sent, by channel: each change once, in order, not too often, and again after a failure. A value; time
/// comes from outside.
public struct WatchOutbox: Hashable, Sendable {
  /// More changes of one channel are not kept; the oldest are left out, and counted.
  public static let capacity = 500
  /// More changes do not go into one message.
  public static let batch = 50

  /// One channel's part.
  public struct Lane: Hashable, Sendable {
    /// The channel.
    public let label: ChannelLabel
    /// What is still to be told, oldest first.
    public internal(set) var waiting: [WatchChange] = []
    /// The try that is under way.
    public internal(set) var sending: WatchDelivery?
    /// Why the last try failed; nil where it did not.
    public internal(set) var trouble: String?
    /// How many tries in a row have failed.
    public internal(set) var failures = 0
    /// When the next message may go out.
    public internal(set) var notBefore = Timestamp(nanoseconds: 0)
    /// Whether another obs-tui sends this channel's messages.
    public internal(set) var isElsewhere = false
    var lost = 0
  }

  /// The channels, in the order of the settings.
  public internal(set) var lanes: [Lane]
  private var tries = 0

  /// An empty outbox.
  public init(_ channels: [ChannelLabel]) { lanes = channels.map { Lane(label: $0) } }

  /// The channels whose last try failed.
  public var failing: [Lane] { lanes.filter { $0.trouble != nil } }

  /// Whether everything has been told.
  public var isEmpty: Bool { lanes.allSatisfy { $0.waiting.isEmpty && $0.sending == nil } }

  /// Takes a change in for some channels. Only what fires and what is over is told.
  mutating func add(_ change: WatchChange, to names: [String]) {
    guard [.firing, .resolved, .test].contains(change.kind) else { return }
    for index in lanes.indices where names.contains(lanes[index].label.name) { lanes[index].add(change) }
  }

  /// The messages that are due; each is under way from now on.
  public mutating func deliveries(now: Timestamp) -> [WatchDelivery] {
    var due: [WatchDelivery] = []
    for index in lanes.indices {
      guard lanes[index].sending == nil, !lanes[index].waiting.isEmpty, lanes[index].isDue(now) else { continue }
      tries += 1
      let changes = Array(lanes[index].waiting.prefix(WatchOutbox.batch))
      lanes[index].waiting.removeFirst(changes.count)
      let delivery = WatchDelivery(
        channel: lanes[index].label.name, number: tries, changes: changes, lost: lanes[index].lost)
      lanes[index].sending = delivery
      due.append(delivery)
    }
    return due
  }

  /// Learns what became of a message. After a failure its changes are told again, later and later: after twice the last wait, up to
  /// ten minutes.
  public mutating func finished(_ delivery: WatchDelivery, _ outcome: DeliveryOutcome, now: Timestamp) {
    guard let index = lanes.firstIndex(where: { $0.sending == delivery }) else { return }
    lanes[index].sending = nil
    switch outcome {
    case .sent, .leftToAnother:
      lanes[index].lost -= delivery.lost
      lanes[index].trouble = nil
      lanes[index].failures = 0
      lanes[index].isElsewhere = outcome == .leftToAnother
      lanes[index].notBefore = now + lanes[index].label.pause
    case .failed(let reason, let retryAfter):
      lanes[index].trouble = reason
      lanes[index].failures += 1
      lanes[index].notBefore = now + lanes[index].wait(retryAfter)
      let later = lanes[index].waiting
      lanes[index].waiting = delivery.changes
      for change in later { lanes[index].add(change) }
    }
  }
}

extension WatchOutbox.Lane {
  mutating func add(_ change: WatchChange) {
    // Who was not told that it fires is told in one message that it did, from when to when.
    if change.kind == .resolved,
      let index = waiting.firstIndex(where: {
        $0.kind == .firing && $0.watch == change.watch && $0.instance.labels == change.instance.labels
      })
    {
      waiting.remove(at: index)
    }
    waiting.append(change)
    guard waiting.count > WatchOutbox.capacity else { return }
    waiting.removeFirst()
    lost += 1
  }

  /// A clock that was set back must not keep messages for hours.
  func isDue(_ now: Timestamp) -> Bool { now >= notBefore || notBefore - now > .seconds(3_600) }

  /// The wait after a failure. Without chance, so that it can be foretold: a channel has few who use it.
  func wait(_ retryAfter: Duration?) -> Duration {
    let doubled = max(label.pause, .seconds(5)) * (1 << min(max(failures - 1, 0), 12))
    return max(min(doubled, .seconds(600)), min(retryAfter ?? .zero, .seconds(1_800)))
  }
}
