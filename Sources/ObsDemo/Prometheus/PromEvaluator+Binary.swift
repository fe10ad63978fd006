import Foundation

/// Arithmetic, comparison and set operations.
extension PromEvaluator {
  func evaluate(_ binary: PromBinary) throws(PromError) -> PromValue {
    let left = try evaluate(binary.left)
    let right = try evaluate(binary.right)
    let operation = try PromOperation(binary.operation)
    switch (left, right) {
    case (.scalar(let a), .scalar(let b)):
      return .scalar(zip(a, b).map { operation.number($0, $1) })
    case (.vector(let series), .scalar(let numbers)):
      return .vector(try withScalars(binary, operation, series, numbers, scalarIsLeft: false))
    case (.scalar(let numbers), .vector(let series)):
      return .vector(try withScalars(binary, operation, series, numbers, scalarIsLeft: true))
    case (.vector(let a), .vector(let b)):
      return .vector(binary.isSet ? set(binary, a, b) : try matched(binary, operation, a, b))
    default: throw PromError(.execution, "binary expression must contain only scalar and instant vector types")
    }
  }

  private func withScalars(
    _ binary: PromBinary, _ operation: PromOperation, _ series: [PromSeries], _ numbers: [Double], scalarIsLeft: Bool
  ) throws(PromError) -> [PromSeries] {
    let filters = binary.isComparison && !binary.returnsBool
    let result = series.map { item in
      var item = item
      for index in item.values.indices where !PromSeries.isAbsent(item.values[index]) {
        let value = item.values[index]
        let number = numbers[index]
        let outcome = scalarIsLeft ? operation.number(number, value) : operation.number(value, number)
        if filters {
          // A comparison keeps the vector's own value, or drops the series at this step.
          if outcome == 0 { item.values[index] = PromSeries.absent }
        } else {
          item.values[index] = outcome
        }
      }
      if !filters { item.labels = item.labels.withoutName }
      return item
    }
    return filters ? result.filter { !$0.isEmpty } : try merged(result)
  }

  // MARK: Matching

  /// The labels by which two series find each other.
  private func signature(_ binary: PromBinary) -> (PromLabels) -> PromLabels {
    let labels = Set(binary.labels)
    if binary.isOn { return { $0.keeping(labels) } }
    let ignored = labels.union([PromLabels.nameLabel])
    return { $0.removing(ignored) }
  }

  private func set(_ binary: PromBinary, _ left: [PromSeries], _ right: [PromSeries]) -> [PromSeries] {
    let signature = signature(binary)
    func presence(_ series: [PromSeries]) -> [PromLabels: [Bool]] {
      var result: [PromLabels: [Bool]] = [:]
      for item in series {
        var present = result[signature(item.labels)] ?? Array(repeating: false, count: times.count)
        for index in item.values.indices where !PromSeries.isAbsent(item.values[index]) { present[index] = true }
        result[signature(item.labels)] = present
      }
      return result
    }
    func filtered(_ series: [PromSeries], _ others: [PromLabels: [Bool]], whereOther: Bool) -> [PromSeries] {
      series.compactMap { item in
        guard let present = others[signature(item.labels)] else { return whereOther ? nil : item }
        var item = item
        for index in item.values.indices where present[index] != whereOther { item.values[index] = PromSeries.absent }
        return item.isEmpty ? nil : item
      }
    }
    switch binary.operation {
    case "and": return filtered(left, presence(right), whereOther: true)
    case "unless": return filtered(left, presence(right), whereOther: false)
    default: return left + filtered(right, presence(left), whereOther: false)
    }
  }

