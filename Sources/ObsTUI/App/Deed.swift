import ObsData

/// Something that changes a store: done only where the context is writable, and only after the user has been asked.
enum Deed: Hashable, Sendable {
  case silence(AlertSilence)
  case expire(AlertSilence)

  /// What is asked before it is done; `alerts` are those that are known.
  func question(_ alerts: [Alert]) -> String {
    switch self {
    case .silence(let silence):
      let length = DurationText.text(silence.endsAt - silence.startsAt)
      return
        "silence for \(length): \(Deed.words(alerts.filter { silence.covers($0.labels) }))? y sends it, any other key does not"
    case .expire(let silence):
      return "end the silence \(Deed.name(of: silence))? y ends it, any other key does not"
    }
  }

  /// The alerts that are met, the first of them by name.
  private static func words(_ alerts: [Alert]) -> String {
    guard let first = alerts.first else { return "no alert that is known now" }
    let name = [first.name, first.service].compactMap { $0 }.joined(separator: " ")
    return alerts.count == 1 ? "1 alert (\(name))" : "\(alerts.count) alerts (\(name), …)"
  }

  /// A silence as it is called in a sentence.
  static func name(of silence: AlertSilence) -> String {
    silence.comment.isEmpty ? silence.matchers.map(\.text).joined(separator: " ") : "“\(silence.comment)”"
  }
}

extension StoreClients {
  /// Does it, and says in a sentence what has been done.
  func perform(_ deed: Deed) async throws(FetchError) -> String {
    switch deed {
    case .silence(let silence):
      let id = try await create(silence)
      return "silenced for \(DurationText.text(silence.endsAt - silence.startsAt)) (\(id))"
    case .expire(let silence):
      try await expire(silence)
      return "ended the silence \(Deed.name(of: silence))"
    }
  }
}
