/// Durations as a person writes them in the settings, on the command line and in prompts.
public enum DurationText {
  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9), ("d", 86_400e9),
    ("w", 604_800e9),
  ]

  /// Reads `10s`, `1m30s`, `1.5s`, `500ms`, `2h`, `1d`: numbers with units. Nil for anything else, for zero, and for more than
  /// a hundred years.
  public static func parse(_ text: String) -> Duration? {
    var rest = text[...]
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest[digits.endIndex...]
      let name = rest.prefix { !($0.isNumber || $0 == ".") }
      rest = rest[name.endIndex...]
      guard let number = Double(digits), let unit = units.first(where: { $0.name == name }) else { return nil }
      total += number * unit.nanoseconds
    }
    return total >= 1 && total <= 3_153_600_000e9 ? .nanoseconds(Int64(total)) : nil
  }

  /// The shortest spelling in whole units that `parse` reads, down to milliseconds: `1m30s`.
  public static func text(_ duration: Duration) -> String {
    var rest = max(duration.nanoseconds, 0) / 1_000_000
    var text = ""
    for (name, milliseconds) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]
      as [(String, Int64)]
    {
      if rest >= milliseconds { text += "\(rest / milliseconds)\(name)" }
      rest %= milliseconds
    }
    return text.isEmpty ? "0s" : text
  }
}
