extension DashboardReader {
  /// Reads what panels of older plugins say in their own places: `graph`, `singlestat`, `table-old`, `text`, `heatmap`.
  static func readLegacy(_ item: JSONValue, into panel: inout DashboardPanel) {
    switch panel.plugin {
    case "graph": readGraph(item, into: &panel)
    case "singlestat", "grafana-singlestat-panel": readSinglestat(item, into: &panel)
    case "table-old", "table": readOldTable(item, into: &panel)
    case "grafana-piechart-panel":
      panel.settings.unit = panel.settings.unit ?? text(item["format"])
      if let calculation = item["valueName"]?.string { panel.options.calculations = [modern(calculation)] }
    case "heatmap":
      guard item["options"] == nil else { break }
      panel.settings.unit = panel.settings.unit ?? text(item[path: "yAxis", "format"])
      panel.options.countsIntoBuckets = item["dataFormat"]?.string == "timeseries"
    case "text":
      if let content = item["content"]?.string, panel.options.content.isEmpty {
        panel.options.content = content
        panel.options.textFormat = item["mode"]?.string.flatMap(PanelOptions.TextMode.init) ?? .markdown
      }
    default: break
    }
  }

  /// The words for reductions before Grafana 7.
  static func modern(_ calculation: String) -> String {
    switch calculation {
    case "avg": "mean"
    case "current": "lastNotNull"
    case "total": "sum"
    default: calculation
    }
  }

  private static func readGraph(_ item: JSONValue, into panel: inout DashboardPanel) {
    let axes = item["yaxes"]?.elements ?? []
    if let left = axes.first {
      readAxis(left, into: &panel.settings)
    } else if let formats = item["y_formats"]?.elements, let format = formats.first?.string {
      panel.settings.unit = format
    }
    panel.settings.decimals = panel.settings.decimals ?? item["decimals"]?.lenientInt.map { min(max($0, 0), 15) }
    if item["stack"]?.lenientBool == true {
      panel.settings.stacking = item["percentage"]?.lenientBool == true ? .percent : .normal
    }
    if item["bars"]?.lenientBool == true {
      panel.settings.drawing = .bars
    } else if item["lines"]?.lenientBool == false, item["points"]?.lenientBool == true {
      panel.settings.drawing = .points
    }
    if item["nullPointMode"]?.string == "connected" { panel.settings.spansGaps = true }
    panel.settings.fill = panel.settings.fill ?? item["fill"]?.lenientNumber.map { $0 * 10 }
    let lines = (item["thresholds"]?.elements ?? []).compactMap { line -> Thresholds.Step? in
      guard let value = line["value"]?.lenientNumber else { return nil }
      return Thresholds.Step(value: value, color: line["colorMode"]?.string == "critical" ? "red" : "orange")
    }
    if !lines.isEmpty {
      panel.settings.thresholds = Thresholds(steps: lines.sorted { $0.value < $1.value })
      panel.settings.showsThresholds = true
    }
    if let legend = item["legend"] {
      panel.options.showsLegend = legend["show"]?.lenientBool ?? true
      panel.options.legendCalculations = ["current", "min", "max", "avg", "total"]
        .filter { legend[$0]?.lenientBool == true }.map(modern)
    }
    for series in item["seriesOverrides"]?.elements ?? [] {
      guard let alias = series["alias"]?.string, !alias.isEmpty else { continue }
      var settings = FieldSettings()
      if series["yaxis"]?.lenientInt == 2 {
        settings.isRightAxis = true
        if axes.count > 1 { readAxis(axes[1], into: &settings) }
      }
      if series["transform"]?.string == "negative-Y" { settings.isNegated = true }
      if series["stack"]?.lenientBool == false { settings.stacking = FieldSettings.Stacking.none }
      if series["bars"]?.lenientBool == true { settings.drawing = .bars }
      if series["fill"]?.lenientNumber == 0 { settings.fill = 0 }
      settings.fixedColor = series["color"]?.string
      let isPattern = alias.count > 1 && alias.hasPrefix("/")
      panel.overrides.append(FieldOverride(matcher: isPattern ? .pattern(alias) : .name(alias), settings: settings))
    }
  }

