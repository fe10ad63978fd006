import ObsData

/// A chart of one line: a block of up to eight eighths a column.
enum Sparkline {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let ascii: [Character] = [".", ":", "-", "=", "+", "*", "#"]

  /// How many heights there are.
  static func steps(_ glyphs: GlyphSet) -> Int { glyphs == .unicode ? blocks.count : ascii.count }

  /// The character of a height, from 1.
  static func character(height: Int, _ glyphs: GlyphSet) -> Character {
    let levels = glyphs == .unicode ? blocks : ascii
    return levels[min(max(height, 1), levels.count) - 1]
  }

  /// The character of a sample: a gap is a dot in the air (nothing without UTF-8), NaN a cross, and zero a line on the ground.
  static func character(_ sample: ChartSample, scale: ValueScale, _ glyphs: GlyphSet) -> Character {
    switch sample {
    case .gap: glyphs == .unicode ? "·" : " "
    case .notANumber: glyphs == .unicode ? "×" : "x"
    case .value(let value): character(height: scale.height(of: value, steps: steps(glyphs)), glyphs)
    }
  }

  /// The whole line as text.
  static func text(_ samples: [ChartSample], scale: ValueScale, glyphs: GlyphSet = .unicode) -> String {
    String(samples.map { character($0, scale: scale, glyphs) })
  }

  /// Draws the line from `x` on; `role` says what a value means.
  static func draw(
    _ samples: [ChartSample], scale: ValueScale, at origin: Point, on canvas: inout Canvas, glyphs: GlyphSet,
    role: (Double) -> Role
  ) {
    // Neighbours of one role go out in one write: a chart has hundreds of columns and few colours.
    var run = ""
    var runRole = Role.chart
    var start = 0
    for (column, sample) in samples.enumerated() {
      let role = sample.role(role)
      if role != runRole {
        canvas.write(run, x: origin.x + start, y: origin.y, style: Style(runRole))
        (run, runRole, start) = ("", role, column)
      }
      run.append(character(sample, scale: scale, glyphs))
    }
    canvas.write(run, x: origin.x + start, y: origin.y, style: Style(runRole))
  }
}

extension ChartSample {
  /// The role that the sample is drawn in.
  func role(_ role: (Double) -> Role) -> Role {
    switch self {
    case .gap: .chartGap
    case .notANumber: .chartWarning
    case .value(let value): role(value)
    }
  }
}
