/// When a store is asked again: at its interval while it answers, ever less often while it does not. A value without a clock:
/// it says how long to wait.
public struct PollSchedule: Sendable, Equatable {
  /// From one answer to the next question.
  public let interval: Duration
  /// The longest wait between two tries.
  public let maximum: Duration
  /// How many tries in a row have failed.
  public private(set) var failures = 0
  private var random: SplitMix64

  /// Makes a schedule; `seed` decides the jitter.
  public init(interval: Duration, maximum: Duration = .seconds(60), seed: UInt64) {
    self.interval = max(interval, .milliseconds(50))
    self.maximum = max(maximum, interval)
    random = SplitMix64(state: seed)
  }

  /// The store answered: back to the interval.
  public mutating func succeeded() -> Duration {
    failures = 0
    return interval
  }

  /// The store failed: twice the last wait, up to `maximum`, less up to a fifth of it by chance, so that many dashboards do not
  /// knock at once. What the store asked for (`Retry-After`) is the least, up to ten minutes.
  public mutating func failed(retryAfter: Duration? = nil) -> Duration {
    failures += 1
    let doublings = min(failures - 1, 16)
    let base = max(interval, .seconds(1))
    let wait = min(base * (1 << doublings), maximum)
    let jittered = wait - wait * (0.2 * random.unit())
    guard let retryAfter else { return jittered }
    return max(jittered, min(retryAfter, .seconds(600)))
  }
}

/// A small generator of chance that can be seeded (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct SplitMix64: Sendable, Equatable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, 1.
  mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
