import ObsData

extension ServerHealthPane {
  func title(in context: ViewContext) -> String {
    var parts = [subject == .targets ? "Targets" : "Rules"]
    if let rows {
      let (noun, plural) = subject == .targets ? ("target", "targets") : ("rule", "rules")
      parts.append("\(Formatting.count(rows.count, style: .exact)) \(rows.count == 1 ? noun : plural)")
      for word in subject == .targets ? ["down", "unknown"] : ["fails", "late", "unknown"] {
        let count = rows.count { $0.state == word }
        let said = word == "fails" ? (count == 1 ? "fails" : "fail") : word
        if count > 0 { parts.append("\(Formatting.count(count, style: .exact)) \(said)") }
      }
    }
    if failure != nil { parts.append("failing") }
    return parts.joined(separator: context.glyphs == .unicode ? " · " : " - ")
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard let rows, !rows.isEmpty else {
      return PaneMessage.view(emptyText(in: context), size, isError: failure != nil)
    }
    var canvas = Canvas(size: size)
    let layout = AlertLayout(height: size.height, rows: rows.count)
    let columns = HealthColumns(width: size.width, rows: rows)
    if layout.header > 0 { columns.drawHeader(subject, on: &canvas) }
    let cursor = cursor(height: layout.list)
    for (line, index) in cursor.visible(count: rows.count, height: layout.list).enumerated() {
      let y = layout.header + line
      columns.draw(rows[index], y: y, on: &canvas, in: context)
      if index == cursor.selected {
        canvas.highlight(
          Rect(x: 0, y: y, width: size.width, height: 1), with: context.isFocused ? .selection : .selectionUnfocused)
      }
    }
    guard layout.detail > 1 else { return canvas }
    let top = layout.header + layout.list
    canvas.fill(
      Rect(x: 0, y: top, width: size.width, height: 1), with: context.glyphs == .unicode ? "─" : "-",
      style: Style(.border))
    for (line, part) in details(width: size.width - 16, in: context).prefix(layout.detail - 1).enumerated() {
      canvas.write(part.label, x: 1, y: top + 1 + line, style: Style(.textMuted), width: 13)
      canvas.write(part.text, x: 15, y: top + 1 + line, style: Style(part.role))
    }
    return canvas
  }

  /// Trouble first: the server's own, then the row's.
  private func details(width: Int, in context: ViewContext) -> [(label: String, text: String, role: Role)] {
    var parts: [(label: String, text: String, role: Role)] = []
    func add(_ label: String, _ text: String, _ role: Role = .text) {
      for (index, line) in TextWrap.lines(text, width: max(10, width)).enumerated() where !text.isEmpty {
        parts.append((index == 0 ? label : "", line, role))
      }
    }
    if let failure {
      add(
        "trouble", FailureText.line(failure, of: .prometheus, dataFrom: answeredAt, now: context.now), .statusError)
    }
    for remark in remarks.prefix(2) { add("note", remark, .statusStale) }
    guard let row = selection else { return parts }
    if row.isTrouble { add("error", row.words.isEmpty ? "the server gives no reason" : row.words, .statusError) }
    for detail in row.details { add(detail.label, detail.text) }
    if let time = row.time {
      let shown = Formatting.time(time, as: context.time, now: context.now, withDate: true, fractionDigits: 0)
      add(subject == .targets ? "last scrape" : "evaluated", shown)
    }
    return parts
  }

  private func emptyText(in context: ViewContext) -> [String] {
    let noun = subject == .targets ? "targets" : "rules"
    if let words = context.absent.explanation(of: .prometheus, without: noun) { return words }
    if let failure { return FailureText.paragraph(failure, of: .prometheus, now: context.now) }
    guard rows != nil else { return ["Waiting for Prometheus's answer."] }
    return [
      subject == .targets
        ? "Prometheus scrapes nothing." : "Prometheus has no rules: rule_files in its configuration names none."
    ] + remarks
  }
}

/// Where the columns of targets or rules stand. Narrow panes leave out how long, then the second name.
private struct HealthColumns {
  let state, name, second, time, duration, words: (x: Int, width: Int)

  init(width: Int, rows: [ServerHealthPane.Row]) {
    var x = 0
    func column(_ width: Int) -> (x: Int, width: Int) {
      defer { x += width > 0 ? width + 1 : 0 }
      return (x, width)
    }
    func widest(_ text: (ServerHealthPane.Row) -> String) -> Int {
      rows.map { CharacterWidth.cells(in: text($0)) }.max() ?? 0
    }
    state = column(9)
    name = column(min(max(widest(\.name), 4), max(10, width / 4)))
    second = column(width >= 60 ? min(max(widest(\.second), 8), max(8, width / 4)) : 0)
    time = column(7)
    duration = column(width >= 50 ? 7 : 0)
    words = (x, max(0, width - x))
  }

  func drawHeader(_ subject: ServerHealthPane.Subject, on canvas: inout Canvas) {
    let heads =
      subject == .targets
      ? ["state", "job", "instance", "ago", "took", "error"] : ["state", "rule", "kind", "ago", "took", "expression"]
    for (text, column) in zip(heads, [state, name, second, time, duration, words]) where column.width > 0 {
      canvas.write(CharacterWidth.clipped(text, to: column.width), x: column.x, y: 0, style: Style(.textMuted))
    }
  }

  func draw(_ row: ServerHealthPane.Row, y: Int, on canvas: inout Canvas, in context: ViewContext) {
    func write(_ text: String, _ column: (x: Int, width: Int), _ role: Role) {
      guard column.width > 0 else { return }
      let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
      let shown = CharacterWidth.clipped(line, to: column.width)
      canvas.write(shown, x: column.x, y: y, style: Style(role))
      SearchedText.highlight(shown, x: column.x, y: y, on: &canvas, search: context.search, isCurrent: false)
    }
    write("\(context.glyphs == .unicode ? row.mark.0 : row.mark.1) \(row.state)", state, row.role)
    write(row.name, name, row.isTrouble ? .statusError : .textStrong)
    write(row.second, second, .text)
    write(row.time.map { Formatting.age(context.now - $0) } ?? "never", time, .textMuted)
    write(row.duration.map { Formatting.duration($0, glyphs: context.glyphs) } ?? "", duration, .textMuted)
    write(row.words, words, row.isTrouble ? .statusError : .textMuted)
  }
}
