/// Names of labels.
enum PrometheusLabel {
  /// Whether a label can have this name: since 3.0 any text that is not empty.
  static func isValid(_ name: String) -> Bool { !name.isEmpty }

  /// Whether it is `[a-zA-Z_][a-zA-Z0-9_]*`.
  static func isLegacy(_ name: some StringProtocol) -> Bool {
    var isFirst = true
    for byte in name.utf8 {
      let isLetter = byte == 95 || (65...90).contains(byte) || (97...122).contains(byte)
      guard isLetter || (!isFirst && (48...57).contains(byte)) else { return false }
      isFirst = false
    }
    return !isFirst
  }

  /// The name behind `U__` escaping: `__` is `_`, `_2e_` the character of that code. Nil where the escapes are broken.
  static func unescaped(_ name: String) -> String? {
    guard name.hasPrefix("U__") else { return name }
    var result = ""
    var rest = name.dropFirst(3)
    while let first = rest.popFirst() {
      guard first == "_" else {
        result.append(first)
        continue
      }
      if rest.first == "_" {
        rest = rest.dropFirst()
        result += "_"
        continue
      }
      let digits = rest.prefix { $0.isHexDigit }
      guard rest[digits.endIndex...].first == "_", let value = UInt32(digits, radix: 16),
        let scalar = UnicodeScalar(value)
      else { return nil }
      result.unicodeScalars.append(scalar)
      rest = rest[digits.endIndex...].dropFirst()
    }
    return result
  }
}
