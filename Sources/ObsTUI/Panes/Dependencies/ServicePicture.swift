import ObsData

/// A service graph as boxes and lines, callers on the left. Every caller has a track of its own between two layers, from which lines
/// go to those that it calls; lines that cross have nothing to do with each other, the one from top to bottom is drawn through.
///
///     ┌─────┐
///     │ web │─┐   ┌──────┐
///     └─────┘ ├──▶│ auth │
///     ┌─────┐ │   └──────┘
///     │ api │─┘
///     └─────┘
struct ServicePicture {
  let layers: ServiceLayers
  private let form: Form
  private var boxHeight: Int { form.boxHeight }
  private let x: [Int]
  private let widths: [Int]
  /// The track of each bundle between two layers.
  private let tracks: [[Int]]
  let size: Size

  /// How much room a picture takes.
  private struct Form {
    /// 3 with a frame, 1 without.
    let boxHeight: Int
    /// Columns from one track to the next.
    let pitch: Int
    /// Spaces on both sides of a name.
    let padding: Int
    /// How much is shown of a name.
    let nameLimit: Int

    /// From the most room to the least.
    static let all =
      [
        Form(boxHeight: 3, pitch: 2, padding: 1, nameLimit: 40),
        Form(boxHeight: 1, pitch: 2, padding: 1, nameLimit: 40),
      ]
      + [40, 24, 20, 16, 14, 13, 12, 11, 10, 9].map { Form(boxHeight: 1, pitch: 1, padding: 0, nameLimit: $0) } + [
        least
      ]
    static let least = Form(boxHeight: 1, pitch: 1, padding: 0, nameLimit: 8)
  }

  /// Lays a graph out in a room; nil where it does not fit.
  init?(_ layers: ServiceLayers, in room: Size) {
    for form in Form.all {
      let picture = ServicePicture(layers, form)
      guard picture.size.width <= room.width, picture.size.height <= room.height else { continue }
      self = picture
      return
    }
    return nil
  }

  /// The least room that a graph needs.
  static func leastSize(_ layers: ServiceLayers) -> Size { ServicePicture(layers, .least).size }

  private init(_ layers: ServiceLayers, _ form: Form) {
    self.layers = layers
    self.form = form
    let boxHeight = form.boxHeight
    let names = layers.layers.map { layer in layer.map { ServicePicture.boxWidth($0, form) }.max() ?? 0 }
    var x: [Int] = []
    var right = 0
    for (depth, width) in names.enumerated() {
      x.append(right)
      right += width
      // A line out of the box, the tracks, and an arrow.
      if depth < layers.bundles.count { right += layers.bundles[depth].count * form.pitch + form.pitch + 1 }
    }
    self.x = x
    widths = names
    let pitch = boxHeight + 1
    // Neighbouring layers stand half a step apart, so that no line into a box lies on the row of a line out of one.
    let height = layers.layers.enumerated().map { depth, layer in
      (layer.count - 1) * pitch + boxHeight + (depth % 2 == 0 ? 0 : pitch / 2)
    }
    size = Size(width: right, height: height.max() ?? 0)
    var tracks: [[Int]] = []
    for depth in layers.bundles.indices {
      let rows = layers.bundles[depth].map { bundle in
        TrackOrder.Wire(
          from: ServicePicture.row(depth, bundle.from, boxHeight),
          to: bundle.to.map { ServicePicture.row(depth + 1, $0, boxHeight) })
      }
      tracks.append(TrackOrder.tracks(rows))
    }
    self.tracks = tracks
  }

  /// The row of the lines into and out of a place.
  private static func row(_ depth: Int, _ place: Int, _ boxHeight: Int) -> Int {
    place * (boxHeight + 1) + boxHeight / 2 + (depth % 2 == 0 ? 0 : (boxHeight + 1) / 2)
  }

