/// How the names of one service in the three stores become one name. In this order: an alias says so; a prefix and a suffix
/// are taken off, the longest that fits; an alias of what is left says so; else the name stays as it is.
public struct ServiceRules: Sendable, Hashable {
  /// Other names of a service, by the name that is shown.
  public var aliases: [String: [String]]
  /// Beginnings that are taken off, such as `rustim-`.
  public var stripPrefixes: [String]
  /// Ends that are taken off, such as `-prod`.
  public var stripSuffixes: [String]

  /// Makes rules; none by default.
  public init(aliases: [String: [String]] = [:], stripPrefixes: [String] = [], stripSuffixes: [String] = []) {
    self.aliases = aliases
    self.stripPrefixes = stripPrefixes
    self.stripSuffixes = stripSuffixes
  }

  /// The name that is shown for what a store calls a service.
  public func canonical(_ name: String) -> String {
    if let known = alias(of: name) { return known }
    var rest = name[...]
    if let prefix = stripPrefixes.filter({ rest.hasPrefix($0) && $0.count < rest.count }).max(by: {
      $0.count < $1.count
    }) {
      rest = rest.dropFirst(prefix.count)
    }
    if let suffix = stripSuffixes.filter({ rest.hasSuffix($0) && $0.count < rest.count }).max(by: {
      $0.count < $1.count
    }) {
      rest = rest.dropLast(suffix.count)
    }
    return alias(of: String(rest)) ?? String(rest)
  }

  /// What a store that has these names may call the service: those that become it, or, where the store's names are not known,
  /// the name itself and its aliases.
  public func names(of canonical: String, among known: [String]) -> [String] {
    let found = known.filter { self.canonical($0) == canonical }
    return found.isEmpty ? [canonical] + (aliases[canonical] ?? []) : found
  }

  private func alias(of name: String) -> String? {
    // Sorted, so that a name in two lists (which the settings refuse) does not jump about.
    aliases.keys.sorted().first { aliases[$0]?.contains(name) ?? false }
  }
}
