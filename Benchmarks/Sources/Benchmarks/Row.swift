/// One line of the table: what was asked for, what was measured, and whether that is good enough.
struct Row {
  let what: String
  let target: String
  let measured: String
  let isMet: Bool
  /// Whether a miss ends the run with 1; a comparison with another program is printed whichever way it falls.
  var isBinding = true
}

/// Statistics over a list of measurements.
struct Sample {
  let sorted: [Double]

  init(_ values: [Double]) { sorted = values.sorted() }

  var median: Double { quantile(0.5) }
  var isEmpty: Bool { sorted.isEmpty }

  /// Nearest rank: the least value that at least the share `q` of the values does not exceed.
  func quantile(_ q: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let rank = Int((q * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }
}

/// `value` with `digits` behind the point.
func fixed(_ value: Double, _ digits: Int = 1) -> String {
  guard value.isFinite else { return "\(value)" }
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let rounded = (value * scale).rounded() / scale
  let text = "\(rounded)"
  return digits == 0 ? String(text.prefix { $0 != "." }) : text
}
