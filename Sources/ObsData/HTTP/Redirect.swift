/// Where a redirect leads, when it may be followed.
struct Redirect {
  let address: BaseAddress
  /// Path and query on that address.
  let target: String

  /// Judges a `Location`. Throws a `FetchError` where it leads to a login page or to another host: a session or a token must
  /// not be carried there, and what answers there is not the store.
  init(_ text: String, from current: BaseAddress, target currentTarget: String, tried: String, status: Int)
    throws(FetchError)
  {
    var path = text
    var place = current
    if let scheme = text.firstRange(of: "://"), !text[..<scheme.lowerBound].contains("/") {
      let behind = text[scheme.upperBound...]
      let end = behind.firstIndex { "/?#".contains($0) } ?? behind.endIndex
      guard let parsed = try? BaseAddress.parse(String(text[..<end])) else {
        throw FetchError(.server, tried: tried, answer: "redirected to an address that makes no sense", status: status)
      }
      place = parsed.address
      path = String(text[end...])
    } else if text.hasPrefix("//") {
      let behind = text.dropFirst(2)
      let end = behind.firstIndex { "/?#".contains($0) } ?? behind.endIndex
      guard let parsed = try? BaseAddress.parse("\(current.scheme.rawValue)://\(behind[..<end])") else {
        throw FetchError(.server, tried: tried, answer: "redirected to an address that makes no sense", status: status)
      }
      place = parsed.address
      path = String(behind[end...])
    }
    path = String(path.prefix { $0 != "#" })
    if !path.hasPrefix("/") {
      let folder = currentTarget.prefix { $0 != "?" }
      path = path.hasPrefix("?") ? folder + path : folder[...(folder.lastIndex(of: "/") ?? folder.startIndex)] + path
    }
    // What is shown leaves the query out: single sign-on puts tokens there.
    let shown = place.origin + path.prefix { $0 != "?" }
    if Redirect.isLogin(path) || Redirect.isLogin(place.host) {
      throw FetchError(
        .unauthorised, tried: tried, answer: "redirected to a login page, \(shown)",
        advice: "set credentials for this store (username and password, token or api_key)", status: status)
    }
    guard place.host == current.host else {
      throw FetchError(
        .server, tried: tried, answer: "redirected to another host, \(shown)",
        advice: "set url to that address if it is the right one; credentials are not carried there by themselves",
        status: status)
    }
    guard place.scheme == .https || current.scheme == .http else {
      throw FetchError(
        .server, tried: tried, answer: "redirected from https back to http, \(shown)",
        advice: "set url to the https address that answers", status: status)
    }
    guard place.scheme != current.scheme || place.effectivePort == current.effectivePort else {
      throw FetchError(
        .server, tried: tried, answer: "redirected to another port, \(shown)", advice: "set url to that address",
        status: status)
    }
    address = BaseAddress(scheme: place.scheme, host: place.host, port: place.port)
    target = path
  }

  /// Whether a path or host is where people log in, by the words that Grafana, Kibana, oauth2-proxy, Keycloak and the clouds use.
  static func isLogin(_ text: String) -> Bool {
    let words = [
      "login", "signin", "sign_in", "sign-in", "logon", "oauth", "openid-connect", "saml", "authorize", "sso",
    ]
    let parts = text.prefix { $0 != "?" }.lowercased().split { !($0.isLetter || $0 == "-" || $0 == "_" || $0.isNumber) }
    return parts.contains { part in words.contains { part == $0 || (part.hasPrefix($0) && $0.count > 4) } }
  }
}
