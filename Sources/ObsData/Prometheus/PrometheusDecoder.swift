/// Reads the `data` of Prometheus's answers. What does not fit is left out and counted: one odd value never costs the rest.
struct PrometheusDecoder {
  /// More series than this are not kept.
  let maximumSeries: Int
  private(set) var oddValues = 0
  private(set) var droppedSeries = 0
  private(set) var nativeHistograms = 0

  init(maximumSeries: Int) { self.maximumSeries = maximumSeries }

  /// What was left out or read differently, in words.
  var remarks: [String] {
    var remarks: [String] = []
    if droppedSeries > 0 {
      remarks.append("\(droppedSeries + maximumSeries) series came, \(maximumSeries) are kept: narrow the expression")
    }
    if nativeHistograms > 0 {
      remarks.append("\(nativeHistograms) series of native histograms: their number of observations is shown")
    }
    if oddValues > 0 { remarks.append("\(oddValues) values that are no samples were left out") }
    return remarks
  }

  /// The result of an instant query; nil for a type that Prometheus does not have.
  mutating func result(_ data: JSONValue) -> PrometheusResult? {
    guard let type = data["resultType"]?.string, let result = data["result"] else { return nil }
    switch type {
    case "scalar":
      return sample(result).map(PrometheusResult.scalar)
    case "string":
      let pair = result.elements
      guard pair.count == 2, let time = pair[0].double, let text = pair[1].string else { return nil }
      return .string(text, time: Timestamp(seconds: time))
    case "vector":
      var elements: [PrometheusElement] = []
      for item in capped(result.elements) {
        if let element = element(item) { elements.append(element) } else { oddValues += 1 }
      }
      return .vector(elements)
    case "matrix":
      return .matrix(series(result))
    default:
      return nil
    }
  }

  /// The series of a matrix, their samples as they came.
  mutating func series(_ result: JSONValue) -> [PrometheusSeries] {
    capped(result.elements).map { item in
      let labels = PrometheusDecoder.labels(item["metric"])
      let (samples, sums) = samples(of: item)
      return PrometheusSeries(labels: labels, samples: samples, histogramSums: sums)
    }
  }

  /// The series of a range query, put on the grid that was asked for. Steps that the server leaves out stay nil.
  mutating func aligned(_ result: JSONValue, to grid: PrometheusGrid) -> [TimeSeries] {
    capped(result.elements).map { item in
      var values = [Double?](repeating: nil, count: grid.count)
      for sample in samples(of: item).samples {
        if let index = grid.index(of: sample.time) { values[index] = sample.value }
      }
      return TimeSeries(
        labels: PrometheusDecoder.labels(item["metric"]), start: grid.start, step: grid.step, values: values)
    }
  }

  /// A label set: `{"__name__": "up", "job": "node"}`.
  static func labels(_ value: JSONValue?) -> [String: String] {
    var labels: [String: String] = [:]
    for (name, value) in value?.members ?? [] { labels[name] = value.string ?? "" }
    return labels
  }

  /// A number in Prometheus's text form.
  static func number(_ text: String) -> Double? {
    switch text {
    case "NaN": .nan
    case "+Inf", "Inf": .infinity
    case "-Inf": -.infinity
    default: Double(text)
    }
  }

  private mutating func capped(_ items: [JSONValue]) -> ArraySlice<JSONValue> {
    droppedSeries += max(0, items.count - maximumSeries)
    return items.prefix(maximumSeries)
  }

  private mutating func samples(of item: JSONValue) -> (samples: [PrometheusSample], sums: [Double]) {
    var samples: [PrometheusSample] = []
    for pair in item["values"]?.elements ?? [] {
      if let sample = sample(pair) { samples.append(sample) } else { oddValues += 1 }
    }
    guard let histograms = item["histograms"]?.elements, !histograms.isEmpty else { return (samples, []) }
    nativeHistograms += 1
    // A series may change from numbers to histograms in the range: then both come, each for its own steps.
    var sums = [Double](repeating: .nan, count: samples.count)
    for pair in histograms {
      if let (time, histogram) = histogram(pair) {
        samples.append(PrometheusSample(time: time, value: histogram.count))
        sums.append(histogram.sum)
      } else {
        oddValues += 1
      }
    }
    let order = samples.indices.sorted { samples[$0].time < samples[$1].time }
    return (order.map { samples[$0] }, order.map { sums[$0] })
  }

  private mutating func element(_ item: JSONValue) -> PrometheusElement? {
    let labels = PrometheusDecoder.labels(item["metric"])
    if let value = item["value"], let sample = sample(value) {
      return PrometheusElement(labels: labels, time: sample.time, value: sample.value)
    }
    guard let value = item["histogram"], let (time, histogram) = histogram(value) else { return nil }
    nativeHistograms += 1
    return PrometheusElement(labels: labels, time: time, value: histogram.count, histogram: histogram)
  }

  private func sample(_ pair: JSONValue) -> PrometheusSample? {
    let parts = pair.elements
    guard parts.count == 2, let time = parts[0].double,
      let value = parts[1].string.flatMap(PrometheusDecoder.number) ?? parts[1].double
    else { return nil }
    return PrometheusSample(time: Timestamp(seconds: time), value: value)
  }

  private func histogram(_ pair: JSONValue) -> (Timestamp, PrometheusHistogram)? {
    let parts = pair.elements
    guard parts.count == 2, let time = parts[0].double,
      let count = parts[1]["count"]?.string.flatMap(PrometheusDecoder.number),
      let sum = parts[1]["sum"]?.string.flatMap(PrometheusDecoder.number)
    else { return nil }
    return (Timestamp(seconds: time), PrometheusHistogram(count: count, sum: sum))
  }
}
