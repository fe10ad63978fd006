/// Reads nodes as values and collects what is wrong with them, so that all errors are said at once.
struct SettingsReader {
  let environment: [String: String]
  /// The folder of the settings file: relative paths start there.
  let folder: String
  private(set) var problems: [SettingsProblem] = []

  init(environment: [String: String], folder: String) {
    self.environment = environment
    self.folder = folder
  }

  /// More problems than anybody corrects in one go are not collected: a file of another kind would give thousands.
  private static let maximumProblems = 100

  mutating func report(_ origin: SettingOrigin, _ message: String) {
    guard problems.count < SettingsReader.maximumProblems else { return }
    problems.append(SettingsProblem(origin, message))
  }

  mutating func report(_ more: [SettingsProblem]) { problems += more }

  /// The members of a map by their keys. A key that is not in `keys` is an error that names the nearest one.
  mutating func members(_ node: SettingsNode?, keys: [String], of what: String) -> [String: SettingsNode] {
    var result: [String: SettingsNode] = [:]
    for entry in entries(node, of: what) {
      if keys.contains(entry.key) {
        result[entry.key] = entry.value
      } else {
        // Looking for what was meant takes time: not for the ten-thousandth unknown key.
        guard problems.count < SettingsReader.maximumProblems else { break }
        report(entry.keyOrigin, SettingsReader.unknown(entry.key, of: what, keys: keys))
      }
    }
    return result
  }

  private static func unknown(_ key: String, of what: String, keys: [String]) -> String {
    let nearest = NearestName.nearest(to: key, among: keys)
    let hint = nearest.map { ", did you mean “\($0)”?" } ?? "; they know \(keys.joined(separator: ", "))"
    return "\(what) know no “\(FetchError.bounded(key, to: 60))”\(hint)"
  }

  /// The members of a map whose keys the user chooses.
  mutating func entries(_ node: SettingsNode?, of what: String) -> [SettingsNode.Entry] {
    guard let node else { return [] }
    switch node.content {
    case .empty: return []
    case .map(let entries):
      for entry in entries where entry.key.isEmpty {
        report(entry.keyOrigin, "\(what): a key is missing before the colon")
      }
      return entries.filter { !$0.key.isEmpty }
    default:
      report(node.origin, "\(what) are a map, not \(node.kind)")
      return []
    }
  }

  /// A single text, as it is written.
  mutating func raw(_ node: SettingsNode?, _ key: String) -> Sourced<String>? {
    guard let node else { return nil }
    switch node.content {
    case .text(let text): return Sourced(text, node.origin)
    case .empty: report(node.origin, "\(key) has no value (a lone ~ or null stands in quotes)")
    default: report(node.origin, "\(key) is a single value, not \(node.kind)")
    }
    return nil
  }

  /// A single text with `${NAME}` filled in from the environment.
  mutating func text(_ node: SettingsNode?, _ key: String) -> Sourced<String>? {
    guard let raw = raw(node, key) else { return nil }
    let (text, missing) = expanded(raw)
    for name in missing { report(raw.origin, "\(key): the environment has no \(name)") }
    return missing.isEmpty ? Sourced(text, raw.origin) : nil
  }

  /// Fills in `${NAME}` and `${NAME:-otherwise}`; `$${` is a plain `${`. What comes from the environment or the command line
  /// itself is taken as it is. The names that the environment does not have come back as well.
  func expanded(_ value: Sourced<String>) -> (text: String, missing: [String]) {
    guard case .file = value.origin else { return (value.value, []) }
    var result = ""
    var missing: [String] = []
    var rest = value.value[...]
    while let mark = rest.firstRange(of: "${") {
      let before = rest[..<mark.lowerBound]
      rest = rest[mark.upperBound...]
      if before.hasSuffix("$") {
        result += before.dropLast() + "${"
        continue
      }
      result += before
      guard let close = rest.firstIndex(of: "}") else { return (result + "${" + rest, missing) }
      let inside = rest[..<close]
      rest = rest[rest.index(after: close)...]
      let parts = inside.firstRange(of: ":-").map { (inside[..<$0.lowerBound], inside[$0.upperBound...]) }
      let name = String(parts?.0 ?? inside)
      if let found = environment[name], !found.isEmpty || parts == nil {
        result += found
      } else if let otherwise = parts?.1 {
        result += otherwise
      } else {
        missing.append(name)
      }
    }
    return (result + rest, missing)
  }

