import ObsData

extension DashboardPane {
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    if source == nil {
      drawList(on: &canvas, context)
    } else if let answer, let layout {
      let range = self.range ?? context.window
      if isZoomed, case .panel(let item) = focused {
        let picture = PanelPicture(
          panel: item.panel, data: data[item.panel.id], window: item.panel.range(within: range),
          bindings: answer.scene.bindings, isFocused: context.isFocused,
          isAxisTurned: turned.contains(item.panel.id))
        canvas.place(picture.canvas(size, in: context), at: Point(x: 0, y: 0))
      } else {
        var picture = DashboardPicture(scene: answer.scene, layout: layout, data: data, range: range)
        picture.turned = turned
        if context.isFocused, let focused {
          switch focused {
          case .heading(let heading): picture.focusedSection = heading.section
          case .panel(let item): picture.focused = item.panel.id
          }
        }
        canvas.place(picture.canvas(size, from: top, in: context), at: Point(x: 0, y: 0))
      }
      if let failure {
        let text = CharacterWidth.clipped("Prometheus: \(failure.error.sentence)", to: size.width)
        canvas.fill(Rect(x: 0, y: 1, width: size.width, height: 1))
        canvas.write(text, x: 0, y: 1, style: Style(.statusError), width: size.width)
      }
    } else {
      let text = failure.map(\.error.paragraph) ?? "reading the dashboard"
      for (y, line) in TextWrap.lines(text, width: size.width).prefix(size.height).enumerated() {
        canvas.write(line, x: 0, y: y, style: Style(failure == nil ? .textMuted : .statusError), width: size.width)
      }
    }
    if let chooser { canvas.place(chooser.view(size, in: context), at: Point(x: 0, y: 0)) }
    return canvas
  }

  private func drawList(on canvas: inout Canvas, _ context: ViewContext) {
    let size = canvas.size
    guard let list else {
      canvas.write(
        failure.map(\.error.sentence) ?? "looking for dashboards", x: 0, y: 0, style: Style(.textMuted),
        width: size.width)
      return
    }
    var y = 0
    for remark in list.remarks.prefix(3) {
      canvas.write(
        CharacterWidth.clipped(remark, to: size.width), x: 0, y: y, style: Style(.chartWarning), width: size.width)
      y += 1
    }
    let height = max(0, size.height - y)
    for index in listCursor.visible(count: list.entries.count, height: height) {
      let entry = list.entries[index]
      let isSelected = index == listCursor.selected
      let width = max(10, size.width / 2)
      canvas.write((isSelected ? "> " : "  ") + CharacterWidth.fitted(entry.title, to: width - 2), x: 0, y: y)
      let place = ([entry.place] + entry.tags).filter { !$0.isEmpty }.joined(separator: "  ")
      canvas.write(place, x: width + 1, y: y, style: Style(.textMuted), width: max(0, size.width - width - 1))
      if isSelected {
        canvas.highlight(
          Rect(x: 0, y: y, width: size.width, height: 1), with: context.isFocused ? .selection : .selectionUnfocused)
      }
      y += 1
    }
  }
}
