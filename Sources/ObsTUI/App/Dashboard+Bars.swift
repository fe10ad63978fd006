import ObsData

/// The rows above and below the panes.
extension Dashboard {
  /// Context, window and clock on the left, the stores on the right.
  func headerView(width: Int) -> Canvas {
    var canvas = Canvas(size: Size(width: width, height: 1), style: Style(.statusText, on: .statusText))
    var x = 0
    func add(_ text: String, _ role: Role) {
      x += canvas.write(text, x: x, y: 0, style: Style(role, on: .statusText))
    }
    add(" ", .statusText)
    add(" \(configuration.context.name) ", configuration.context.isProduction ? .contextProduction : .context)
    add(" ", .statusText)
    let range = window.range(now: now)
    if window.isLive {
      add("LIVE \(DurationText.text(window.duration))", .statusLive)
    } else {
      let isShort = width < 100
      add("FROZEN ", .statusFrozen)
      add(
        clock(range.start, isShort: isShort) + (glyphs == .ascii ? "-" : "–") + clock(range.end, isShort: isShort),
        .statusFrozen)
    }
    add("  \(clock(now, isShort: false)) \(time == .relative ? "UTC" : time.name)", .statusText)
    let right = storeSummary(room: width - x - 2)
    var column = width - right.map { CharacterWidth.cells(in: $0.text) }.reduce(0, +) - 1
    for part in right {
      column += canvas.write(part.text, x: column, y: 0, style: Style(part.role, on: .statusText))
    }
    return canvas
  }

  private func clock(_ instant: Timestamp, isShort: Bool) -> String {
    let shown = time == .relative ? TimeDisplay.utc : time
    let text = Formatting.time(instant, as: shown, now: now, withDate: false, fractionDigits: 0)
    return isShort ? String(text.prefix(5)) : text
  }

  /// Each store with its state: never the colour alone.
  private func storeSummary(room: Int) -> [(text: String, role: Role)] {
    for isLong in [true, false] {
      var parts: [(text: String, role: Role)] = []
      for label in configuration.stores where label.store.isPolled {
        let state = storeStates[label.store] ?? StoreState()
        let name = isLong ? label.store.displayName : label.store.shortName
        let (mark, role, words) = mark(of: state)
        parts.append((" \(mark)\(name)\(isLong ? words : "")", role))
        if label.isInsecure { parts.append((isLong ? " NOT VERIFIED" : " !TLS", .badgeInsecure)) }
      }
      if parts.map({ CharacterWidth.cells(in: $0.text) }).reduce(0, +) <= room { return parts }
    }
    let failing = configuration.stores.filter { storeStates[$0.store]?.failure != nil }
    return failing.isEmpty ? [] : [("\(failing.count) down", .statusError)]
  }

  private func mark(of state: StoreState) -> (mark: String, role: Role, words: String) {
    let isASCII = glyphs == .ascii
    if let failure = state.failure {
      let age = state.lastAnswer.map { " \(Formatting.age(now - $0)) old" } ?? " never answered"
      let retry = failure.retryAt.map { ", again in \(Formatting.age(max($0 - now, .zero)))" } ?? ""
      return (isASCII ? "x" : "✗", .statusError, age + retry)
    }
    return state.lastAnswer == nil ? (isASCII ? "?" : "◌", .statusStale, "") : (isASCII ? "+" : "●", .statusOK, "")
  }

  /// The services with their state and rate; the chosen one stays in view.
  func serviceBar(width: Int) -> Canvas {
    var canvas = Canvas(size: Size(width: width, height: 1))
    var items: [(text: String, name: String?, role: Role)] = [(" 0 all ", nil, .serviceOK)]
    for (index, entry) in directory.entries.enumerated() {
      let key = index < 9 ? "\(index + 1) " : ""
      items.append(
        (" \(key)\(healthMark(entry.health))\(entry.name)\(figures(of: entry)) ", entry.name, role(of: entry.health)))
    }
    let chosen = items.firstIndex { $0.name == chosenService } ?? 0
    // The first item in view: as few as possible are left out in front of the chosen one.
    var first = 0
    func cells(_ range: Range<Int>) -> Int { items[range].map { CharacterWidth.cells(in: $0.text) }.reduce(0, +) }
    while first < chosen, cells(first..<chosen + 1) > width - 4 { first += 1 }
    var x = 0
    if first > 0 { x += canvas.write(glyphs == .ascii ? "< " : "‹ ", x: x, y: 0, style: Style(.textMuted)) }
    for index in first..<items.count {
      let item = items[index]
      let room = width - x - (index < items.count - 1 ? 2 : 0)
      guard CharacterWidth.cells(in: item.text) <= room else {
        canvas.write(glyphs == .ascii ? " >" : " ›", x: width - 2, y: 0, style: Style(.textMuted))
        break
      }
      let isChosen = index == chosen
      x += canvas.write(item.text, x: x, y: 0, style: Style(item.role, on: isChosen ? .serviceSelected : nil))
    }
    if directory.entries.isEmpty {
      canvas.write(" no service known yet", x: x + 1, y: 0, style: Style(.textMuted))
    }
    return canvas
  }

