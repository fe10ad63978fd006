import ObsData

extension Dashboard {
  /// The whole screen as cells, and where the terminal's cursor stands while something is typed.
  func view() -> (canvas: Canvas, cursor: Point?) {
    var canvas = Canvas(size: size)
    guard let layout else {
      let least = ScreenLayout.minimum
      canvas.write("obs-tui needs \(least.width)×\(least.height) cells,", x: 0, y: 0)
      canvas.write("this terminal has \(size.width)×\(size.height).", x: 0, y: 1)
      return (canvas, nil)
    }
    canvas.place(headerView(width: layout.header.width), at: layout.header.origin)
    canvas.place(serviceBar(width: layout.services.width), at: layout.services.origin)
    if !layout.alerts.isEmpty { canvas.place(alertLine(width: layout.alerts.width), at: layout.alerts.origin) }
    if hasNothingYet, pushed.isEmpty, !configuration.firstSteps.isEmpty {
      canvas.place(firstSteps(layout.body.size), at: layout.body.origin)
    } else {
      for (pane, rect) in layout.panes { canvas.place(framed(pane, rect: rect, layout: layout), at: rect.origin) }
    }
    placeCost(on: &canvas, layout: layout)
    let footer = footerView(width: layout.footer.width)
    canvas.place(footer.canvas, at: layout.footer.origin)
    if let help {
      let area = Rect(x: 0, y: 1, width: size.width, height: size.height - 2)
      canvas.place(help.view(area.size, keymap: configuration.keymap, glyphs: glyphs), at: area.origin)
    } else if prompt?.kind == .service {
      placePicker(on: &canvas, layout: layout)
    } else if let cursor = footer.cursor, let rows = complaintView(width: layout.footer.width, cursor: cursor) {
      canvas.place(rows, at: Point(x: 0, y: layout.footer.y - rows.size.height))
    } else if let cursor = footer.cursor {
      placeOffers(under: cursor, on: &canvas, layout: layout)
    }
    return (canvas, footer.cursor.map { Point(x: $0, y: layout.footer.y) })
  }

  /// A pane under its title: the rule on top carries the title; a pane beside another one has a line on its left.
  private func framed(_ pane: PaneID, rect: Rect, layout: ScreenLayout) -> Canvas {
    let isFocused = pane == focus
    var canvas = Canvas(size: rect.size)
    let left = rect.x > 0 ? 1 : 0
    let rule: Character = glyphs == .ascii ? "-" : isFocused ? "━" : "─"
    let style = Style(isFocused ? .borderFocused : .border)
    canvas.fill(Rect(x: 0, y: 0, width: rect.width, height: 1), with: rule, style: style)
    if left > 0 {
      canvas.fill(
        Rect(x: 0, y: 1, width: 1, height: rect.height - 1), with: glyphs == .ascii ? "|" : "│", style: Style(.border))
    }
    let title =
      " " + CharacterWidth.clipped(paneTitle(pane, width: rect.width - left - 4), to: rect.width - left - 4) + " "
    canvas.write(title, x: left + 1, y: 0, style: Style(isFocused ? .titleFocused : .title))
    let size = Size(width: rect.width - left, height: rect.height - 1)
    canvas.place(paneCanvas(pane, size: size), at: Point(x: left, y: 1))
    return canvas
  }

  private func paneTitle(_ pane: PaneID, width: Int) -> String {
    let context = viewContext(isFocused: pane == focus)
    return switch pane {
    case .logs: logs.title(in: context)
    case .traces:
      traces.title(in: context)
        + (traceFilter.text.isEmpty ? "" : (glyphs == .unicode ? " · " : " - ") + "&\(traceFilter.text)")
    case .metrics: metrics.title(in: context)
    case .pushed: pushed.last?.title(in: context) ?? ""
    }
  }

  func paneCanvas(_ pane: PaneID, size: Size) -> Canvas {
    let context = viewContext(isFocused: pane == focus && prompt == nil)
    return switch pane {
    case .logs: logs.view(size, in: context)
    case .traces: traces.view(size, in: context)
    case .metrics: metrics.view(size, in: context)
    case .pushed: pushed.last?.view(size, in: context) ?? Canvas(size: size)
    }
  }

  /// Whether every store has been tried and none has ever answered.
  private var hasNothingYet: Bool {
    !configuration.stores.isEmpty && help == nil
      && configuration.stores.allSatisfy { label in
        storeStates[label.store].map { $0.lastAnswer == nil && $0.lastFailure != nil } ?? !label.store.isPolled
      }
  }

  /// What was tried and what to do next, in place of the panes, while no store has ever answered.
  private func firstSteps(_ size: Size) -> Canvas {
    var canvas = Canvas(size: size)
    var y = 0
    func line(_ text: String, _ style: Style = .plain) {
      let indent = text.prefix { $0 == " " }.count
      for part in text.isEmpty ? [""] : TextWrap.lines(String(text.dropFirst(indent)), width: size.width - 2 - indent) {
        canvas.write(part, x: 1 + indent, y: y, style: style)
        y += 1
      }
    }
    line("No store has answered yet.", Style(.textStrong))
    for label in configuration.stores {
      guard let failure = storeStates[label.store].flatMap({ $0.failure ?? $0.lastFailure }) else { continue }
      // A refused connection names its port itself.
      let words = failure.error.sentence
      let place =
        label.address.split(separator: "/").contains { words.contains($0) && $0.contains(":") }
        ? "" : " (\(label.address))"
      line("  \(label.store.displayName)\(place): \(words)", Style(.statusError))
      // What to do about a store that is not there is said below for all of them.
      if failure.error.kind != .unreachable, let advice = failure.error.advice { line("    to do: \(advice)") }
    }
    for text in configuration.firstSteps { line(text, Style(.textMuted)) }
    return canvas
  }

  private func placePicker(on canvas: inout Canvas, layout: ScreenLayout) {
    guard let prompt else { return }
    let matches = ServicePicker.matches(prompt.editor.text, in: directory.entries.map(\.name))
    let height = min(max(matches.count, 1), layout.footer.y - 2, 12)
    let width = min(max(30, (matches.map { CharacterWidth.cells(in: $0) }.max() ?? 0) + 14), size.width)
    var list = Canvas(size: Size(width: width, height: height), style: Style(.completion, on: .completion))
    if matches.isEmpty { list.write(" no service matches", x: 0, y: 0, style: Style(.completion, on: .completion)) }
    for (row, name) in matches.prefix(height).enumerated() {
      let role: Role = row == 0 && !prompt.editor.text.isEmpty ? .completionSelected : .completion
      list.fill(Rect(x: 0, y: row, width: width, height: 1), style: Style(role, on: role))
      list.write(" " + name, x: 0, y: row, style: Style(role, on: role))
      let rate = directory.entries.first { $0.name == name }?.requestRate.map { Formatting.value($0, .perSecond) } ?? ""
      list.write(rate, x: width - CharacterWidth.cells(in: rate) - 1, y: row, style: Style(role, on: role))
    }
    canvas.place(list, at: Point(x: 0, y: layout.footer.y - height))
  }
}

extension Store {
  /// Whether the screen asks this store for anything by itself.
  var isPolled: Bool { [.elasticsearch, .jaeger, .prometheus, .alertmanager].contains(self) }
}
