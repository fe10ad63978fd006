import ObsData

/// A dashboard as cells: a header, then rows and panels by their layout, from a line of it on.
struct DashboardPicture {
  let scene: DashboardScene
  let layout: DashboardLayout
  /// What Prometheus said, by the panels' names.
  let data: [String: PanelData]
  /// The range of the whole dashboard.
  let range: TimeRange
  /// The panel that the user is at, by its name.
  var focused: String?
  /// The row whose header the user is at.
  var focusedSection: Int?

  /// The panels whose axis was turned.
  var turned: Set<String> = []

  /// The two lines above the panels.
  static let headerHeight = 2

  /// The panels that a view of so many lines shows from a line of the layout on: only those are asked for.
  static func visible(_ layout: DashboardLayout, from top: Int, height: Int) -> [DashboardLayout.Item] {
    layout.items.filter { $0.rect.y < top + height && $0.rect.y + $0.rect.height > top }
  }

  /// What is asked for panels, each drawn as wide as it stands: two points a cell, as braille has dots.
  static func requests(
    _ items: [DashboardLayout.Item], in scene: DashboardScene, range: TimeRange
  ) -> [PanelLoader.Request] {
    items.filter { $0.panel.obstacle == nil && $0.panel.panel.kind != .text }.map { item in
      PanelLoader.Request(
        panel: item.panel,
        queries: item.panel.queries(in: scene, range: range, points: max(20, (item.rect.width - 2) * 2)))
    }
  }

  /// Draws from line `top` of the layout on.
  func canvas(_ size: Size, from top: Int = 0, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    drawHeader(&canvas, context)
    let room = size.height - DashboardPicture.headerHeight
    guard room > 0 else { return canvas }
    var body = Canvas(size: Size(width: size.width, height: room))
    for heading in layout.headings where heading.y >= top && heading.y < top + room {
      draw(heading, at: heading.y - top, on: &body, context)
    }
    for item in DashboardPicture.visible(layout, from: top, height: room) {
      let picture = PanelPicture(
        panel: item.panel, data: data[item.panel.id], window: item.panel.range(within: range),
        bindings: scene.bindings, isFocused: item.panel.id == focused,
        isAxisTurned: turned.contains(item.panel.id))
      body.place(
        picture.canvas(Size(width: item.rect.width, height: item.rect.height), in: context),
        at: Point(x: item.rect.x, y: item.rect.y - top))
    }
    canvas.place(body, at: Point(x: 0, y: DashboardPicture.headerHeight))
    return canvas
  }

  private func drawHeader(_ canvas: inout Canvas, _ context: ViewContext) {
    let width = canvas.size.width
    let title = scene.title.isEmpty ? "Dashboard" : scene.title
    let used = canvas.write(title, x: 0, y: 0, style: Style(.textStrong), width: width)
    canvas.write("  " + rangeText(context), x: used, y: 0, style: Style(.textMuted), width: width - used)
    let variables = scene.bindings.filter { !$0.key.hasPrefix("__") }.sorted { $0.key < $1.key }.map { name, binding in
      let value = binding.isAll ? "All" : binding.texts.joined(separator: "+")
      return "\(name)=\(value.isEmpty ? "(none)" : value)"
    }
    let notes = scene.remarks.isEmpty ? [] : ["note: " + scene.remarks.joined(separator: "; ")]
    let line = (notes + variables).joined(separator: "  ")
    canvas.write(
      CharacterWidth.clipped(line, to: width), x: 0, y: 1, style: Style(notes.isEmpty ? .textMuted : .chartWarning),
      width: width)
  }

  private func rangeText(_ context: ViewContext) -> String {
    func text(_ time: Timestamp) -> String {
      Formatting.time(
        time, as: context.time, now: context.now, withDate: range.duration >= .seconds(43_200), fractionDigits: 0)
    }
    return "\(text(range.start)) to \(text(range.end)) \(Formatting.zone(of: context.time)) "
      + "(\(Formatting.window(range.duration)))"
  }

  private func draw(_ heading: DashboardLayout.Heading, at y: Int, on canvas: inout Canvas, _ context: ViewContext) {
    let mark = context.glyphs == .unicode ? (heading.isCollapsed ? "▸" : "▾") : (heading.isCollapsed ? ">" : "v")
    let count = heading.isCollapsed ? " (\(heading.count) panel\(heading.count == 1 ? "" : "s"))" : ""
    let title = heading.title.isEmpty ? "Row" : heading.title
    canvas.write("\(mark) \(title)\(count)", x: 0, y: y, style: Style(.titleFocused), width: canvas.size.width)
    if heading.section == focusedSection {
      canvas.highlight(Rect(x: 0, y: y, width: canvas.size.width, height: 1), with: .selection)
    }
  }
}
