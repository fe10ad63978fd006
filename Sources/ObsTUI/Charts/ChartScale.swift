import Foundation

/// The value axis of a chart: linear, or by powers. Its marks stand at numbers that people count in.
struct ChartScale: Equatable, Sendable {
  /// The ends of the axis.
  let low, high: Double
  /// The base of the powers; 1 for a linear axis.
  let base: Double
  /// What the marks are round multiples of, such as 1,024.
  let unit: Double

  /// A scale for values, with the ends that are given, else such that all have room: from zero where nothing is below it, up to the
  /// next round number.
  init(
    _ values: some Sequence<Double>, minimum: Double? = nil, maximum: Double? = nil, base: Double = 1,
    unit: (Double) -> Double = { _ in 1 }
  ) {
    var (low, high, leastPositive) = (Double.infinity, -Double.infinity, Double.infinity)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
      if value > 0 { leastPositive = min(leastPositive, value) }
    }
    if low > high { (low, high) = (0, 1) }
    self.base = base > 1 ? base : 1
    self.unit = max(unit(max(abs(low), abs(high), abs(maximum ?? 0))), .leastNormalMagnitude)
    if base > 1 {
      // Zero has no place among powers: the axis begins at the power below the least value.
      let least = minimum.flatMap { $0 > 0 ? $0 : nil } ?? (leastPositive.isFinite ? leastPositive : 1)
      let most = max(maximum ?? high, least)
      self.low = max(pow(base, (log(least) / log(base)).rounded(.down)), .leastNormalMagnitude)
      let top = pow(base, (log(most) / log(base)).rounded(.up))
      self.high = top > self.low ? min(top, .greatestFiniteMagnitude) : self.low * base
      return
    }
    let bottom = minimum ?? min(low, 0)
    var top = maximum ?? max(high, 0)
    // What is about a value far from zero is looked at closely.
    var floor = bottom
    if minimum == nil, low > 0, high > low, (high - low) < high * 0.1 { floor = low - (high - low) * 0.1 }
    if top <= floor { top = floor + max(abs(floor) * 0.1, 1) }
    if maximum == nil { top = ChartScale.roundedUp(top / self.unit, from: floor / self.unit) * self.unit }
    self.low = floor
    self.high = top
  }

  /// The next multiple of a tenth of the distance that is a round number.
  private static func roundedUp(_ value: Double, from low: Double) -> Double {
    let distance = value - low
    guard distance.isFinite, distance > 0 else { return value }
    let power = pow(10, (log10(distance) - 1).rounded(.down))
    for step in [power, power * 2, power * 5, power * 10] where distance / step <= 10 {
      let rounded = (value / step).rounded(.up) * step
      return rounded.isFinite ? rounded : value
    }
    return value
  }

  /// Where a value stands, from 0 at the low end to 1 at the high one; nil for NaN, and for what has no place among powers.
  func share(of value: Double) -> Double? {
    guard !value.isNaN else { return nil }
    if value >= high { return 1 }
    if base > 1 {
      guard value > 0 else { return 0 }
      let share = (log(value) - log(low)) / (log(high) - log(low))
      return share.isFinite ? min(max(share, 0), 1) : 0
    }
    guard value > low else { return 0 }
    // Halved first: the difference of two extremes is no number.
    let share = (value / 2 - low / 2) / (high / 2 - low / 2)
    return share.isFinite ? min(max(share, 0), 1) : 0
  }

  /// The line of a value among so many, counted from the top.
  func line(of value: Double, lines: Int) -> Int? {
    guard lines > 0, let share = share(of: value) else { return nil }
    return lines - 1 - min(lines - 1, Int((share * Double(lines - 1)).rounded()))
  }

  /// Round numbers on the axis, at most `count`.
  func ticks(count: Int) -> [Double] {
    guard base > 1 else { return Axis.ticks(low: low / unit, high: high / unit, count: count).map { $0 * unit } }
    let distance = ((log(high) - log(low)) / log(base)).rounded()
    guard distance > 0, distance < 2_100, count > 0 else { return [low] }
    let powers = Int(distance)
    let every = max(1, (powers + count) / count)
    return stride(from: 0, through: powers, by: every).map { low * pow(base, Double($0)) }
  }
}
