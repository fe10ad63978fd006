extension Transformation {
  /// A table of all frames' columns: a row each, with its name and figures.
  static func reducedRows(_ frames: [DataFrame], _ calculations: [String], showsLabels: Bool) -> [DataFrame] {
    let fields = frames.flatMap { frame in frame.fields.filter { $0.isNumber } }
    let calculations = calculations.isEmpty ? ["max"] : calculations
    var columns: [DataField] = []
    let labels = Set(fields.flatMap(\.labels.keys)).subtracting(["__name__"]).sorted()
    if showsLabels, !labels.isEmpty {
      columns = labels.map { label in DataField(label, .texts(fields.map { $0.labels[label] })) }
    } else {
      columns = [DataField("Field", .texts(fields.map(\.displayName)))]
    }
    for calculation in calculations {
      var column = DataField(
        Reduction.title(calculation), DataColumn(fields.map { Reduction.value(calculation, of: $0.column) }))
      if let first = fields.first, !Reduction.isCount(calculation) {
        column.settings = first.settings
        column.settings.displayName = nil
      }
      columns.append(column)
    }
    return [DataFrame(refID: frames.first?.refID ?? "A", fields: columns)]
  }

  /// The frame with one row: a figure of each column of numbers.
  static func reducedFields(_ frame: DataFrame, _ calculations: [String]) -> DataFrame {
    let several = calculations.count > 1
    var fields: [DataField] = []
    for field in frame.fields where field.isNumber {
      for calculation in calculations.isEmpty ? ["max"] : calculations {
        var result = field
        result.column = DataColumn([Reduction.value(calculation, of: field.column)])
        if several { result.settings.displayName = field.displayName + " " + Reduction.title(calculation) }
        fields.append(result)
      }
    }
    return DataFrame(refID: frame.refID, fields: fields)
  }

  /// The frames with a column that is computed. A series of another frame may be an operand: frames are joined by time then.
  static func calculated(_ field: CalculatedField, _ frames: [DataFrame]) -> [DataFrame] {
    var frames = frames
    if frames.count > 1, frames.allSatisfy({ $0.time != nil }) {
      frames = Transformation.join(field: nil, isInner: false).applied(to: frames)
    }
    return frames.map { frame in
      guard var result = column(field, of: frame) else { return frame }
      var frame = frame
      if result.replaces { frame.fields.removeAll { !$0.isTime } }
      if result.field.settings == FieldSettings(), let first = frame.fields.first(where: \.isNumber) {
        result.field.settings.unit = first.settings.unit
      }
      frame.fields.append(result.field)
      return frame
    }
  }

  private static func column(
    _ calculated: CalculatedField, of frame: DataFrame
  ) -> (field: DataField, replaces: Bool)? {
    switch calculated {
    case .binary(let left, let operation, let right, let alias, let replaces):
      guard let a = numbers(left, frame), let b = numbers(right, frame) else { return nil }
      let values = (0..<frame.count).map { row -> Double? in
        guard let x = a(row), let y = b(row) else { return nil }
        return switch operation {
        case "+": x + y
        case "-": x - y
        case "*": x * y
        case "/": x / y
        case "%": x.truncatingRemainder(dividingBy: y)
        default: nil
        }
      }
      let name = alias.isEmpty ? "\(name(left)) \(operation) \(name(right))" : alias
      return (DataField(name, .numbers(values)), replaces)
    case .row(let calculation, let names, let alias, let replaces):
      let fields = frame.fields.filter {
        $0.isNumber && (names.isEmpty || names.contains($0.displayName) || names.contains($0.name))
      }
      guard !fields.isEmpty else { return nil }
      let values = (0..<frame.count).map { row in
        Reduction.value(calculation, of: fields.map { $0.column[row].number })
      }
      return (DataField(alias.isEmpty ? Reduction.title(calculation) : alias, .numbers(values)), replaces)
    case .index(let alias):
      return (DataField(alias.isEmpty ? "Row" : alias, .numbers((0..<frame.count).map(Double.init))), false)
    }
  }

  private static func numbers(_ operand: CalculatedField.Operand, _ frame: DataFrame) -> ((Int) -> Double?)? {
    switch operand {
    case .number(let number): return { _ in number }
    case .field(let name):
      guard let index = frame.index(of: name) else { return nil }
      let column = frame.fields[index].column
      return { column[$0].number }
    }
  }

  private static func name(_ operand: CalculatedField.Operand) -> String {
    switch operand {
    case .number(let number): UnitFormat.plain(number)
    case .field(let name): name
    }
  }

  /// Labels as columns: of each series a table of its own, which `merge` joins; or as rows of two columns.
  static func labelled(
    _ frames: [DataFrame], _ kept: Set<String>, _ valueLabel: String?, asRows: Bool
  ) -> [DataFrame] {
    frames.map { frame in
      guard let series = frame.fields.first(where: { !$0.labels.isEmpty }) else { return frame }
      let labels = series.labels.filter { $0.key != "__name__" && (kept.isEmpty || kept.contains($0.key)) }
        .sorted { $0.key < $1.key }
      if asRows {
        return DataFrame(
          refID: frame.refID,
          fields: [
            DataField("label", .texts(labels.map(\.key))), DataField("value", .texts(labels.map(\.value))),
          ])
      }
      var fields = frame.fields.filter(\.isTime)
      for label in labels where label.key != valueLabel {
        fields.append(DataField(label.key, .texts(Array(repeating: label.value, count: frame.count))))
      }
      for field in frame.fields where !field.isTime {
        var field = field
        field.name = valueLabel.flatMap { field.labels[$0] } ?? field.name
        field.legend = nil
        field.labels = [:]
        fields.append(field)
      }
      return DataFrame(refID: frame.refID, fields: fields)
    }
  }

  /// A table for each query: labels, and one figure of the series. Series stay where a cell would draw them.
  static func seriesTable(_ frames: [DataFrame], _ calculation: String) -> [DataFrame] {
    var order: [String] = []
    var groups: [String: [DataField]] = [:]
    for frame in frames {
      guard let series = frame.fields.first(where: \.isNumber) else { continue }
      if groups[frame.refID] == nil { order.append(frame.refID) }
      groups[frame.refID, default: []].append(series)
    }
    return order.map { refID in
      let series = groups[refID] ?? []
      let labels = Set(series.flatMap(\.labels.keys)).subtracting(["__name__"]).sorted()
      var fields = labels.map { label in DataField(label, .texts(series.map { $0.labels[label] })) }
      var trend = DataField(
        "Trend #\(refID)", DataColumn(series.map { Reduction.value(calculation, of: $0.column) }))
      trend.settings = series.first?.settings ?? FieldSettings()
      trend.settings.displayName = nil
      fields.append(trend)
      return DataFrame(refID: refID, fields: fields)
    }
  }

  static func renamed(_ frames: [DataFrame], _ pattern: String, _ replacement: String) -> [DataFrame] {
    guard let pattern = try? CapturingPattern(pattern) else { return frames }
    return frames.map { frame in
      var frame = frame
      for index in frame.fields.indices where !frame.fields[index].isTime || frame.fields.count == 1 {
        let name = frame.fields[index].displayName
        if pattern.matches(name) {
          frame.fields[index].settings.displayName = pattern.replacingFirst(in: name, with: replacement)
        }
      }
      return frame
    }
  }

  /// One table of all samples: time, metric, value.
  static func rows(of frames: [DataFrame]) -> [DataFrame] {
    var samples: [(time: Timestamp, name: String, value: Double?)] = []
    for frame in frames {
      guard let times = frame.time?.column.times else { continue }
      for field in frame.fields {
        guard let numbers = field.column.numbers else { continue }
        for (time, number) in zip(times, numbers) where samples.count < maximumRows {
          if let time, number != nil { samples.append((time, field.displayName, number)) }
        }
      }
    }
    samples.sort { ($1.time, $0.name) < ($0.time, $1.name) }
    return [
      DataFrame(
        refID: frames.first?.refID ?? "A",
        fields: [
          DataField("Time", .times(samples.map(\.time))), DataField("Metric", .texts(samples.map(\.name))),
          DataField("Value", .numbers(samples.map(\.value))),
        ])
    ]
  }
}