  private func matched(
    _ binary: PromBinary, _ operation: PromOperation, _ left: [PromSeries], _ right: [PromSeries]
  ) throws(PromError) -> [PromSeries] {
    let signature = signature(binary)
    let isSwapped = binary.cardinality == .oneToMany
    let many = isSwapped ? right : left
    let one = isSwapped ? left : right
    let partners = try unique(one, of: many, signature, side: isSwapped ? "left" : "right")
    var result: [PromSeries] = []
    var takenBy: [PromLabels: [Bool]] = [:]
    for item in many {
      let key = signature(item.labels)
      guard let partner = partners[key] else { continue }
      let labels = resultLabels(binary, item.labels, partner.labels)
      // One to one, a match group may give one series a step; with group_left, one for each set of labels.
      let claim = binary.cardinality == .oneToOne ? key : labels
      var taken = takenBy[claim] ?? Array(repeating: false, count: times.count)
      var values = [Double](repeating: PromSeries.absent, count: times.count)
      for index in values.indices {
        guard !PromSeries.isAbsent(item.values[index]), !PromSeries.isAbsent(partner.values[index]) else { continue }
        let a = isSwapped ? partner.values[index] : item.values[index]
        let b = isSwapped ? item.values[index] : partner.values[index]
        let outcome = operation.number(a, b)
        if binary.isComparison, !binary.returnsBool {
          if outcome == 0 { continue }
          values[index] = a
        } else {
          values[index] = outcome
        }
        if taken[index] {
          throw PromError(
            .execution,
            binary.cardinality == .oneToOne
              ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
              : "multiple matches for labels: grouping labels must ensure unique matches")
        }
        taken[index] = true
      }
      takenBy[claim] = taken
      let series = PromSeries(labels: labels, values: values)
      if !series.isEmpty { result.append(series) }
    }
    return try merged(result)
  }

  /// The series of the "one" side by match group. Two of them in a group at the same step are an error, unless the other
  /// side has nothing at all there.
  private func unique(
    _ one: [PromSeries], of many: [PromSeries], _ signature: (PromLabels) -> PromLabels, side: String
  ) throws(PromError) -> [PromLabels: PromSeries] {
    var result: [PromLabels: PromSeries] = [:]
    lazy var isAsked = times.indices.map { index in many.contains { !PromSeries.isAbsent($0.values[index]) } }
    for item in one {
      let key = signature(item.labels)
      guard var known = result[key] else {
        result[key] = item
        continue
      }
      for index in item.values.indices where !PromSeries.isAbsent(item.values[index]) {
        if !PromSeries.isAbsent(known.values[index]), isAsked[index] {
          throw PromError(
            .execution,
            "found duplicate series for the match group \(key.description) on the \(side) hand-side of the operation: "
              + "[\(item.labels.description), \(known.labels.description)];many-to-many matching not allowed: "
              + "matching labels must be unique on one side")
        }
        known.values[index] = item.values[index]
      }
      result[key] = known
    }
    return result
  }

  private func resultLabels(_ binary: PromBinary, _ many: PromLabels, _ one: PromLabels) -> PromLabels {
    var labels = many
    if !binary.isComparison || binary.returnsBool { labels = labels.withoutName }
    if binary.cardinality == .oneToOne {
      let names = Set(binary.labels)
      labels = binary.isOn ? labels.keeping(names) : labels.removing(names)
    }
    for name in binary.include { labels = labels.setting(name, one[name]) }
    return labels
  }
}

/// An operator on two numbers; comparisons give 1 or 0.
enum PromOperation {
  case add, subtract, multiply, divide, modulo, power, atan2
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  /// `and`, `or`, `unless`: their numbers are never asked.
  case set

  init(_ text: String) throws(PromError) {
    switch text {
    case "+": self = .add
    case "-": self = .subtract
    case "*": self = .multiply
    case "/": self = .divide
    case "%": self = .modulo
    case "^": self = .power
    case "atan2": self = .atan2
    case "==": self = .equal
    case "!=": self = .notEqual
    case "<": self = .less
    case "<=": self = .lessOrEqual
    case ">": self = .greater
    case ">=": self = .greaterOrEqual
    case "and", "or", "unless": self = .set
    default: throw PromError(.execution, "operator \(PromToken.quoted(text)) is not known")
    }
  }

  func number(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .modulo: fmod(a, b)
    case .power: pow(a, b)
    case .atan2: Foundation.atan2(a, b)
    case .equal: a == b ? 1 : 0
    case .notEqual: a != b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    case .set: .nan
    }
  }
}
