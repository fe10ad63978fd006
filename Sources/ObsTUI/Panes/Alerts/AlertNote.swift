import ObsData

/// A row of the alert pane that is no alert: a watch that has found nothing, a channel that fails, a source that is not there.
struct AlertNote: Equatable, Sendable {
  /// A line of the details.
  struct Detail: Equatable, Sendable {
    let label, text: String
    let isTrouble: Bool

    init(_ label: String, _ text: String, isTrouble: Bool = false) {
      self.label = label
      self.text = text
      self.isTrouble = isTrouble
    }
  }

  let id: String
  /// What becomes of it, in a word: watching, failing, absent.
  let state: String
  let name: String
  let text: String
  let details: [Detail]
  /// Whether somebody should look at it.
  let isTrouble: Bool
}

extension AlertNote {
  /// That a source is not there, which is no failure.
  init(_ source: Alert.Source, absent words: String) {
    self.init(
      id: "source \(source.rawValue)", state: "absent", name: source.displayName, text: words,
      details: [Detail("source", source.displayName), Detail("answer", words)], isTrouble: false)
  }

  /// That a source gives no answer.
  init(_ source: Alert.Source, failure: FetchFailure) {
    var details = [Detail("source", source.displayName), Detail("trouble", failure.error.sentence, isTrouble: true)]
    details.append(Detail("tried", failure.error.tried))
    details.append(Detail("to do", failure.error.advice ?? ""))
    self.init(
      id: "source \(source.rawValue)", state: "failing", name: source.displayName, text: failure.error.sentence,
      details: details, isTrouble: true)
  }
}
