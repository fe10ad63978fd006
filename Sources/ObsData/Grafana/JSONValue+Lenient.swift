extension JSONValue {
  /// The value as text: a string, or a number or truth as it is printed. Dashboards have been written by many hands.
  var lenientText: String? {
    switch kind {
    case .string: string
    case .int: int.map(String.init)
    case .double: double.map { "\($0)" }
    case .bool: bool.map { $0 ? "true" : "false" }
    default: nil
    }
  }

  /// The value as a finite number: a number, or a string that spells one.
  var lenientNumber: Double? {
    (double ?? string.flatMap { Double($0.trimmingBlanks()) }).flatMap { $0.isFinite ? $0 : nil }
  }

  /// The value as a whole number that fits a grid; nil for what is no number.
  var lenientInt: Int? {
    lenientNumber.flatMap { Int(exactly: min(max($0.rounded(), -1e9), 1e9)) }
  }

  /// The value as a truth: a truth, or a string that spells one.
  var lenientBool: Bool? { bool ?? (string == "true" ? true : string == "false" ? false : nil) }

  /// The value as a list of texts: an array of them, or one of them.
  var lenientTexts: [String] {
    kind == .array ? elements.compactMap(\.lenientText) : lenientText.map { [$0] } ?? []
  }
}

extension StringProtocol {
  /// The text without white space at its ends.
  func trimmingBlanks() -> String {
    var rest = self[startIndex..<endIndex]
    while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
    while rest.last?.isWhitespace == true { rest = rest.dropLast() }
    return String(rest)
  }
}
