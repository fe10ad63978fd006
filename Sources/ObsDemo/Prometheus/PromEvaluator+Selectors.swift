import ObsData

/// Series with their samples, for the windows of a range selector.
struct PromRangeSeries {
  let labels: PromLabels
  var times: [Int64]
  var values: [Double]
}

/// Reading samples.
extension PromEvaluator {
  /// The instants that a selector looks at, one a step.
  func references(offset: Int64, at: PromInstant?) -> [Int64] {
    switch at {
    case nil: times.map { $0 - offset }
    case .milliseconds(let time): Array(repeating: time - offset, count: times.count)
    case .start: Array(repeating: start - offset, count: times.count)
    case .end: Array(repeating: end - offset, count: times.count)
    }
  }

  /// The newest sample within the lookback, at every step.
  func instant(_ selector: PromSelector) throws(PromError) -> [PromSeries] {
    try newest(selector) { _, value in value }
  }

  /// The times of those samples, in seconds, for `timestamp`.
  func timestamps(_ selector: PromSelector) throws(PromError) -> [PromSeries] {
    try newest(selector) { time, _ in Double(time) / 1_000 }
  }

  private func newest(_ selector: PromSelector, _ read: (Int64, Double) -> Double) throws(PromError) -> [PromSeries] {
    let references = references(offset: selector.offset, at: selector.at)
    var result: [PromSeries] = []
    for series in try load(selector, references, window: lookback) {
      try budget.spend(references.count)
      var values = [Double](repeating: PromSeries.absent, count: references.count)
      var next = 0
      var isEmpty = true
      for (index, reference) in references.enumerated() {
        while next < series.times.count, series.times[next] <= reference { next += 1 }
        guard next > 0, series.times[next - 1] > reference - lookback,
          !PromSeries.isAbsent(series.values[next - 1])
        else { continue }
        values[index] = read(series.times[next - 1], series.values[next - 1])
        isEmpty = false
      }
      if !isEmpty { result.append(PromSeries(labels: series.labels, values: values)) }
    }
    return result
  }

  /// The labels of the series that match, in their order, as a block of Prometheus's store has them.
  func matching(_ selector: PromSelector) throws(PromError) -> [(raw: [String: String], labels: PromLabels)] {
    let name = selector.matchers.first { $0.label == PromLabels.nameLabel && $0.operation == .equal }?.value
    var tests: [(label: String, test: (String) -> Bool)] = []
    for matcher in selector.matchers where matcher.label != PromLabels.nameLabel || matcher.operation != .equal {
      tests.append((matcher.label, try matcher.test()))
    }
    return source.series(named: name).compactMap { labels in
      guard name == nil || labels[PromLabels.nameLabel] == name,
        tests.allSatisfy({ $0.test(labels[$0.label] ?? "") })
      else { return nil }
      return (labels, PromLabels(labels))
    }.sorted { PromLabels.precedes($0.labels, $1.labels) }
  }

  /// The samples of the matching series in `(reference - window, reference]` for all references: in one piece, or, where
  /// the windows lie far apart, window by window. References must not go back in time.
  func load(_ selector: PromSelector, _ references: [Int64], window: Int64) throws(PromError) -> [PromRangeSeries] {
    guard let first = references.first, let last = references.last else { return [] }
    var result: [PromRangeSeries] = []
    let isSparse = references.count > 1 && last > first && step > 2 * window
    for (raw, labels) in try matching(selector) {
      var series = PromRangeSeries(labels: labels, times: [], values: [])
      func add(_ samples: [WorldSample]) {
        for sample in samples {
          series.times.append(sample.time)
          series.values.append(sample.value)
        }
      }
      if isSparse {
        for reference in references {
          add(source.samples(of: raw, from: reference - window, to: reference, now: now))
        }
      } else {
        add(source.samples(of: raw, from: first - window, to: last, now: now))
      }
      try budget.spend(series.times.count)
      if !series.times.isEmpty { result.append(series) }
    }
    return result
  }

  /// The samples and windows of a range vector: a selector's, or a subquery's values on its own grid.
  func range(_ node: PromNode) throws(PromError) -> (series: [PromRangeSeries], references: [Int64], window: Int64) {
    switch node.expression {
    case .parentheses(let inner): return try range(inner)
    case .range(let selector, let window):
      let references = references(offset: selector.offset, at: selector.at)
      return (try load(selector, references, window: window), references, window)
    case .subquery(let subquery):
      let references = references(offset: subquery.offset, at: subquery.at)
      let step = subquery.step ?? PromEvaluator.subqueryStep
      guard let first = references.first, let last = references.last else { return ([], [], subquery.range) }
      // The grid is that of the step's multiples, wherever the query starts.
      var start = (first - subquery.range) / step * step
      while start <= first - subquery.range { start += step }
      try budget.spend(Int(max(0, (last - start) / step)))
      let grid = start <= last ? Array(stride(from: start, through: last, by: Int(step))) : []
      var series: [PromRangeSeries] = []
      let inner = grid.isEmpty ? .vector([]) : try on(grid, step: step).evaluate(subquery.inner)
      for item in inner.series {
        var samples = PromRangeSeries(labels: item.labels, times: [], values: [])
        for (time, value) in zip(grid, item.values) where !PromSeries.isAbsent(value) {
          samples.times.append(time)
          samples.values.append(value)
        }
        try budget.spend(samples.times.count)
        if !samples.times.isEmpty { series.append(samples) }
      }
      return (series, references, subquery.range)
    default: throw PromError(.execution, "expected a range vector")
    }
  }

  /// A function of each series' window at every step.
  func windows(_ function: PromWindowFunction, _ node: PromNode, parameter: [Double]) throws(PromError) -> [PromSeries]
  {
    let (series, references, window) = try range(node)
    var result: [PromSeries] = []
    result.reserveCapacity(series.count)
    for item in series {
      try budget.spend(references.count)
      let values = item.times.withUnsafeBufferPointer { times in
        item.values.withUnsafeBufferPointer { values -> [Double]? in
          var column = [Double](repeating: PromSeries.absent, count: references.count)
          var low = 0
          var high = 0
          var isEmpty = true
          for (index, reference) in references.enumerated() {
            while high < times.count, times[high] <= reference { high += 1 }
            while low < high, times[low] <= reference - window { low += 1 }
            let window = PromWindow(
              times: UnsafeBufferPointer(rebasing: times[low..<high]),
              values: UnsafeBufferPointer(rebasing: values[low..<high]), start: reference - window, end: reference,
              evaluation: self.times[index], parameter: parameter.isEmpty ? 0 : parameter[index])
            if let value = function.value(window) {
              column[index] = value
              isEmpty = false
            }
          }
          return isEmpty ? nil : column
        }
      }
      guard let values else { continue }
      result.append(PromSeries(labels: function.keepsName ? item.labels : item.labels.withoutName, values: values))
    }
    return try merged(result)
  }
}
