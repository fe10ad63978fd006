/// Where a store answers: scheme, host, port and the path that all its requests lie behind. Never holds credentials.
public struct BaseAddress: Hashable, Sendable, CustomStringConvertible {
  /// The two schemes that are spoken.
  public enum Scheme: String, Sendable { case http, https }

  /// `http` or `https`.
  public let scheme: Scheme
  /// A name or an IP address; an IPv6 address without its brackets.
  public let host: String
  /// The port where it was written; nil for the scheme's own.
  public let port: Int?
  /// The base path without a slash at its end, percent-encoded as it was written: `/prom`, or empty.
  public let path: String

  /// Why a text is no address.
  public struct Fault: Error, Hashable, Sendable {
    /// The reason, without a full stop.
    public let reason: String
  }

  /// Makes an address of its parts.
  public init(scheme: Scheme = .http, host: String, port: Int? = nil, path: String = "") {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.path = path
  }

  /// The port that is connected to.
  public var effectivePort: Int { port ?? (scheme == .https ? 443 : 80) }
  /// Scheme, host and port, without a path.
  public var origin: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(scheme.rawValue)://\(name)" + (port.map { ":\($0)" } ?? "")
  }
  /// Host and port as a connection is made to them: `localhost:9200`, `[::1]:443`.
  var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(effectivePort)" }
  /// The address as it is written: `https://metrics.example.org/prom`.
  public var description: String { origin + path }
  /// Whether the host is this machine.
  public var isLoopback: Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
      || (host.hasPrefix("127.") && host.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") })
  }

  /// An address together with the user and password that were written into it.
  public struct Parsed: Hashable, Sendable {
    /// The address without them.
    public let address: BaseAddress
    /// The user, percent-decoded.
    public let username: String?
    /// The password, percent-decoded.
    public let password: Secret?
  }

  /// Reads `scheme://[user[:password]@]host[:port][/path]`, strictly: what is not understood is refused, so that a typing
  /// error is not sent to the wrong place.
  public static func parse(_ text: String) throws(Fault) -> Parsed {
    guard let mark = text.firstRange(of: "://") else {
      throw Fault(reason: "an address starts with http:// or https://")
    }
    guard let scheme = Scheme(rawValue: text[..<mark.lowerBound].lowercased()) else {
      // What stands before could be a password, where the :// is in a wrong place.
      let name = text[..<mark.lowerBound]
      let isName = name.count <= 12 && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      throw Fault(reason: "only http:// and https:// are spoken" + (isName ? ", not \(name)://" : ""))
    }
    let isPlain = text.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0.value < 0x7F && !"\"<>\\^`{|}".contains(Character($0))
    }
    guard isPlain else { throw Fault(reason: "an address holds no spaces and no characters outside ASCII") }
    var rest = text[mark.upperBound...]
    if rest.contains("?") || rest.contains("#") {
      throw Fault(reason: "a base address has no ? and no #: requests are appended to it")
    }
    var path = ""
    if let slash = rest.firstIndex(of: "/") {
      path = String(rest[slash...])
      rest = rest[..<slash]
    }
    while path.hasSuffix("/") { path.removeLast() }
    var username: String?
    var password: Secret?
    if let at = rest.lastIndex(of: "@") {
      let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      username = parts.first.map { PercentEncoding.decode(String($0)) }
      password = parts.count > 1 ? Secret(PercentEncoding.decode(String(parts[1]))) : nil
      rest = rest[rest.index(after: at)...]
    }
    // Then what is taken for the port is the beginning of a password, and must not be told to anybody.
    if rest.contains(":"), path.contains("@"), (try? hostAndPort(rest)) == nil {
      throw Fault(reason: "a / in a user or password is written %2F")
    }
    let (host, port) = try hostAndPort(rest)
    return Parsed(
      address: BaseAddress(scheme: scheme, host: host, port: port, path: path), username: username, password: password)
  }

  static func hostAndPort(_ text: Substring) throws(Fault) -> (String, Int?) {
    var host = text
    var port: Int?
    var portText: Substring?
    if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<close]
      let behind = text[text.index(after: close)...]
      guard behind.isEmpty || behind.hasPrefix(":") else { throw Fault(reason: "only a :port follows ]") }
      portText = behind.isEmpty ? nil : behind.dropFirst()
      guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
        throw Fault(reason: "[\(host)] is no IPv6 address")
      }
    } else {
      if let colon = text.lastIndex(of: ":") {
        host = text[..<colon]
        portText = text[text.index(after: colon)...]
      }
      if host.contains(":") { throw Fault(reason: "an IPv6 address stands in brackets: http://[::1]:9200") }
      guard host.allSatisfy({ $0.isLetter || $0.isNumber || "-._~".contains($0) }) else {
        throw Fault(reason: "\(host) is no host name")
      }
    }
    if let portText {
      guard let number = Int(portText), (1...65535).contains(number), portText.allSatisfy(\.isNumber) else {
        throw Fault(reason: "\(portText.isEmpty ? "nothing" : String(portText)) is no port (1 to 65535)")
      }
      port = number
    }
    guard !host.isEmpty else { throw Fault(reason: "the host is missing") }
    return (host.lowercased(), port)
  }
}

extension PercentEncoding {
  /// Path and query in the strict spelling of RFC 3986, escapes kept. Foundation's URL would otherwise encode a text that
  /// holds a single `[` a second time.
  static func target(_ text: String) -> String {
    var result = text.hasPrefix("/") ? "" : "/"
    for byte in text.utf8 {
      let isKept = byte > 0x20 && byte < 0x7F && !"\"<>[]\\^`{|}#".utf8.contains(byte)
      result += isKept ? String(Unicode.Scalar(byte)) : "%" + padded(byte)
    }
    return result
  }

  private static func padded(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// The text with `%XX` replaced; what is no escape stays.
  public static func decode(_ text: String) -> String {
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var index = 0
    while index < source.count {
      if source[index] == UInt8(ascii: "%"), index + 2 < source.count, let high = hexValue(source[index + 1]),
        let low = hexValue(source[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(source[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
