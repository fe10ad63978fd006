/// What is done to the frames of a panel before they are drawn.
public enum Transformation: Equatable, Sendable {
  /// Leaves columns out, puts them in order and gives them names.
  case organize(excluded: Set<String>, order: [String: Int], names: [String: String])
  /// Makes one table of all frames, a row for rows that agree in all common columns.
  case merge
  /// Makes a row of all rows that agree in the grouped columns; `fields` has calculations for the others.
  case groupBy(keys: [String], calculations: [String: [String]])
  /// Keeps columns by name.
  case filterByName(NameFilter)
  /// Keeps the frames of some queries.
  case filterByQuery(Set<String>, isExclusion: Bool)
  /// Adds a column that is computed of others.
  case calculate(CalculatedField)
  /// Makes one table of all frames, a row for every value of a column.
  case join(field: String?, isInner: Bool)
  /// Makes a figure of every column.
  case reduce(calculations: [String], keepsFields: Bool, showsLabels: Bool)
  /// Sorts rows.
  case sort(field: String, isDescending: Bool)
  /// Keeps rows by their values.
  case filterByValue(RowFilter)
  /// Makes columns, or rows, of labels.
  case labelsToFields(kept: Set<String>, valueLabel: String?, asRows: Bool)
  /// Makes a table of series: labels, and one figure each.
  case timeSeriesTable(calculation: String)
  /// Gives columns names by an expression.
  case rename(pattern: String, replacement: String)
  /// Makes one table of series: time, metric, value.
  case seriesToRows
  /// Keeps the first rows.
  case limit(Int)
  /// One that is not known; it changes nothing, and the panel says so.
  case unknown(String)

  /// Which columns are kept.
  public struct NameFilter: Equatable, Sendable {
    /// Names that are kept; empty for all.
    public var included: [String] = []
    /// An expression of names that are kept; empty for none.
    public var includedPattern = ""
    /// Names that are left out.
    public var excluded: [String] = []
    /// An expression of names that are left out; empty for none.
    public var excludedPattern = ""
  }

  /// How a column is computed.
  public enum CalculatedField: Equatable, Sendable {
    /// A side of a binary operation.
    public enum Operand: Equatable, Sendable {
      case number(Double)
      case field(String)
    }

    /// Of two columns, or a column and a number.
    case binary(left: Operand, operation: String, right: Operand, alias: String, replaces: Bool)
    /// Of all number columns, or those named, of one row.
    case row(calculation: String, fields: [String], alias: String, replaces: Bool)
    /// The number of the row.
    case index(alias: String)
  }

  /// Which rows are kept.
  public struct RowFilter: Equatable, Sendable {
    /// A condition on one column.
    public struct Condition: Equatable, Sendable {
      /// The column.
      public var field: String
      /// `equal`, `greater`, `isNotNull` and the like.
      public var test: String
      /// What it is compared with.
      public var value: String
      /// The other end of `between`.
      public var upper: String
    }

    /// The conditions.
    public var conditions: [Condition]
    /// Whether rows that fit are left out.
    public var isExclusion: Bool
    /// Whether all conditions must hold rather than one.
    public var needsAll: Bool
  }

  /// Reads one of a panel's transformations; nil for one that is switched off.
  static func read(_ item: JSONValue) -> Transformation? {
    guard let id = item["id"]?.string, item["disabled"]?.lenientBool != true else { return nil }
    return read(named: id, item["options"])
  }

