import ObsData

/// Bars of counts by level, the most serious at the bottom, the newest bar at the right edge. A cell has one colour: that of the
/// most serious lines in it, so that one error below a thousand lines of information is still seen.
struct StackedBars {
  private let buckets: ArraySlice<LogCounts>
  private let dimmed: Set<Int>
  private let peak: Int
  /// How many cells wide a bar is.
  let barWidth: Int
  /// How long the time of one cell is.
  let step: Duration

  /// Lays the buckets of a histogram out in a width.
  init(_ histogram: LogHistogram, width: Int, now: Timestamp) {
    let count = max(1, min(histogram.buckets.count, width))
    buckets = histogram.buckets.suffix(count)
    barWidth = max(1, width / count)
    step = .nanoseconds(max(1, histogram.step.nanoseconds / Int64(barWidth)))
    peak = buckets.map(\.total).max() ?? 0
    dimmed = Set(buckets.indices.filter { histogram.isPartial($0, now: now) })
  }

  /// The cells that all bars take.
  var width: Int { buckets.count * barWidth }

  /// When the first bar drawn begins.
  func start(of histogram: LogHistogram) -> Timestamp { histogram.start(of: buckets.startIndex) }

  /// Where a bucket's bar begins; nil where it is not drawn.
  func x(of bucket: Int, in rect: Rect) -> Int? {
    guard buckets.indices.contains(bucket) else { return nil }
    return rect.x + rect.width - (buckets.endIndex - bucket) * barWidth
  }

  /// Draws the bars; what is not whole, or answers an earlier question, is dim.
  func draw(in rect: Rect, on canvas: inout Canvas, glyphs: GlyphSet, isOutdated: Bool) {
    let steps = Sparkline.steps(glyphs)
    let scale = ValueScale(low: 0, high: Double(peak))
    for (index, counts) in zip(buckets.indices, buckets) where counts.total > 0 {
      guard let x = x(of: index, in: rect) else { continue }
      let height = scale.height(of: Double(counts.total), steps: rect.height * steps)
      let tops = StackedBars.tops(LogClass.counts(counts), height: height)
      let isDim = isOutdated || dimmed.contains(index)
      for line in 0..<rect.height where line * steps < height {
        let filled = Sparkline.character(height: min(steps, height - line * steps), glyphs)
        // The first class whose part reaches into the cell.
        let kind = LogClass.allCases[tops.firstIndex { $0 > line * steps } ?? LogClass.allCases.count - 1]
        canvas.write(
          String(repeating: filled, count: barWidth), x: x, y: rect.y + rect.height - 1 - line,
          style: Style(isDim ? .textMuted : kind.role))
      }
    }
  }

  /// Up to which step each class reaches. A class that has lines has at least a step, as long as there are any.
  static func tops(_ counts: [Int], height: Int) -> [Int] {
    let total = max(counts.reduce(0, +), 1)
    var sum = 0
    var top = 0
    return counts.map { count in
      sum += count
      guard count > 0 else { return top }
      let share = Int((Double(height) * Double(sum) / Double(total)).rounded())
      top = sum == total ? height : min(height, max(share, top + 1))
      return top
    }
  }
}

extension TimeAxis {
  /// An axis whose columns begin at `start`, which belongs to the first of them.
  init(start: Timestamp, step: Duration, columns: Int) {
    self.start = start - .nanoseconds(1)
    self.step = step
    self.columns = columns
  }
}
