import Foundation
import Synchronization

/// How many requests each second has, and their sums, made an hour at a time when somebody asks.
final class LoadTable: Sendable {
  /// One hour: sums of all seconds before a second within it.
  private struct Hour: Sendable {
    /// 3,601 sums; the last is the hour's total.
    let requests: [Int32]
    let background: [Int32]
  }

  private struct State: Sendable {
    var hours: [Int: Hour] = [:]
    /// For each hour the requests of all hours before it, as far as somebody asked.
    var before = [0]
  }

  private let seed: UInt64
  private let meanRequests: Double
  private let meanBackground: Double
  private let anchor: Double
  /// The first second of the table, since the Unix epoch.
  let base: Int
  private let state = Mutex(State())
  /// Ten years: beyond lies nobody's clock.
  private static let maximumHours = 88_000

  /// `origin` is the second at which the load is what `rate` says.
  init(seed: UInt64, rate: Double, origin: Int) {
    self.seed = SplitMix.hash(seed, 1)
    meanRequests = rate * 0.48
    meanBackground = rate * 0.04
    base = LoadTable.hourStart(origin - 36 * 3_600)
    anchor = LoadTable.daily(origin)
  }

  private static func hourStart(_ second: Int) -> Int { second - ((second % 3_600) + 3_600) % 3_600 }

  /// The load over a day in China: a low before dawn, a rise at noon, the peak in the evening.
  private static func daily(_ second: Int) -> Double {
    let hour = Double(((second + 8 * 3_600) % 86_400 + 86_400) % 86_400) / 3_600
    return 1 + 0.35 * sin((hour - 10) / 24 * 2 * .pi) + 0.12 * sin((hour - 9.5) / 12 * 2 * .pi)
  }

  /// Smooth noise in -1 ... 1 whose knots are `period` seconds apart.
  private func noise(_ second: Int, period: Int, salt: Int64) -> Double {
    let knot = second / period
    let position = Double(second - knot * period) / Double(period)
    let a = SplitMix.unit(SplitMix.hash(seed, Int64(knot), salt)) * 2 - 1
    let b = SplitMix.unit(SplitMix.hash(seed, Int64(knot + 1), salt)) * 2 - 1
    let weight = position * position * (3 - 2 * position)
    return a + (b - a) * weight
  }

  private func make(hour: Int) -> Hour {
    var requests = [Int32](repeating: 0, count: 3_601)
    var background = requests
    let start = base + hour * 3_600
    var level = 1.0
    for index in 0..<3_600 {
      let second = start + index
      if index % 5 == 0 {
        level = LoadTable.daily(second) / anchor
        level *= 1 + 0.10 * noise(second, period: 600, salt: 1) + 0.07 * noise(second, period: 45, salt: 2)
      }
      var draw = SplitMix(SplitMix.hash(seed, Int64(second), 3))
      let mean = meanRequests * level
      let spread = (draw.unit() + draw.unit() + draw.unit() - 1.5) * 2 * mean.squareRoot()
      let count = max(0, mean + spread + draw.unit())
      let idle = meanBackground * level + draw.unit()
      requests[index + 1] = requests[index] &+ Int32(clamping: Int(count))
      background[index + 1] = background[index] &+ Int32(clamping: Int(idle))
    }
    return Hour(requests: requests, background: background)
  }

  private func place(_ second: Int) -> (hour: Int, offset: Int) {
    let clamped = min(max(second, base), base + LoadTable.maximumHours * 3_600 - 1) - base
    return (clamped / 3_600, clamped % 3_600)
  }

  private func hour(_ index: Int, in state: inout State) -> Hour {
    if let hour = state.hours[index] { return hour }
    let hour = make(hour: index)
    state.hours[index] = hour
    return hour
  }

  private func hour(_ second: Int) -> (hour: Hour, offset: Int) {
    let (index, offset) = place(second)
    return (state.withLock { hour(index, in: &$0) }, offset)
  }

  /// How many requests the second has, and how many lines that no request wrote.
  func counts(at second: Int) -> (requests: Int, background: Int) {
    let (hour, offset) = hour(second)
    return (
      Int(hour.requests[offset + 1] - hour.requests[offset]), Int(hour.background[offset + 1] - hour.background[offset])
    )
  }

  /// All requests and background lines of `start ..< end`.
  func totals(from start: Int, to end: Int) -> (requests: Int, background: Int) {
    var requests = 0
    var background = 0
    var second = max(start, base)
    while second < end {
      let (hour, offset) = hour(second)
      let count = min(3_600 - offset, end - second)
      requests += Int(hour.requests[offset + count] - hour.requests[offset])
      background += Int(hour.background[offset + count] - hour.background[offset])
      second += count
    }
    return (requests, background)
  }

  /// The requests from `base` to `milliseconds` since the epoch, the last second in part.
  func cumulative(milliseconds: Int64) -> Double {
    let (index, offset) = place(Int(milliseconds / 1_000))
    let (hour, before) = state.withLock { state in
      while state.before.count <= index {
        let last = state.before.count - 1
        state.before.append(state.before[last] + Int(self.hour(last, in: &state).requests[3_600]))
      }
      return (self.hour(index, in: &state), state.before[index])
    }
    let begun = Double(hour.requests[offset + 1] - hour.requests[offset])
    return Double(before + Int(hour.requests[offset])) + begun * Double(milliseconds % 1_000) / 1_000
  }
}
