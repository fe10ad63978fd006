/// Names and strings as PromQL writes them. Since 3.0 a name can be any UTF-8; what is not `[a-zA-Z_:][a-zA-Z0-9_:]*` has
/// to be quoted inside the braces: `{"http.server.duration", "service.name"="x"}`.
public enum PrometheusName {
  /// Whether a metric can be written in front of the braces.
  public static func isLegacyMetric(_ name: String) -> Bool { isLegacy(name, colon: true) }
  /// Whether a label can be written without quotes.
  public static func isLegacyLabel(_ name: String) -> Bool { isLegacy(name, colon: false) }

  /// A selector of one metric with matchers that are already written.
  public static func selector(_ metric: String, _ matchers: [String] = []) -> String {
    if isLegacyMetric(metric) {
      return matchers.isEmpty ? metric : metric + "{" + matchers.joined(separator: ",") + "}"
    }
    return "{" + ([quoted(metric)] + matchers).joined(separator: ",") + "}"
  }

  /// One matcher: `matcher("job", "=~", "a|b")`.
  public static func matcher(_ label: String, _ operation: String, _ value: String) -> String {
    self.label(label) + operation + quoted(value)
  }

  /// A label's name as it stands in matchers and in `by (…)`.
  public static func label(_ name: String) -> String { isLegacyLabel(name) ? name : quoted(name) }

  /// A string in double quotes.
  public static func quoted(_ text: String) -> String { "\"" + stringContent(text) + "\"" }

  /// The inside of a string in double quotes.
  public static func stringContent(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A regular expression (RE2) that matches any of the texts and nothing else.
  public static func alternatives(_ texts: [String]) -> String {
    texts.map { text in
      var result = ""
      for scalar in text.unicodeScalars {
        if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { result += "\\" }
        result.unicodeScalars.append(scalar)
      }
      return result
    }.joined(separator: "|")
  }

  /// A label's name as it stands in a path (`U__` escaping, 3.0.1 and later): `_` doubled, anything that is not an ASCII
  /// letter or digit as `_HEX_`.
  public static func escaped(_ name: String) -> String {
    var result = "U__"
    for scalar in name.unicodeScalars {
      if scalar == "_" {
        result += "__"
      } else if scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "_" + String(scalar.value, radix: 16) + "_"
      }
    }
    return result
  }

  private static func isLegacy(_ name: String, colon: Bool) -> Bool {
    var isFirst = true
    for byte in name.utf8 {
      let isLetter = (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || (colon && byte == 58)
      guard isLetter || (!isFirst && (48...57).contains(byte)) else { return false }
      isFirst = false
    }
    return !isFirst
  }
}
