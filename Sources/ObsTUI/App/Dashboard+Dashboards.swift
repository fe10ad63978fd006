import ObsData

extension Dashboard {
  /// `:dashboards` and `:variable`.
  mutating func performDashboards(_ command: Command, argument: String) {
    if command == .dashboards {
      openDashboards(named: argument)
      return
    }
    guard case .dashboards(var pane) = pushed.last, pane.source != nil else {
      say("there is no dashboard on the screen: :dashboards opens one", isError: true)
      return
    }
    guard let equals = argument.firstIndex(of: "=") else {
      say(":variable needs a name and values, such as job=node,api", isError: true)
      return
    }
    let name = argument[..<equals].drop { $0 == "$" }.description.trimmingSpaces()
    guard pane.variableNames.contains(name) else {
      let names = pane.variableNames.joined(separator: ", ")
      say("the dashboard has no variable \(name)" + (names.isEmpty ? "" : ": it has \(names)"), isError: true)
      return
    }
    let values = argument[argument.index(after: equals)...].split(separator: ",").map { String($0).trimmingSpaces() }
    pane.choose(values.isEmpty ? [""] : values, of: name)
    pushed[pushed.count - 1] = .dashboards(pane)
  }

  /// Opens the list of dashboards, or the one of that name or file.
  mutating func openDashboards(named name: String = "") {
    guard configuration.stores.contains(where: { $0.store == .prometheus }) else {
      say("dashboards are asked of Prometheus, and the context \(configuration.context.name) has none", isError: true)
      return
    }
    let isInPlace = if case .dashboards = pushed.last { true } else { false }
    push(.dashboards(DashboardPane(named: name)))
    if isInPlace { pushed.remove(at: pushed.count - 2) }
    isMaximised = true
  }
}
