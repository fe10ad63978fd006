import ObsData

/// What is printed of a trace.
struct TraceReport {
  let trace: Trace
  let tree: TraceTree
  let analysis: TraceAnalysis

  init(_ trace: Trace, _ tree: TraceTree) {
    self.trace = trace
    self.tree = tree
    analysis = TraceAnalysis(trace, tree)
  }

  private var words: BlameText { BlameText(trace: trace, tree: tree, path: analysis.criticalPath) }

  /// What stands out.
  var sentence: String { words.sentence(analysis.blame) }

  /// What has to be said of the trace as it came.
  var warnings: [String] {
    var warnings = trace.warnings
    func note(_ count: Int, _ one: String, _ many: String) {
      if count > 0 { warnings.append(count == 1 ? "1 \(one)" : "\(Formatting.count(count, style: .exact)) \(many)") }
    }
    note(tree.cyclesCut, "circular reference cut", "circular references cut")
    note(tree.duplicateCount, "span shares another one's id", "spans share another one's id")
    note(
      tree.orphanCount, "span names a parent that is not in the trace", "spans name a parent that is not in the trace")
    return warnings
  }

  /// The trace's identifier, root and figures.
  var header: String {
    let root = tree.root.map { words.name($0) } ?? "(no root)"
    let spans = "\(Formatting.count(trace.spans.count, style: .exact)) \(trace.spans.count == 1 ? "span" : "spans")"
    let errors = tree.errorCount > 0 ? ", \(Formatting.count(tree.errorCount, style: .exact)) failed" : ""
    let start = tree.range.start.iso8601(fractionDigits: 3)
    return "\(trace.id.short)  \(root)  \(Formatting.duration(tree.range.duration))  \(spans)\(errors)  \(start)"
  }

  /// Self time by operation, then by service.
  func statistics(width: Int) -> [String] {
    let head = ["SELF", "%", "TOTAL", "COUNT", "AVERAGE", "P95", "ERRORS"]
    let whole = max(analysis.flameGraph.total.seconds, 1e-9)
    func cells(_ row: OperationStatistics.Row, _ name: String) -> [String] {
      [
        Formatting.duration(row.selfTime), BlameText.percent(row.selfTime.seconds / whole),
        Formatting.duration(row.total), Formatting.count(row.count, style: .exact), Formatting.duration(row.average),
        Formatting.duration(row.percentile95), Formatting.count(row.errorCount, style: .exact),
        LogPrinter.visible(name),
      ]
    }
    func table(_ rows: [OperationStatistics.Row], _ title: String, _ name: (OperationStatistics.Row) -> String)
      -> [String]
    {
      ReportOutput.table(
        head + [title], rows.map { cells($0, name($0)) }, numbers: Set(0..<7), flexible: 7, width: width)
    }
    return table(analysis.statistics.operations, "OPERATION") { $0.operation.text } + [""]
      + table(analysis.statistics.services, "SERVICE") { $0.operation.service }
  }

  /// The critical path's stretches by time.
  func criticalPath(width: Int) -> [String] {
    let path = analysis.criticalPath
    let rows = path.sections.map { section in
      [
        "+" + Formatting.duration(section.start - tree.range.start), Formatting.duration(section.duration),
        BlameText.percent(path.share(of: section.duration)),
        trace.spans[tree.nodes[section.node].span].id.description, words.name(section.node),
      ]
    }
    return ReportOutput.table(
      ["FROM", "FOR", "%", "SPAN", "OPERATION"], rows, numbers: [0, 1, 2], flexible: 4, width: width)
  }

  /// Prints the tree with its bars, some rows at a time: a large trace is never one canvas.
  func waterfall(
    width: Int, foldsHealthy: Bool, print: (String) throws(UsageError) -> Bool
  ) throws(UsageError) {
    var head = [CharacterWidth.clipped(header, to: width)]
    head += TextWrap.lines(sentence, width: width)
    guard try print(head.joined(separator: "\n") + "\n") else { return }
    var rows = FoldedRows(tree)
    if foldsHealthy { rows.foldHealthy(in: tree) }
    let columns = WaterfallColumns(width: width, tree: tree)
    let context = ViewContext(now: tree.range.end, window: tree.range, isFocused: false)
    var axis = Canvas(size: Size(width: width, height: 1))
    columns.axis.draw(x: columns.barX, y: 0, ruler: nil, glyphs: .unicode, on: &axis)
    guard try print(axis.text + "\n") else { return }
    for first in stride(from: 0, to: rows.count, by: 256) {
      let count = min(256, rows.count - first)
      var canvas = Canvas(size: Size(width: width, height: count))
      for line in 0..<count {
        guard let node = rows.node(at: first + line) else { continue }
        WaterfallRow(
          node: node, trace: trace, tree: tree, rows: rows, critical: analysis.criticalPath.sections(of: node)
        ).draw(y: line, columns: columns, isSelected: false, in: context, on: &canvas)
      }
      guard try print(canvas.text + "\n") else { return }
    }
  }
}
