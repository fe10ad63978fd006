extension Transformation {
  /// More rows than this are not made.
  static let maximumRows = 100_000

  /// Does all of a panel's transformations, in order. Returns the frames, and a sentence for each that is not known.
  public static func apply(
    _ transformations: [Transformation], to frames: [DataFrame]
  ) -> (frames: [DataFrame], remarks: [String]) {
    var frames = frames
    var remarks: [String] = []
    for transformation in transformations {
      if case .unknown(let id) = transformation {
        remarks.append("the transformation \(id) is not done")
      } else {
        frames = transformation.applied(to: frames)
      }
    }
    return (frames, remarks)
  }

  /// The frames, transformed.
  func applied(to frames: [DataFrame]) -> [DataFrame] {
    switch self {
    case .organize(let excluded, let order, let names):
      return frames.map { Transformation.organized($0, excluded, order, names) }
    case .merge: return Transformation.merged(frames)
    case .groupBy(let keys, let calculations):
      return frames.map { Transformation.grouped($0, keys, calculations) }
    case .filterByName(let filter): return frames.map(filter.applied)
    case .filterByQuery(let names, let isExclusion):
      return frames.filter { names.contains($0.refID) != isExclusion }
    case .calculate(let field): return Transformation.calculated(field, frames)
    case .join(let field, let isInner): return Transformation.joined(frames, by: field, isInner: isInner)
    case .reduce(let calculations, let keepsFields, let showsLabels):
      return keepsFields
        ? frames.map { Transformation.reducedFields($0, calculations) }
        : Transformation.reducedRows(frames, calculations, showsLabels: showsLabels)
    case .sort(let field, let isDescending):
      return frames.map { frame in
        frame.index(of: field).map { frame.picked(frame.order(by: $0, isDescending: isDescending)) } ?? frame
      }
    case .filterByValue(let filter): return frames.map(filter.applied)
    case .labelsToFields(let kept, let valueLabel, let asRows):
      return Transformation.labelled(frames, kept, valueLabel, asRows: asRows)
    case .timeSeriesTable(let calculation): return Transformation.seriesTable(frames, calculation)
    case .rename(let pattern, let replacement): return Transformation.renamed(frames, pattern, replacement)
    case .seriesToRows: return Transformation.rows(of: frames)
    case .limit(let count): return frames.map { $0.picked(Array(0..<min(count, $0.count))) }
    case .unknown: return frames
    }
  }

  private static func organized(
    _ frame: DataFrame, _ excluded: Set<String>, _ order: [String: Int], _ names: [String: String]
  ) -> DataFrame {
    func find<Value>(_ field: DataField, in table: [String: Value]) -> Value? {
      table[field.displayName] ?? table[field.name]
    }
    var frame = frame
    frame.fields.removeAll { excluded.contains($0.displayName) || excluded.contains($0.name) }
    let places = frame.fields.map { find($0, in: order) ?? Int.max }
    let sorted = frame.fields.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    frame.fields = sorted.map { index in
      var field = frame.fields[index]
      if let name = find(field, in: names) { field.settings.displayName = name }
      return field
    }
    return frame
  }

  /// One table: columns by name, rows that agree in all columns that they share made one.
  private static func merged(_ frames: [DataFrame]) -> [DataFrame] {
    guard frames.count > 1 else { return frames }
    var columns: [DataField] = []
    var index: [String: Int] = [:]
    for field in frames.flatMap(\.fields) where index[field.displayName] == nil {
      index[field.displayName] = columns.count
      columns.append(field)
    }
    // Columns that more than one frame has say which rows belong together.
    let shared = index.keys.filter { name in frames.count { $0.fields.contains { $0.displayName == name } } > 1 }
    let keys = shared.compactMap { index[$0] }.sorted()
    var rows: [[DataValue]] = []
    var known: [[DataValue]: Int] = [:]
    for frame in frames {
      let places = frame.fields.map { index[$0.displayName] ?? 0 }
      for row in 0..<frame.count where rows.count < maximumRows {
        var values = [DataValue](repeating: .null, count: columns.count)
        for (field, place) in zip(frame.fields, places) { values[place] = field.column[row] }
        let key = keys.map { values[$0] }
        if !keys.isEmpty, let other = known[key],
          zip(rows[other], values).allSatisfy({ $0 == $1 || $0 == .null || $1 == .null })
        {
          for (place, value) in values.enumerated() where value != .null { rows[other][place] = value }
        } else {
          known[key] = rows.count
          rows.append(values)
        }
      }
    }
    for place in columns.indices { columns[place].column = DataColumn(rows.map { $0[place] }) }
    return [DataFrame(refID: frames[0].refID, fields: columns)]
  }

  private static func grouped(_ frame: DataFrame, _ keys: [String], _ calculations: [String: [String]]) -> DataFrame {
    let places = keys.compactMap { frame.index(of: $0) }
    guard !places.isEmpty else { return frame }
    var order: [[DataValue]] = []
    var groups: [[DataValue]: [Int]] = [:]
    for row in 0..<frame.count {
      let key = places.map { frame.fields[$0].column[row] }
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    var fields: [DataField] = []
    for (place, field) in frame.fields.enumerated() {
      if let key = places.firstIndex(of: place) {
        var field = field
        field.column = DataColumn(order.map { $0[key] })
        fields.append(field)
        continue
      }
      for calculation in calculations[field.displayName] ?? calculations[field.name] ?? [] {
        var result = field
        result.name = "\(field.displayName) (\(Reduction.title(calculation).lowercasedFirst))"
        result.legend = nil
        result.settings.displayName = nil
        result.column = DataColumn(
          order.map { Reduction.value(calculation, of: field.column.picked(groups[$0] ?? [])) })
        fields.append(result)
      }
    }
    return DataFrame(refID: frame.refID, fields: fields)
  }

  /// One table: a row for every value of a column, the other columns of all frames side by side.
  private static func joined(_ frames: [DataFrame], by name: String?, isInner: Bool) -> [DataFrame] {
    let parts = frames.compactMap { frame -> (frame: DataFrame, key: Int)? in
      let key = name.flatMap { frame.index(of: $0) } ?? (name == nil ? frame.fields.firstIndex(where: \.isTime) : nil)
      return key.map { (frame, $0) }
    }
    guard parts.count > 1, let first = parts.first else { return frames }
    var order: [DataValue] = []
    var counts: [DataValue: Int] = [:]
    for part in parts {
      var own: Set<DataValue> = []
      for value in part.frame.fields[part.key].column.values where own.insert(value).inserted {
        if counts[value] == nil, order.count < maximumRows { order.append(value) }
        counts[value, default: 0] += 1
      }
    }
    if isInner { order.removeAll { counts[$0] != parts.count } }
    if first.frame.fields[first.key].isTime {
      order.sort { ($0.number ?? 0) < ($1.number ?? 0) }
    }
    var key = first.frame.fields[first.key]
    key.column = DataColumn(order)
    var fields = [key]
    for part in parts {
      var rows: [DataValue: Int] = [:]
      for (row, value) in part.frame.fields[part.key].column.values.enumerated() { rows[value] = row }
      let picked = order.map { rows[$0] ?? -1 }
      for (place, field) in part.frame.fields.enumerated() where place != part.key {
        var field = field
        field.column = field.column.picked(picked)
        fields.append(field)
      }
    }
    return [DataFrame(refID: first.frame.refID, fields: fields)]
  }
}

extension DataFrame {
  /// The rows in the order of a column's values: numbers by size, texts by letters, what is missing last.
  func order(by field: Int, isDescending: Bool) -> [Int] {
    let values = fields[field].column.values
    func precedes(_ a: DataValue, _ b: DataValue) -> Bool {
      switch (a, b) {
      case (.text(let a), .text(let b)): return a < b
      default: return (a.number ?? 0) < (b.number ?? 0)
      }
    }
    return values.indices.sorted { a, b in
      let (left, right) = (values[a], values[b])
      if left == right { return a < b }
      if left == .null || right == .null { return right == .null }
      if precedes(left, right) { return !isDescending }
      if precedes(right, left) { return isDescending }
      return a < b
    }
  }
}

extension String {
  /// The text with a small first letter: a calculation inside brackets.
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
