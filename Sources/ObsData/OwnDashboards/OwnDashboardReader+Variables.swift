/// The variables of own dashboards: what `$name` stands for.
extension OwnDashboardReader {
  /// `service: label_values(up, service)` asks, `quantile: [0.5, 0.99]` is a list; a map says more.
  mutating func variables(_ node: SettingsNode?) -> [DashboardVariable] {
    reader.entries(node, of: "variables").compactMap { entry in
      guard
        entry.key.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || "0123456789_".unicodeScalars.contains($0) })
      else {
        reader.report(entry.keyOrigin, "a variable's name is of letters, digits and _")
        return nil
      }
      return variable(named: entry.key, entry.value)
    }
  }

  private mutating func variable(named name: String, _ node: SettingsNode) -> DashboardVariable? {
    switch node.content {
    case .text(let text):
      // What looks like a question is one; a plain word is a value that nobody changes.
      var variable = DashboardVariable(name: name, label: name, kind: text.contains("(") ? .query : .constant)
      variable.query = text
      return variable
    case .list:
      return list(named: name, texts(node, "a variable's value"))
    case .map:
      let keys = ["query", "values", "label", "multi", "all", "all_value", "default", "pattern"]
      let members = reader.members(node, keys: keys, of: "variables")
      var variable: DashboardVariable
      if let query = text(members["query"], "query") {
        variable = DashboardVariable(name: name, label: name, kind: .query)
        variable.query = query
      } else if members["values"] != nil {
        variable = list(named: name, texts(members["values"], "values"))
      } else {
        if members["query"] == nil { reader.report(node.origin, "a variable has a query or values") }
        return nil
      }
      variable.label = text(members["label"], "label") ?? name
      variable.isMulti = reader.bool(members["multi"], "multi")?.value ?? false
      variable.includesAll = reader.bool(members["all"], "all")?.value ?? false
      variable.allValue = text(members["all_value"], "all_value")
      variable.pattern = text(members["pattern"], "pattern") ?? ""
      let chosen = texts(members["default"], "default")
      variable.current =
        chosen == ["all"] && variable.includesAll ? [DashboardVariable.all] : chosen
      if variable.current.isEmpty, variable.includesAll { variable.current = [DashboardVariable.all] }
      return variable
    case .empty:
      reader.report(node.origin, "the variable \(name) has no values")
      return nil
    }
  }

  private func list(named name: String, _ values: [String]) -> DashboardVariable {
    var variable = DashboardVariable(name: name, label: name, kind: .custom)
    variable.options = values.map { DashboardVariable.Option(text: $0, value: $0) }
    variable.query = values.map { $0.replacing(",", with: "\\,") }.joined(separator: ",")
    return variable
  }
}
