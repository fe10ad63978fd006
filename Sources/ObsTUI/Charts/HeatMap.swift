import ObsData

/// Counts over time and value: a row for each bucket, the highest on top, a shade for how many fell into it.
struct HeatMap: Equatable, Sendable {
  /// What the buckets are called, the lowest first.
  let labels: [String]
  /// For each bucket a count for each instant.
  let rows: [[Double?]]
  let times: [Timestamp?]

  private static let shades: [Character] = ["·", "░", "▒", "▓", "█"]
  private static let letters: [Character] = [".", ":", "+", "*", "#"]

  /// Draws it with the buckets' names and a time axis.
  func draw(in rect: Rect, window: TimeRange, on canvas: inout Canvas, context: ViewContext) {
    guard rect.width > 0, rect.height > 0, !rows.isEmpty, window.duration > .zero else { return }
    let hasTime = rect.height >= 3
    let height = rect.height - (hasTime ? 1 : 0)
    // Where there are more buckets than lines, neighbours are added up.
    let perLine = max(1, (rows.count + height - 1) / height)
    let lines = (rows.count + perLine - 1) / perLine
    var margin = min(labels.map { CharacterWidth.cells(in: $0) }.max() ?? 0, rect.width / 3)
    if rect.width - margin < 10 { margin = 0 }
    let plot = Rect(
      x: rect.x + (margin > 0 ? margin + 1 : 0), y: rect.y, width: rect.width - (margin > 0 ? margin + 1 : 0),
      height: lines)
    let cells = (0..<lines).map { line in
      columns(of: Array(rows[(line * perLine)..<min(rows.count, (line + 1) * perLine)]), plot.width, window)
    }
    let peak = cells.joined().compactMap { $0 }.max() ?? 0
    let shades = context.glyphs == .unicode ? HeatMap.shades : HeatMap.letters
    for (line, row) in cells.enumerated() {
      let y = plot.y + lines - 1 - line
      if margin > 0 {
        let label = labels.indices.contains(line * perLine) ? labels[line * perLine] : ""
        let text = CharacterWidth.clipped(label, to: margin)
        canvas.write(
          text, x: rect.x + margin - CharacterWidth.cells(in: text), y: y, style: Style(.axis), width: margin)
      }
      for (column, count) in row.enumerated() {
        guard let count, count > 0, peak > 0 else { continue }
        // By the root: a few among many are still seen.
        let level = min(shades.count - 1, Int((count / peak).squareRoot() * Double(shades.count)))
        let role: Role = level >= 4 ? .chartError : level >= 3 ? .chartWarning : .chart
        canvas.write(String(shades[level]), x: plot.x + column, y: y, style: Style(role))
      }
    }
    let ruler = TimeRuler(window, columns: plot.width)
    ruler.drawCursor(in: plot, on: &canvas, context: context)
    if hasTime { ruler.draw(at: Point(x: plot.x, y: plot.y + lines), on: &canvas, in: context) }
  }

  /// The sum of several buckets for each column; of the instants in a column the greatest.
  private func columns(of buckets: [[Double?]], _ width: Int, _ window: TimeRange) -> [Double?] {
    var result = [Double?](repeating: nil, count: width)
    let length = window.duration.seconds
    var last: Int?
    for (index, time) in times.enumerated() {
      guard let time else { continue }
      let share = (time - window.start).seconds / length
      guard share >= -0.1, share <= 1.001 else { continue }
      let column = min(max(Int(share * Double(width)), 0), width - 1)
      let values = buckets.compactMap { $0.indices.contains(index) ? $0[index] : nil }.filter(\.isFinite)
      // Where there are fewer instants than columns, each speaks for those since the one before it.
      let first = last.map { min($0 + 1, column) } ?? column
      last = column
      guard !values.isEmpty else { continue }
      let sum = values.reduce(0, +)
      for place in first...column { result[place] = max(result[place] ?? sum, sum) }
    }
    return result
  }
}
