import ObsData

/// The current samples in the text format that a Prometheus scrapes
/// (https://prometheus.io/docs/instrumenting/exposition_formats/), so that a real one can hold the same world.
extension PrometheusFace {
  /// All series, or, with timestamps as `/federate` gives them, those that match any selector.
  func exposition(selectors: [PromSelector]?, _ form: PrometheusForm, _ now: Int64) -> DemoResponse {
    let isFederation = selectors != nil
    let evaluator = PromEvaluator(source: source, start: now, end: now, step: 1, now: now)
    var rawSets: [[String: String]] = []
    if let selectors {
      var seen: Set<PromLabels> = []
      for selector in selectors {
        for (raw, labels) in (try? evaluator.matching(selector)) ?? [] where seen.insert(labels).inserted {
          rawSets.append(raw)
        }
      }
    } else {
      rawSets = source.series(named: nil)
    }
    let families = Families(source.metrics)
    var byFamily: [String: [(name: String, line: String)]] = [:]
    let allowsAnyName = form.accept.contains("escaping=allow-utf-8")
    for raw in rawSets {
      let from = now - PromEvaluator.usualLookback
      guard let name = raw[PromLabels.nameLabel],
        let sample = source.samples(of: raw, from: from, to: now, now: now).last
      else { continue }
      var line = PrometheusFace.series(name, PromLabels(raw).withoutName, allowsAnyName)
      line += " " + PromNumber.text(sample.value)
      if isFederation { line += " \(sample.time)" }
      byFamily[families.name(of: name), default: []].append((name, line))
    }
    var text = ""
    for (family, lines) in byFamily.sorted(by: { $0.key < $1.key }) {
      let written = allowsAnyName && !PrometheusName.isLegacyMetric(family)
      let name = written ? PrometheusName.quoted(family) : PrometheusFace.legacy(family)
      if let metric = families.metric(family) {
        let help = metric.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(metric.type.rawValue)\n"
      } else {
        text += "# TYPE \(name) untyped\n"
      }
      for line in lines { text += line.line + "\n" }
    }
    return DemoResponse(
      headers: [("content-type", "text/plain; version=0.0.4; charset=utf-8")], body: Array(text.utf8))
  }

  /// Which metric a name belongs to: `x_bucket`, `x_sum` and `x_count` are the histogram `x`.
  private struct Families {
    private let metrics: [String: WorldMetric]

    init(_ metrics: [WorldMetric]) {
      self.metrics = Dictionary(metrics.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func metric(_ family: String) -> WorldMetric? { metrics[family] }

    func name(of name: String) -> String {
      if metrics[name] != nil { return name }
      for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
        let base = String(name.dropLast(suffix.count))
        if let type = metrics[base]?.type, type == .histogram || type == .summary { return base }
      }
      return name
    }
  }

  private static func series(_ name: String, _ labels: PromLabels, _ allowsAnyName: Bool) -> String {
    var items = labels.list.map { label in
      let key = allowsAnyName ? PrometheusName.label(label.name) : legacy(label.name)
      let value = label.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      return "\(key)=\"\(value)\""
    }
    let isQuoted = allowsAnyName && !PrometheusName.isLegacyMetric(name)
    if isQuoted { items.insert(PrometheusName.quoted(name), at: 0) }
    let set = items.isEmpty ? "" : "{" + items.joined(separator: ",") + "}"
    return isQuoted ? set : legacy(name) + set
  }

  /// The name with `_` for what older servers do not read.
  private static func legacy(_ name: String) -> String {
    if PrometheusName.isLegacyMetric(name) { return name }
    let kept = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ":") ? $0 : "_" }
    return (kept.first?.isNumber == true ? "_" : "") + String(kept)
  }
}
