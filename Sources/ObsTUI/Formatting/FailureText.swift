import ObsData

/// A failed poll in words: what came, what was tried, what to do, and when the store is asked again.
enum FailureText {
  /// One line for a pane that still shows older data.
  static func line(_ failure: FetchFailure, of store: Store, dataFrom: Timestamp?, now: Timestamp) -> String {
    line(failure, of: store.displayName, dataFrom: dataFrom, now: now)
  }

  /// The same for what is no store of its own: a file, by its name.
  static func line(_ failure: FetchFailure, of name: String, dataFrom: Timestamp?, now: Timestamp) -> String {
    var parts = ["\(name): \(words(failure))"]
    if let dataFrom { parts.append("data \(Formatting.age(now - dataFrom)) old") }
    parts.append(retry(failure, now: now))
    if let advice = failure.error.advice { parts.append(advice) }
    return parts.joined(separator: " · ")
  }

  /// A paragraph for a pane that has nothing else to show.
  static func paragraph(_ failure: FetchFailure, of store: Store, now: Timestamp) -> [String] {
    paragraph(failure, of: store.displayName, now: now)
  }

  /// The same for what is no store of its own.
  static func paragraph(_ failure: FetchFailure, of name: String, now: Timestamp) -> [String] {
    let event = failure.error.kind == .badQuery ? "refused the query" : "gave no answer"
    var lines = ["\(name) \(event): \(words(failure))", "Tried: \(failure.error.tried)"]
    if let advice = failure.error.advice { lines.append("To do: \(advice)") }
    let attempts = failure.attempts == 1 ? "Asked once" : "Asked \(Formatting.count(failure.attempts)) times"
    lines.append("\(attempts); \(retry(failure, now: now)).")
    return lines
  }

  /// A refusal is the store's own sentence: its number adds nothing.
  private static func words(_ failure: FetchFailure) -> String {
    failure.error.kind == .badQuery ? failure.error.answer : failure.error.sentence
  }

  /// When the store is asked again: `next try in 8s`.
  static func retry(_ failure: FetchFailure, now: Timestamp) -> String {
    guard let retryAt = failure.retryAt else {
      let change = failure.error.kind == .badQuery ? "the query" : "something"
      return "not asked again until \(change) changes or ctrl-r"
    }
    let wait = retryAt - now
    return wait >= .seconds(1) ? "next try in \(Formatting.age(wait))" : "trying again now"
  }
}
