/// The failures of Jaeger that its status does not tell.
enum JaegerFailure {
  /// The failure of an answer that cannot be read: cut off, or not JSON at all.
  static func malformed(_ error: JSONSyntaxError, to request: HTTPRequest, at address: String) -> FetchError {
    FetchError(
      .malformed, tried: FetchError.tried(request, at: address), answer: "no JSON, or only a part of it: \(error)",
      advice: "check Jaeger's address; a proxy may cut long answers", status: 200)
  }

  /// The failure of an answer whose traces cannot be read.
  static func unreadable(_ failure: TraceText.Failure, to request: HTTPRequest, at address: String) -> FetchError {
    switch failure {
    case .syntax(let error): malformed(error, to: request, at: address)
    case .foreign, .empty: foreign("a trace", to: request, at: address)
    case .cancelled:
      FetchError(.cancelled, tried: FetchError.tried(request, at: address), answer: "nobody waits for it any more")
    }
  }

  /// The failure of JSON that is not what was asked for.
  static func foreign(_ what: String, to request: HTTPRequest, at address: String) -> FetchError {
    FetchError(
      .malformed, tried: FetchError.tried(request, at: address), answer: "JSON, but not \(what) of Jaeger's",
      advice: "check Jaeger's address", status: 200)
  }

  /// The failure that comes with status 200: v1 with `errors` and no data (unless something was merely not found), v3 with
  /// `error` in the middle of a stream.
  static func inside(_ root: JSONValue, to request: HTTPRequest, at address: String) -> FetchError? {
    var message = root["error"]?["message"]?.string
    if message == nil, let errors = root["errors"]?.elements, !errors.isEmpty, root["data"]?.isNull ?? true,
      !errors.allSatisfy({ $0["code"]?.int == 404 })
    {
      let messages = envelopeMessages(root)
      message = messages.isEmpty ? "errors without a message" : messages.joined(separator: "; ")
    }
    return message.map {
      FetchError(.server, tried: FetchError.tried(request, at: address), answer: $0, status: 200)
    }
  }

  /// The messages of a v1 envelope.
  static func envelopeMessages(_ root: JSONValue) -> [String] {
    (root["errors"]?.elements ?? []).prefix(10).compactMap { $0["msg"]?.string }
  }

  /// The messages of all v1 envelopes in a text.
  static func envelopeMessages(in text: TraceText) -> [String] { text.values.flatMap(envelopeMessages) }

  /// What was odd in an answer and had to be replaced, in a sentence for the user.
  static func sentence(_ repairs: [JSONRepair]) -> String? {
    guard let first = repairs.first else { return nil }
    let others = repairs.count - 1
    return others == 0 ? first.summary : "\(first.summary), and \(others) more odd value\(others == 1 ? "" : "s")"
  }
}

extension JaegerFailure {
  /// Whether a storage refused the limit of a search: the one in memory holds so many traces, and takes no greater limit
  /// (`errInvalidSearchDepth` in jaegertracing/jaeger).
  static func refusesLimit(_ error: FetchError) -> Bool {
    error.answer.contains("search depth") || error.answer.contains("limit must be")
  }

  /// A refused search with what to do about it, where the storage's words are known. Some come with status 500: asking again
  /// helps no more than with 400.
  static func advised(_ error: FetchError) -> FetchError {
    let advice: String
    switch error.answer {
    case let words where words.contains("cannot query for duration and tags"):
      advice =
        "this storage searches by duration or by tags: leave out min and max, or the tags (error and kind are tags)"
    case let words where words.contains("requires a service name") || words.contains("'service' is required"):
      advice = "choose a service, or give one: service=NAME"
    case _ where refusesLimit(error): advice = "ask for fewer traces: limit=20"
    default: return error
    }
    return FetchError(
      .badQuery, tried: error.tried, answer: error.answer, advice: advice, status: error.status, excerpt: error.excerpt)
  }
}
