/// One alert of a watch, between its first sign and its end.
public struct WatchInstance: Hashable, Sendable {
  /// How far it has come.
  public enum Phase: String, Hashable, Sendable { case pending, firing }

  /// The alert's labels.
  public var labels: [String: String]
  /// The annotations, filled in with what was seen last.
  public var annotations: [String: String]
  /// How far it has come.
  public var phase: Phase
  /// When the condition began to hold.
  public var since: Timestamp
  /// When it began to fire; nil while it is pending.
  public var firedAt: Timestamp?
  /// When it was seen last.
  public var seenAt: Timestamp
  /// The value that was seen last.
  public var value: Double
}

/// Something that has happened to an alert of a watch.
public struct WatchChange: Hashable, Sendable {
  /// What has happened.
  public enum Kind: String, Hashable, Sendable {
    /// The condition holds, but not yet for as long as is asked for.
    case pending
    /// It fires from now on.
    case firing
    /// It fired, and the condition holds no more.
    case resolved
    /// It was pending, and the condition holds no more.
    case dropped
    /// Nothing has happened: somebody tries the channels.
    case test
  }

  /// What has happened.
  public let kind: Kind
  /// The watch's name.
  public let watch: String
  /// The alert it has happened to.
  public let instance: WatchInstance
  /// The condition in words.
  public let condition: String
  /// When.
  public let at: Timestamp
}

/// What a watch has found so far: nothing → pending → firing → nothing. A value; time comes from outside.
public struct WatchState: Hashable, Sendable {
  /// More alerts of one watch are not told apart: a condition that holds for thousands is one that nobody meant.
  public static let capacity = 200

  /// The alerts by their labels, as one text.
  public internal(set) var instances: [String: WatchInstance] = [:]
  /// Whether the condition was ever looked at.
  public internal(set) var lookedAt: Timestamp?
  /// Why the last look was incomplete, how many alerts were left out, or what the store said beside; nil for none of it.
  public private(set) var remark: String?

  /// Nothing yet.
  public init() {}

  /// Folds one look in and says what has changed: what is seen anew, what fires from now on, what is over. The order is that of
  /// the labels.
  public mutating func fold(_ reading: WatchReading, of watch: Watch, at now: Timestamp) -> [WatchChange] {
    var changes: [WatchChange] = []
    var seen: Set<String> = []
    var leftOut = 0
    let samples = reading.samples.map { (labels: watch.alertLabels($0), value: $0.value) }
      .map { (key: Alert.key($0.labels), $0.labels, $0.value) }.sorted { $0.key < $1.key }
    for (key, labels, value) in samples where seen.insert(key).inserted {
      guard instances[key] != nil || instances.count < WatchState.capacity else {
        leftOut += 1
        continue
      }
      let isNew = instances[key] == nil
      var instance =
        instances[key]
        ?? WatchInstance(
          labels: labels, annotations: [:], phase: .pending, since: now, firedAt: nil, seenAt: now, value: value)
      // What nobody looked at for long, or before the clock was set back, has not been seen to hold all the time.
      if instance.phase == .pending, now - instance.seenAt > WatchState.patience(watch) || instance.since > now {
        instance.since = now
      }
      instance.seenAt = now
      instance.value = value
      instance.annotations = watch.annotations(labels: labels, value: value)
      if instance.phase == .pending, now - instance.since >= watch.holdsFor {
        instance.phase = .firing
        instance.firedAt = now
        changes.append(change(.firing, instance, watch, now))
      } else if isNew {
        changes.append(change(.pending, instance, watch, now))
      }
      instances[key] = instance
    }
    // An incomplete answer says nothing of what it does not hold.
    if reading.partial == nil, leftOut == 0 {
      for (key, instance) in instances.sorted(by: { $0.key < $1.key }) where !seen.contains(key) {
        instances[key] = nil
        changes.append(change(instance.phase == .firing ? .resolved : .dropped, instance, watch, now))
      }
    }
    lookedAt = now
    remark = reading.partial ?? (leftOut > 0 ? "it holds for \(leftOut) more, which are left out" : reading.remark)
    return changes
  }

  private func change(
    _ kind: WatchChange.Kind, _ instance: WatchInstance, _ watch: Watch, _ now: Timestamp
  ) -> WatchChange {
    WatchChange(kind: kind, watch: watch.name, instance: instance, condition: watch.conditionText, at: now)
  }

  /// How long a pending alert may go unseen without beginning anew.
  private static func patience(_ watch: Watch) -> Duration { max(watch.every * 4, .seconds(60)) }
}
