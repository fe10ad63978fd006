import ObsData

/// Columns of equal length on a line of time. They begin and end at multiples of their length, counted from the epoch, so that a
/// chart of a moving window steps from column to column and does not shimmer; charts with the same axis can be read one below
/// the other.
///
///     start      column 0     column 1          end
///       |------------(]-----------(] … ----------]
struct TimeAxis: Equatable, Sendable {
  let start: Timestamp
  /// The length of a column.
  let step: Duration
  let columns: Int

  /// The columns of a window, the last one ending at or just before the window's end, or before `newest` where that is earlier:
  /// what the store has not measured yet is no gap.
  init(_ window: TimeRange, columns: Int, newest: Timestamp? = nil) {
    self.columns = max(columns, 1)
    let nanoseconds = window.duration.nanoseconds / Int64(self.columns)
    step = .nanoseconds(max(nanoseconds, 1))
    let last = max(min(newest ?? window.end, window.end), window.start)
    let floor = last.floored(to: step)
    // A newest value between two multiples belongs to the column that it lies in.
    let end = newest != nil && floor < last ? floor + step : floor
    start = end - .nanoseconds(step.nanoseconds * Int64(self.columns))
  }

  /// The end of a column, which belongs to it.
  func end(of column: Int) -> Timestamp { start + .nanoseconds(step.nanoseconds &* Int64(column + 1)) }
  /// The end of the last column.
  var end: Timestamp { end(of: columns - 1) }

  /// The column that an instant lies in; nil off the axis.
  func column(of time: Timestamp) -> Int? {
    let distance = (time - start).nanoseconds
    guard distance > 0 else { return nil }
    let column = (distance - 1) / step.nanoseconds
    return column < columns ? Int(column) : nil
  }
}

/// What a chart shows in one column.
enum ChartSample: Equatable, Sendable {
  /// The store has no value.
  case gap
  /// The store says NaN.
  case notANumber
  /// A value; infinity is one.
  case value(Double)
}

extension TimeSeries {
  /// The series on an axis. A value speaks for the time since the one before it: of several in a column the greatest is taken,
  /// so that a spike is never lost; where a value speaks for several columns, all of them show it.
  func samples(on axis: TimeAxis) -> [ChartSample] {
    let step = max(self.step.nanoseconds, 1)
    /// The index of the last value at or before an instant, which may lie off the series' ends.
    func index(_ time: Timestamp) -> Int {
      let distance = (time - start).nanoseconds
      let quotient = distance / step
      return Int(min(max(distance % step < 0 ? quotient - 1 : quotient, -2), Int64(values.count)))
    }
    var samples: [ChartSample] = []
    samples.reserveCapacity(axis.columns)
    var before = index(axis.start)
    for column in 0..<axis.columns {
      let last = index(axis.end(of: column))
      let range = (before + 1)...max(last, before + 1)
      samples.append(ChartSample(values[range.clamped(toIndexesOf: values)]))
      before = last
    }
    return samples
  }

  /// When the newest value was measured; nil for a series without one.
  var newest: Timestamp? {
    guard let index = values.lastIndex(where: { $0 != nil }) else { return nil }
    return start + .nanoseconds(step.nanoseconds.multipliedReportingOverflow(by: Int64(index)).partialValue)
  }

  /// The newest value; nil for a series without one.
  var current: Double? { values.last { $0 != nil } ?? nil }

  /// When the series ends, whether it has a value there or not.
  var end: Timestamp {
    start + .nanoseconds(step.nanoseconds.multipliedReportingOverflow(by: Int64(max(values.count - 1, 0))).partialValue)
  }
}

extension ClosedRange<Int> {
  /// The part of the range that are indexes of a collection; empty where none are.
  fileprivate func clamped(toIndexesOf values: [Double?]) -> Range<Int> {
    let lower = Swift.min(Swift.max(lowerBound, 0), values.count)
    let upper = upperBound < values.count ? upperBound + 1 : values.count
    return lower..<Swift.max(lower, upper)
  }
}

extension ChartSample {
  /// The greatest of several values; NaN only where there is no number.
  init(_ values: some Sequence<Double?>) {
    var result = ChartSample.gap
    for value in values {
      guard let value else { continue }
      switch result {
      case .value(let greatest): if value > greatest { result = .value(value) }
      case .gap: result = value.isNaN ? .notANumber : .value(value)
      case .notANumber: if !value.isNaN { result = .value(value) }
      }
    }
    self = result
  }
}