  /// Draws the graph; the way of the selected call is drawn in heavy lines. `failing` are the services that calls failed to.
  func view(selected: TraceDependency?, failing: Set<String>, chosen: Set<String>, glyphs: GlyphSet) -> Canvas {
    var canvas = Canvas(size: size)
    var wires = WireGrid(size: size)
    for depth in layers.bundles.indices {
      for (index, bundle) in layers.bundles[depth].enumerated() {
        let from = layers.layers[depth][bundle.from]
        let start = x[depth] + (from.isPassing ? 0 : ServicePicture.boxWidth(from, form))
        let track = x[depth] + widths[depth] + tracks[depth][index] * form.pitch + 1
        let row = ServicePicture.row(depth, bundle.from, boxHeight)
        for to in bundle.to {
          let target = layers.layers[depth + 1][to]
          let isSelected = selected.map { leads(from: from, to: target, depth: depth, for: $0) } ?? false
          wires.connect(
            from: Point(x: start, y: row), track: track,
            to: Point(x: x[depth + 1] - 1, y: ServicePicture.row(depth + 1, to, boxHeight)),
            isArrow: !target.isPassing, isHeavy: isSelected)
        }
      }
    }
    // What only passes through a layer goes across its whole width.
    for (depth, layer) in layers.layers.enumerated() {
      for (place, content) in layer.enumerated() where content.isPassing {
        let isSelected = selected.map { $0.parent == content.service && isBehind(depth, $0.child) } ?? false
        let y = ServicePicture.row(depth, place, boxHeight)
        wires.pass(y: y, from: x[depth], to: x[depth] + widths[depth] - 1, isHeavy: isSelected)
      }
    }
    wires.draw(on: &canvas, glyphs: glyphs)
    for (depth, layer) in layers.layers.enumerated() {
      for (place, content) in layer.enumerated() where !content.isPassing {
        let isEnd = selected.map { $0.parent == content.service || $0.child == content.service } ?? false
        drawBox(
          content, at: Point(x: x[depth], y: ServicePicture.row(depth, place, boxHeight) - boxHeight / 2),
          isFailing: failing.contains(content.service), isEnd: isEnd, isChosen: chosen.contains(content.service),
          glyphs: glyphs, on: &canvas)
      }
    }
    return canvas
  }

  private static func boxWidth(_ place: ServiceLayers.Place, _ form: Form) -> Int {
    guard !place.isPassing else { return 1 }
    return min(CharacterWidth.cells(in: place.service), form.nameLimit) + 2 + 2 * form.padding
  }

  /// Whether a service stands in a layer behind one.
  private func isBehind(_ depth: Int, _ service: String) -> Bool {
    layers.layers.dropFirst(depth + 1).contains { $0.contains { !$0.isPassing && $0.service == service } }
  }

  /// Whether the way of a call leads from one place to another.
  private func leads(
    from: ServiceLayers.Place, to: ServiceLayers.Place, depth: Int, for edge: TraceDependency
  ) -> Bool {
    guard from.service == edge.parent else { return false }
    return to.isPassing ? isBehind(depth + 1, edge.child) : to.service == edge.child
  }

  private func drawBox(
    _ place: ServiceLayers.Place, at origin: Point, isFailing: Bool, isEnd: Bool, isChosen: Bool, glyphs: GlyphSet,
    on canvas: inout Canvas
  ) {
    let width = ServicePicture.boxWidth(place, form)
    let isUnicode = glyphs == .unicode
    let y = origin.y + boxHeight / 2
    if boxHeight == 3 {
      canvas.frame(Rect(x: origin.x, y: origin.y, width: width, height: 3), isFocused: isEnd, glyphs: glyphs)
    } else {
      canvas.write("[", x: origin.x, y: y, style: Style(isEnd ? .borderFocused : .border))
      canvas.write("]", x: origin.x + width - 1, y: y, style: Style(isEnd ? .borderFocused : .border))
    }
    let inside = 1 + form.padding
    canvas.write(
      CharacterWidth.clipped(place.service, to: form.nameLimit), x: origin.x + inside, y: y,
      style: Style(Role.series(for: place.service)))
    // Without padding the marks stand in the place of the brackets.
    if isFailing { canvas.write(isUnicode ? "✗" : "!", x: origin.x + inside - 1, y: y, style: Style(.chartError)) }
    if isChosen {
      canvas.write(isUnicode ? "●" : "*", x: origin.x + width - inside, y: y, style: Style(.textStrong))
    }
    if isEnd { canvas.highlight(Rect(x: origin.x + 1, y: y, width: width - 2, height: 1), with: .selectionUnfocused) }
  }
}
