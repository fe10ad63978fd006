extension MetricExplorer {
  /// A metric over the window, with the labels of its series.
  public func detail(_ query: MetricDetailQuery, now: Timestamp) async throws(FetchError) -> MetricDetail {
    let range = query.window.range(now: now)
    let grid = PrometheusGrid(range, columns: query.columns)
    var look = query.look
    let interval =
      try await scrapeInterval(of: look.family.counted, at: grid.end, now: now) ?? MetricExplorer.unmeasured
    let window = Duration.rateWindow(scrapeInterval: interval, step: grid.step)
    var detail = MetricDetail()
    try await countLabels(look, in: range, at: grid.end, into: &detail)
    if query.isHeatMap, let expression = look.buckets(window: window) {
      detail.expressions = [expression]
      try await fill(&detail) { detail throws(FetchError) in
        let isNative = look.family.kind == .nativeHistogram
        let answer =
          try await isNative ? self.client.buckets(expression, on: grid) : self.client.range(expression, on: grid)
        detail.buckets = answer.value
        detail.total = answer.value.count
        detail.remarks += answer.warnings + answer.infos
      }
    } else {
      try await ask(look, window, grid, into: &detail)
      if look.family.kind == .gauge, detail.remarks.contains(where: PrometheusDecoder.tellsOfHistograms) {
        look = MetricLook(look.family.asNativeHistogram, matchers: look.matchers, grouping: look.grouping)
        detail.remarks = []
        try await ask(look, window, grid, into: &detail)
      }
    }
    detail.kind = look.family.kind
    return detail
  }

  /// A refusal belongs to the metric's picture: what else is known of it stays.
  private func fill(
    _ detail: inout MetricDetail, _ body: (inout MetricDetail) async throws(FetchError) -> Void
  ) async throws(FetchError) {
    do throws(FetchError) {
      try await body(&detail)
    } catch {
      guard error.concernsOneQuery else { throw error }
      detail.failure = error.answer
    }
  }

  private func ask(
    _ look: MetricLook, _ window: Duration, _ grid: PrometheusGrid, into detail: inout MetricDetail
  ) async throws(FetchError) {
    let questions = look.questions(window: window)
    detail.expressions = questions.map(\.expression)
    let client = client
    let replies = await MetricExplorer.gather(questions) { question in
      do throws(FetchError) {
        return .success(try await client.range(question.expression, on: grid))
      } catch {
        return .failure(error)
      }
    }
    var lines: [MetricDetail.Line] = []
    var remarks: [String] = []
    for (question, reply) in replies {
      try await fill(&detail) { _ throws(FetchError) in
        let answer = try reply.get()
        remarks += (answer.warnings + answer.infos).filter { !remarks.contains($0) }
        lines += answer.value.map { series in
          let labels = look.grouping.map { "\($0)=\(series.labels[$0] ?? "")" }
          let quantile = series.labels["quantile"].map { MetricDetail.percentile($0) }
          let name = ([question.name, quantile ?? ""] + labels).filter { !$0.isEmpty }.joined(separator: " ")
          return MetricDetail.Line(name: name.isEmpty ? look.family.name : name, series: series)
        }
      }
    }
    detail.remarks += remarks
    detail.total = lines.count
    detail.lines = MetricDetail.greatest(lines)
  }

  /// The labels of the metric's series. A server that refuses this still has the chart.
  private func countLabels(
    _ look: MetricLook, in range: TimeRange, at time: Timestamp, into detail: inout MetricDetail
  ) async throws(FetchError) {
    do throws(FetchError) {
      var matchers = look.matchers.map(\.text)
      // Each histogram is counted once.
      if look.family.counted == look.family.buckets { matchers.append("le=\"+Inf\"") }
      let limit = MetricExplorer.maximumSeries
      let answer = try await client.series(
        matching: [PrometheusName.selector(look.family.counted, matchers)], in: range, limit: limit)
      detail.labels = MetricLabel.count(answer.value)
      detail.seriesCount = answer.value.count
      detail.isCutShort = answer.value.count >= limit && !answer.warnings.isEmpty
    } catch {
      guard error.concernsOneQuery else { throw error }
      detail.remarks.append("the labels could not be counted: \(error.answer)")
    }
  }
}

extension MetricFamily {
  /// The same metric, once it is known to be a native histogram.
  var asNativeHistogram: MetricFamily {
    var family = self
    family.kind = .nativeHistogram
    return family
  }
}

extension MetricDetail {
  /// `0.99` as `p99`; anything else as it is.
  public static func percentile(_ quantile: String) -> String {
    guard let value = Double(quantile), value > 0, value < 1 else { return quantile }
    let hundredths = (value * 1_000_000).rounded() / 10_000
    return "p" + (hundredths == hundredths.rounded() ? "\(Int(hundredths))" : "\(hundredths)")
  }

  /// The lines with the greatest mean; in their own order where all have room.
  public static func greatest(_ lines: [Line]) -> [Line] {
    guard lines.count > MetricExplorer.maximumLines else { return lines }
    let means = lines.map { line -> Double in
      let values = line.series.values.compactMap { $0 }.filter(\.isFinite)
      return values.isEmpty ? -.infinity : values.reduce(0) { $0 + $1 / Double(values.count) }
    }
    let order = lines.indices.sorted { (means[$1], lines[$0].name) < (means[$0], lines[$1].name) }
    return order.prefix(MetricExplorer.maximumLines).map { lines[$0] }
  }
}
