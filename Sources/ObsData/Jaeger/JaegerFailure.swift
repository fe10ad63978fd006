/// Makes the failure that an answer of Jaeger means, in Jaeger's own words where it had some.
enum JaegerFailure {
  /// The failure of an answer with a status that is none of success.
  static func status(_ response: HTTPResponse, to request: HTTPRequest, at address: String) -> FetchError {
    let kind: FetchError.Kind =
      switch response.status {
      case 401, 403, 407: .unauthorised
      case 404, 405, 410: .notFound
      case 400, 422: .badQuery
      case 408, 504: .timeout
      case 429, 503: .overloaded
      default: .server
      }
    let advice: String? =
      switch kind {
      case .unauthorised: "set credentials, or the tenant's header, for Jaeger"
      case .notFound: "check Jaeger's address and its base path"
      default: nil
      }
    let seconds = response.header("Retry-After").flatMap { Int($0) }
    return FetchError(
      kind, tried: tried(request, at: address), answer: message(response.body) ?? "status \(response.status)",
      advice: advice, retryAfter: seconds.map { .seconds(min(max($0, 0), 86_400)) }, status: response.status)
  }

  /// The failure of a 200 that carries a page: a wrong base path is answered with the user interface.
  static func page(_ response: HTTPResponse, to request: HTTPRequest, at address: String) -> FetchError {
    FetchError(
      .malformed, tried: tried(request, at: address), answer: "a web page (HTML) instead of JSON",
      advice: "check Jaeger's address and its base path, and whether a login page stands before it",
      status: response.status)
  }

  /// The failure of an answer that cannot be read.
  static func malformed(_ response: HTTPResponse, to request: HTTPRequest, at address: String) -> FetchError {
    FetchError(
      .malformed, tried: tried(request, at: address),
      answer: "\(response.body.count) bytes that are not Jaeger's JSON, or only a part of it",
      advice: "check Jaeger's address; a proxy may cut long answers", status: response.status)
  }

  /// The failure that a v1 envelope reports with status 200 and without data.
  static func envelope(_ message: String, to request: HTTPRequest, at address: String) -> FetchError {
    FetchError(.server, tried: tried(request, at: address), answer: message, status: 200)
  }

  static func tried(_ request: HTTPRequest, at address: String) -> String {
    let base = address.hasSuffix("/") ? String(address.dropLast()) : address
    return "\(request.method.rawValue) \(base)\(request.target)"
  }

  /// Whether a body begins like HTML.
  static func isMarkup(_ body: [UInt8]) -> Bool {
    body.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) } == UInt8(ascii: "<")
  }

  /// The words of an error: v1's `{"errors":[{"code","msg"}]}`, v3's `{"error":{"httpCode","message"}}`, or a line of text.
  static func message(_ body: [UInt8]) -> String? {
    if let root = JaegerDocuments.parse(body)?.first?.root {
      let messages = envelopeMessages(root)
      if !messages.isEmpty { return messages.joined(separator: "; ") }
      return root["error"]?["message"]?.string ?? root["message"]?.string ?? root.string
    }
    guard !isMarkup(body) else { return "a web page (HTML)" }
    let line = String(decoding: body.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline).first
    return line.map(String.init)
  }

  /// The messages of a v1 envelope.
  static func envelopeMessages(_ root: JSONValue) -> [String] {
    (root["errors"]?.elements ?? []).prefix(10).compactMap { $0["msg"]?.string }
  }
}
