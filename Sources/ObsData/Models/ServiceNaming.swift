/// How one service's names in the three stores are joined: `msg-server` in the traces, `msg_server` in the metrics and
/// `rustim/msg-server` in the logs are one service.
public struct ServiceNaming: Hashable, Sendable {
  /// Names that the rule cannot join by itself, by the name that is shown.
  public var aliases: [String: [String]]
  /// Taken off the front of a name, such as `rustim-`: the longest that fits.
  public var stripPrefixes: [String]
  /// Taken off the end of a name, such as `-prod`: the longest that fits.
  public var stripSuffixes: [String]

  /// Makes a rule; without arguments it only evens out the spelling.
  public init(aliases: [String: [String]] = [:], stripPrefixes: [String] = [], stripSuffixes: [String] = []) {
    self.aliases = aliases
    self.stripPrefixes = stripPrefixes
    self.stripSuffixes = stripSuffixes
  }

  /// The name that is shown for a store's name: the alias where there is one; else what stands behind the last `/`
  /// (Prometheus jobs of Kubernetes are `namespace/name`), in lower case, with `_`, `.` and spaces as `-`, without prefix and
  /// suffix. A name is never stripped to nothing.
  public func canonical(_ name: String) -> String {
    if let alias = alias(of: name) { return alias }
    let last = name.split(separator: "/").last.map(String.init) ?? name
    var rest = Substring(last.lowercased().map { "_. ".contains($0) ? "-" : $0 })
    if let prefix = longest(stripPrefixes.filter { rest.hasPrefix($0) && $0.count < rest.count }) {
      rest = rest.dropFirst(prefix.count)
    }
    if let suffix = longest(stripSuffixes.filter { rest.hasSuffix($0) && $0.count < rest.count }) {
      rest = rest.dropLast(suffix.count)
    }
    return alias(of: String(rest)) ?? String(rest)
  }

  private func longest(_ texts: [String]) -> String? { texts.max { $0.count < $1.count } }

  private func alias(of name: String) -> String? {
    // Sorted, so that a name in two lists (which the settings refuse) does not jump about.
    aliases.keys.sorted().first { aliases[$0]?.contains(name) ?? false }
  }
}