  private func healthMark(_ health: ServiceDirectory.Health) -> String {
    switch (health, glyphs) {
    case (.unknown, _): ""
    case (.good, .unicode): "● "
    case (.warning, .unicode): "▲ "
    case (.error, .unicode): "✗ "
    case (.good, .ascii): "+ "
    case (.warning, .ascii): "! "
    case (.error, .ascii): "x "
    }
  }

  private func role(of health: ServiceDirectory.Health) -> Role {
    switch health {
    case .unknown, .good: .serviceOK
    case .warning: .serviceWarning
    case .error: .serviceError
    }
  }

  private func figures(of entry: ServiceDirectory.Entry) -> String {
    var text = ""
    if let rate = entry.requestRate { text += " " + Formatting.value(rate, .perSecond) }
    if let ratio = entry.errorRatio, ratio >= 0.01 { text += " " + Formatting.value(ratio, .ratio) + "!" }
    return text
  }

  func alertLine(width: Int) -> Canvas {
    guard configuration.stores.contains(where: { $0.store == .alertmanager }) else {
      return Canvas(size: Size(width: width, height: 1))
    }
    return alerts.view(width: width, in: viewContext(isFocused: false))
  }

  /// The prompt while there is one; else a notice; else what to press.
  func footerView(width: Int) -> (canvas: Canvas, cursor: Int?) {
    var canvas = Canvas(size: Size(width: width, height: 1))
    if let prompt {
      let line = prompt.editor.view(prompt: prompt.label, width: width)
      canvas.place(line.canvas, at: Point(x: 0, y: 0))
      let used = CharacterWidth.cells(in: line.canvas.text)
      if let hint = promptHint(prompt), used + 3 + CharacterWidth.cells(in: hint) < width {
        canvas.write(hint, x: width - CharacterWidth.cells(in: hint) - 1, y: 0, style: Style(.textMuted))
      }
      return (canvas, line.cursor)
    }
    if let notice {
      canvas.write(" " + notice.text, x: 0, y: 0, style: Style(notice.isError ? .noticeError : .notice))
      return (canvas, nil)
    }
    var x = 1
    for (keys, words) in footerHints {
      let text = "\(keys) \(words)"
      guard x + CharacterWidth.cells(in: text) + 2 <= width else { break }
      x += canvas.write(keys, x: x, y: 0, style: Style(.helpKey))
      x += canvas.write(" " + words + "  ", x: x, y: 0, style: Style(.help))
    }
    return (canvas, nil)
  }

  private func promptHint(_ prompt: Prompt) -> String? {
    switch prompt.kind {
    case .commandLine:
      let name = prompt.editor.text.split(separator: " ").first.map(String.init) ?? ""
      guard let command = Command.named(name) else { return "Tab completes" }
      return [Command.table[command]?.argument, command.help].compactMap { $0 }.joined(separator: "  ")
    case .query:
      return focus == .traces
        ? "operation=… min=100ms error=true" : focus == .metrics ? "PromQL" : "Lucene query_string"
    case .search, .service: return nil
    }
  }

  /// The keys that matter most where the focus is, with their words for the footer.
  private var footerHints: [(keys: String, words: String)] {
    let keymap = configuration.keymap
    let commands: [(Command, String)] =
      switch commandScope {
      case .logs: [(.open, "trace"), (.viewFields, "fields"), (.cycleLevel, "level")]
      case .traces: [(.open, "waterfall"), (.sortTraces, "sort")]
      case .waterfall: [(.open, "details"), (.nextError, "next error"), (.logsOfTrace, "logs"), (.back, "back")]
      default: [(.open, "enlarge"), (.copy, "copy PromQL")]
      }
    let general: [(Command, String)] = [
      (.pickService, "service"), (.search, "search"), (.query, "query"),
      (.toggleFreeze, window.isLive ? "freeze" : "live"),
      (.focusNext, "pane"), (.maximise, "maximise"), (.help, "help"), (.quit, pushed.isEmpty ? "quit" : "back"),
    ]
    return (commands + general).compactMap { command, words in
      keymap.keys(for: command).first.map { ($0.name, words) }
    }
  }
}

extension Store {
  /// Where there is little room.
  var shortName: String {
    switch self {
    case .elasticsearch: "ES"
    case .jaeger: "Jg"
    case .prometheus: "Pr"
    case .alertmanager: "AM"
    case .grafana: "Gr"
    case .kibana: "Kb"
    }
  }
}
