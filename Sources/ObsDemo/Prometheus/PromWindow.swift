/// The samples of one series in a range selector's window at one step.
struct PromWindow {
  /// When, in milliseconds, oldest first.
  let times: UnsafeBufferPointer<Int64>
  let values: UnsafeBufferPointer<Double>
  /// The window: `start` is not in it, `end` is (as from Prometheus 3.0 on).
  let start, end: Int64
  /// The step's own time, from which `predict_linear` looks ahead.
  let evaluation: Int64
  /// The further scalar argument.
  let parameter: Double

  var count: Int { values.count }
  /// From the first sample to the last, in seconds.
  var sampledSeconds: Double { Double(times[count - 1] - times[0]) / 1_000 }
}

/// The functions over range vectors.
enum PromWindowFunction: String, CaseIterable, Sendable {
  case rate, increase, delta, irate, idelta, deriv, changes, resets
  case predictLinear = "predict_linear"
  case average = "avg_over_time"
  case minimum = "min_over_time"
  case maximum = "max_over_time"
  case sum = "sum_over_time"
  case count = "count_over_time"
  case quantile = "quantile_over_time"
  case deviation = "stddev_over_time"
  case variance = "stdvar_over_time"
  case last = "last_over_time"
  case present = "present_over_time"

  /// Whether the result is still the same metric.
  var keepsName: Bool { self == .last }

  /// The value at one step; nil where the window has too few samples.
  func value(_ window: PromWindow) -> Double? {
    guard window.count > 0 else { return nil }
    let values = window.values
    switch self {
    case .rate: return PromRate.extrapolated(window, isCounter: true, isRate: true)
    case .increase: return PromRate.extrapolated(window, isCounter: true, isRate: false)
    case .delta: return PromRate.extrapolated(window, isCounter: false, isRate: false)
    case .irate: return PromRate.instant(window, isRate: true)
    case .idelta: return PromRate.instant(window, isRate: false)
    case .deriv:
      guard window.count > 1 else { return nil }
      return PromRate.regression(window, intercept: window.times[0]).slope
    case .predictLinear:
      guard window.count > 1 else { return nil }
      let line = PromRate.regression(window, intercept: window.evaluation)
      return line.slope * window.parameter + line.intercept
    case .changes:
      return Double(
        zip(values.dropFirst(), values).count { $0 != $1 && !($0.isNaN && $1.isNaN) })
    case .resets: return Double(zip(values.dropFirst(), values).count { $0 < $1 })
    case .average: return PromStatistics.mean(values)
    case .minimum: return PromStatistics.least(values)
    case .maximum: return PromStatistics.greatest(values)
    case .sum: return PromStatistics.sum(values)
    case .count: return Double(window.count)
    case .quantile: return PromStatistics.quantile(window.parameter, Array(values))
    case .deviation: return PromStatistics.variance(values).squareRoot()
    case .variance: return PromStatistics.variance(values)
    case .last: return values[window.count - 1]
    case .present: return 1
    }
  }
}

/// Rates by Prometheus's rules (promql/functions.go, `extrapolatedRate`, `instantValue`, `linearRegression`).
enum PromRate {
  /// The increase in the window, extended to its ends: to an end that lies closer than 1.1 times the usual distance of
  /// samples the slope goes on, behind a farther one only for half of that distance; a counter never below zero.
  static func extrapolated(_ window: PromWindow, isCounter: Bool, isRate: Bool) -> Double? {
    guard window.count > 1 else { return nil }
    let values = window.values
    var increase = values[window.count - 1] - values[0]
    if isCounter {
      var previous = values[0]
      for value in values.dropFirst() {
        if value < previous { increase += previous }
        previous = value
      }
    }
    let sampled = window.sampledSeconds
    guard sampled > 0 else { return nil }
    let distance = sampled / Double(window.count - 1)
    let threshold = distance * 1.1
    var toStart = Double(window.times[0] - window.start) / 1_000
    var toEnd = Double(window.end - window.times[window.count - 1]) / 1_000
    if toStart >= threshold { toStart = distance / 2 }
    if isCounter, increase > 0, values[0] >= 0 { toStart = min(toStart, sampled * (values[0] / increase)) }
    if toEnd >= threshold { toEnd = distance / 2 }
    var factor = (sampled + toStart + toEnd) / sampled
    if isRate { factor /= Double(window.end - window.start) / 1_000 }
    return increase * factor
  }

  /// The difference of the last two samples, or its rate; of a counter that was reset the last value alone.
  static func instant(_ window: PromWindow, isRate: Bool) -> Double? {
    guard window.count > 1 else { return nil }
    let last = window.count - 1
    let difference = window.values[last] - window.values[last - 1]
    guard isRate else { return difference }
    let milliseconds = Double(window.times[last] - window.times[last - 1])
    guard milliseconds > 0 else { return nil }
    return (difference < 0 ? window.values[last] : difference) / (milliseconds / 1_000)
  }

