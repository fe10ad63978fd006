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
