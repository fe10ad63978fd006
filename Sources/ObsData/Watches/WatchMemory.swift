/// What is kept of watches from one run to the next, so that nobody is told twice: the alerts that are pending or fire, and the messages
/// that were not sent.
public struct WatchMemory: Hashable, Sendable {
  /// The alerts by watch.
  public var instances: [String: [WatchInstance]]
  /// The changes that are still to be told, by channel.
  public var waiting: [String: [WatchChange]]

  /// No file that is larger is read.
  public static let maximumBytes = 8 << 20

  /// What a board would have to know after a restart. What is under way counts as not sent.
  public init(_ board: WatchBoard) {
    instances = board.states.mapValues { state in state.instances.sorted { $0.key < $1.key }.map(\.value) }
      .filter { !$0.value.isEmpty }
    waiting = [:]
    for lane in board.outbox.lanes {
      let changes = (lane.sending?.changes ?? []) + lane.waiting
      let lasting = changes.filter { $0.kind != .test }
      if !lasting.isEmpty { waiting[lane.label.name] = lasting }
    }
  }

  /// As JSON, the same text for the same memory.
  public var text: String {
    let watches = instances.sorted { $0.key < $1.key }.map { name, list -> (key: String, value: JSONTree) in
      (name, .array(list.map(WatchMemory.tree)))
    }
    let channels = waiting.sorted { $0.key < $1.key }.map { name, list -> (key: String, value: JSONTree) in
      (
        name,
        .array(
          list.map { change in
            .object([
              ("kind", .string(change.kind.rawValue)), ("watch", .string(change.watch)),
              ("condition", .string(change.condition)), ("at", .int(change.at.nanoseconds)),
              ("alert", WatchMemory.tree(change.instance)),
            ])
          })
      )
    }
    return JSONTree.object([("version", 1), ("watches", .object(watches)), ("waiting", .object(channels))]).text + "\n"
  }

  /// Reads what `text` gave. Nil for anything else: then nothing is remembered.
  public init?(_ text: String) {
    guard text.utf8.count <= WatchMemory.maximumBytes, let root = try? JSONReader.read(Array(text.utf8)).document.root,
      root["version"]?.int == 1
    else { return nil }
    instances = [:]
    waiting = [:]
    for (name, list) in root["watches"]?.members ?? [] {
      instances[name] = list.elements.prefix(WatchState.capacity).compactMap(WatchMemory.instance)
    }
    for (name, list) in root["waiting"]?.members ?? [] {
      waiting[name] = list.elements.prefix(WatchOutbox.capacity).compactMap { value in
        guard let kind = value["kind"]?.string.flatMap(WatchChange.Kind.init), let watch = value["watch"]?.string,
          let at = value["at"]?.int, let instance = value["alert"].flatMap(WatchMemory.instance)
        else { return nil }
        return WatchChange(
          kind: kind, watch: watch, instance: instance, condition: value["condition"]?.string ?? "",
          at: Timestamp(nanoseconds: at))
      }
    }
  }

  private static func tree(_ instance: WatchInstance) -> JSONTree {
    func texts(_ values: [String: String]) -> JSONTree {
      .object(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }
    return .object([
      ("labels", texts(instance.labels)), ("annotations", texts(instance.annotations)),
      ("phase", .string(instance.phase.rawValue)), ("since", .int(instance.since.nanoseconds)),
      ("fired", instance.firedAt.map { .int($0.nanoseconds) } ?? .null), ("seen", .int(instance.seenAt.nanoseconds)),
      // JSON has no NaN and no infinity.
      ("value", instance.value.isFinite ? .double(instance.value) : .string("\(instance.value)")),
    ])
  }

  private static func instance(_ value: JSONValue) -> WatchInstance? {
    func texts(_ value: JSONValue?) -> [String: String] {
      Dictionary((value?.members ?? []).compactMap { key, value in value.string.map { (key, $0) } }) { $1 }
    }
    let labels = texts(value["labels"])
    guard !labels.isEmpty, let phase = value["phase"]?.string.flatMap(WatchInstance.Phase.init),
      let since = value["since"]?.int, let seen = value["seen"]?.int
    else { return nil }
    let fired = value["fired"]?.int.map { Timestamp(nanoseconds: $0) }
    guard (fired != nil) == (phase == .firing) else { return nil }
    return WatchInstance(
      labels: labels, annotations: texts(value["annotations"]), phase: phase, since: Timestamp(nanoseconds: since),
      firedAt: fired, seenAt: Timestamp(nanoseconds: seen),
      value: value["value"].flatMap { $0.double ?? $0.string.flatMap(Double.init) } ?? 0)
  }
}
