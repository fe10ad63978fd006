import ObsData

extension LogVolume {
  /// Draws the histogram: a heading with the figures, the bars, the axis with the reader's place.
  ///
  ///     10s a bar · peak 42 at 08:51:20 · 373 lines:  C 1  E 12  W 40  I 320
  ///        ▂   █▃
  ///     ▁▁▄█▂▁▁██▁
  ///       ╵08:45   ▲
  func view(_ size: Size, cursor: Timestamp?, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    guard let histogram else {
      if let failure {
        let text = "no histogram: " + FailureText.line(failure, of: .elasticsearch, dataFrom: nil, now: context.now)
        canvas.write(CharacterWidth.clipped(text, to: size.width), x: 0, y: 0, style: Style(.statusError))
      }
      return canvas
    }
    let mark = cursor.flatMap { histogram.bucket(of: $0) }
    drawHeading(histogram, mark: mark, on: &canvas, in: context)
    let bars = Rect(x: 0, y: 1, width: size.width, height: size.height - 2)
    guard bars.height > 0 else { return canvas }
    let chart = StackedBars(histogram, width: size.width, now: context.now)
    chart.draw(in: bars, on: &canvas, glyphs: context.glyphs, isOutdated: isOutdated)
    let axis = TimeAxis(start: chart.start(of: histogram), step: chart.step, columns: max(chart.width, 1))
    let axisX = size.width - chart.width
    var line = Array(Axis.timeLine(axis, as: context.time, now: context.now, glyphs: context.glyphs))
    let markX = mark.flatMap { chart.x(of: $0, in: bars) }
    if let markX { LogVolume.clear(&line, around: markX - axisX) }
    let markers = context.markers.compactMap { axis.column(of: $0.time) }
    for column in markers { LogVolume.clear(&line, around: column) }
    canvas.write(String(line), x: axisX, y: size.height - 1, style: Style(.axis))
    for column in markers {
      canvas.write(
        context.glyphs == .unicode ? "◆" : "*", x: axisX + column, y: size.height - 1, style: Style(.chartWarning))
    }
    if let x = markX {
      canvas.write(context.glyphs == .unicode ? "▲" : "^", x: x, y: size.height - 1, style: Style(.chartCursor))
      canvas.highlight(Rect(x: x, y: 1, width: chart.barWidth, height: bars.height), with: .chartCursor)
    }
    return canvas
  }

  /// Takes the label off that a mark would cut in two.
  private static func clear(_ line: inout [Character], around column: Int) {
    guard line.indices.contains(column), line[column] != " " else { return }
    var start = column
    while start > 0, line[start - 1] != " " { start -= 1 }
    var end = column
    while end < line.count, line[end] != " " { end += 1 }
    for index in start..<end { line[index] = " " }
  }

  /// The figures: of the bar that the reader is at, else of all of them.
  private func drawHeading(_ histogram: LogHistogram, mark: Int?, on canvas: inout Canvas, in context: ViewContext) {
    let separator = context.glyphs == .unicode ? " · " : " - "
    func clock(_ time: Timestamp) -> String {
      Formatting.time(
        time, as: context.time, now: context.now, withDate: histogram.step >= .seconds(43_200), fractionDigits: 0)
    }
    var pieces: [(text: String, role: Role)] = []
    let counts: LogCounts
    if let mark {
      counts = histogram.buckets[mark]
      let isPartial = histogram.isPartial(mark, now: context.now)
      pieces.append(
        (
          "\(clock(histogram.start(of: mark))) +\(Formatting.window(histogram.step))\(isPartial ? " (not whole)" : "")",
          .textStrong
        ))
    } else {
      counts = histogram.total
      pieces.append(("\(Formatting.window(histogram.step)) a bar", .textStrong))
      if let peak = histogram.buckets.indices.max(by: {
        (histogram.buckets[$0].total, $1) < (histogram.buckets[$1].total, $0)
      }), histogram.buckets[peak].total > 0 {
        let most = Formatting.count(histogram.buckets[peak].total)
        pieces.append(("\(separator)peak \(most) at \(clock(histogram.start(of: peak)))", .textMuted))
      }
    }
    let total = Formatting.count(counts.total, style: .exact)
    pieces.append(("\(separator)\(total) \(counts.total == 1 ? "line" : "lines")\(counts.total > 0 ? ":" : "")", .text))
    for (kind, count) in zip(LogClass.allCases, LogClass.counts(counts)) where count > 0 {
      pieces.append(("  \(kind.label) \(Formatting.count(count))", isOutdated ? .textMuted : kind.role))
    }
    if let failure {
      pieces = [
        (FailureText.line(failure, of: .elasticsearch, dataFrom: answeredAt, now: context.now), .statusError)
      ]
    } else if let partial = histogram.partial {
      pieces.append(("\(separator)incomplete: \(partial)", .statusStale))
    }
    var x = 0
    for piece in pieces where x < canvas.size.width {
      let text = CharacterWidth.clipped(piece.text, to: canvas.size.width - x)
      canvas.write(text, x: x, y: 0, style: Style(piece.role))
      x += CharacterWidth.cells(in: text)
    }
  }
}

/// How the histogram tells lines apart: by the letters that stand beside the lines too.
enum LogClass: CaseIterable {
  case critical, error, warning, information, other

  /// The letter of the level, as in the list.
  var label: String {
    switch self {
    case .critical: "C"
    case .error: "E"
    case .warning: "W"
    case .information: "I"
    case .other: "other"
    }
  }

  var role: Role {
    switch self {
    case .critical: .logCritical
    case .error: .logError
    case .warning: .logWarning
    case .information: .logInfo
    case .other: .logDebug
    }
  }

  /// The counts in the order of the cases.
  static func counts(_ counts: LogCounts) -> [Int] {
    [counts.critical, counts.error, counts.warning, counts.information, counts.other]
  }
}
