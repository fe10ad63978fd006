/// Turns an answer that is no success into words: Prometheus's envelope, Alertmanager's bare strings, a proxy's HTML.
enum PrometheusFailure {
  /// The failure for an answer whose status is not 2xx, or whose envelope says `error`.
  static func error(_ response: HTTPResponse, tried: String) -> FetchError {
    let words = self.words(of: response)
    let status = response.status
    let kind: FetchError.Kind
    var advice: String?
    switch (status, words.type) {
    case (_, "timeout"):
      kind = .timeout
      advice = "a shorter range or a simpler expression asks less of the server"
    case (401, _), (403, _), (407, _):
      kind = .unauthorised
      advice = "check the credentials in the settings"
    case (404, _):
      kind = .notFound
      advice = "check the address: a base path may be missing or too much"
    case (400, _), (413, _), (422, _), (_, "bad_data"), (_, "execution"): kind = .badQuery
    case (429, _), (503, _), (_, "unavailable"): kind = .overloaded
    case (408, _), (504, _): kind = .timeout
    case (300..<400, _):
      kind = .unauthorised
      advice = "the server sends us elsewhere, as a login page does: check the address and the credentials"
    default: kind = .server
    }
    let code = (200..<300).contains(status) ? "" : "\(status) "
    let reading = words.text.isEmpty ? reasonPhrase(status) : words.text
    return FetchError(
      kind, tried: tried,
      answer: code + reading + (notReady(response, words.text) ? ": it is starting or stopping" : ""),
      advice: advice, retryAfter: retryAfter(response), status: status,
      // An expression that was read but could not be evaluated on these samples may well be on the next ones.
      isFinal: kind == .badQuery && words.type != "execution")
  }

  /// The failure for a 2xx whose body is not what was asked for.
  static func malformed(_ response: HTTPResponse, tried: String, reason: String) -> FetchError {
    let start = response.body.first { !isSpace($0) }
    if start == UInt8(ascii: "<") {
      return FetchError(
        .malformed, tried: tried, answer: "\(response.status) with a web page instead of JSON",
        advice: "check the address and its base path; it may be a login page", status: response.status)
    }
    return FetchError(
      .malformed, tried: tried, answer: "\(response.status) with a body that does not fit: \(reason)",
      advice: response.body.isEmpty ? "the body is empty: check the address" : nil, status: response.status)
  }

  /// The server's own words, and the envelope's `errorType` where there is one.
  static func words(of response: HTTPResponse) -> (text: String, type: String) {
    let body = response.body
    if let root = try? JSONDocument(parsing: body).root {
      if let text = root.string { return (shortened(text), "") }
      let type = root["errorType"]?.string ?? ""
      for key in ["error", "message", "detail", "title"] {
        if let text = root[key]?.string, !text.isEmpty {
          return (shortened(type.isEmpty ? text : "\(type): \(text)"), type)
        }
      }
      return (shortened(type), type)
    }
    let text = String(decoding: body.prefix(4_096), as: UTF8.self)
    if text.first(where: { !$0.isWhitespace }) == "<" { return (title(ofPage: text) ?? "with a web page", "") }
    return (shortened(text), "")
  }

  /// How long `Retry-After` asks for, where it is given in seconds.
  static func retryAfter(_ response: HTTPResponse) -> Duration? {
    guard let text = response.header("Retry-After"), let seconds = Int64(text), (0...86_400).contains(seconds) else {
      return nil
    }
    return .seconds(seconds)
  }

  /// A Prometheus that replays its log or shuts down says 503 in plain text, with this header.
  private static func notReady(_ response: HTTPResponse, _ text: String) -> Bool {
    response.status == 503
      && (response.header("X-Prometheus-Stopping") != nil || text.lowercased().contains("service unavailable"))
  }

  private static func title(ofPage text: String) -> String? {
    guard let open = text.firstRange(of: "<title>"), let close = text.firstRange(of: "</title>"),
      open.upperBound <= close.lowerBound
    else { return nil }
    return "with a web page, \"\(shortened(String(text[open.upperBound..<close.lowerBound])))\""
  }

  /// One line of at most 300 characters.
  static func shortened(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let trimmed = line.drop { $0.isWhitespace }
    return trimmed.count > 300 ? trimmed.prefix(299) + "…" : String(trimmed)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func reasonPhrase(_ status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: "with an empty body"
    }
  }
}
