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
      if !fill(&values, from: item, on: grid) {
        for sample in samples(of: item).samples {
          if let index = grid.index(of: sample.time) { values[index] = sample.value }
        }
      }
      return TimeSeries(
        labels: PrometheusDecoder.labels(item["metric"]), start: grid.start, step: grid.step, values: values)
    }
  }

  /// Puts the samples of a series of plain numbers into their places without a string being made of any: a chart has hundreds of
  /// thousands of them. False for a series that has histograms.
  private mutating func fill(_ values: inout [Double?], from item: JSONValue, on grid: PrometheusGrid) -> Bool {
    let (start, step) = (grid.start.seconds, grid.step.seconds)
    var odd = 0
    let isDone = item.document.withCursor(at: item.index) { cursor -> Bool in
      guard cursor.member("histograms") == nil else { return false }
      guard let samples = cursor.member("values") else { return true }
      for pair in samples.elements {
        var parts = pair.elements
        guard let time = parts.next(), time.kind == .double || time.kind == .int, let text = parts.next(),
          parts.next() == nil, let value = text.bytes?.double ?? text.numberOrNil
        else {
          odd += 1
          continue
        }
        let place = ((time.double - start) / step).rounded()
        if place >= 0, place < Double(values.count) { values[Int(place)] = value }
      }
      return true
    }
    guard isDone == true else { return false }
    oddValues += odd
    return true
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
