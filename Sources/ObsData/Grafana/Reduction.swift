/// Makes one figure of a series, by the names of Grafana's calculations. NaN is passed over like a missing value.
public enum Reduction {
  /// Words for the calculations, as Grafana shows them.
  public static func title(_ name: String) -> String {
    switch name {
    case "lastNotNull": "Last *"
    case "firstNotNull": "First *"
    case "last": "Last"
    case "first": "First"
    case "min": "Min"
    case "max": "Max"
    case "mean": "Mean"
    case "sum": "Total"
    case "count": "Count"
    case "range": "Range"
    case "delta": "Delta"
    case "diff": "Difference"
    case "diffperc": "Difference percent"
    case "stdDev": "StdDev"
    case "variance": "Variance"
    case "median": "Median"
    case "changeCount": "Change Count"
    case "distinctCount": "Distinct Count"
    case "allValues": "All values"
    case "uniqueValues": "All unique values"
    default: name
    }
  }

  /// Whether the figure counts something rather than being a value of the series: its unit is then another.
  public static func isCount(_ name: String) -> Bool {
    ["count", "changeCount", "distinctCount", "diffperc", "variance"].contains(name)
  }

  /// The value that a column is reduced to; null for an empty one or a calculation that is not known.
  public static func value(_ name: String, of column: DataColumn) -> DataValue {
    if case .numbers(let numbers) = column { return self.value(name, of: numbers).map(DataValue.number) ?? .null }
    let values = column.values
    switch name {
    case "first": return values.first ?? .null
    case "firstNotNull": return values.first { $0 != .null } ?? .null
    case "last": return values.last ?? .null
    case "count": return .number(Double(values.count))
    case "distinctCount": return .number(Double(Set(values).count))
    case "min", "max":
      let times = column.times?.compactMap { $0 } ?? []
      return (name == "min" ? times.min() : times.max()).map(DataValue.time) ?? .null
    case "lastNotNull", "mean", "uniqueValues", "allValues": return values.last { $0 != .null } ?? .null
    default: return .null
    }
  }

  /// The figure that numbers are reduced to; nil where there is none.
  public static func value(_ name: String, of values: [Double?]) -> Double? {
    switch name {
    case "last": return values.last ?? nil
    case "first": return values.first ?? nil
    case "lastNotNull": return values.last { $0?.isNaN == false } ?? nil
    case "firstNotNull": return values.first { $0?.isNaN == false } ?? nil
    case "count": return Double(values.count)
    default: break
    }
    let numbers = values.compactMap { $0 }.filter { !$0.isNaN }
    switch name {
    case "allIsNull": return numbers.isEmpty ? 1 : 0
    case "allIsZero": return !numbers.isEmpty && numbers.allSatisfy { $0 == 0 } ? 1 : 0
    case "distinctCount": return Double(Set(numbers).count)
    case "changeCount": return Double(zip(numbers, numbers.dropFirst()).count { $0 != $1 })
    default: break
    }
    guard let first = numbers.first, let last = numbers.last else { return nil }
    switch name {
    case "min": return numbers.min()
    case "max": return numbers.max()
    case "sum", "total": return numbers.reduce(0, +)
    case "mean", "avg": return numbers.reduce(0, +) / Double(numbers.count)
    case "range": return (numbers.max() ?? 0) - (numbers.min() ?? 0)
    case "diff": return last - first
    case "diffperc": return first == 0 ? nil : (last - first) / first
    case "delta":
      // A counter that falls has begun anew.
      return zip(numbers, numbers.dropFirst()).reduce(0) { $0 + ($1.1 >= $1.0 ? $1.1 - $1.0 : $1.1) }
    case "step": return zip(numbers, numbers.dropFirst()).map { $1 - $0 }.min()
    case "minAboveZero": return numbers.filter { $0 > 0 }.min()
    case "variance", "stdDev":
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
      return name == "variance" ? variance : variance.squareRoot()
    case "median": return percentile(50, of: numbers)
    default:
      guard name.hasPrefix("p"), let percent = Double(name.dropFirst()), (0...100).contains(percent) else { return nil }
      return percentile(percent, of: numbers)
    }
  }

  /// The value below which so many percent lie, between its neighbours.
  private static func percentile(_ percent: Double, of numbers: [Double]) -> Double? {
    let sorted = numbers.sorted()
    guard !sorted.isEmpty else { return nil }
    let place = percent / 100 * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }
}
