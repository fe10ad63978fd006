import ObsData

/// What exists: series, labels, metadata, targets.
extension PrometheusFace {
  /// The label sets that match any of the selectors, or all, each once and in order.
  private func labelSets(_ selectors: [PromSelector]) throws(PromError) -> [PromLabels] {
    let evaluator = PromEvaluator(source: source, start: 0, end: 0, step: 1, now: 0)
    if selectors.isEmpty { return source.series(named: nil).map(PromLabels.init) }
    var result: Set<PromLabels> = []
    for selector in selectors { result.formUnion(try evaluator.matching(selector).map(\.labels)) }
    return Array(result)
  }

  /// The bounds in time are read, because a wrong one is an error; the world's series are there all the time.
  private func checkTimes(_ form: PrometheusForm) throws(PromError) {
    _ = try form.time("start", default: 0)
    _ = try form.time("end", default: 0)
  }

  private func list(_ items: [String], _ form: PrometheusForm) throws(PromError) -> DemoResponse {
    let limit = try form.limit()
    let isCut = limit > 0 && items.count > limit
    let kept = isCut ? Array(items.prefix(limit)) : items
    return PrometheusEnvelope.success(
      "[" + kept.joined(separator: ",") + "]", warnings: isCut ? ["results truncated due to limit"] : [])
  }

  func series(_ form: PrometheusForm) throws(PromError) -> DemoResponse {
    let selectors = try form.selectors()
    if selectors.isEmpty { throw PromError(.badData, "no match[] parameter provided") }
    try checkTimes(form)
    return try list(try labelSets(selectors).sorted(by: PromLabels.precedes).map(PrometheusJSON.labels), form)
  }

  func labelNames(_ form: PrometheusForm) throws(PromError) -> DemoResponse {
    try checkTimes(form)
    let names = Set(try labelSets(try form.selectors()).flatMap { $0.list.map(\.name) })
    return try list(names.sorted().map { JSONTree.string($0).text }, form)
  }

  func labelValues(_ name: String, _ form: PrometheusForm) throws(PromError) -> DemoResponse {
    guard let label = PrometheusLabel.unescaped(name), PrometheusLabel.isValid(label) else {
      throw PromError(.badData, "invalid label name: \(PromToken.quoted(name))")
    }
    try checkTimes(form)
    var values = Set(try labelSets(try form.selectors()).map { $0[label] })
    values.remove("")
    return try list(values.sorted().map { JSONTree.string($0).text }, form)
  }

  func metadata(_ form: PrometheusForm) throws(PromError) -> DemoResponse {
    let limit = try form.limit()
    let wanted = form.first("metric")
    var metrics = source.metrics.filter { wanted.isEmpty || $0.name == wanted }.sorted { $0.name < $1.name }
    if limit > 0 { metrics = Array(metrics.prefix(limit)) }
    let tree = JSONTree.object(
      metrics.map { metric in
        (
          metric.name,
          [["type": .string(metric.type.rawValue), "help": .string(metric.help), "unit": .string(metric.unit)]]
        )
      })
    return PrometheusEnvelope.success(tree.text)
  }

  /// One target for each series of `up`.
  func targets(_ form: PrometheusForm, _ now: Int64) -> DemoResponse {
    let interval = source.scrapeInterval.nanoseconds / 1_000_000
    let state = form.first("state")
    let isWanted = state.isEmpty || state == "active" || state == "any"
    let targets = (isWanted ? source.series(named: "up") : []).map { labels -> JSONTree in
      let last = source.samples(of: labels, from: now - 2 * interval, to: now, now: now).last
      let instance = labels["instance"] ?? "localhost:80"
      let address = "http://\(instance)/metrics"
      let own = labels.filter { $0.key != PromLabels.nameLabel }.sorted { $0.key < $1.key }
      return [
        "discoveredLabels": ["__address__": .string(instance), "job": .string(labels["job"] ?? "")],
        "labels": .object(own.map { ($0.key, .string($0.value)) }),
        "scrapePool": .string(labels["job"] ?? ""), "scrapeUrl": .string(address), "globalUrl": .string(address),
        "lastError": .string(last?.value == 1 ? "" : "connection refused"),
        "lastScrape": .string(Timestamp(milliseconds: last?.time ?? now).iso8601),
        "lastScrapeDuration": 0.004, "health": .string(last?.value == 1 ? "up" : "down"),
        "scrapeInterval": .string("\(interval / 1_000)s"), "scrapeTimeout": "10s",
      ]
    }
    let data: JSONTree = [
      "activeTargets": .array(targets), "droppedTargets": [], "droppedTargetCounts": .object([]),
    ]
    return PrometheusEnvelope.success(data.text)
  }
}
