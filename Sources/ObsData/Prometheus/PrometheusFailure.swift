/// The failures of Prometheus and Alertmanager, where their own words say more than the status does.
enum PrometheusFailure {
  /// The failure for an answer whose status is not 2xx, or whose envelope says `error`.
  static func error(_ response: HTTPResponse, to request: HTTPRequest, at address: String) -> FetchError {
    let words = ResponseText(response.body)
    let general = FetchError.status(response, to: request, at: address)
    var (kind, advice) = (general?.kind ?? .badQuery, general?.advice)
    switch words.type {
    case "timeout":
      kind = .timeout
      advice = "a shorter range or a simpler expression asks less of the server"
    case "bad_data", "execution": kind = .badQuery
    case "unavailable": kind = .overloaded
    default: break
    }
    var answer = general?.answer ?? words.text.map { FetchError.singleLine($0) } ?? "an error without a reason"
    // A Prometheus that replays its log or shuts down says 503 in plain text, with this header.
    let isStopping = response.header("X-Prometheus-Stopping") != nil
    if response.status == 503, isStopping || answer.lowercased().contains("service unavailable") {
      answer += ": it is starting or stopping"
    }
    return FetchError(
      kind, tried: FetchError.tried(request, at: address), answer: FetchError.bounded(answer, to: 500), advice: advice,
      retryAfter: general?.retryAfter, status: response.status, isFinal: general?.isFinal)
  }

  /// The failure for a 2xx whose body is not what was asked for.
  static func malformed(
    _ response: HTTPResponse, to request: HTTPRequest, at address: String, reason: String
  ) -> FetchError {
    if let page = FetchError.status(response, to: request, at: address) { return page }
    return FetchError(
      .malformed, tried: FetchError.tried(request, at: address), answer: "an answer that does not fit: \(reason)",
      advice: response.body.isEmpty ? "the body is empty: check the address" : nil, status: response.status)
  }
}
