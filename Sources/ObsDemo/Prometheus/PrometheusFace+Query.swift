import ObsData

/// `query` and `query_range`.
extension PrometheusFace {
  /// More points of a series than this are refused.
  static let maximumPoints: Int64 = 11_000

  func parsed(_ form: PrometheusForm) throws(PromError) -> PromNode {
    do throws(PromError) {
      return try PromParser.parse(form.first("query"))
    } catch { throw PrometheusForm.invalid("query", error.message) }
  }

  func query(_ form: PrometheusForm, _ now: Int64) throws(PromError) -> DemoResponse {
    let limit = try form.limit()
    let time = try form.time("time", default: now)
    let node = try parsed(form)
    let evaluator = PromEvaluator(
      source: source, start: time, end: time, step: 1, now: now, lookback: try lookback(form))
    if node.type == .matrix { return raw(try evaluator.range(node), limit) }
    switch try evaluator.evaluate(node) {
    case .scalar(let values):
      let sample = PrometheusJSON.sample(time, values.first ?? .nan)
      return PrometheusEnvelope.success(#"{"resultType":"scalar","result":\#(sample)}"#)
    case .string(let text):
      let pair = "[\(PromNumber.seconds(time)),\(JSONTree.string(text).text)]"
      return PrometheusEnvelope.success(#"{"resultType":"string","result":\#(pair)}"#)
    case .vector(let series):
      let present = series.filter { !$0.isEmpty }
      var text = #"{"resultType":"vector","result":["#
      for (index, item) in kept(present, limit).enumerated() {
        if index > 0 { text += "," }
        text += #"{"metric":"# + PrometheusJSON.labels(item.labels)
        text += #","value":"# + PrometheusJSON.sample(time, item.values.first ?? .nan) + "}"
      }
      return PrometheusEnvelope.success(text + "]}", warnings: truncation(present.count, limit))
    }
  }

  func queryRange(_ form: PrometheusForm, _ now: Int64) throws(PromError) -> DemoResponse {
    let limit = try form.limit()
    let start = try form.time("start")
    let end = try form.time("end")
    if end < start { throw PrometheusForm.invalid("end", "end timestamp must not be before start time") }
    guard let step = try form.duration("step") else {
      throw PrometheusForm.invalid("step", "cannot parse \"\" to a valid duration")
    }
    guard step > 0 else {
      throw PrometheusForm.invalid(
        "step", "zero or negative query resolution step widths are not accepted. Try a positive integer")
    }
    guard (end - start) / step <= PrometheusFace.maximumPoints else {
      throw PromError(
        .badData,
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")
    }
    let node = try parsed(form)
    guard node.type == .scalar || node.type == .vector else {
      throw PrometheusForm.invalid(
        "query",
        "invalid expression type \"\(node.type.rawValue)\" for range query, must be Scalar or instant Vector")
    }
    let evaluator = PromEvaluator(
      source: source, start: start, end: end, step: step, now: now, lookback: try lookback(form))
    var series: [PromSeries]
    switch try evaluator.evaluate(node) {
    case .scalar(let values): series = [PromSeries(labels: .empty, values: values)]
    case .vector(let vector): series = vector.filter { !$0.isEmpty }
    case .string: series = []
    }
    series.sort { PromLabels.precedes($0.labels, $1.labels) }
    var text = #"{"resultType":"matrix","result":["#
    for (index, item) in kept(series, limit).enumerated() {
      if index > 0 { text += "," }
      text += #"{"metric":"# + PrometheusJSON.labels(item.labels) + #","values":["#
      var isFirst = true
      for (time, value) in zip(evaluator.times, item.values) where !PromSeries.isAbsent(value) {
        if !isFirst { text += "," }
        isFirst = false
        text += PrometheusJSON.sample(time, value)
      }
      text += "]}"
    }
    return PrometheusEnvelope.success(text + "]}", warnings: truncation(series.count, limit))
  }

  /// The samples of a range vector as they are, for an instant query of `selector[5m]`.
  private func raw(_ range: (series: [PromRangeSeries], references: [Int64], window: Int64), _ limit: Int)
    -> DemoResponse
  {
    guard let reference = range.references.first else { return PrometheusEnvelope.success("{}") }
    let series = range.series.sorted { PromLabels.precedes($0.labels, $1.labels) }
    var items: [String] = []
    for item in series {
      let samples = zip(item.times, item.values).filter { $0.0 > reference - range.window && $0.0 <= reference }
      guard !samples.isEmpty else { continue }
      let values = samples.map { PrometheusJSON.sample($0.0, $0.1) }.joined(separator: ",")
      items.append(#"{"metric":\#(PrometheusJSON.labels(item.labels)),"values":[\#(values)]}"#)
    }
    let text = #"{"resultType":"matrix","result":["# + kept(items, limit).joined(separator: ",") + "]}"
    return PrometheusEnvelope.success(text, warnings: truncation(items.count, limit))
  }

  private func lookback(_ form: PrometheusForm) throws(PromError) -> Int64 {
    let lookback = try form.duration("lookback_delta") ?? PromEvaluator.usualLookback
    return lookback > 0 ? lookback : PromEvaluator.usualLookback
  }

  private func kept<Item>(_ items: [Item], _ limit: Int) -> ArraySlice<Item> {
    limit > 0 ? items.prefix(limit) : items[...]
  }

  private func truncation(_ count: Int, _ limit: Int) -> [String] {
    limit > 0 && count > limit ? ["results truncated due to limit"] : []
  }
}

/// Values in the JSON of Prometheus.
enum PrometheusJSON {
  static func sample(_ time: Int64, _ value: Double) -> String {
    "[\(PromNumber.seconds(time)),\"\(PromNumber.text(value))\"]"
  }

  static func labels(_ labels: PromLabels) -> String {
    JSONTree.object(labels.list.map { ($0.name, .string($0.value)) }).text
  }
}
