/// One measurement that a program kept with its labels, the trace that it belongs to among them.
public struct Exemplar: Hashable, Sendable {
  /// When it was measured.
  public let time: Timestamp
  /// What was measured, in the unit of the histogram.
  public let value: Double
  /// The trace.
  public let traceID: TraceID
  /// The span in it; nil where the program did not say.
  public let spanID: SpanID?
  /// The labels of the series that it was kept with.
  public let series: [String: String]

  /// Makes an exemplar.
  public init(
    time: Timestamp, value: Double, traceID: TraceID, spanID: SpanID? = nil, series: [String: String] = [:]
  ) {
    self.time = time
    self.value = value
    self.traceID = traceID
    self.spanID = spanID
    self.series = series
  }

  /// The one to look at: the nearest to an instant, and of several at the same distance the greatest; without an instant the greatest
  /// of all.
  public static func chosen(of exemplars: [Exemplar], at time: Timestamp?) -> Exemplar? {
    guard let time else { return exemplars.max { $0.value < $1.value } }
    return exemplars.min { a, b in
      let (first, second) = ((a.time - time).nanoseconds.magnitude, (b.time - time).nanoseconds.magnitude)
      return first == second ? a.value > b.value : first < second
    }
  }
}
