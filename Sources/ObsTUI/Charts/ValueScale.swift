/// From values to heights.
struct ValueScale: Equatable, Sendable {
  let low, high: Double

  /// A scale that holds all finite values; with `fromZero` it begins at zero, unless there are values below it.
  init(_ values: some Sequence<Double>, fromZero: Bool = true) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = (0, 0) }
    self.low = fromZero ? min(low, 0) : low
    self.high = fromZero ? max(high, 0) : high
  }

  /// A scale with the ends given.
  init(low: Double, high: Double) {
    self.low = min(low, high)
    self.high = max(low, high)
  }

  /// How high a value stands, in steps from 1 to `steps`. Only the lowest value stands on the lowest step: what is more than
  /// zero never looks like zero.
  func height(of value: Double, steps: Int) -> Int {
    guard value > low, high > low, steps > 1 else { return value > low && steps > 0 ? steps : 1 }
    guard value < high else { return steps }
    // Halved first: the difference of two extremes is no number.
    let share = (value / 2 - low / 2) / (high / 2 - low / 2)
    // The halves of the least numbers there are may be the same.
    guard share.isFinite else { return steps }
    return min(steps, max(2, 1 + Int((share * Double(steps - 1)).rounded(.up))))
  }
}
