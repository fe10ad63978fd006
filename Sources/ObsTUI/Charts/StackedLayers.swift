import ObsData

/// Series one upon the other. A layer has the colour of its series and a shade, so that neighbours are told apart without colour.
struct StackedLayers: Equatable, Sendable {
  private let lines: [ChartLine]
  private let times: [Timestamp?]
  /// For each instant the upper ends of the layers: what is above zero and what is below.
  private let tops: [[(low: Double, high: Double)?]]

  static func == (a: StackedLayers, b: StackedLayers) -> Bool { a.lines == b.lines }

  init(_ lines: [ChartLine], isPercent: Bool) {
    self.lines = lines
    times = lines.max { $0.times.count < $1.times.count }?.times ?? []
    var places: [Timestamp: Int] = [:]
    for (place, time) in times.enumerated() { if let time { places[time] = place } }
    var values = [[Double?]](repeating: Array(repeating: nil, count: lines.count), count: times.count)
    for (index, line) in lines.enumerated() {
      for (time, value) in zip(line.times, line.values) {
        if let time, let value, value.isFinite, let place = places[time] { values[place][index] = value }
      }
    }
    tops = values.map { row in
      let sum = isPercent ? row.reduce(0) { $0 + abs($1 ?? 0) } : 100
      let factor = isPercent ? (sum > 0 ? 100 / sum : 0) : 1
      var (above, below) = (0.0, 0.0)
      return row.map { value in
        guard let value = value.map({ $0 * factor }) else { return nil }
        if value >= 0 {
          above += value
          return (above - value, above)
        }
        below += value
        return (below, below - value)
      }
    }
  }

  /// The ends that the axis must hold.
  var extremes: [Double] { tops.flatMap { row in row.flatMap { layer in layer.map { [$0.low, $0.high] } ?? [] } } }

  private static let shades: [Character] = ["█", "▓", "▒", "░"]
  private static let letters: [Character] = ["#", "=", "+", ":"]

  /// Fills the cells: each has the layer that its middle lies in.
  func draw(in plot: Rect, window: TimeRange, scale: ChartScale, on canvas: inout Canvas, glyphs: GlyphSet) {
    guard plot.width > 0, plot.height > 0, window.duration > .zero else { return }
    let shades = glyphs == .unicode ? StackedLayers.shades : StackedLayers.letters
    for column in 0..<plot.width {
      guard let row = row(at: column, of: plot.width, in: window) else { continue }
      for y in 0..<plot.height {
        // From the middle of the lowest cell at the low end upwards.
        let middle = (Double(plot.height - 1 - y) + 0.5) / Double(plot.height)
        guard let layer = tops[row].indices.first(where: { holds(tops[row][$0], middle, scale) }) else { continue }
        canvas.write(
          String(shades[layer % shades.count]), x: plot.x + column, y: plot.y + y, style: Style(lines[layer].role))
      }
    }
  }

  private func holds(_ layer: (low: Double, high: Double)?, _ share: Double, _ scale: ChartScale) -> Bool {
    guard let layer, layer.high > layer.low, let low = scale.share(of: layer.low),
      let high = scale.share(of: layer.high)
    else { return false }
    return share >= low && share < high
  }

  /// The instant whose values a column shows: the nearest, where one lies within a step or a column.
  private func row(at column: Int, of width: Int, in window: TimeRange) -> Int? {
    guard let first = times.compactMap({ $0 }).first else { return nil }
    let cell = window.duration.seconds / Double(width)
    let wanted = window.start.seconds + (Double(column) + 0.5) * cell
    guard times.count > 1, let last = times.compactMap({ $0 }).last, last > first else {
      return abs(first.seconds - wanted) <= cell ? 0 : nil
    }
    let step = (last - first).seconds / Double(times.count - 1)
    let place = ((wanted - first.seconds) / step).rounded()
    guard place >= -0.5, place < Double(times.count), let index = Int(exactly: max(place, 0)) else { return nil }
    return tops[index].contains { $0 != nil } ? index : nil
  }
}
