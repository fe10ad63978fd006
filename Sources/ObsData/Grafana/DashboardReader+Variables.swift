extension DashboardReader {
  /// A variable of the classic model.
  static func variable(_ item: JSONValue) -> DashboardVariable? {
    guard let name = text(item["name"]) else { return nil }
    var variable = DashboardVariable(
      name: name, label: text(item["label"]) ?? name, kind: kind(item, word: item["type"]?.string ?? ""))
    variable.query = question(item["query"]) ?? question(item["definition"]) ?? ""
    readCommon(item, into: &variable)
    variable.isHidden = item["hide"]?.lenientInt == 2
    variable.sorting = item["sort"]?.lenientInt ?? 0
    if case .adHoc = variable.kind { variable.query = "" }
    return variable
  }

  /// A variable of schema v2: `{"kind": "QueryVariable", "spec": {…}}`.
  static func secondVariable(_ item: JSONValue) -> DashboardVariable? {
    guard let spec = item["spec"], let name = text(spec["name"]) else { return nil }
    let kinds = [
      "QueryVariable": "query", "TextVariable": "textbox", "ConstantVariable": "constant",
      "DatasourceVariable": "datasource", "IntervalVariable": "interval", "CustomVariable": "custom",
      "SwitchVariable": "switch", "GroupByVariable": "groupby", "AdhocVariable": "adhoc",
    ]
    let word = item["kind"]?.string ?? ""
    var variable = DashboardVariable(
      name: name, label: text(spec["label"]) ?? name, kind: kind(spec, word: kinds[word] ?? word))
    variable.query =
      question(spec["query"]) ?? question(spec[path: "query", "spec"]) ?? text(spec["pluginId"])
      ?? text(spec["definition"]) ?? ""
    readCommon(spec, into: &variable)
    variable.isHidden = spec["hide"]?.string == "hideVariable"
    variable.dataSource = variable.dataSource ?? dataSource(spec[path: "query", "datasource"])
    let sorts = [
      "disabled", "alphabeticalAsc", "alphabeticalDesc", "numericalAsc", "numericalDesc",
      "alphabeticalCaseInsensitiveAsc", "alphabeticalCaseInsensitiveDesc", "naturalAsc", "naturalDesc",
    ]
    variable.sorting = spec["sort"]?.string.flatMap { sorts.firstIndex(of: $0) } ?? 0
    return variable
  }

  /// The question of a variable: a text, or an object that holds one.
  private static func question(_ value: JSONValue?) -> String? {
    value.flatMap { $0.string ?? $0["query"]?.string ?? $0["expr"]?.string }
  }

  private static func kind(_ item: JSONValue, word: String) -> DashboardVariable.Kind {
    switch word {
    case "query": return .query
    case "custom": return .custom
    case "constant": return .constant
    case "textbox": return .textBox
    case "datasource": return .dataSource
    case "interval":
      return .interval(
        automaticCount: min(max(item["auto_count"]?.lenientInt ?? 30, 1), 10_000),
        automaticMinimum: text(item["auto_min"]) ?? "10s")
    case "adhoc":
      let filters = item["filters"]?.elements ?? []
      return .adHoc(
        filters.compactMap { filter in
          guard let label = text(filter["key"]) else { return nil }
          let operation = filter["operator"]?.string ?? "="
          guard ["=", "!=", "=~", "!~"].contains(operation) else { return nil }
          return DashboardVariable.LabelFilter(
            label: label, operation: operation, value: filter["value"]?.lenientText ?? "")
        })
    default: return .unknown(word)
    }
  }

  private static func readCommon(_ item: JSONValue, into variable: inout DashboardVariable) {
    variable.pattern = item["regex"]?.string ?? ""
    variable.isMulti = item["multi"]?.lenientBool ?? false
    variable.includesAll = item["includeAll"]?.lenientBool ?? false
    variable.allValue = text(item["allValue"])
    variable.dataSource = dataSource(item["datasource"])
    variable.current = (item[path: "current", "value"]?.lenientTexts ?? []).filter { !$0.isEmpty }
    if variable.current.isEmpty, case .unknown("switch") = variable.kind {
      variable.current = item["current"]?.lenientTexts ?? []
    }
    // Old dashboards have the word for all in the text alone.
    let text = item[path: "current", "text"]?.lenientTexts ?? []
    if text == ["All"] || text == ["all"], variable.includesAll, variable.current.isEmpty {
      variable.current = [DashboardVariable.all]
    }
    variable.options = (item["options"]?.elements ?? []).prefix(10_000).compactMap { option in
      guard let value = option["value"]?.lenientText, value != DashboardVariable.all else { return nil }
      return DashboardVariable.Option(text: option["text"]?.lenientText ?? value, value: value)
    }
  }
}
