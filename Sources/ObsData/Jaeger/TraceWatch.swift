/// Decides how long a trace is asked for again. Spans arrive in batches and parents after their children, and no store says when
/// a trace is complete; a trace that was just written may be missing for some seconds. A value without a clock: it is told each
/// answer and says what the screen should know and when to ask again.
///
///     missing ──► found, growing ──► done (nothing new twice, nothing missing; or too old to grow)
///        └──────► given up, after two minutes
public struct TraceWatch: Sendable, Equatable {
  /// Spans of a trace may still arrive for so long after its end.
  public static let growingTime = Duration.seconds(300)
  /// A trace that is not there is asked for so long.
  public static let missingTime = Duration.seconds(120)
  private static let longestPause = Duration.seconds(15)

  /// When it was first asked for.
  public let since: Timestamp
  private var firstFound: Timestamp?
  private var attempts = 0
  private var spanCount = 0
  private var unchanged = 0
  private var pause = Duration.seconds(1)

  /// Begins a watch.
  public init(since: Timestamp) { self.since = since }

  /// What an answer means.
  public struct Step: Sendable, Equatable {
    /// What the screen is told.
    public let answer: TraceAnswer
    /// How long to wait before the next request; nil when the watch is over.
    public let askAgain: Duration?
  }

  /// Takes an answer: the trace, or nil where the store does not have it. Builds the trace's tree.
  public mutating func receive(_ trace: Trace?, at now: Timestamp) -> Step {
    guard let trace else { return missing(at: now) }
    let tree = TraceTree.build(trace)
    let first = firstFound ?? now
    firstFound = first
    if trace.spans.count != spanCount {
      spanCount = trace.spans.count
      unchanged = 0
      pause = .seconds(1)
    } else {
      unchanged += 1
    }
    let isComplete = tree.orphanCount == 0 && tree.root != nil
    // The second limit holds when the store's clock runs ahead of ours.
    let isYoung = now - tree.range.end < TraceWatch.growingTime && now - first < TraceWatch.growingTime
    let isGrowing = isYoung && !(isComplete && unchanged >= 2)
    let answer = TraceAnswer.found(trace, tree, isGrowing: isGrowing)
    guard isGrowing else { return Step(answer: answer, askAgain: nil) }
    // A trace of 50,000 spans is 30 MB: it is not asked for every second.
    let leastPause = Duration.milliseconds(spanCount / 5)
    return Step(answer: answer, askAgain: max(nextPause(), leastPause))
  }

  private mutating func missing(at now: Timestamp) -> Step {
    attempts += 1
    // A trace that was there once and is gone is not waited for.
    guard firstFound == nil, now - since < TraceWatch.missingTime else {
      return Step(answer: .missing(since: since, attempts: attempts, retryAt: nil), askAgain: nil)
    }
    let pause = nextPause()
    return Step(answer: .missing(since: since, attempts: attempts, retryAt: now + pause), askAgain: pause)
  }

  /// 1 s, 2 s, 4 s, 8 s, and then 15 s.
  private mutating func nextPause() -> Duration {
    defer { pause = min(pause * 2, TraceWatch.longestPause) }
    return pause
  }
}
