import ObsData

/// `:edit`: panels of an own dashboard are added, moved and removed, and its file is written.
extension Dashboard {
  /// `:edit add EXPR`, with `TITLE = EXPR` for a panel with a title.
  mutating func performEdit(_ argument: String) -> [Effect] {
    guard let path = editablePath() else { return [] }
    let verb = argument.prefix { !$0.isWhitespace }
    let rest = argument.dropFirst(verb.count).description.trimmingSpaces()
    switch verb {
    case "add":
      guard !rest.isEmpty else {
        say(":edit add needs an expression: :edit add Requests = sum(rate(app_request_total[5m]))", isError: true)
        return []
      }
      let (title, expression) = Dashboard.titled(rest)
      return [.editDashboard(path: path, .add(expression: expression, title: title))]
    default:
      say(":edit add EXPR, or :edit add TITLE = EXPR; { and } move a panel, d removes it", isError: true)
      return []
    }
  }

  /// A title before ` = `, where it is none that PromQL would have: a comparison is `==`, a matcher has no spaces around it.
  private static func titled(_ text: String) -> (title: String, expression: String) {
    guard let sign = text.firstRange(of: " = "), !text[..<sign.lowerBound].contains(where: { "({[\"".contains($0) }),
      sign.upperBound < text.endIndex
    else { return (text, text) }
    return (String(text[..<sign.lowerBound]).trimmingSpaces(), String(text[sign.upperBound...]).trimmingSpaces())
  }

  /// The file of the own dashboard that is shown; says why where there is none.
  private mutating func editablePath() -> String? {
    guard case .dashboards(let pane) = pushed.last, let source = pane.source else {
      say("there is no dashboard on the screen: :dashboards opens one", isError: true)
      return nil
    }
    guard case .file(let path) = source, OwnDashboardReader.isOwn(path) else {
      say("only own dashboards, files of YAML, can be edited: this one is Grafana's", isError: true)
      return nil
    }
    return path
  }

  /// Moves or removes the panel that the user is at, as a key asked for.
  mutating func edit(_ edit: OwnDashboardEdit) -> [Effect] {
    guard let path = editablePath() else { return [] }
    return [.editDashboard(path: path, edit)]
  }

  /// The file has been changed, or could not be.
  mutating func receiveEdit(_ edit: OwnDashboardEdit, path: String, words: String, isDone: Bool) {
    say(words, isError: !isDone)
    guard isDone else { return }
    for index in pushed.indices {
      guard case .dashboards(var pane) = pushed[index], pane.source == .file(path) else { continue }
      pane.readAgain(after: edit)
      pushed[index] = .dashboards(pane)
    }
  }
}

/// Moving and removing panels by keys.
extension DashboardPane {
  /// Asks for a change of the panel that the user is at. Removing asks first: the same key once more does it.
  mutating func edit(_ command: Command) -> [Request] {
    guard case .file(let path) = source, OwnDashboardReader.isOwn(path) else {
      return [.notice("only own dashboards, files of YAML, can be edited", isError: true)]
    }
    guard case .panel(let item) = focused else { return [.notice("choose a panel first: a row stays where it is")] }
    let number = item.panel.panel.id
    switch command {
    case .removePanel:
      guard pendingRemoval == item.panel.id else {
        pendingRemoval = item.panel.id
        return [.notice("d once more removes “\(item.panel.panel.title)” from the file; any other key keeps it")]
      }
      pendingRemoval = nil
      return [.editDashboard(.remove(panel: number))]
    default: return [.editDashboard(.move(panel: number, forward: command == .movePanelForward))]
    }
  }
}
