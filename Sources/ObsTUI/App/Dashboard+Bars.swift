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
    add(" \(configuration.context.name) ", configuration.context.role)
    add(" ", .statusText)
    let range = window.range(now: now)
    if window.isLive {
      add(window.isEverything ? "LIVE all lines" : "LIVE \(DurationText.text(window.duration))", .statusLive)
    } else {
      let isShort = width < 100
      add("FROZEN ", .statusFrozen)
      add(
        (window.isEverything ? "" : clock(range.start, isShort: isShort)) + (glyphs == .ascii ? "-" : "–")
          + clock(range.end, isShort: isShort),
        .statusFrozen)
    }
    add("  \(clock(now, isShort: false)) \(time == .relative ? "UTC" : time.name)", .statusText)
    var right = storeSummary(room: width - x - 2)
    if layout?.alerts.isEmpty ?? false {
      let alert = alerts.headlines(now: now, glyphs: glyphs)
      for text in alert.texts {
        let room = width - x - CharacterWidth.cells(in: text) - 4
        let stores = storeSummary(room: room)
        // The stores' marks are dropped last: a screen that shows nothing of them would look well.
        guard room >= 0, !stores.isEmpty || text == alert.texts.last else { continue }
        add("  \(text)", alert.role)
        right = stores
        break
      }
    }
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
        let name = label.name ?? (isLong ? label.store.displayName : label.store.shortName)
        let (mark, role, words) = mark(of: state)
        parts.append((" \(mark)\(name)\(isLong ? words : "")", role))
        if label.isInsecure { parts.append((isLong ? " NOT VERIFIED" : " !TLS", .badgeInsecure)) }
      }
      if let words = watches.headerWords(glyphs: glyphs, isLong: isLong) { parts.append((words, .statusError)) }
      if parts.map({ CharacterWidth.cells(in: $0.text) }).reduce(0, +) <= room { return parts }
    }
    let failing = failedStores.count
    return failing == 0 ? [] : [("\(failing) failing", .statusError)]
  }

  private func mark(of state: StoreState) -> (mark: String, role: Role, words: String) {
    let isASCII = glyphs == .ascii
    if let failure = state.failure {
      let age = state.lastAnswer.map { "\(Formatting.age(now - $0)) old" } ?? "never answered"
      let words = state.failingPart(answered: answered) ?? age
      let retry = failure.retryAt.map { ", again in \(Formatting.age(max($0 - now, .zero)))" } ?? ""
      return (isASCII ? "x" : "✗", .statusError, " " + words + retry)
    }
    // What failed is no longer wanted, and what is wanted now has no answer yet: nobody knows whether the store is well.
    let isUnknown = state.lastAnswer == nil || state.lastFailure != nil
    return isUnknown ? (isASCII ? "?" : "◌", .statusStale, "") : (isASCII ? "+" : "●", .statusOK, "")
  }

  func alertLine(width: Int) -> Canvas {
    // Whoever reads a file has not asked for alerts.
    if configuration.hasLogsAlone { return Canvas(size: Size(width: width, height: 1)) }
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
    if let question {
      let text = question.question(alerts.alerts ?? [])
      canvas.write(CharacterWidth.clipped(" " + text, to: width), x: 0, y: 0, style: Style(.prompt))
      return (canvas, nil)
    }
    if let notice {
      canvas.write(" " + notice.text, x: 0, y: 0, style: Style(notice.isError ? .noticeError : .notice))
      return (canvas, nil)
    }
    var x = 1
    if let sentence = markerSentence {
      x += canvas.write(sentence, x: x, y: 0, style: Style(.chartWarning), width: width - 1) + 2
    }
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
      let zone = command == .goto ? "; times are \(time.typedZone)" : ""
      return [Command.table[command]?.argument, command.help].compactMap { $0 }.joined(separator: "  ") + zone
    case .traceQuery: return "operation=… kind=server min=100ms error=true limit=100"
    case .query:
      return "KQL, dates in \(time.typedZone); lucene: for Lucene"
    case .search:
      if let problem = TextSearch.problem(with: prompt.editor.text) { return problem }
      return prompt.editor.text.isEmpty ? "text, or ~ and a regular expression" : nil
    case .promQL: return prompt.editor.text.isEmpty ? "PromQL; Tab completes" : nil
    case .metricFilter: return "words of the name or the description"
    case .service: return nil
    }
  }

  /// The keys that matter most where the focus is, with their words for the footer.
  private var footerHints: [(keys: String, words: String)] {
    let keymap = configuration.keymap
    let commands: [(Command, String)] =
      switch commandScope {
      case .logs where focusedLogs?.chips.cursor != nil:
        [(.open, "on/off"), (.excludeValue, "invert"), (.removeFilter, "remove"), (.back, "back")]
      case .logs where focusedLogs?.statistics != nil:
        [(.open, "only this"), (.excludeValue, "not this"), (.copy, "copy"), (.back, "back")]
      case .logs where focusedLogs?.fields != nil:
        [
          (.includeValue, "only this"), (.excludeValue, "not this"), (.requireField, "has it"),
          (.topValues, "top values"),
        ]
      case .logs where isBoardShown:
        [(.open, "lines"), (.traceOfLine, "trace"), (.sortPatterns, "sort"), (.back, "back")]
      case .logs where isQueryListShown:
        [(.open, "take this query"), (.removeFilter, "remove it"), (.copy, "copy it"), (.back, "back")]
      case .logs: [(.open, "trace"), (.patterns, "patterns"), (.viewFields, "fields"), (.cycleLevel, "level")]
      case .traces: [(.open, "waterfall"), (.sortTraces, "sort"), (.traceChart, "chart"), (.dependencies, "graph")]
      case .dependencies:
        [(.open, "its traces"), (.dependencySource, "source"), (.dependencyPicture, "picture"), (.back, "back")]
      case .alerts:
        [(.open, "go to it"), (.nextError, "next firing"), (.copy, "copy"), (.back, "back")]
          + (configuration.isWritable ? [(.silence, "silence"), (.expire, "end a silence")] : [])
      case .waterfall where focusedWaterfall?.insight.view != nil:
        [(.open, "to the span"), (.copy, "copy"), (.back, "to the bars")]
      case .waterfall:
        [
          (.open, "details"), (.nextError, "next error"), (.logsOfTrace, "logs"), (.nextLogLine, "log line"),
          (.back, "back"), (.traceStatistics, "self time"), (.compare, "compare"),
        ]
      case .dashboards:
        [
          (.open, "open"), (.cursorBack, "cursor"), (.chooseVariable, "variables"), (.copy, "copy PromQL"),
          (.back, "back"),
        ]
      case .metrics where metrics.isEnlarged:
        [(.cursorBack, "cursor"), (.openExemplar, "exemplar's trace"), (.logScale, "log scale"), (.open, "back")]
      case .explorer where focusedExplorer?.result != nil:
        [(.query, "change"), (.resultTable, "table"), (.copy, "copy"), (.back, "back")]
      case .explorer where focusedExplorer?.opened != nil:
        [
          (.open, "only this value"), (.excludeLabelValue, "not this"), (.groupByLabel, "group"),
          (.aggregation, "sum, avg, …"), (.metricHeatMap, "heat map"), (.back, "back"),
        ]
      case .explorer: [(.open, "chart and labels"), (.search, "filter"), (.query, "PromQL"), (.copy, "copy PromQL")]
      case .health: [(.open, "draw it"), (.nextError, "next trouble"), (.copy, "copy"), (.back, "back")]
      default:
        [(.open, "enlarge"), (.cursorBack, "cursor"), (.copy, "copy PromQL"), (.metrics, "all metrics")]
      }
    let general: [(Command, String)] = [
      (.help, "help"), (.quit, pushed.isEmpty ? "quit" : "back"), (.pickService, "service"), (.search, "search"),
      (.toggleFreeze, window.isLive ? "freeze" : "live"), (.focusNext, "pane"), (.query, "query"),
      (.maximise, "maximise"),
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
    case .filebeat: "Fb"
    case .logstash: "Ls"
    case .collector: "OC"
    }
  }
}
