import ObsData

/// How the lines of the alert pane are dealt out: column names, list, a rule, details of the selected row.
struct AlertLayout: Equatable {
  let header, list, detail: Int

  init(height: Int, rows: Int) {
    header = height >= 4 ? 1 : 0
    let left = max(0, height - header)
    // The details have a third at least, where there is room for both, and all that the list leaves free.
    let wanted = left >= 9 ? max(left / 3, left - max(rows, 1)) : 0
    detail = wanted
    list = left - wanted
  }
}

extension AlertPane {
  func title(in context: ViewContext) -> String {
    var parts = ["Alerts"]
    let alerts = alerts ?? []
    if hasAnswer {
      let firing = alerts.count { $0.state == .active || $0.state == .unprocessed }
      parts.append("\(Formatting.count(firing, style: .exact)) firing")
      for (state, word) in [(Alert.State.pending, "pending"), (.suppressed, "silenced")] {
        let count = alerts.count { $0.state == state }
        if count > 0 { parts.append("\(Formatting.count(count, style: .exact)) \(word)") }
      }
      if !silences.isEmpty {
        parts.append(
          "\(Formatting.count(silences.count, style: .exact)) \(silences.count == 1 ? "silence" : "silences")")
      }
      let rules = rows.count - alerts.count - silences.count - notes.count
      if rules > 0 {
        parts.append("\(Formatting.count(rules, style: .exact)) \(rules == 1 ? "rule" : "rules") without an alert")
      }
    }
    let watching = notes.count { $0.state == "watching" }
    if watching > 0 { parts.append("\(watching) quiet \(watching == 1 ? "watch" : "watches")") }
    if failure != nil || rulesFailure != nil || notes.contains(where: \.isTrouble) { parts.append("failing") }
    return parts.joined(separator: context.glyphs == .unicode ? " · " : " - ")
  }

  private func emptyText(in context: ViewContext) -> [String] {
    if let failure { return FailureText.paragraph(failure, of: .alertmanager, now: context.now) }
    if let rulesFailure { return FailureText.paragraph(rulesFailure, of: .prometheus, now: context.now) }
    if hasAnswer { return ["No alerts, and no alerting rules."] }
    if context.absent.explanation(of: .prometheus, without: "rules") != nil,
      let words = context.absent.explanation(of: .alertmanager, without: "alerts")
    {
      return words
    }
    return ["Waiting for the answers of Alertmanager and Prometheus."]
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard !rows.isEmpty else {
      return PaneMessage.view(emptyText(in: context), size, isError: failure != nil || rulesFailure != nil)
    }
    var canvas = Canvas(size: size)
    let layout = AlertLayout(height: size.height, rows: rows.count)
    let columns = AlertColumns(width: size.width, rows: rows)
    if layout.header > 0 { columns.drawHeader(on: &canvas) }
    let cursor = cursor(height: layout.list)
    for (line, index) in cursor.visible(count: rows.count, height: layout.list).enumerated() {
      let y = layout.header + line
      columns.draw(rows[index], y: y, in: context, on: &canvas)
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
    let lines = detailLines(width: size.width - 1, in: context)
    let first = min(detailTop, max(0, lines.count - (layout.detail - 1)))
    for (line, part) in lines.dropFirst(first).prefix(layout.detail - 1).enumerated() {
      let x = canvas.write(part.label, x: 1, y: top + 1 + line, style: Style(.textMuted))
      canvas.write(part.text, x: 1 + x, y: top + 1 + line, style: Style(part.role))
    }
    let hidden = lines.count - first - (layout.detail - 1)
    if hidden > 0 {
      let arrow = context.glyphs == .unicode ? "→" : "right"
      let text = " \(arrow) \(hidden) more \(hidden == 1 ? "line" : "lines") "
      canvas.write(text, x: max(0, size.width - CharacterWidth.cells(in: text) - 1), y: top, style: Style(.textMuted))
    }
    return canvas
  }

  /// All that is known of the selected row, one line each, broken to the width.
  private func detailLines(width: Int, in context: ViewContext) -> [(label: String, text: String, role: Role)] {
    var parts: [(label: String, text: String, role: Role)] = []
    func add(_ label: String, _ text: String?, _ role: Role = .text) {
      guard let text, !text.isEmpty else { return }
      let head = CharacterWidth.fitted(label, to: 13) + " "
      let lines = text.split(whereSeparator: \.isNewline).flatMap {
        TextWrap.lines(String($0), width: max(width - CharacterWidth.cells(in: head) - 1, 10))
      }
      for (index, line) in lines.enumerated() {
        parts.append((index == 0 ? head : String(repeating: " ", count: 14), line, role))
      }
    }
    switch selection {
    case .alert(let alert):
      add("summary", alert.summary, .textStrong)
      for (key, value) in alert.annotations.sorted(by: { $0.key < $1.key }) where value != alert.summary {
        add(key, value)
      }
      if alert.startsAt.nanoseconds != 0 {
        let time = Formatting.time(
          alert.startsAt, as: context.time, now: context.now, withDate: true, fractionDigits: 0)
        add(
          alert.state == .pending ? "pending since" : "since",
          "\(time), \(Formatting.age(context.now - alert.startsAt))")
      }
      add("value", alert.value.map { Formatting.value($0, .none, glyphs: context.glyphs) })
      add("expression", alert.expression)
      add("silenced by", alert.silencedBy.joined(separator: ", "))
      add("inhibited by", inhibitors(of: alert))
      add("receivers", alert.receivers.joined(separator: ", "))
      add("told by", alert.sources.map(\.rawValue).joined(separator: ", "))
      for (key, value) in alert.labels.sorted(by: { $0.key < $1.key }) { add(key, value) }
    case .rule(let rule):
      add("trouble", rule.trouble, .statusError)
      add("expression", rule.expression)
      add("must hold for", DurationText.text(rule.holdsFor))
      add("group", rule.group)
    case .silence(let silence):
      add("comment", silence.comment, .textStrong)
      add("by", silence.createdBy)
      for matcher in silence.matchers { add("matches", matcher.text) }
      for (label, time) in [("from", silence.startsAt), ("until", silence.endsAt)] {
        add(label, Formatting.time(time, as: context.time, now: context.now, withDate: true, fractionDigits: 0))
      }
      let quiet = (alerts ?? []).filter { $0.silencedBy.contains(silence.id) }
      add("keeps quiet", quiet.map { $0.sentence(now: context.now) }.joined(separator: ", "))
      add("id", silence.id)
    case .note(let note):
      for detail in note.details { add(detail.label, detail.text, detail.isTrouble ? .statusError : .text) }
    case nil: break
    }
    return parts
  }

  /// The alerts that keep one quiet, by name where they are in the list.
  private func inhibitors(of alert: Alert) -> String {
    alert.inhibitedBy.map { id in
      (alerts ?? []).first { $0.id == id }.map { "\($0.name) \($0.service ?? "")" } ?? id
    }.joined(separator: ", ")
  }
}

/// Where the columns of the alert list stand. Narrow panes leave out the severity, then the age.
struct AlertColumns {
  private let state, severity, name, service, age: (x: Int, width: Int)
  private let summary: (x: Int, width: Int)