  /// `true` or `false`, in YAML's spellings.
  mutating func bool(_ node: SettingsNode?, _ key: String) -> Sourced<Bool>? {
    guard let text = text(node, key) else { return nil }
    switch text.value.lowercased() {
    case "true", "yes", "on": return Sourced(true, text.origin)
    case "false", "no", "off": return Sourced(false, text.origin)
    default:
      report(text.origin, "\(key) is true or false, not “\(shown(text.value))”")
      return nil
    }
  }

  /// A whole number in a range.
  mutating func int(_ node: SettingsNode?, _ key: String, in range: ClosedRange<Int>) -> Sourced<Int>? {
    guard let text = text(node, key) else { return nil }
    guard let number = Int(text.value.replacing("_", with: "")), range.contains(number) else {
      report(
        text.origin,
        "\(key) is a whole number from \(range.lowerBound) to \(range.upperBound), not “\(shown(text.value))”")
      return nil
    }
    return Sourced(number, text.origin)
  }

  /// A duration in a range.
  mutating func duration(_ node: SettingsNode?, _ key: String, in range: ClosedRange<Duration>) -> Sourced<Duration>? {
    guard let text = text(node, key) else { return nil }
    guard let duration = DurationText.parse(text.value) else {
      report(text.origin, "\(key) is a duration such as 10s, 1m30s or 500ms, not “\(shown(text.value))”")
      return nil
    }
    guard range.contains(duration) else {
      let (low, high) = (DurationText.text(range.lowerBound), DurationText.text(range.upperBound))
      report(text.origin, "\(key) lies between \(low) and \(high), not at \(shown(text.value))")
      return nil
    }
    return Sourced(duration, text.origin)
  }

  /// One of a few words.
  mutating func choice(_ node: SettingsNode?, _ key: String, of words: [String]) -> Sourced<String>? {
    guard let text = text(node, key) else { return nil }
    if words.contains(text.value) { return text }
    let hint = NearestName.nearest(to: text.value, among: words).map { ", did you mean “\($0)”?" } ?? ""
    report(text.origin, "\(key) is one of \(words.joined(separator: ", ")), not “\(shown(text.value))”\(hint)")
    return nil
  }

  /// A list of texts; a single text is a list of one.
  mutating func list(_ node: SettingsNode?, _ key: String) -> [Sourced<String>]? {
    guard let node else { return nil }
    switch node.content {
    case .empty: return []
    case .text: return text(node, key).map { [$0] }
    case .list(let items):
      var result: [Sourced<String>] = []
      for item in items {
        guard let text = text(item, "an item of \(key)") else { continue }
        result.append(text)
      }
      return result
    case .map:
      report(node.origin, "\(key) is a list, not a map")
      return nil
    }
  }

  /// A path: `~/` is the home, and a relative one starts in the settings file's folder.
  mutating func path(_ node: SettingsNode?, _ key: String) -> Sourced<String>? {
    guard let text = text(node, key) else { return nil }
    guard !text.value.isEmpty else {
      report(text.origin, "\(key) is empty")
      return nil
    }
    return Sourced(absolute(text), text.origin)
  }

  private func absolute(_ path: Sourced<String>) -> String {
    if path.value.hasPrefix("/") { return path.value }
    if path.value == "~" || path.value.hasPrefix("~/"), let home = environment["HOME"] {
      return home + path.value.dropFirst()
    }
    guard case .file = path.origin else { return path.value }
    return folder.isEmpty ? path.value : folder + "/" + path.value
  }

  /// A wrong value as it appears in a message: short.
  func shown(_ text: String) -> String { FetchError.bounded(FetchError.singleLine(text), to: 60) }
}
