/// How one service's names in the three stores are joined: `msg-server` in the traces, `msg_server` in the metrics and
/// `rustim/msg-server` in the logs are one service.
public struct ServiceNaming: Hashable, Sendable {
  /// Names that the rule cannot join by itself: from the name in a store to the name shown.
  public var aliases: [String: String]
  /// Taken off the front of a name, the first that fits.
  public var prefixes: [String]
  /// Taken off the end of a name, the first that fits.
  public var suffixes: [String]

  /// Makes a rule; without arguments it only evens out the spelling.
  public init(aliases: [String: String] = [:], prefixes: [String] = [], suffixes: [String] = []) {
    self.aliases = aliases
    self.prefixes = prefixes
    self.suffixes = suffixes
  }

  /// The name that is shown for a store's name: the alias where there is one; else what stands behind the last `/`
  /// (Prometheus jobs of Kubernetes are `namespace/name`), in lower case, with `_`, `.` and spaces as `-`, without the first
  /// fitting prefix and suffix.
  public func canonical(_ name: String) -> String {
    if let alias = aliases[name] { return alias }
    let last = name.split(separator: "/").last.map(String.init) ?? name
    var result = String(last.lowercased().map { "_. ".contains($0) ? "-" : $0 })
    if let prefix = prefixes.first(where: { result.hasPrefix($0) && result != $0 }) {
      result.removeFirst(prefix.count)
    }
    if let suffix = suffixes.first(where: { result.hasSuffix($0) && result != $0 }) {
      result.removeLast(suffix.count)
    }
    return aliases[result] ?? result
  }
}
