import ObsData

/// `:cost`: what the last minute has cost the stores, in a corner of the screen.
///
///      the last minute    requests   received   waited  slowest
///      Elasticsearch            42    1.20MiB    1.23s    310ms
struct CostOverlay: Equatable, Sendable {
  /// The figures; nil until they have come.
  var report: CostReport?

  /// The cells that it takes.
  static let width = 62

  func view(stores: [StoreLabel], glyphs: GlyphSet) -> Canvas {
    let polled = stores.filter { $0.store.isPolled || report?.stores[$0.store] != nil }
    let style = Style(.help, on: .completion)
    var canvas = Canvas(size: Size(width: CostOverlay.width, height: polled.count + 2), style: style)
    let span = report.map { $0.span < .seconds(60) ? "the last \(Formatting.age($0.span))" : "the last minute" }
    row(
      span ?? "measuring", "requests", "received", "waited", "slowest", y: 0, Style(.helpKey, on: .completion), &canvas)
    var total = CostReport.Figures()
    for (index, label) in polled.enumerated() {
      let figures = report?.stores[label.store] ?? CostReport.Figures()
      total.requests += figures.requests
      total.failures += figures.failures
      total.bytes += figures.bytes
      total.waited += figures.waited
      total.slowest = max(total.slowest, figures.slowest)
      draw(figures, name: label.name ?? label.store.displayName, y: index + 1, style, glyphs, &canvas)
    }
    draw(total, name: "all", y: polled.count + 1, Style(.textStrong, on: .completion), glyphs, &canvas)
    return canvas
  }

  private func draw(
    _ figures: CostReport.Figures, name: String, y: Int, _ style: Style, _ glyphs: GlyphSet, _ canvas: inout Canvas
  ) {
    let failed = figures.failures > 0 ? "\(glyphs == .unicode ? "✗" : "x")\(figures.failures) " : ""
    row(
      name, failed + Formatting.count(figures.requests), Formatting.bytes(figures.bytes),
      Formatting.duration(figures.waited, glyphs: glyphs), Formatting.duration(figures.slowest, glyphs: glyphs), y: y,
      style, &canvas)
  }

  private func row(
    _ name: String, _ requests: String, _ bytes: String, _ waited: String, _ slowest: String, y: Int, _ style: Style,
    _ canvas: inout Canvas
  ) {
    canvas.write(CharacterWidth.clipped(name, to: 18), x: 1, y: y, style: style)
    for (text, end) in [(requests, 31), (bytes, 41), (waited, 51), (slowest, CostOverlay.width - 1)] {
      canvas.write(text, x: end - CharacterWidth.cells(in: text), y: y, style: style)
    }
  }
}

extension Dashboard {
  /// `:cost` shows the figures, or takes them away.
  mutating func toggleCost() { cost = cost == nil ? CostOverlay() : nil }

  /// Takes the figures; whether the update was about them.
  mutating func receiveCost(_ update: Update) -> Bool {
    guard case .cost = update.subscription else { return false }
    if case .cost(let report) = update.body { cost?.report = report }
    return true
  }

  /// Draws the figures above the footer, at the right.
  func placeCost(on canvas: inout Canvas, layout: ScreenLayout) {
    guard let cost else { return }
    let view = cost.view(stores: configuration.stores, glyphs: glyphs)
    let origin = Point(x: max(0, size.width - view.size.width), y: max(0, layout.footer.y - view.size.height))
    canvas.place(view, at: origin)
  }
}
