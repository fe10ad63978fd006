extension DashboardReader {
  /// Reads `fieldConfig`: the defaults and the overrides.
  static func readFieldConfiguration(_ value: JSONValue?, into panel: inout DashboardPanel) {
    guard let value else { return }
    for (key, setting) in value["defaults"]?.members ?? [] {
      if key == "custom" {
        for (name, setting) in setting.members { panel.settings.read("custom." + name, setting) }
      } else {
        panel.settings.read(key, setting)
      }
    }
    for item in value["overrides"]?.elements ?? [] {
      var settings = FieldSettings()
      for property in item["properties"]?.elements ?? [] {
        if let id = property["id"]?.string, let value = property["value"] { settings.read(id, value) }
      }
      guard let matcher = item["matcher"] else { continue }
      panel.overrides.append(FieldOverride(matcher: fieldMatcher(matcher), settings: settings))
    }
  }

  /// Which fields an override means.
  static func fieldMatcher(_ value: JSONValue) -> FieldOverride.Matcher {
    let options = value["options"]
    let text = options?.lenientText ?? ""
    switch value["id"]?.string ?? "" {
    case "byName": return .name(text)
    case "byRegexp": return .pattern(text)
    case "byType": return .type(text)
    case "byFrameRefID": return .query(text)
    case "numeric": return .type("number")
    case "byNames":
      return .names(options?["names"]?.lenientTexts ?? [], isExclusion: options?["mode"]?.string == "exclude")
    case "byValue":
      return .value(
        calculation: options?["reducer"]?.string ?? "last", comparison: options?["op"]?.string ?? "gte",
        options?["value"]?.lenientNumber ?? 0)
    case let id: return .unknown(id)
    }
  }

  /// Reads `options`.
  static func readOptions(_ value: JSONValue?, into panel: inout DashboardPanel) {
    guard let value, value.kind == .object else { return }
    var options = panel.options
    if let reduce = value["reduceOptions"] {
      options.calculations = reduce["calcs"]?.lenientTexts ?? []
      options.showsEveryValue = reduce["values"]?.lenientBool ?? false
      options.fields = reduce["fields"]?.lenientText ?? ""
    } else if let old = value["fieldOptions"] {
      options.calculations = old["calcs"]?.lenientTexts ?? []
      readOldFieldOptions(old, into: &panel.settings)
    }
    options.textMode = value["textMode"]?.string ?? options.textMode
    options.colorMode = value["colorMode"]?.string ?? options.colorMode
    options.drawsSparkline = value["graphMode"]?.string == "area"
    if let orientation = value["orientation"]?.string, orientation != "auto" {
      options.isHorizontal = orientation == "horizontal"
    }
    if let legend = value["legend"] {
      options.legendCalculations = legend["calcs"]?.lenientTexts ?? []
      options.showsLegend = (legend["showLegend"]?.lenientBool ?? true) && legend["displayMode"]?.string != "hidden"
    }
    options.content = value["content"]?.string ?? ""
    options.textFormat = value["mode"]?.string.flatMap(PanelOptions.TextMode.init) ?? .markdown
    options.sorting = (value["sortBy"]?.elements ?? []).compactMap { item in
      guard let name = item["displayName"]?.string else { return nil }
      return PanelOptions.Sorting(field: name, isDescending: item["desc"]?.lenientBool ?? false)
    }
    options.countsIntoBuckets = value["calculate"]?.lenientBool ?? false
    panel.options = options
  }

  /// `fieldOptions.defaults`, which `fieldConfig` took the place of in Grafana 7.
  private static func readOldFieldOptions(_ value: JSONValue, into settings: inout FieldSettings) {
    for part in [value["defaults"], value["override"]] {
      for (key, setting) in part?.members ?? [] { settings.read(key, setting) }
    }
    if let mappings = value["mappings"] { settings.read("mappings", mappings) }
    if let steps = value["thresholds"], steps.kind == .array {
      settings.thresholds = Thresholds(steps: FieldSettings.steps(steps))
    }
  }
}

extension FieldSettings {
  /// Reads one setting by its id, such as `unit` or `custom.fillOpacity`; what is not known, or of the wrong type, says nothing.
  mutating func read(_ id: String, _ value: JSONValue) {
    switch id {
    case "unit": unit = value.lenientText
    case "decimals": decimals = value.lenientInt.map { min(max($0, 0), 15) }
    case "min": minimum = value.lenientNumber
    case "max": maximum = value.lenientNumber
    case "displayName": displayName = DashboardReader.text(value)
    case "noValue": noValue = value.lenientText
    case "mappings": mappings = value.kind == .array ? ValueMapping.read(value) : nil
    case "thresholds":
      guard value["steps"]?.kind == .array, let list = value["steps"] else { return }
      thresholds = Thresholds(
        isPercentage: value["mode"]?.string == "percentage", steps: FieldSettings.steps(list))
    case "color":
      colorMode = value["mode"]?.string
      fixedColor = value["fixedColor"]?.string
    case "custom.drawStyle": drawing = value.string.flatMap(Drawing.init)
    case "custom.stacking": stacking = value["mode"]?.string.flatMap(Stacking.init)
    case "custom.axisPlacement": isRightAxis = value.string == "right"
    case "custom.scaleDistribution":
      logarithm = value["type"]?.string == "log" ? max(value["log"]?.lenientNumber ?? 10, 2) : 1
    case "custom.spanNulls": spansGaps = value.bool ?? (value.double.map { $0 > 0 })
    case "custom.thresholdsStyle": showsThresholds = value["mode"]?.string.map { $0 != "off" }
    case "custom.fillOpacity": fill = value.lenientNumber
    case "custom.hideFrom": isHidden = value["viz"]?.lenientBool
    case "custom.hidden": isHidden = value.lenientBool
    case "custom.transform": isNegated = value.string == "negative-Y"
    case "custom.displayMode", "custom.cellOptions": cell = value.string ?? value["type"]?.string
    default: break
    }
  }

  /// The steps of thresholds; a step without a value is the base.
  static func steps(_ list: JSONValue) -> [Thresholds.Step] {
    list.elements.map {
      Thresholds.Step(
        value: $0["value"]?.lenientNumber ?? -.infinity, color: $0["color"]?.string ?? "text")
    }.sorted { $0.value < $1.value }
  }
}

extension ValueMapping {
  /// Reads mappings of all ages.
  static func read(_ list: JSONValue) -> [ValueMapping] {
    list.elements.flatMap { item -> [ValueMapping] in
      let options = item["options"]
      let result = options?["result"]
      func mapping(_ match: Match, _ result: JSONValue?) -> ValueMapping {
        ValueMapping(match: match, text: result?["text"]?.lenientText ?? "", color: result?["color"]?.string ?? "")
      }
      switch item["type"]?.lenientText ?? "" {
      case "value": return (options?.members ?? []).map { mapping(.value($0.key), $0.value) }
      case "range":
        return [mapping(.range(options?["from"]?.lenientNumber, options?["to"]?.lenientNumber), result)]
      case "regex": return [mapping(.pattern(options?["pattern"]?.string ?? ""), result)]
      case "special": return [mapping(.special(options?["match"]?.string ?? ""), result)]
      case "2": return [mapping(.range(item["from"]?.lenientNumber, item["to"]?.lenientNumber), item)]
      default:
        // Grafana 7 and before: `{type: 1, value, text}` and `{op: "=", value, text}`.
        guard let value = item["value"]?.lenientText else { return [] }
        return [mapping(value == "null" ? .special("null") : .value(value), item)]
      }
    }
  }
}
