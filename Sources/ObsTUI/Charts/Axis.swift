import ObsData

/// Where the marks of a chart stand: at numbers and times that people count in.
enum Axis {
  /// A mark on the time axis.
  struct TimeMark: Equatable, Sendable {
    let column: Int
    let label: String
  }

  /// Multiples of 1, 2 or 5 and a power of ten between `low` and `high`, at most `count` of them. Empty where there is nothing
  /// between the two.
  static func ticks(low: Double, high: Double, count: Int) -> [Double] {
    guard low.isFinite, high.isFinite, high > low, count > 0, (high - low).isFinite else { return [] }
    var power = 1.0
    let rough = (high - low) / Double(count)
    while power * 10 <= rough, power < 1e300 { power *= 10 }
    while power > rough, power > 1e-300 { power /= 10 }
    for factor in [1.0, 2, 5, 10, 20, 50] {
      let step = power * factor
      let first = (low / step).rounded(.up)
      let last = (high / step).rounded(.down)
      // Beyond this the multiples cannot be told apart.
      guard abs(first) < 1e15, abs(last) < 1e15 else { return [] }
      if last - first + 1 <= Double(count) {
        guard last >= first else { return [] }
        return (0...Int(last - first)).map { (first + Double($0)) * step }
      }
    }
    return []
  }

  /// Distances of time marks, in seconds.
  private static let timeSteps: [Int64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    2_592_000, 31_536_000,
  ]

  /// Marks at full minutes, quarters, hours, days of the clock that is shown, as close as their labels allow. With relative times
  /// the marks are round distances from `now`.
  static func timeMarks(_ axis: TimeAxis, as display: TimeDisplay, now: Timestamp) -> [TimeMark] {
    let second: Int64 = 1_000_000_000
    let isRelative = display == .relative
    let origin = isRelative ? now.nanoseconds : -Int64(Formatting.offset(of: display)) * second
    for step in timeSteps {
      let unit = step * second
      let labelWidth = isRelative ? 7 : step < 60 ? 8 : 5
      // A mark, its label and a space between two.
      guard axis.step.nanoseconds.multipliedReportingOverflow(by: Int64(labelWidth + 2)).partialValue <= unit,
        Duration.nanoseconds(unit) >= axis.step
      else { continue }
      var marks: [TimeMark] = []
      let distance = (axis.start - Timestamp(nanoseconds: origin)).nanoseconds
      var time = axis.start - .nanoseconds(((distance % unit) + unit) % unit)
      for _ in 0...axis.columns where time <= axis.end {
        if let column = axis.column(of: time) {
          let label = label(time, step: step, as: display, now: now)
          if column + 1 + label.count <= axis.columns { marks.append(TimeMark(column: column, label: label)) }
        }
        time = time + .nanoseconds(unit)
      }
      return marks
    }
    return []
  }

  private static func label(_ time: Timestamp, step: Int64, as display: TimeDisplay, now: Timestamp) -> String {
    if display == .relative { return Formatting.time(time, as: display, now: now, fractionDigits: 0) }
    if step >= 86_400 { return String(Formatting.date(time, as: display).dropFirst(5)) }
    let clock = Formatting.time(time, as: display, now: now, fractionDigits: 0)
    return step < 60 ? clock : String(clock.prefix(5))
  }

  /// The time axis as one line of text: `╵08:45      ╵08:50`.
  static func timeLine(_ axis: TimeAxis, as display: TimeDisplay, now: Timestamp, glyphs: GlyphSet) -> String {
    var line = Array(repeating: Character(" "), count: axis.columns)
    for mark in timeMarks(axis, as: display, now: now) {
      line[mark.column] = glyphs == .unicode ? "╵" : "'"
      for (offset, character) in mark.label.enumerated() where mark.column + 1 + offset < line.count {
        line[mark.column + 1 + offset] = character
      }
    }
    return String(line)
  }
}