  init(width: Int, rows: [AlertPane.Row]) {
    var names = 4
    var services = 7
    for row in rows {
      switch row {
      case .alert(let alert):
        names = max(names, CharacterWidth.cells(in: alert.name))
        services = max(services, CharacterWidth.cells(in: alert.service ?? ""))
      case .rule(let rule): names = max(names, CharacterWidth.cells(in: rule.name))
      case .note(let note): names = max(names, CharacterWidth.cells(in: note.name))
      case .silence: break
      }
    }
    var x = 0
    func column(_ width: Int) -> (x: Int, width: Int) {
      defer { x += width > 0 ? width + 1 : 0 }
      return (x, width)
    }
    state = column(10)
    severity = column(width >= 90 ? 9 : 0)
    name = column(min(names, max(12, width / 4)))
    service = column(width >= 60 ? min(services, max(8, width / 6)) : 0)
    age = column(width >= 50 ? 6 : 0)
    summary = (x, max(0, width - x))
  }

  func drawHeader(on canvas: inout Canvas) {
    let cells = [
      ("state", state), ("severity", severity), ("alert", name), ("service", service), ("for", age),
      ("summary", summary),
    ]
    for (text, column) in cells where column.width > 0 {
      canvas.write(CharacterWidth.clipped(text, to: column.width), x: column.x, y: 0, style: Style(.textMuted))
    }
  }

  func draw(_ row: AlertPane.Row, y: Int, in context: ViewContext, on canvas: inout Canvas) {
    func write(_ text: String, _ column: (x: Int, width: Int), _ role: Role) {
      guard column.width > 0 else { return }
      let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
      let shown = CharacterWidth.clipped(line, to: column.width)
      canvas.write(shown, x: column.x, y: y, style: Style(role))
      SearchedText.highlight(shown, x: column.x, y: y, on: &canvas, search: context.search, isCurrent: false)
    }
    switch row {
    case .alert(let alert):
      let role: Role = alert.state == .suppressed ? .textMuted : alert.role
      write(mark(alert.stateWord, context.glyphs), state, role)
      write(alert.labels["severity"] ?? "", severity, role)
      write(alert.name, name, alert.state == .suppressed ? .textMuted : .textStrong)
      write(alert.service ?? "", service, .logService)
      write(alert.startsAt.nanoseconds == 0 ? "" : Formatting.age(context.now - alert.startsAt), age, .text)
      write(alert.summary ?? "", summary, alert.state == .suppressed ? .textMuted : .text)
    case .rule(let rule):
      let role: Role = rule.trouble == nil ? .textMuted : .statusError
      write(mark(rule.trouble == nil ? "inactive" : "in error", context.glyphs), state, role)
      write(rule.name, name, role)
      write(rule.trouble ?? rule.expression, summary, role)
    case .silence(let silence):
      write(mark("silence", context.glyphs), state, .textMuted)
      let wide = (x: name.x, width: max(summary.x - name.x - 1, 0))
      write(silence.matchers.map(\.text).joined(separator: " "), wide, .textMuted)
      write(span(silence, context.now), summary, .textMuted)
    case .note(let note):
      let role: Role = note.isTrouble ? .statusError : .textMuted
      write(mark(note.state, context.glyphs), state, role)
      write(note.name, name, role)
      write(note.text, summary, role)
    }
  }

  private func span(_ silence: AlertSilence, _ now: Timestamp) -> String {
    let waits = silence.startsAt > now
    return "\(waits ? "begins in" : "ends in") \(Formatting.age((waits ? silence.startsAt : silence.endsAt) - now)), "
      + "by \(silence.createdBy): \(silence.comment)"
  }

  private func mark(_ word: String, _ glyphs: GlyphSet) -> String {
    let marks: [String: (String, String)] = [
      "firing": ("✗", "!"), "pending": ("◌", "~"), "silenced": ("∅", "-"), "silence": ("∅", "-"),
      "inhibited": ("∅", "-"),
      "inactive": ("·", "."), "in error": ("✗", "!"), "failing": ("✗", "!"), "watching": ("·", "."),
      "absent": ("∅", "-"),
    ]
    let mark = marks[word] ?? (" ", " ")
    return (glyphs == .unicode ? mark.0 : mark.1) + " " + word
  }
}
