import Foundation

/// How the values of a variable are written where it stands: the formats of Grafana's `${name:format}`.
public enum VariableFormat: Hashable, Sendable {
  /// What the Prometheus plugin does without a format.
  case prometheus
  /// No format: values joined by commas, for titles and texts.
  case plain
  case regex, pipe, csv, json, glob, lucene, percentencode, raw, singlequote, doublequote, sqlstring, text, queryparam
  case distributed, html, uriencode
  /// An instant in milliseconds as a date; the pattern is `iso`, `seconds` or one of moment.js.
  case date(String)

  /// The format of a word; nil for one that is not known.
  public init?(_ word: String) {
    if word == "date" || word.hasPrefix("date:") {
      self = .date(word == "date" ? "iso" : String(word.dropFirst(5)))
      return
    }
    let known: [String: VariableFormat] = [
      "regex": .regex, "pipe": .pipe, "csv": .csv, "json": .json, "glob": .glob, "lucene": .lucene,
      "percentencode": .percentencode, "raw": .raw, "singlequote": .singlequote, "doublequote": .doublequote,
      "sqlstring": .sqlstring, "text": .text, "queryparam": .queryparam, "distributed": .distributed, "html": .html,
      "uriencode": .uriencode,
    ]
    guard let format = known[word] else { return nil }
    self = format
  }

  /// The text that stands for a binding. `isQuoted` says whether it stands inside quotes of PromQL.
  public func text(_ binding: VariableBinding, named name: String, isQuoted: Bool = false) -> String {
    if binding.isAll, let all = binding.allValue, self != .text, self != .queryparam { return all }
    let values = binding.values
    let single = values.count == 1 ? values[0] : nil
    switch self {
    case .prometheus: return VariableFormat.promQL(binding, isQuoted: isQuoted)
    case .plain, .raw, .csv: return values.joined(separator: ",")
    case .pipe: return values.joined(separator: "|")
    case .regex:
      let escaped = values.map { VariableFormat.escaped($0, "\\^$*+?.()|[]{}/", with: "\\") }
      return escaped.count == 1 ? escaped[0] : "(" + escaped.joined(separator: "|") + ")"
    case .json:
      if let single, !binding.isMulti { return JSONTree.string(single).text }
      return JSONTree.array(values.map(JSONTree.string)).text
    case .glob: return single ?? "{" + values.joined(separator: ",") + "}"
    case .lucene:
      if values.isEmpty { return "__empty__" }
      let escaped = values.map { VariableFormat.escaped($0, "!*+-=<> \t&|()[]{}^~?:\\/\"", with: "\\") }
      return escaped.count == 1 && !binding.isMulti
        ? escaped[0] : "(" + escaped.map { "\"" + $0 + "\"" }.joined(separator: " OR ") + ")"
    case .percentencode:
      return VariableFormat.percentEncoded(single ?? "{" + values.joined(separator: ",") + "}")
    case .uriencode:
      return VariableFormat.percentEncoded(
        single ?? "{" + values.joined(separator: ",") + "}", keeping: ";,/?:@&=+$#!'()*-._~")
    case .singlequote: return values.map { "'" + $0.replacing("'", with: "\\'") + "'" }.joined(separator: ",")
    case .doublequote: return values.map { "\"" + $0.replacing("\"", with: "\\\"") + "\"" }.joined(separator: ",")
    case .sqlstring: return values.map { "'" + $0.replacing("'", with: "''") + "'" }.joined(separator: ",")
    case .text: return binding.isAll ? "All" : binding.texts.joined(separator: " + ")
    case .queryparam:
      let shown = binding.isAll ? [DashboardVariable.all] : values
      return shown.map { "var-\(name)=" + VariableFormat.percentEncoded($0) }.joined(separator: "&")
    case .distributed:
      return values.enumerated().map { $0.offset == 0 ? $0.element : "\(name)=\($0.element)" }.joined(separator: ",")
    case .html:
      return values.joined(separator: ", ").replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        .replacing(">", with: "&gt;").replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    case .date(let pattern):
      guard let milliseconds = single.flatMap({ Int64($0) }) else { return values.joined(separator: ",") }
      return VariableFormat.date(milliseconds, pattern)
    }
  }

  /// The Prometheus plugin's own way: one value of a plain variable as it is, several as an expression, for which backslashes are
  /// doubled because they stand inside quotes. Outside of quotes a plain value may be a piece of PromQL and is left alone.
  private static func promQL(_ binding: VariableBinding, isQuoted: Bool) -> String {
    guard binding.isMulti else {
      let value = binding.values.first ?? ""
      return isQuoted ? value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") : value
    }
    guard !binding.values.isEmpty else { return "" }
    let escaped = binding.values.map { value in
      VariableFormat.escaped(value.replacing("\\", with: "\\\\\\\\"), "$^*{}[]+?.()|", with: "\\\\")
        .replacing("\"", with: "\\\"")
    }
    return escaped.count == 1 ? escaped[0] : "(" + escaped.joined(separator: "|") + ")"
  }

  private static func escaped(_ text: String, _ special: String, with mark: String) -> String {
    var result = ""
    for character in text {
      if special.contains(character) { result += mark }
      result.append(character)
    }
    return result
  }

  private static func percentEncoded(_ text: String, keeping kept: String = "-._~") -> String {
    var allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{20}"..."\u{7E}"))
    allowed.insert(charactersIn: kept)
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
  }

  /// A date in UTC by a pattern of moment.js, of which years down to milliseconds are known.
  static func date(_ milliseconds: Int64, _ pattern: String) -> String {
    if pattern == "seconds" { return String(milliseconds / 1_000) }
    let time = Timestamp(milliseconds: milliseconds)
    let iso = Array(time.iso8601(fractionDigits: 3))
    guard iso.count == 24 else { return String(iso) }
    if pattern == "iso" { return String(iso) }
    let parts: [(word: String, range: Range<Int>)] = [
      ("YYYY", 0..<4), ("SSS", 20..<23), ("YY", 2..<4), ("MM", 5..<7), ("DD", 8..<10), ("HH", 11..<13),
      ("mm", 14..<16), ("ss", 17..<19),
    ]
    var result = ""
    var rest = pattern[...]
    while !rest.isEmpty {
      if let part = parts.first(where: { rest.hasPrefix($0.word) }) {
        result += String(iso[part.range])
        rest = rest.dropFirst(part.word.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}
