extension FetchError {
  /// The failure in one line for a status bar, at most 160 characters; with the status, unless that was one of success.
  public var sentence: String {
    let words = FetchError.singleLine(answer)
    let code = status.flatMap { (200..<300).contains($0) || words.hasPrefix("\($0)") ? nil : "\($0): " } ?? ""
    return FetchError.bounded(code + words, to: 160)
  }

  /// The whole failure: what was tried, what came, what to do, a line each; at most 1,500 characters.
  public var paragraph: String {
    var lines = ["Tried: \(tried)", "Answer: \(status.map { "\($0), " } ?? "")\(FetchError.singleLine(answer))"]
    if let retryAfter { lines.append("It asks to be left alone for \(FetchError.duration(retryAfter)).") }
    if let advice { lines.append("Do: \(advice)") }
    let text = lines.map { FetchError.bounded($0, to: 500) }.joined(separator: "\n")
    return excerpt.map { text + "\n" + FetchError.bounded($0, to: 500) } ?? text
  }

  /// At most `limit` characters, the last an ellipsis where something was cut off. Does not look at more of the text than that.
  static func bounded(_ text: String, to limit: Int) -> String {
    guard let end = text.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex), end < text.endIndex else {
      return text
    }
    return text.prefix(limit - 1) + "…"
  }

  /// White space of any kind as single spaces.
  static func singleLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A size as a person says it: `16 MB` (binary units, as limits are set in them).
  static func bytes(_ count: Int) -> String {
    for (unit, shift) in [("GB", 30), ("MB", 20), ("kB", 10)] where count >= 1 << shift {
      let tenths = count / ((1 << shift) / 10)
      return tenths % 10 == 0 || tenths >= 100 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    return "\(count) bytes"
  }

  /// A duration as a person says it: `10 s`, `1.5 s`, `250 ms`, `2 min`.
  static func duration(_ duration: Duration) -> String {
    let milliseconds = duration.nanoseconds / 1_000_000
    if milliseconds < 1_000 { return "\(milliseconds) ms" }
    if milliseconds < 120_000 {
      let tenths = milliseconds / 100
      return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
    return "\(milliseconds / 60_000) min"
  }
}
