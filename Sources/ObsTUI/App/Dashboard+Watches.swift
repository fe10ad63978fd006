import ObsData

/// The user's own watches: what they find goes to the alerts, what follows from it to the channels.
extension Dashboard {
  /// Folds in what came of looking at a watch.
  mutating func receiveWatch(_ update: Update) {
    guard case .watch = update.subscription else { return }
    let changes = watches.receive(update)
    showWatches()
    if let change = changes.last(where: { $0.kind == .firing }) {
      let more = changes.count { $0.kind == .firing } - 1
      let others = more > 0 ? " and \(more) more" : ""
      say("\(WatchMessage(changes: [change], context: "").subject)\(others)", isError: true)
    } else if let change = changes.last(where: { $0.kind == .resolved }) {
      say(WatchMessage(changes: [change], context: "").subject)
    }
  }

  /// Tells strip and pane what the watches have found.
  mutating func showWatches() {
    let found = watches.alerts
    alerts.adopt(watches: found)
    for index in pushed.indices {
      guard case .alerts(var pane) = pushed[index] else { continue }
      pane.adopt(watches: found, notes: watches.notes(now: now))
      pushed[index] = .alerts(pane)
    }
  }

  /// The other sources of alerts that there are to ask: seldom, for they change slowly. Where files stand in for the log store
  /// nobody has asked for Watcher.
  var sourceSubscriptions: Set<Subscription> {
    let sources: [Alert.Source] = configuration.logFiles == nil ? [.grafana, .kibana, .watcher] : [.grafana, .kibana]
    return Set(sources.map(Subscription.sourceAlerts))
  }

  /// The messages that are due: what the terminal can do by itself is done with that.
  mutating func deliverMessages() -> [Effect] {
    guard !watches.watches.isEmpty else { return [] }
    return watches.deliveries(now: now).map { delivery in
      guard let label = configuration.channels.first(where: { $0.name == delivery.channel }), label.kind.isOfTerminal
      else { return .deliver(delivery) }
      watches.finished(delivery, .sent, now: now)
      return .ring(Alarm(delivery, on: label))
    }
  }

  /// Learns what became of a message.
  mutating func messageEnded(_ delivery: WatchDelivery, _ outcome: DeliveryOutcome) -> [Effect] {
    watches.finished(delivery, outcome, now: now)
    if case .failed(let reason, _) = outcome { say("channel \(delivery.channel): \(reason)", isError: true) }
    showWatches()
    return deliverMessages()
  }
}

extension WatchBoard {
  /// The board of a context.
  init(_ configuration: Dashboard.Configuration) {
    self.init(watches: configuration.watches, channels: configuration.channels, memory: configuration.watchMemory)
  }

  /// That channels fail, for the header; nil while none does.
  func headerWords(glyphs: GlyphSet, isLong: Bool) -> String? {
    let failing = outbox.failing.map(\.label.name)
    guard let first = failing.first else { return nil }
    let mark = glyphs == .unicode ? "✗" : "x"
    guard isLong else { return " \(mark)msg" }
    return " \(mark)\(WatchMessage.plain(first))\(failing.count > 1 ? " +\(failing.count - 1)" : "") not told"
  }

  /// What the alert pane says of watches and channels beside the alerts themselves.
  func notes(now: Timestamp) -> [AlertNote] {
    let channels = outbox.lanes.filter { $0.trouble != nil || $0.isElsewhere }.map { lane in
      let isTrouble = lane.trouble != nil
      let waiting = lane.waiting.count
      let text = lane.trouble ?? "another obs-tui sends the messages of this context"
      let age = lane.notBefore > now ? "in \(Formatting.age(lane.notBefore - now))" : "now"
      return AlertNote(
        id: "channel \(lane.label.name)", state: isTrouble ? "failing" : "watching", name: lane.label.name, text: text,
        details: [
          .init("channel", "\(lane.label.name) (\(lane.label.kind.rawValue))"),
          .init("trouble", text, isTrouble: isTrouble),
          .init("waiting", isTrouble ? "\(waiting) \(waiting == 1 ? "message" : "messages"), next try \(age)" : ""),
        ], isTrouble: isTrouble)
    }
    return channels + watches.compactMap { watch in note(of: watch, now: now) }
  }

  private func note(of watch: Watch, now: Timestamp) -> AlertNote? {
    let state = states[watch.name]
    let failure = failures[watch.name]
    guard failure != nil || state?.instances.isEmpty != false else { return nil }
    let trouble = failure.map { FailureText.line($0, of: watch.store, dataFrom: state?.lookedAt, now: now) }
    let looked = state?.lookedAt.map { "\(Formatting.age(now - $0)) ago" } ?? "not yet"
    return AlertNote(
      id: "watch \(watch.name)", state: failure == nil ? "watching" : "failing", name: watch.name,
      text: failure?.error.sentence ?? watch.conditionText,
      details: [
        .init("trouble", trouble ?? "", isTrouble: true), .init("condition", watch.conditionText),
        .init("must hold for", watch.holdsFor > .zero ? DurationText.text(watch.holdsFor) : "at once"),
        .init("looked at", "every \(DurationText.text(watch.every)), last \(looked)"),
        .init("remark", state?.remark ?? ""), .init("tells", watch.channels.joined(separator: ", ")),
        .init("source", "watch in the settings"),
      ], isTrouble: failure != nil)
  }
}