extension Transformation.NameFilter {
  /// The frame with the columns that pass.
  func applied(to frame: DataFrame) -> DataFrame {
    let include = includedPattern.isEmpty ? nil : try? CapturingPattern(includedPattern)
    let exclude = excludedPattern.isEmpty ? nil : try? CapturingPattern(excludedPattern)
    let keepsAll = included.isEmpty && include == nil
    var frame = frame
    frame.fields.removeAll { field in
      let names = [field.displayName, field.name]
      let isIn = keepsAll || names.contains { included.contains($0) || include?.matches($0) == true }
      let isOut = names.contains { excluded.contains($0) || exclude?.matches($0) == true }
      return !isIn || isOut
    }
    return frame
  }
}

extension Transformation.RowFilter {
  /// The frame with the rows that pass.
  func applied(to frame: DataFrame) -> DataFrame {
    let tests = conditions.compactMap { condition in
      frame.index(of: condition.field).map { (column: frame.fields[$0].column, condition: condition) }
    }
    guard !tests.isEmpty else { return frame }
    let rows = (0..<frame.count).filter { row in
      let fits =
        needsAll
        ? tests.allSatisfy { $0.condition.holds(for: $0.column[row]) }
        : tests.contains { $0.condition.holds(for: $0.column[row]) }
      return fits != isExclusion
    }
    return frame.picked(rows)
  }
}

extension Transformation.RowFilter.Condition {
  /// Whether a value fits.
  func holds(for candidate: DataValue) -> Bool {
    let number = candidate.number
    let limit = Double(value)
    func compare(_ test: (Double, Double) -> Bool) -> Bool {
      guard let number, let limit else { return false }
      return test(number, limit)
    }
    let text = if case .text(let text) = candidate { text } else { number.map(UnitFormat.plain) ?? "" }
    switch test {
    case "isNull": return candidate == .null
    case "isNotNull": return candidate != .null
    case "greater": return compare(>)
    case "greaterOrEqual": return compare(>=)
    case "lower": return compare(<)
    case "lowerOrEqual": return compare(<=)
    case "equal": return limit != nil && number != nil ? number == limit : text == value
    case "notEqual": return limit != nil && number != nil ? number != limit : text != value
    case "between":
      guard let number, let limit, let upper = Double(upper) else { return false }
      return number >= limit && number <= upper
    case "regex": return (try? CapturingPattern(value))?.matches(text) ?? false
    case "substring": return text.lowercased().contains(value.lowercased())
    case "notSubstring": return !text.lowercased().contains(value.lowercased())
    default: return false
    }
  }
}