  /// Reads a transformation by its id.
  static func read(named id: String, _ options: JSONValue?) -> Transformation {
    switch id {
    case "organize": return organize(options)
    case "merge": return .merge
    case "groupBy": return groupBy(options)
    case "filterFieldsByName":
      var filter = NameFilter()
      filter.included = options?[path: "include", "names"]?.lenientTexts ?? []
      filter.includedPattern = options?[path: "include", "pattern"]?.string ?? ""
      filter.excluded = options?[path: "exclude", "names"]?.lenientTexts ?? []
      filter.excludedPattern = options?[path: "exclude", "pattern"]?.string ?? ""
      return .filterByName(filter)
    case "filterByRefId":
      let names = (options?["include"]?.string ?? options?["exclude"]?.string ?? "").split { "|,/() ".contains($0) }
      return .filterByQuery(Set(names.map(String.init)), isExclusion: options?["include"] == nil)
    case "calculateField": return calculate(options)
    case "joinByField", "seriesToColumns":
      return .join(
        field: DashboardReader.text(options?["byField"]), isInner: options?["mode"]?.string?.hasPrefix("inner") ?? false
      )
    case "reduce":
      let mode = options?["mode"]?.string ?? "seriesToRows"
      return .reduce(
        calculations: options?["reducers"]?.lenientTexts ?? [], keepsFields: mode == "reduceFields",
        showsLabels: options?["labelsToFields"]?.lenientBool ?? false)
    case "sortBy":
      let sort = options?["sort"]?.elements.first ?? options?["fields"]?.elements.first
      let name = sort?["field"]?.lenientText ?? sort?["fieldName"]?.lenientText ?? ""
      return .sort(field: name, isDescending: sort?["desc"]?.lenientBool ?? false)
    case "filterByValue": return filterByValue(options)
    case "labelsToFields":
      return .labelsToFields(
        kept: Set(options?["keepLabels"]?.lenientTexts ?? []), valueLabel: DashboardReader.text(options?["valueLabel"]),
        asRows: options?["mode"]?.string == "rows")
    case "timeSeriesTable":
      // The options are a member for each query; the first says enough.
      let first = options?.members.first?.value
      let calculation = first?["stat"]?.string ?? options?[path: "refIdToStat", "A"]?.string
      return .timeSeriesTable(calculation: calculation ?? "lastNotNull")
    case "renameByRegex":
      return .rename(pattern: options?["regex"]?.string ?? "", replacement: options?["renamePattern"]?.string ?? "")
    case "seriesToRows": return .seriesToRows
    case "limit": return .limit(max(options?["limitField"]?.lenientInt ?? 10, 0))
    default: return .unknown(id)
    }
  }

  private static func organize(_ options: JSONValue?) -> Transformation {
    var excluded = Set((options?["excludeByName"]?.members ?? []).filter { $0.value.lenientBool == true }.map(\.key))
    var order: [String: Int] = [:]
    for (name, place) in options?["indexByName"]?.members ?? [] { order[name] = place.lenientInt }
    var names: [String: String] = [:]
    for (name, new) in options?["renameByName"]?.members ?? [] {
      if let new = DashboardReader.text(new) { names[name] = new }
    }
    let included = (options?["includeByName"]?.members ?? []).filter { $0.value.lenientBool == true }.map(\.key)
    excluded.subtract(included)
    return .organize(excluded: excluded, order: order, names: names)
  }

  private static func groupBy(_ options: JSONValue?) -> Transformation {
    var keys: [String] = []
    var calculations: [String: [String]] = [:]
    for (name, field) in options?["fields"]?.members ?? [] {
      switch field["operation"]?.string {
      case "groupby": keys.append(name)
      case "aggregate": calculations[name] = field["aggregations"]?.lenientTexts ?? []
      default: break
      }
    }
    return .groupBy(keys: keys, calculations: calculations)
  }

  private static func calculate(_ options: JSONValue?) -> Transformation {
    let alias = options?["alias"]?.string ?? ""
    let replaces = options?["replaceFields"]?.lenientBool ?? false
    func operand(_ value: JSONValue?) -> CalculatedField.Operand {
      // Newer files say `{"matcher": {"id": "byName", "options": "x"}}` or `{"fixed": "100"}`.
      let inner = value?["fixed"] ?? value?[path: "matcher", "options"] ?? value
      if let number = inner?.lenientNumber { return .number(number) }
      return .field(inner?.lenientText ?? "")
    }
    switch options?["mode"]?.string ?? "reduceRow" {
    case "binary":
      let binary = options?["binary"]
      return .calculate(
        .binary(
          left: operand(binary?["left"]), operation: binary?["operator"]?.string ?? "+",
          right: operand(binary?["right"]), alias: alias, replaces: replaces))
    case "reduceRow":
      let reduce = options?["reduce"]
      return .calculate(
        .row(
          calculation: reduce?["reducer"]?.string ?? "sum", fields: reduce?["include"]?.lenientTexts ?? [],
          alias: alias, replaces: replaces))
    case "index": return .calculate(.index(alias: alias))
    case let mode: return .unknown("calculateField (\(mode))")
    }
  }

  private static func filterByValue(_ options: JSONValue?) -> Transformation {
    let conditions = (options?["filters"]?.elements ?? []).map { item in
      let value = item[path: "config", "options"]
      return RowFilter.Condition(
        field: item["fieldName"]?.lenientText ?? "", test: item[path: "config", "id"]?.string ?? "",
        value: (value?["value"] ?? value?["from"])?.lenientText ?? "", upper: value?["to"]?.lenientText ?? "")
    }
    return .filterByValue(
      RowFilter(
        conditions: conditions, isExclusion: options?["type"]?.string != "include",
        needsAll: options?["match"]?.string == "all"))
  }
}
