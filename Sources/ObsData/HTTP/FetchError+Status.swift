extension FetchError {
  /// The failure that an answer means: any status but 2xx, and a 2xx that carries a web page. Nil where the answer is one that
  /// its client should read. `accepting` names statuses beyond 2xx that the client wants to read itself.
  public static func status(
    _ response: HTTPResponse, to request: HTTPRequest, at address: String, accepting: Set<Int> = []
  ) -> FetchError? {
    let tried = tried(request, at: address)
    if accepting.contains(response.status) { return nil }
    if (200..<300).contains(response.status) {
      return ResponseText.isMarkup(response.body) ? page(response, tried: tried) : nil
    }
    let words = ResponseText(response.body)
    let answer = words.text.map { bounded(singleLine($0), to: 500) } ?? reasonPhrase(response.status)
    var kind = kind(of: response.status, words: words)
    if kind == .badQuery, StoreRefusal.isTooMany(answer) { kind = .tooLarge }
    return FetchError(
      kind, tried: tried, answer: answer, advice: advice(kind, status: response.status, answer: answer, words: words),
      retryAfter: retryAfter(response), status: response.status,
      isFinal: kind == .badQuery && !isPassing(words))
  }

  /// Whether a refused query may be taken another time as it stands: the store's words speak of its data, not of the query, or
  /// they are not the store's at all.
  private static func isPassing(_ words: ResponseText) -> Bool {
    guard let text = words.text, !words.isMarkup else { return true }
    let states = [
      "index_closed_exception", "too_many_buckets_exception", "too_many_scroll_contexts", "No mapping found",
      "ielddata",
    ]
    // Prometheus's `execution`: too many samples, labels that do not match one to one.
    return words.type == "execution" || states.contains { text.contains($0) }
  }

  private static func kind(of status: Int, words: ResponseText) -> Kind {
    switch status {
    // nginx asks for a client certificate with a page of status 400, or with its own 495 to 497.
    case 400 where words.text?.contains("SSL certificate") ?? false: .tls
    case 495, 496: .tls
    case 401, 403: words.type == "cluster_block_exception" ? .server : .unauthorised
    case 407: .unauthorised
    case 404: .notFound
    case 400, 405, 406, 414, 415, 422: .badQuery
    case 408, 504: .timeout
    case 413: .tooLarge
    case 429, 503: .overloaded
    default: .server
    }
  }

  private static func advice(_ kind: Kind, status: Int, answer: String, words: ResponseText) -> String? {
    if answer.contains("plain HTTP request was sent to HTTPS") { return "use https:// in the address" }
    if [.badQuery, .overloaded, .server, .notFound, .tooLarge].contains(kind),
      let way = StoreRefusal.advice(words.type.map { "\(answer) \($0)" } ?? answer)
    {
      return way
    }
    switch kind {
    case .tls:
      return answer.contains("No required") || status == 496
        ? "set cert_file and key_file" : "check cert_file and key_file: who signed them, and how long they are valid"
    case .unauthorised where status == 401:
      return "set credentials for this store (username and password, token or api_key)"
    case .unauthorised where status == 407: return "write user and password into the proxy's address"
    case .unauthorised: return "this user lacks the privilege: ask for it, or use other credentials"
    case .notFound where words.isMarkup || words.text == nil || answer == "404 page not found":
      return "check the address and its base path"
    case .overloaded: return "nothing but waiting: it is asked again"
    case .timeout: return "a shorter time window may help"
    case .tooLarge: return "the query is too long for this server or a proxy before it"
    case .server where (502...504).contains(status): return "a proxy answers, but not the store behind it"
    default: return nil
    }
  }

  /// A web page where data was expected.
  private static func page(_ response: HTTPResponse, tried: String) -> FetchError {
    let words = ResponseText(response.body)
    let title = words.text.map { " (\(bounded(singleLine($0), to: 100)))" } ?? ""
    if words.asksToLogIn {
      return FetchError(
        .unauthorised, tried: tried, answer: "a page that asks to log in\(title)",
        advice: "set credentials for this store (username and password, token or api_key)", status: response.status)
    }
    return FetchError(
      .malformed, tried: tried, answer: "a web page instead of data\(title)",
      advice: "check the address: another program may answer there, or a base path is missing", status: response.status)
  }

  /// `Retry-After` as seconds or as an HTTP date (RFC 9110, 10.2.3), which is compared with the answer's own `Date`, so that
  /// the clocks need not agree. At most a day.
  static func retryAfter(_ response: HTTPResponse) -> Duration? {
    guard let text = response.header("Retry-After").map(singleLine) else { return nil }
    let day = 86_400
    if !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) { return .seconds(min(Int(text) ?? day, day)) }
    guard let until = HTTPDate.seconds(text), let now = response.header("Date").flatMap(HTTPDate.seconds) else {
      return nil
    }
    return until <= now ? nil : .seconds(min(until - now, day))
  }

  private static func reasonPhrase(_ status: Int) -> String {
    switch status {
    case 400: "bad request"
    case 401: "not logged in"
    case 403: "forbidden"
    case 404: "not found"
    case 405: "method not allowed"
    case 408: "the request took too long"
    case 413: "the request is too large"
    case 429: "too many requests"
    case 500: "internal error, without a reason"
    case 502: "bad gateway: the server behind the proxy gave no answer"
    case 503: "not available at the moment"
    case 504: "gateway timeout: the server behind the proxy was too slow"
    default: "status \(status), without a reason"
    }
  }
}

/// Dates in HTTP headers.
enum HTTPDate {
  /// Seconds since the epoch of an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7); the two obsolete forms are
  /// not read.
  static func seconds(_ text: String) -> Int? {
    let parts = text.split { $0 == " " || $0 == "," || $0 == ":" }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard parts.count == 8, parts[7] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]), (1970...9999).contains(year),
      let hour = Int(parts[4]), (0...23).contains(hour), let minute = Int(parts[5]), (0...59).contains(minute),
      let second = Int(parts[6]), (0...60).contains(second)
    else { return nil }
    let days = Timestamp.daysFromCivil(year: year, month: month + 1, day: day)
    return days * 86_400 + hour * 3_600 + minute * 60 + second
  }
}
