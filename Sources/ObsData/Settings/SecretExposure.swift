import Glibc

/// Files with a secret in them that everybody on the machine may read.
enum SecretExposure {
  /// A sentence for each such file: the settings file, where a secret is written in it, and the files that the settings name for
  /// secrets and private keys.
  static func sentences(file: String?, root: SettingsNode?, contexts: [ContextSettings]) -> [String] {
    var paths: [String] = []
    if let file, let root, isSecret(root, key: "") { paths.append(file) }
    for context in contexts {
      for store in Store.allCases {
        guard let endpoint = context.stores[store]?.endpoint else { continue }
        let secrets = [endpoint.credentials.secret].compactMap { $0 } + endpoint.headers.map(\.value)
        for secret in secrets {
          if case .file(let path) = secret.source { paths.append(path) }
        }
        if let key = endpoint.tls.keyFile { paths.append(key) }
      }
    }
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted && isReadableByAll($0) }.map {
      "\($0) holds a secret, and everybody on this machine can read it: chmod 600 \($0)"
    }
  }

  /// Whether a piece of the settings has a secret in it as it is written; one that comes from the environment is not there.
  static func isSecret(_ node: SettingsNode, key: String) -> Bool {
    switch node.content {
    case .empty: return false
    case .list(let items): return items.contains { isSecret($0, key: key) }
    case .map(let entries):
      return entries.contains { entry in
        // Each header's value is taken for a secret, whatever its name.
        key == "headers" ? !isFromElsewhere(entry.value) : isSecret(entry.value, key: entry.key)
      }
    case .text(let text):
      if text.isEmpty || isFromElsewhere(node) { return false }
      if SettingsSchema.secrets.contains(key) { return true }
      // An address with a password, or one that is a password itself, as Slack's are.
      if let scheme = text.firstRange(of: "://") {
        let place = text[scheme.upperBound...].prefix { $0 != "/" }
        let user = place.lastIndex(of: "@").map { place[..<$0] }
        return user?.contains(":") ?? false || text.contains("hooks.slack.com/services/")
      }
      return false
    }
  }

  private static func isFromElsewhere(_ node: SettingsNode) -> Bool {
    guard case .text(let text) = node.content else { return true }
    return text.isEmpty || text.contains("${") && !text.contains(":-")
  }

  private static func isReadableByAll(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
  }
}
