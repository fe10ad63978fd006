/// Durations as a person writes them in the settings and on the command line.
public enum DurationText {
  private static let units: [(name: String, nanoseconds: Int64)] = [
    ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]

  /// Reads `10s`, `1m30s`, `500ms`, `2h`, `1d`: whole numbers with units. Nil for anything else, for zero, and for more than
  /// a hundred years.
  public static func parse(_ text: String) -> Duration? {
    var rest = text[...]
    var total: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest[digits.endIndex...]
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest[name.endIndex...]
      guard let number = Int64(digits), let unit = units.first(where: { $0.name == name })?.nanoseconds else {
        return nil
      }
      let (part, overflow) = number.multipliedReportingOverflow(by: unit)
      let (sum, carried) = total.addingReportingOverflow(part)
      guard !overflow, !carried else { return nil }
      total = sum
    }
    return total > 0 && total <= 3_153_600_000_000_000_000 ? .nanoseconds(total) : nil
  }

  /// The shortest spelling that `parse` reads: `1m30s`.
  public static func text(_ duration: Duration) -> String {
    var rest = duration.nanoseconds / 1_000_000
    var text = ""
    for (name, nanoseconds) in units.reversed() {
      let unit = nanoseconds / 1_000_000
      if rest >= unit { text += "\(rest / unit)\(name)" }
      rest %= unit
    }
    return text.isEmpty ? "0s" : text
  }
}
