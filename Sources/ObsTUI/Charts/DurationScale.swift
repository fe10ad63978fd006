import Foundation
import ObsData

/// A logarithmic scale of durations: 1 ms and 10 s can be told apart from their neighbours on the same axis.
struct DurationScale: Equatable, Sendable {
  /// A duration that has a label on the axis.
  struct Mark: Equatable, Sendable {
    /// Where it stands, from 0 at the shortest duration to 1 at the longest.
    let share: Double
    let label: String
  }

  /// The decimal logarithms of the ends, in nanoseconds.
  private let low, high: Double

  /// A scale that holds all of the durations, at least a third of a decade wide. What is below a microsecond stands at its end:
  /// stores do not measure it.
  init(_ durations: some Sequence<Duration>) {
    var least = Int64.max
    var most = Int64.min
    for duration in durations {
      least = min(least, duration.nanoseconds)
      most = max(most, duration.nanoseconds)
    }
    if least > most { (least, most) = (1_000_000, 1_000_000_000) }
    let low = log10(Double(max(least, 1_000)))
    let high = log10(Double(max(most, 1_000)))
    let missing = max(0, 1.0 / 3 - (high - low))
    self.low = low - missing / 2
    self.high = high + missing / 2
  }

  /// Where a duration stands, from 0 to 1.
  func share(of duration: Duration) -> Double {
    let place = (log10(Double(max(duration.nanoseconds, 1_000))) - low) / (high - low)
    return min(max(place, 0), 1)
  }

  /// Durations that people count in, the more of them the more room there is: all of 1, 2 and 5, or the decades, or some of
  /// those. `count` is how many labels fit.
  func marks(count: Int, glyphs: GlyphSet) -> [Mark] {
    guard count > 0 else { return [] }
    let inside = DurationScale.steps.filter { step in
      let place = log10(Double(step.nanoseconds))
      return place >= low - 1e-9 && place <= high + 1e-9
    }
    var chosen = inside
    if chosen.count > count { chosen = inside.filter(\.isDecade) }
    var stride = 2
    let decades = chosen
    while chosen.count > count {
      chosen = decades.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
      stride += 1
    }
    return chosen.map { step in
      Mark(
        share: share(of: .nanoseconds(step.nanoseconds)),
        label: DurationScale.label(step.nanoseconds, glyphs: glyphs))
    }
  }

  private static let steps: [(nanoseconds: Int64, isDecade: Bool)] = {
    var steps: [(nanoseconds: Int64, isDecade: Bool)] = []
    var power: Int64 = 1_000
    while power <= 10_000_000_000 {
      for factor: Int64 in [1, 2, 5] where power * factor <= 30_000_000_000 {
        steps.append((power * factor, factor == 1))
      }
      power *= 10
    }
    let second: Int64 = 1_000_000_000
    for (seconds, isDecade): (Int64, Bool) in [
      (60, true), (120, false), (300, false), (600, true), (1_200, false), (3_600, true), (7_200, false),
      (18_000, false), (36_000, true), (86_400, true), (172_800, false), (432_000, false), (864_000, true),
    ] {
      steps.append((seconds * second, isDecade))
    }
    return steps
  }()

  private static func label(_ nanoseconds: Int64, glyphs: GlyphSet) -> String {
    if nanoseconds >= 1_000_000 { return DurationText.text(.nanoseconds(nanoseconds)) }
    return "\(nanoseconds / 1_000)" + (glyphs == .unicode ? "µs" : "us")
  }
}
