/// A settings file made of what a survey found, with comments.
public struct SettingsDraft: Sendable {
  private let discoveries: [StackSurvey.Discovery]
  private let context: String

  /// A draft with one context of that name.
  public init(_ discoveries: [StackSurvey.Discovery], context: String = "default") {
    self.discoveries = discoveries
    self.context = context
  }

  /// Whether there is anything to write down.
  public var isWorthWriting: Bool { discoveries.contains { $0.isFound || $0.place.isNamed } }

  /// The file's text.
  public var text: String {
    let name = SettingsDraft.quoted(context)
    var text = """
      # Settings of obs-tui, made by `obs-tui init` of what it found. `obs-tui config check` reads them over, `obs-tui doctor`
      # looks whether everything hangs together. examples/config.yaml has every key with its comment.
      current_context: \(name)

      contexts:
        \(name):

      """
    for discovery in discoveries where discovery.isFound || discovery.place.isNamed { text += entry(discovery) }
    for discovery in discoveries where !discovery.isFound && !discovery.place.isNamed { text += absent(discovery) }
    return text
  }

  private func entry(_ discovery: StackSurvey.Discovery) -> String {
    let place = discovery.place
    let what = discovery.answer ?? discovery.failure.map(\.sentence) ?? ""
    var lines = [
      "# \(place.store.displayName), \(place.source): \(SettingsDraft.comment(what))", "\(place.store.rawValue):",
    ]
    lines.append("  url: \(SettingsDraft.quoted(place.address.description))")
    if place.store == .elasticsearch {
      let patterns = IndexFamilies.patterns(of: discovery.indices)
      if discovery.indices.isEmpty {
        lines.append("  # No index was seen. Default: \(StoreSettings.standardIndices)")
        lines.append("  # indices: [\"rustim-*\"]")
      } else {
        lines.append("  # Of the indices \(SettingsDraft.comment(Doctor.list(discovery.indices, 8)))")
        lines.append("  indices: [\(patterns.map(SettingsDraft.quoted).joined(separator: ", "))]")
      }
    }
    if !discovery.services.isEmpty {
      lines.append("  # It knows \(SettingsDraft.comment(Doctor.list(discovery.services, 12)))")
    }
    if discovery.asksForCredentials {
      lines += [
        "  # It wants to know who asks: a username with a password, a token, or an api_key. Each can stand in a file (…_file)",
        "  # or be printed by a command (…_command).", "  # username: reader",
        "  # password_file: ~/.config/obs-tui/\(place.store.rawValue).password",
      ]
    }
    if place.address.scheme == .https, discovery.failure?.kind == .tls {
      lines += ["  # The authority that signed the server's certificate:", "  # ca_file: ~/.config/obs-tui/ca.crt"]
    }
    return lines.map { "    \($0)\n" }.joined()
  }

  private func absent(_ discovery: StackSurvey.Discovery) -> String {
    let place = discovery.place
    let why = discovery.failure.map { SettingsDraft.comment($0.sentence) } ?? "no answer"
    return """
          # No \(place.store.displayName) at \(place.address) (\(place.source)): \(why)
          # \(place.store.rawValue):
          #   url: \(SettingsDraft.quoted(place.address.description))

      """
  }

  /// A text between quotes, as YAML reads it back; `$` is doubled where it would begin a variable.
  static func quoted(_ text: String) -> String {
    var result = ""
    JSONTree.quote(text.replacing("${", with: "$${"), to: &result)
    return result
  }

  /// A text of a stranger's in a comment: one line of what can be printed.
  private static func comment(_ text: String) -> String {
    String(
      FetchError.bounded(FetchError.singleLine(text), to: 200).unicodeScalars.map { scalar -> Character in
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        let isBidi = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        return isControl || isBidi || [0x2028, 0x2029, 0xFEFF].contains(scalar.value) ? "?" : Character(scalar)
      })
  }
}

/// Which index patterns fit the indices that there are.
enum IndexFamilies {
  /// More patterns than this are no help.
  private static let limit = 6
  private static let common = ["rustim", "logs", "filebeat", "logstash", "app", "fluent", "fluentd", "k8s"]

  /// The patterns of log indices by their usual names; where there are none, those of all families.
  static func patterns(of indices: [String]) -> [String] {
    var families: [String] = []
    for name in indices.sorted() {
      let family = family(of: name)
      if !families.contains(family) { families.append(family) }
    }
    let usual = common.flatMap { word in families.filter { $0 == word || $0 == "\(word)-*" } }
    let chosen = usual.isEmpty ? families : usual
    return chosen.isEmpty ? [] : Array(chosen.prefix(limit))
  }

  /// `rustim-logs-2026.11.22` belongs to `rustim-*`, `app_2026-11` to `app_*`, `orders` to itself.
  static func family(of name: String) -> String {
    let word = name.prefix { $0 != "-" }
    if word.count < name.count, common.contains(String(word)) { return word + "-*" }
    let digits = name.firstIndex { $0.isNumber }
    guard let digits, digits > name.startIndex else { return name }
    let before = name[..<digits]
    guard let last = before.last, "-_.".contains(last) else { return name }
    return before + "*"
  }
}