  /// The line of least squares through the samples: its value at `intercept` and its slope a second.
  static func regression(_ window: PromWindow, intercept: Int64) -> (slope: Double, intercept: Double) {
    let first = window.values[0]
    if window.values.allSatisfy({ $0 == first }) { return first.isInfinite ? (.nan, .nan) : (0, first) }
    let count = Double(window.count)
    var x = PromSum()
    var y = PromSum()
    var xy = PromSum()
    var xx = PromSum()
    for (time, value) in zip(window.times, window.values) {
      let seconds = Double(time - intercept) / 1_000
      x.add(seconds)
      y.add(value)
      xy.add(seconds * value)
      xx.add(seconds * seconds)
    }
    let covariance = xy.total - x.total * y.total / count
    let variance = xx.total - x.total * x.total / count
    let slope = covariance / variance
    return (slope, y.total / count - slope * x.total / count)
  }
}

/// A sum that keeps what rounding loses (Kahan and Neumaier).
struct PromSum {
  private var sum = 0.0
  private var rest = 0.0

  mutating func add(_ value: Double) {
    let next = sum + value
    if next.isInfinite {
      rest = 0
    } else if sum.magnitude >= value.magnitude {
      rest += (sum - next) + value
    } else {
      rest += (value - next) + sum
    }
    sum = next
  }

  var total: Double { sum + rest }
}

/// Statistics over values, NaN treated as Prometheus treats it.
enum PromStatistics {
  static func sum(_ values: some Sequence<Double>) -> Double {
    var sum = PromSum()
    for value in values { sum.add(value) }
    return sum.total
  }

  static func mean(_ values: some Collection<Double>) -> Double {
    let total = sum(values)
    if !total.isInfinite || values.contains(where: \.isInfinite) { return total / Double(values.count) }
    // The sum is too great for a double, the mean is not.
    return sum(values.map { $0 / Double(values.count) })
  }

  /// The least value; NaN only where nothing else is there.
  static func least(_ values: some Sequence<Double>) -> Double {
    values.reduce(.nan) { $0.isNaN || $1 < $0 ? $1 : $0 }
  }

  static func greatest(_ values: some Sequence<Double>) -> Double {
    values.reduce(.nan) { $0.isNaN || $1 > $0 ? $1 : $0 }
  }

  /// The variance of a population, in one pass (Welford).
  static func variance(_ values: some Sequence<Double>) -> Double {
    var count = 0.0
    var mean = 0.0
    var squares = 0.0
    for value in values {
      count += 1
      let distance = value - mean
      mean += distance / count
      squares += distance * (value - mean)
    }
    return squares / count
  }

  /// The value below which the share `q` lies, between two values in proportion.
  static func quantile(_ q: Double, _ values: [Double]) -> Double {
    guard !values.isEmpty, !q.isNaN else { return .nan }
    if q < 0 { return -.infinity }
    if q > 1 { return .infinity }
    // NaN sorts before everything.
    let sorted = values.sorted { $0 < $1 || ($0.isNaN && !$1.isNaN) }
    let rank = q * Double(sorted.count - 1)
    let lower = min(max(0, Int(rank.rounded(.down))), sorted.count - 1)
    let upper = min(sorted.count - 1, lower + 1)
    let weight = rank - rank.rounded(.down)
    return sorted[lower] * (1 - weight) + sorted[upper] * weight
  }

  /// The quantile from cumulative buckets (promql/quantile.go, `bucketQuantile`), sorted by their upper bounds: linear
  /// inside a bucket, from zero in the first.
  static func quantile(_ q: Double, buckets sorted: [(bound: Double, count: Double)]) -> Double {
    if q.isNaN { return .nan }
    if q < 0 { return -.infinity }
    if q > 1 { return .infinity }
    guard let last = sorted.last, last.bound == .infinity else { return .nan }
    var buckets: [(bound: Double, count: Double)] = []
    for bucket in sorted {
      if let previous = buckets.last, previous.bound == bucket.bound {
        buckets[buckets.count - 1].count += bucket.count
      } else {
        buckets.append(bucket)
      }
    }
    // Rates of buckets may lack the order that their counters have, by rounding or by scrapes that were cut short.
    for index in buckets.indices.dropFirst() where !(buckets[index].count > buckets[index - 1].count) {
      buckets[index].count = max(buckets[index].count, buckets[index - 1].count)
    }
    let total = buckets[buckets.count - 1].count
    guard buckets.count > 1, total != 0, !total.isNaN else { return .nan }
    var rank = q * total
    let index = buckets.dropLast().firstIndex { $0.count >= rank } ?? buckets.count - 1
    if index == buckets.count - 1 { return buckets[index - 1].bound }
    if index == 0, buckets[0].bound <= 0 { return buckets[0].bound }
    var count = buckets[index].count
    var start = 0.0
    if index > 0 {
      start = buckets[index - 1].bound
      count -= buckets[index - 1].count
      rank -= buckets[index - 1].count
    }
    return start + (buckets[index].bound - start) * (rank / count)
  }
}
