import ObsData

/// The whole result of a query on its way to a file: read from the store page by page, whatever is held.
struct RunningExport: Equatable, Sendable {
  let path: String
  /// Whether a file that is there gives way.
  let replaces: Bool
  let query: LogExportQuery
  let printer: LogPrinter
  /// How many lines have been read.
  var count = 0
  /// Why lines are missing, as far as that is known.
  var partial: String?
}

extension Dashboard {
  /// Starts an export, or stops the one that runs.
  mutating func export(to argument: String) -> [Effect] {
    let replaces = argument.hasPrefix(CommandLine.force)
    let path = replaces ? String(argument.dropFirst()).trimmingSpaces() : argument
    if path == "stop" || path == "cancel" {
      guard let running = export else {
        say("no export runs")
        return []
      }
      export = nil
      say("export stopped after \(Formatting.lines(running.count)); nothing was written")
      return [.dropLines(path: running.path)]
    }
    guard export == nil else {
      say("an export runs already: :export stop ends it", isError: true)
      return []
    }
    let pane = focusedLogs ?? logs
    var query = pane.query(in: scope)
    query.window = .frozen(query.window.range(now: now))
    exports += 1
    export = RunningExport(
      path: path, replaces: replaces, query: LogExportQuery(logs: query, number: exports),
      printer: LogPrinter(path: path, fields: pane.fieldColumns))
    say("exporting to \(path); :export stop ends it")
    return []
  }

  /// Hands a page of the export on to its file.
  mutating func receiveExport(_ update: Update) -> [Effect] {
    guard var running = export, update.subscription == .logExport(running.query) else { return [] }
    switch update.body {
    case .failed(let failure):
      let text = FailureText.line(failure, of: .elasticsearch, dataFrom: nil, now: now)
      guard failure.retryAt == nil else {
        say("export waits: \(text)", isError: true)
        return []
      }
      export = nil
      say("export failed: \(text)", isError: true)
      return [.dropLines(path: running.path)]
    case .logExport(let page):
      running.count += page.entries.count
      running.partial = running.partial ?? page.partial
      let count = Formatting.lines(running.count)
      let upTo = page.entries.last.map {
        " up to \(Formatting.time($0.timestamp, as: time, now: now, fractionDigits: 0))"
      }
      say("exporting: \(count)\(upTo ?? ""); :export stop ends it")
      export = page.isLast ? nil : running
      var lines = LogBuffer(capacity: max(page.entries.count, 1), byteCapacity: .max)
      lines.insert(page.entries, marksLate: false)
      let part = LogExport(lines: LogRows(lines), printer: running.printer, hasHeader: page.isFirst)
      let missing = running.partial.map { "; incomplete: \($0)" } ?? ""
      return [
        .appendLines(
          path: running.path, part, isFirst: page.isFirst, replaces: running.replaces,
          notice: page.isLast ? "wrote \(count) to \(running.path)\(missing)" : nil)
      ]
    default: return []
    }
  }

  /// The log pane that has the focus, if one has.
  var focusedLogs: LogPane? {
    if focus == .logs { return logs }
    if focus == .pushed, case .logs(let pane) = pushed.last { return pane }
    return nil
  }
}
