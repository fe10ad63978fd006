/// A proxy, as the usual environment variables name it.
public struct ProxyAddress: Hashable, Sendable {
  /// What it speaks.
  public enum Kind: Sendable { case http, socks5 }

  /// What it speaks.
  public let kind: Kind
  /// Where it is.
  public let host: String
  /// Its port.
  public let port: Int
  /// The user it wants to know.
  public let username: String?
  /// That user's password.
  public let password: Secret?

  /// Makes a proxy's address.
  public init(kind: Kind = .http, host: String, port: Int, username: String? = nil, password: Secret? = nil) {
    self.kind = kind
    self.host = host
    self.port = port
    self.username = username
    self.password = password
  }

  /// Where it is, for sentences.
  public var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  /// The proxy that the environment wants between us and `address`: `HTTPS_PROXY` or `HTTP_PROXY` by its scheme, then
  /// `ALL_PROXY`, unless `NO_PROXY` names the host; lower case wins, as with curl. Loopback is never proxied.
  public static func fromEnvironment(
    _ environment: [String: String], for address: BaseAddress
  ) throws(BaseAddress.Fault) -> ProxyAddress? {
    func value(_ name: String) -> String? {
      [name.lowercased(), name].compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    guard !address.isLoopback else { return nil }
    if let exceptions = value("NO_PROXY"), isExcepted(address, by: exceptions) { return nil }
    guard let text = value(address.scheme == .https ? "HTTPS_PROXY" : "HTTP_PROXY") ?? value("ALL_PROXY") else {
      return nil
    }
    return try parse(text)
  }

  /// Reads `[http://|socks5://][user[:password]@]host[:port]`.
  static func parse(_ text: String) throws(BaseAddress.Fault) -> ProxyAddress {
    let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound].lowercased() } ?? "http"
    let rest = text.firstRange(of: "://").map { String(text[$0.upperBound...]) } ?? text
    let kind: Kind
    switch scheme {
    case "http": kind = .http
    case "socks5", "socks5h", "socks": kind = .socks5
    default: throw BaseAddress.Fault(reason: "a proxy is http:// or socks5://, not \(scheme)://")
    }
    let parsed = try BaseAddress.parse("http://" + rest)
    return ProxyAddress(
      kind: kind, host: parsed.address.host, port: parsed.address.port ?? (kind == .http ? 80 : 1080),
      username: parsed.username, password: parsed.password)
  }

  /// Whether `NO_PROXY` names the host: `*`, a name (with all that lies below it), `.name`, `name:port`, an IPv4 network.
  static func isExcepted(_ address: BaseAddress, by list: String) -> Bool {
    list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).contains { entry in
      var name = entry.lowercased()
      if name == "*" { return true }
      if let (network, bits) = network(name) {
        guard let host = ipv4(address.host) else { return false }
        return bits == 0 || (host ^ network) >> (32 - UInt32(bits)) == 0
      }
      if let colon = name.lastIndex(of: ":"), !name.hasPrefix("["), name.filter({ $0 == ":" }).count == 1 {
        guard Int(name[name.index(after: colon)...]) == address.effectivePort else { return false }
        name = String(name[..<colon])
      }
      name = String(name.drop { $0 == "." || $0 == "[" }.prefix { $0 != "]" })
      return !name.isEmpty && (address.host == name || address.host.hasSuffix("." + name))
    }
  }

  private static func network(_ text: String) -> (address: UInt32, bits: Int)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = ipv4(String(parts[0])), let bits = Int(parts[1]), (0...32).contains(bits)
    else {
      return nil
    }
    return (address, bits)
  }

  private static func ipv4(_ text: String) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var result: UInt32 = 0
    for part in parts {
      guard let byte = UInt8(part) else { return nil }
      result = result << 8 | UInt32(byte)
    }
    return result
  }
}
