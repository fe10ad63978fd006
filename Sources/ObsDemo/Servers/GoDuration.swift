/// Durations as Go's `time.ParseDuration` reads them: `1.5h`, `-2ms`, `1h2m3s`, `0`. The unit may be ns, us, µs, ms, s, m, h.
enum GoDuration {
  /// Why a text is no duration, in Go's words.
  struct Failure: Error, Equatable {
    let description: String
  }

  /// Nanoseconds.
  static func parse(_ text: String) throws(Failure) -> Int64 {
    let quoted = "\"\(text)\""
    var rest = Substring(text)
    var isNegative = false
    if let sign = rest.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      rest.removeFirst()
    }
    if rest == "0" { return 0 }
    guard !rest.isEmpty else { throw Failure(description: "time: invalid duration \(quoted)") }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let value = Double("0" + number + (number.hasSuffix(".") ? "0" : "")), number.contains(where: \.isNumber)
      else {
        throw Failure(description: "time: invalid duration \(quoted)")
      }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0 != "." && !($0.isASCII && $0.isNumber) }
      guard !unit.isEmpty else { throw Failure(description: "time: missing unit in duration \(quoted)") }
      guard let factor = factors[String(unit)] else {
        throw Failure(description: "time: unknown unit \"\(unit)\" in duration \(quoted)")
      }
      rest = rest.dropFirst(unit.count)
      total += value * factor
    }
    guard total < 9.2e18 else { throw Failure(description: "time: invalid duration \(quoted)") }
    return Int64(isNegative ? -total : total)
  }

  private static let factors: [String: Double] = [
    "ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3_600e9,
  ]
}
