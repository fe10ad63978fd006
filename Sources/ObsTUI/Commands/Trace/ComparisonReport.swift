import ObsData

/// What is printed of two traces.
struct ComparisonReport {
  let a, b: (trace: Trace, tree: TraceTree)
  let comparison: TraceComparison

  init(_ a: (trace: Trace, tree: TraceTree), _ b: (trace: Trace, tree: TraceTree)) {
    self.a = a
    self.b = b
    comparison = TraceComparison(a, b)
  }

  /// Both traces, then the operations, then the paths that differ.
  func lines(width: Int) -> [String] {
    var lines = ["A  " + ComparisonReport.header(a), "B  " + ComparisonReport.header(b), ""]
      .map { CharacterWidth.clipped($0, to: width) }
    if comparison.paths.allSatisfy({ $0.kind == .same }) {
      lines += ["no difference in counts, errors, durations and self times", ""]
    }
    lines += table(comparison.operations, "OPERATION", width: width)
    let paths = comparison.paths.filter { $0.kind != .same && $0.path.count > 1 }
    if !paths.isEmpty { lines += [""] + table(paths, "PATH", width: width) }
    return lines
  }

  private static func header(_ side: (trace: Trace, tree: TraceTree)) -> String {
    let root = side.tree.root.map { side.tree.nodes[$0].span }
    let name = root.map { "\(side.trace.service(of: $0)): \(side.trace.spans[$0].operation)" } ?? "(no root)"
    let spans = Formatting.count(side.trace.spans.count, style: .exact)
    let errors = side.tree.errorCount > 0 ? ", \(Formatting.count(side.tree.errorCount, style: .exact)) failed" : ""
    let words = side.trace.spans.count == 1 ? "span" : "spans"
    let time = Formatting.duration(side.tree.range.duration)
    return "\(side.trace.id.short)  \(LogPrinter.visible(name))  \(time)  \(spans) \(words)\(errors)"
  }

  private func table(_ rows: [TraceComparison.Row], _ title: String, width: Int) -> [String] {
    ReportOutput.table(
      [
        "DIFF", "", "SELF A", "SELF B", "TOTAL A", "TOTAL B", "N A", "N B", "ERR A", "ERR B", title,
      ],
      rows.map { row in
        [
          ComparisonReport.signed(row.difference), row.kind == .changed || row.kind == .same ? "" : row.kind.rawValue,
          ComparisonReport.time(row.a, row.a.selfTime), ComparisonReport.time(row.b, row.b.selfTime),
          ComparisonReport.time(row.a, row.a.total), ComparisonReport.time(row.b, row.b.total),
          Formatting.count(row.a.count, style: .exact), Formatting.count(row.b.count, style: .exact),
          Formatting.count(row.a.errorCount, style: .exact), Formatting.count(row.b.errorCount, style: .exact),
          LogPrinter.visible(row.path.map(\.text).joined(separator: " > ")),
        ]
      }, numbers: [0, 2, 3, 4, 5, 6, 7, 8, 9], flexible: 10, width: width)
  }

  /// A time of a side that has spans.
  static func time(_ side: TraceComparison.Side, _ time: Duration) -> String {
    side.count == 0 ? "-" : Formatting.duration(time)
  }

  /// A difference with its sign.
  static func signed(_ difference: Duration, glyphs: GlyphSet = .unicode) -> String {
    (difference > .zero ? "+" : "") + Formatting.duration(difference, glyphs: glyphs)
  }

  /// The stable form that the README describes.
  var json: String {
    func summary(_ side: (trace: Trace, tree: TraceTree)) -> JSONTree {
      .object([
        ("trace_id", .string(side.trace.id.short)), ("span_count", .int(Int64(side.trace.spans.count))),
        ("error_count", .int(Int64(side.tree.errorCount))),
        ("duration_us", .int(side.tree.range.duration.nanoseconds / 1_000)),
      ])
    }
    func figures(_ side: TraceComparison.Side) -> JSONTree {
      .object([
        ("count", .int(Int64(side.count))), ("error_count", .int(Int64(side.errorCount))),
        ("total_us", .int(side.total.nanoseconds / 1_000)), ("self_us", .int(side.selfTime.nanoseconds / 1_000)),
      ])
    }
    func rows(_ rows: [TraceComparison.Row]) -> JSONTree {
      .array(
        rows.map { row in
          .object([
            ("path", .array(row.path.map { ["service": .string($0.service), "operation": .string($0.name)] })),
            ("kind", .string(row.kind.rawValue)), ("difference_us", .int(row.difference.nanoseconds / 1_000)),
            ("a", figures(row.a)), ("b", figures(row.b)),
          ])
        })
    }
    let tree = JSONTree.object([
      ("a", summary(a)), ("b", summary(b)), ("operations", rows(comparison.operations)),
      ("paths", rows(comparison.paths)),
    ])
    return LogPrinter.escaped(tree.text)
  }
}
