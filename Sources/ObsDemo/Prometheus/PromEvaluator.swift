import ObsData

/// A series over the steps of a query. A step without a value holds `PromSeries.absent`.
struct PromSeries {
  var labels: PromLabels
  var values: [Double]

  /// Prometheus's own marker of staleness: a NaN that no computation makes.
  static let absent = Double(bitPattern: 0x7FF0_0000_0000_0002)
  static func isAbsent(_ value: Double) -> Bool { value.bitPattern == 0x7FF0_0000_0000_0002 }
  var isEmpty: Bool { values.allSatisfy(PromSeries.isAbsent) }
}

/// What an expression evaluates to, over all steps at once.
enum PromValue {
  case scalar([Double])
  case vector([PromSeries])
  case string(String)

  /// The series; none for what is no vector.
  var series: [PromSeries] { if case .vector(let series) = self { series } else { [] } }
}

/// Evaluates an expression at every step of a query. Each node is computed for all steps before the next, so that labels
/// are compared once a series and not once a step, and each selector reads its samples once.
struct PromEvaluator {
  let source: any SampleSource
  /// The steps, in milliseconds.
  let times: [Int64]
  let step: Int64
  /// The ends of the whole query, for `@ start()` and `@ end()`.
  let start, end: Int64
  /// The time of the request: what lies behind it has not happened.
  let now: Int64
  /// How old a sample may be to be the current one, in milliseconds.
  let lookback: Int64
  let budget: PromBudget

  /// Prometheus's own lookback: five minutes.
  static let usualLookback: Int64 = 300_000
  /// The step of a subquery that names none: Prometheus's evaluation interval.
  static let subqueryStep: Int64 = 60_000

  /// Evaluates at the multiples of `step` from `start` to `end`, both included.
  init(
    source: any SampleSource, start: Int64, end: Int64, step: Int64, now: Int64,
    lookback: Int64 = PromEvaluator.usualLookback
  ) {
    let step = max(1, step)
    self.init(
      source: source, times: Array(stride(from: start, through: max(start, end), by: Int(step))), step: step,
      start: start, end: end, now: now, lookback: lookback, budget: PromBudget())
  }

  private init(
    source: any SampleSource, times: [Int64], step: Int64, start: Int64, end: Int64, now: Int64, lookback: Int64,
    budget: PromBudget
  ) {
    self.source = source
    self.times = times
    self.step = step
    self.start = start
    self.end = end
    self.now = now
    self.lookback = lookback
    self.budget = budget
  }

  /// The same query on the grid of a subquery.
  func on(_ times: [Int64], step: Int64) -> PromEvaluator {
    PromEvaluator(
      source: source, times: times, step: step, start: start, end: end, now: now, lookback: lookback, budget: budget)
  }

  func evaluate(_ node: PromNode) throws(PromError) -> PromValue {
    switch node.expression {
    case .number(let value): return .scalar(Array(repeating: value, count: times.count))
    case .string(let text): return .string(text)
    case .parentheses(let inner): return try evaluate(inner)
    case .selector(let selector): return .vector(try instant(selector))
    case .range, .subquery:
      throw PromError(.execution, "unhandled expression of type range vector")
    case .unary(let isNegative, let inner): return try negated(try evaluate(inner), isNegative)
    case .binary(let binary): return try evaluate(binary)
    case .aggregate(let aggregate): return try evaluate(aggregate)
    case .call(let call): return try evaluate(call)
    }
  }

  /// The scalar values of an expression, one a step.
  func scalars(_ node: PromNode) throws(PromError) -> [Double] {
    guard case .scalar(let values) = try evaluate(node) else { return Array(repeating: .nan, count: times.count) }
    return values
  }

  private func negated(_ value: PromValue, _ isNegative: Bool) throws(PromError) -> PromValue {
    guard isNegative else { return value }
    switch value {
    case .scalar(let values): return .scalar(values.map { -$0 })
    case .vector(let series):
      return .vector(try mapped(series) { value, _ in -value })
    case .string: return value
    }
  }

  /// Joins series that have come to have the same labels, as `rate` of several names does; both having a value at the
  /// same step is an error.
  func merged(_ series: [PromSeries]) throws(PromError) -> [PromSeries] {
    var places: [PromLabels: Int] = [:]
    places.reserveCapacity(series.count)
    var result: [PromSeries] = []
    result.reserveCapacity(series.count)
    for item in series {
      guard let place = places[item.labels] else {
        places[item.labels] = result.count
        result.append(item)
        continue
      }
      for index in item.values.indices where !PromSeries.isAbsent(item.values[index]) {
        guard PromSeries.isAbsent(result[place].values[index]) else {
          throw PromError(.execution, "vector cannot contain metrics with the same labelset")
        }
        result[place].values[index] = item.values[index]
      }
    }
    return result
  }
}

/// How many samples a query may still read.
final class PromBudget {
  private var left = 50_000_000

  func spend(_ count: Int) throws(PromError) {
    left -= count
    if left < 0 {
      throw PromError(.execution, "query processing would load too many samples into memory in query execution")
    }
  }
}
