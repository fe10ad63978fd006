extension PrometheusDecoder {
  /// More different bounds than these are not kept; the finest histograms of a server have 160.
  private static let maximumBounds = 1_000

  /// The buckets of all native histograms of a matrix, added up: for each upper bound a series, labelled `le`, that counts all
  /// observations up to it. Buckets that the server leaves out, because nothing fell into them, count nothing.
  static func buckets(_ result: JSONValue, on grid: PrometheusGrid) -> [TimeSeries] {
    var counts: [Double: [Double]] = [:]
    var isMeasured = [Bool](repeating: false, count: grid.count)
    for item in result.elements.prefix(maximumBounds) {
      for pair in item["histograms"]?.elements ?? [] {
        let parts = pair.elements
        guard parts.count == 2, let time = parts[0].double, let index = grid.index(of: Timestamp(seconds: time)) else {
          continue
        }
        isMeasured[index] = true
        // [which ends belong to it, lower bound, upper bound, count]
        for bucket in parts[1]["buckets"]?.elements ?? [] {
          let fields = bucket.elements
          guard fields.count == 4, let upper = fields[2].string.flatMap(number), !upper.isNaN,
            let count = fields[3].string.flatMap(number), count.isFinite,
            counts[upper] != nil || counts.count < maximumBounds
          else { continue }
          counts[upper, default: Array(repeating: 0, count: grid.count)][index] += count
        }
      }
    }
    var below = [Double](repeating: 0, count: grid.count)
    return counts.keys.sorted().map { upper in
      for (index, count) in (counts[upper] ?? []).enumerated() { below[index] += count }
      return TimeSeries(
        labels: ["le": upper == .infinity ? "+Inf" : "\(upper)"], start: grid.start, step: grid.step,
        values: below.indices.map { isMeasured[$0] ? below[$0] : nil })
    }
  }
}
