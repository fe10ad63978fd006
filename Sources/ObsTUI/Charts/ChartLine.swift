import ObsData

/// One series of a chart.
struct ChartLine: Equatable, Sendable {
  /// How it is drawn.
  enum Drawing: Equatable, Sendable { case line, bars, points }

  /// What the legend calls it.
  var name: String
  var role: Role
  /// When each value was measured.
  var times: [Timestamp?]
  /// The values; nil and NaN are gaps.
  var values: [Double?]
  var drawing = Drawing.line
  /// Whether gaps are drawn over.
  var spansGaps = false
  /// Whether it has the scale at the right.
  var isRight = false
  /// What the legend says behind the name.
  var figures: [String] = []

  /// The roles of series, one after the other; behind the eighth they begin anew, and the marks tell them apart.
  static func role(_ index: Int) -> Role {
    Role(rawValue: Role.series1.rawValue + UInt8(index % 8)) ?? .series1
  }

  /// What marks a series in the legend and at its end, so that no colour is needed: 1 to 9, then letters.
  static func mark(_ index: Int) -> String {
    let letters = Array("123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return index < letters.count ? String(letters[index]) : "*"
  }
}

/// A line across a chart that values should not cross.
struct ChartLimit: Equatable, Sendable {
  var value: Double
  var role: Role
}

/// The names of a chart's series with their figures, as many as there is room for.
struct ChartLegend: Equatable, Sendable {
  let lines: [ChartLine]

  /// The legend with the first figure of each series alone.
  var shortened: ChartLegend {
    ChartLegend(
      lines: lines.map { line in
        var line = line
        line.figures = Array(line.figures.prefix(1))
        return line
      })
  }

  /// How many rows it takes in a width, `limit` at most.
  func height(width: Int, limit: Int) -> Int { min(limit, rows(width: width).count) }

  private func entry(_ index: Int) -> String {
    let line = lines[index]
    let mark = lines.count > 1 ? ChartLine.mark(index) + " " : ""
    return mark + ([line.name] + line.figures).filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// Which series stand in which row.
  private func rows(width: Int) -> [[Int]] {
    var rows: [[Int]] = []
    var used = 0
    for index in lines.indices {
      let cells = min(CharacterWidth.cells(in: entry(index)), width)
      if rows.isEmpty || used + 2 + cells > width {
        rows.append([index])
        used = cells
      } else {
        rows[rows.count - 1].append(index)
        used += 2 + cells
      }
      // More rows than a screen has are for nobody.
      if rows.count > 200 { break }
    }
    return rows
  }

  /// Draws it into a rectangle; what has no room is counted in the last row.
  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard rect.width > 0, rect.height > 0 else { return }
    let rows = rows(width: rect.width)
    for (y, row) in rows.prefix(rect.height).enumerated() {
      var x = rect.x
      let isLast = y == rect.height - 1
      let shown = rows.prefix(y + 1).joined().count
      let more = isLast && shown < lines.count ? " +\(lines.count - shown)" : ""
      for index in row {
        if x > rect.x { x += 2 }
        let room = rect.x + rect.width - x - more.count
        guard room > 0 else { break }
        let text = CharacterWidth.clipped(entry(index), to: room)
        let mark = lines.count > 1 ? ChartLine.mark(index) : ""
        canvas.write(text, x: x, y: rect.y + y, style: Style(.textMuted), width: room)
        canvas.write(mark.isEmpty ? String(text.prefix(1)) : mark, x: x, y: rect.y + y, style: Style(lines[index].role))
        x += CharacterWidth.cells(in: text)
      }
      if !more.isEmpty {
        canvas.write(more, x: min(x, rect.x + rect.width - more.count), y: rect.y + y, style: Style(.textMuted))
      }
    }
  }
}