  private static func readAxis(_ axis: JSONValue, into settings: inout FieldSettings) {
    settings.unit = text(axis["format"]) ?? settings.unit
    settings.minimum = axis["min"]?.lenientNumber
    settings.maximum = axis["max"]?.lenientNumber
    if let base = axis["logBase"]?.lenientNumber, base > 1 { settings.logarithm = base }
  }

  private static func readSinglestat(_ item: JSONValue, into panel: inout DashboardPanel) {
    panel.settings.unit = text(item["format"]) ?? panel.settings.unit
    panel.settings.decimals = panel.settings.decimals ?? item["decimals"]?.lenientInt.map { min(max($0, 0), 15) }
    panel.options.calculations = [modern(item["valueName"]?.string ?? "avg")]
    panel.options.prefix = item["prefix"]?.string ?? ""
    panel.options.postfix = item["postfix"]?.string ?? ""
    panel.options.drawsSparkline = item[path: "sparkline", "show"]?.lenientBool ?? false
    if panel.options.calculations == ["name"] {
      (panel.options.calculations, panel.options.textMode) = (["last"], "name")
    }
    let colors = item["colors"]?.lenientTexts ?? []
    let limits = (item["thresholds"]?.lenientText ?? "").split(separator: ",").compactMap {
      Double($0.trimmingBlanks())
    }
    if !limits.isEmpty, !colors.isEmpty {
      panel.settings.thresholds = Thresholds(
        steps: ([-.infinity] + limits.sorted()).enumerated().map { index, limit in
          Thresholds.Step(value: limit, color: colors[min(index, colors.count - 1)])
        })
    }
    var mappings: [ValueMapping] = []
    for map in item["valueMaps"]?.elements ?? [] {
      guard let value = map["value"]?.lenientText else { continue }
      mappings.append(
        ValueMapping(
          match: value == "null" ? .special("null") : .value(value), text: map["text"]?.lenientText ?? "", color: ""))
    }
    for map in item["rangeMaps"]?.elements ?? [] {
      mappings.append(
        ValueMapping(
          match: map["from"]?.lenientText == "null"
            ? .special("null") : .range(map["from"]?.lenientNumber, map["to"]?.lenientNumber),
          text: map["text"]?.lenientText ?? "", color: ""))
    }
    if !mappings.isEmpty { panel.settings.mappings = mappings }
    if let gauge = item["gauge"], gauge["show"]?.lenientBool == true {
      panel.kind = .gauge
      panel.settings.minimum = gauge["minValue"]?.lenientNumber
      panel.settings.maximum = gauge["maxValue"]?.lenientNumber
    }
    if let name = text(item["nullText"]) { panel.settings.noValue = name }
  }

  /// The styles of the old table: by the column's name or an expression.
  private static func readOldTable(_ item: JSONValue, into panel: inout DashboardPanel) {
    for style in item["styles"]?.elements ?? [] {
      guard let pattern = style["pattern"]?.string, !pattern.isEmpty else { continue }
      var settings = FieldSettings()
      settings.displayName = text(style["alias"])
      if style["type"]?.string == "number" {
        settings.unit = text(style["unit"])
        settings.decimals = style["decimals"]?.lenientInt.map { min(max($0, 0), 15) }
      }
      if style["type"]?.string == "hidden" { settings.isHidden = true }
      let isPattern = pattern.count > 1 && pattern.hasPrefix("/")
      panel.overrides.append(
        FieldOverride(matcher: isPattern ? .pattern(pattern) : .name(pattern), settings: settings))
    }
    if let sort = item["sort"], let column = sort["col"]?.lenientInt, column >= 0 {
      panel.options.sorting = [
        PanelOptions.Sorting(field: "#\(column)", isDescending: sort["desc"]?.lenientBool ?? false)
      ]
    }
  }
}
