import ObsData

/// The part of a trace's time that the waterfall shows: all of it, or a stretch inside it.
struct TraceZoom: Equatable, Sendable {
  /// Nobody zooms deeper than the clocks of spans can tell.
  static let shortest = Duration.nanoseconds(100)

  /// The stretch; nil for the whole trace.
  private(set) var range: TimeRange?

  /// The time that is shown of a trace that takes `whole`.
  func range(in whole: TimeRange) -> TimeRange { range ?? whole }

  mutating func reset() { range = nil }

  /// Shows half of the time, or twice as much. What is at `center` stays where it is on the screen, where it is on it.
  mutating func scale(in whole: TimeRange, about center: Timestamp, isCloser: Bool) {
    let old = range(in: whole)
    let center = center >= old.start && center <= old.end ? center : old.start + old.duration / 2
    let length = isCloser ? max(old.duration / 2, TraceZoom.shortest) : old.duration * 2
    let share = Double((center - old.start).nanoseconds) / Double(max(old.duration.nanoseconds, 1))
    let lead = Duration.nanoseconds(Int64(exactly: (Double(length.nanoseconds) * share).rounded()) ?? .max)
    set(start: center - lead, length: length, in: whole)
  }

  /// Shows a span, with a little room on both sides.
  mutating func show(_ span: TimeRange, in whole: TimeRange) {
    let room = max(span.duration / 20, span.duration == .zero ? whole.duration / 1_000 : .zero, TraceZoom.shortest)
    set(start: span.start - room, length: span.duration + room * 2, in: whole)
  }

  /// Goes a quarter of what is shown to the left or the right; false where the trace ends there.
  mutating func pan(in whole: TimeRange, isForward: Bool) -> Bool {
    guard let old = range else { return false }
    let step = max(old.duration / 4, .nanoseconds(1))
    set(start: isForward ? old.start + step : old.start - step, length: old.duration, in: whole)
    return range != old
  }

  /// Moves what is shown so that a time is in it.
  mutating func reveal(_ time: Timestamp, in whole: TimeRange) {
    guard let range, time < range.start || time > range.end else { return }
    set(start: time - range.duration / 2, length: range.duration, in: whole)
  }

  /// Keeps inside a trace that has become another.
  mutating func clamp(to whole: TimeRange) {
    guard let range else { return }
    set(start: range.start, length: range.duration, in: whole)
  }

  private mutating func set(start: Timestamp, length: Duration, in whole: TimeRange) {
    guard length < whole.duration else {
      range = nil
      return
    }
    let first = max(whole.start, min(start, whole.end - length))
    range = TimeRange(start: first, end: first + length)
  }
}

/// How many spans are under way in each part of a trace: what the row of the whole trace is drawn from.
struct TraceDensity: Equatable, Sendable {
  /// More columns than this are drawn from these bins.
  static let bins = 256
  private var counts: [Int32] = []

  init() {}

  init(_ trace: Trace, _ tree: TraceTree) {
    var changes = Array(repeating: Int32(0), count: TraceDensity.bins + 1)
    let start = tree.range.start
    let whole = Double(max(tree.range.duration.nanoseconds, 1))
    func bin(_ time: Timestamp) -> Int {
      let share = Double((time - start).nanoseconds) / whole
      return Int(min(max(share, 0), 1) * Double(TraceDensity.bins - 1))
    }
    for index in tree.nodes.indices {
      let begin = tree.nodes[index].start
      changes[bin(begin)] += 1
      changes[bin(begin + trace.spans[tree.nodes[index].span].duration) + 1] -= 1
    }
    var open: Int32 = 0
    counts = changes.dropLast().map { change in
      open += change
      return open
    }
  }

  /// The heights of `width` columns, 1 to `steps`. A column is as high as the busiest bin of it.
  func heights(width: Int, steps: Int) -> [Int] {
    guard width > 0, let most = counts.max(), most > 0 else { return Array(repeating: 1, count: max(width, 0)) }
    return (0..<width).map { column in
      let first = column * counts.count / width
      let last = max(first + 1, (column + 1) * counts.count / width)
      let count = counts[first..<min(last, counts.count)].max() ?? 0
      return 1 + Int(Double(count) / Double(most) * Double(steps - 1) + 0.5)
    }
  }
}

extension TraceDensity {
  /// Draws the whole trace on one line, the part that is shown between brackets.
  func draw(
    _ shown: TimeRange, of whole: TimeRange, x: Int, y: Int, width: Int, glyphs: GlyphSet, on canvas: inout Canvas
  ) {
    guard width >= 4 else { return }
    let axis = TraceAxis(range: whole, width: width)
    func column(_ time: Timestamp) -> Int { Int(min(max(axis.fraction(time), 0), 1) * Double(width)) }
    let left = min(column(shown.start), width - 2)
    let right = min(max(column(shown.end), left + 1), width - 1)
    for (column, height) in heights(width: width, steps: Sparkline.steps(glyphs)).enumerated() {
      let isShown = column > left && column < right
      let text =
        column == left ? "[" : column == right ? "]" : String(Sparkline.character(height: height, glyphs))
      let role: Role = column == left || column == right ? .chartCursor : isShown ? .spanBar : .axis
      canvas.write(text, x: x + column, y: y, style: Style(role))
    }
  }
}
