/// How to reach one store: address, credentials, TLS, proxy.
public struct Endpoint: Hashable, Sendable {
  /// Where it answers.
  public var address: BaseAddress
  /// Who we are to it.
  public var credentials: Credentials
  /// Headers sent with every request, such as `X-Scope-OrgID`. Their values are secrets as far as printing goes.
  public var headers: [ExtraHeader]
  /// Whom to trust, and our own certificate.
  public var tls: TLSOptions
  /// The proxy between, if any; loopback addresses are never proxied.
  public var proxy: ProxyAddress?

  /// Makes an endpoint; everything but the address has a plain default.
  public init(
    address: BaseAddress, credentials: Credentials = .none, headers: [ExtraHeader] = [], tls: TLSOptions = TLSOptions(),
    proxy: ProxyAddress? = nil
  ) {
    self.address = address
    self.credentials = credentials
    self.headers = headers
    self.tls = tls
    self.proxy = proxy
  }
}

/// A header of the user's own.
public struct ExtraHeader: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its value, which may well be a token.
  public let value: Secret

  /// Makes a header.
  public init(name: String, value: Secret) {
    self.name = name
    self.value = value
  }
}

/// The schemes of authorisation.
public enum Credentials: Hashable, Sendable {
  /// No `Authorization` header.
  case none
  /// RFC 7617.
  case basic(username: String, password: Secret)
  /// RFC 6750.
  case bearer(Secret)
  /// Elasticsearch's, either `id:key` or the ready `encoded` form that its create call answers with.
  case apiKey(Secret)

  /// The secret in it.
  var secret: Secret? {
    switch self {
    case .none: nil
    case .basic(_, let password): password
    case .bearer(let secret), .apiKey(let secret): secret
    }
  }

  /// The value of the `Authorization` header, given the secret's text.
  func authorization(secret: String) -> String? {
    switch self {
    case .none: nil
    case .basic(let username, _): "Basic " + Credentials.base64("\(username):\(secret)")
    case .bearer: "Bearer \(secret)"
    case .apiKey: "ApiKey " + (secret.contains(":") ? Credentials.base64(secret) : secret)
    }
  }

  /// Base64 by RFC 4648, with padding.
  static func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(text.utf8)
    var result = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for position in 0..<4 {
        result.append(position <= group.count ? alphabet[(word >> (18 - 6 * position)) & 63] : "=")
      }
    }
    return result
  }
}

/// Whom to trust and who we are, for https. Paths are absolute.
public struct TLSOptions: Hashable, Sendable {
  /// PEM file of the certificate authorities to trust instead of the system's.
  public var caFile: String?
  /// PEM file of our own certificate, with the chain behind it.
  public var certificateFile: String?
  /// PEM file of our own certificate's key.
  public var keyFile: String?
  /// Whether any certificate is taken: the screen must say so.
  public var skipsVerification: Bool

  /// Makes options; the plain ones trust the system's authorities.
  public init(
    caFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil, skipsVerification: Bool = false
  ) {
    self.caFile = caFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.skipsVerification = skipsVerification
  }
}
