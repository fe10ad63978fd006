import ObsData

/// Changes of watches as `obs-tui watch` prints them, one a line.
struct WatchPrinter: Sendable {
  let context: String
  let time: TimeDisplay
  var isJSON = false

  /// A line with its end.
  func line(_ change: WatchChange) -> String {
    if isJSON {
      guard case .object(let members) = change.tree(context: context) else { return "" }
      let state = (key: "state", value: JSONTree.string(change.stateWord))
      let at = (key: "time", value: JSONTree.string(change.at.iso8601(fractionDigits: 3)))
      return LogPrinter.escaped(JSONTree.object([at, state] + members).text) + "\n"
    }
    let labels = change.instance.labels.filter { !["alertname", "severity"].contains($0.key) }
      .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var parts = [
      Formatting.time(change.at, as: time, now: change.at, withDate: true, fractionDigits: 0), change.stateWord,
      change.instance.labels["severity"], change.watch,
    ].compactMap { $0 }
    parts += labels
    parts.append("value=\(Formatting.value(change.instance.value, .none))")
    if let summary = change.summary { parts.append("(\(summary))") }
    return LogPrinter.visible(WatchMessage.plain(parts.joined(separator: " "))) + "\n"
  }
}

extension WatchChange {
  /// What becomes of the alert, in a word.
  var stateWord: String { kind == .dropped ? "inactive" : kind.rawValue }
}
