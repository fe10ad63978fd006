import ObsData

extension TraceReport {
  /// The stable form that the README describes.
  var json: String { LogPrinter.escaped(tree(of: analysis).text) }

  private func tree(of analysis: TraceAnalysis) -> JSONTree {
    let services = Set(trace.spans.indices.map { trace.service(of: $0) }).sorted()
    var selfTimes: [(key: String, value: JSONTree)] = []
    selfTimes.reserveCapacity(tree.nodes.count)
    // Spans that share an identifier have one entry, their sum.
    var places: [SpanID: Int] = [:]
    var sums: [Int64] = []
    for (node, place) in tree.nodes.enumerated() {
      let id = trace.spans[place.span].id
      let time = analysis.selfTimes.nanoseconds[node] / 1_000
      if let known = places[id] {
        sums[known] += time
      } else {
        places[id] = sums.count
        sums.append(time)
        selfTimes.append((id.description, .null))
      }
    }
    for (place, sum) in sums.enumerated() { selfTimes[place].value = .int(sum) }
    let path = analysis.criticalPath.sections.map { section in
      JSONTree.object([
        ("span_id", .string(spanID(section.node))), ("start_us", .int(section.start.microseconds)),
        ("end_us", .int(section.end.microseconds)),
      ])
    }
    let depth = tree.nodes.reduce(0) { max($0, $1.depth + 1) }
    return .object([
      ("trace_id", .string(trace.id.short)), ("span_count", .int(Int64(trace.spans.count))),
      ("service_count", .int(Int64(services.count))), ("error_count", .int(Int64(tree.errorCount))),
      ("root_count", .int(Int64(tree.rootCount - tree.orphanCount))), ("orphan_count", .int(Int64(tree.orphanCount))),
      ("depth", .int(Int64(depth))), ("start_us", .int(tree.range.start.microseconds)),
      ("duration_us", .int(tree.range.duration.nanoseconds / 1_000)),
      ("services", .array(services.map { .string($0) })), ("critical_path", .array(path)),
      ("self_time_us", .object(selfTimes)),
      (
        "blame",
        .object([
          ("sentence", .string(sentence)), ("clauses", .array(analysis.blame.clauses.map { clause($0) })),
        ])
      ),
      ("warnings", .array(warnings.map { .string($0) })),
    ])
  }

  private func spanID(_ node: Int) -> String { trace.spans[tree.nodes[node].span].id.description }

  private func clause(_ clause: TraceBlame.Clause) -> JSONTree {
    var members: [(key: String, value: JSONTree)] = [
      ("kind", .string(clause.kind)),
      ("text", .string(BlameText(trace: trace, tree: tree, path: analysis.criticalPath).text(clause))),
      ("span_ids", .array(clause.nodes.map { .string(spanID($0)) })),
    ]
    switch clause {
    case .criticalPath(let holder):
      members += [("duration_us", .int(holder.time.nanoseconds / 1_000)), ("share", rounded(holder.share))]
    case .aftermath(let rest):
      members += [("start_us", .int(rest.start.microseconds)), ("end_us", .int(rest.end.microseconds))]
      members.append(("share", rounded(rest.share)))
    case .firstError(let failure, _), .deepestError(let failure):
      members += [("at_us", .int(failure.at.nanoseconds / 1_000)), ("depth", .int(Int64(failure.depth)))]
      members.append(("error_count", .int(Int64(failure.errorCount))))
    case .retries(let retry):
      members += [("count", .int(Int64(retry.count))), ("succeeded", .bool(retry.hasSucceeded))]
    case .run(let run):
      members += [("count", .int(Int64(run.nodes.count))), ("duration_us", .int(run.time.nanoseconds / 1_000))]
      members.append(("share", rounded(run.share)))
    case .gap(let gap):
      members += [("start_us", .int(gap.start.microseconds)), ("end_us", .int(gap.end.microseconds))]
      members.append(("share", rounded(gap.share)))
    }
    return .object(members)
  }

  /// A share with four digits, as many as anybody reads.
  private func rounded(_ share: Double) -> JSONTree { .double((share * 10_000).rounded() / 10_000) }
}

extension TraceBlame.Clause {
  /// What the clause is called in JSON.
  var kind: String {
    switch self {
    case .criticalPath: "critical_path"
    case .aftermath: "aftermath"
    case .firstError(_, let isDeepest): isDeepest ? "first_and_deepest_error" : "first_error"
    case .deepestError: "deepest_error"
    case .retries: "retries"
    case .run: "run"
    case .gap: "gap"
    }
  }

  /// The spans that it is about.
  var nodes: [Int] {
    switch self {
    case .criticalPath(let holder): holder.nodes
    case .aftermath(let rest): [rest.node]
    case .firstError(let failure, _), .deepestError(let failure): [failure.node]
    case .retries(let retry): retry.nodes
    case .run(let run): run.nodes
    case .gap(let gap): gap.node.map { [$0] } ?? []
    }
  }
}
