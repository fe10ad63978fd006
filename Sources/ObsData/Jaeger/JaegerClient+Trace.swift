extension JaegerClient {
  /// A trace larger than this is refused with words: about 1,000,000 spans' worth of v3, 400,000 of v1.
  static let traceByteLimit = 256 << 20

  /// One trace; nil when Jaeger does not have it. Stores that find a trace only near a time are asked a second time with the
  /// hour before and after `request.around`.
  public func trace(_ request: TraceRequest) async throws(FetchError) -> Trace? {
    if let trace = try await trace(request.id, in: nil) { return trace }
    guard let around = request.around else { return nil }
    let range = TimeRange(start: around - .seconds(3_600), end: around + .seconds(3_600))
    return try await trace(request.id, in: range)
  }

  private func trace(_ id: TraceID, in range: TimeRange?) async throws(FetchError) -> Trace? {
    let reply = try await askForTrace(id, in: range)
    guard reply.text != nil else { return nil }
    let traces = try traces(of: reply)?.traces
    guard let traces else { throw JaegerFailure.foreign("a trace", to: reply.request, at: transport.address) }
    let found = traces.first { $0.id == id } ?? traces.first { $0.id.low == id.low } ?? traces.first
    return found.flatMap { $0.spans.isEmpty ? nil : $0 }
  }

  private func askForTrace(_ id: TraceID, in range: TimeRange?) async throws(FetchError) -> Reply {
    do {
      return try await askForAnyTrace(id, in: range)
    } catch {
      guard error.kind == .tooLarge else { throw error }
      // A file may be larger than an answer: nobody waits for its bytes.
      let limit = FetchError.bytes(JaegerClient.traceByteLimit)
      throw FetchError(
        .tooLarge, tried: error.tried, answer: "the trace is larger than \(limit), and was not read",
        advice:
          "save it, and open the file: curl -o trace.json \(transport.address)/api/traces/\(id.short), "
          + ":open-trace trace.json",
        status: error.status)
    }
  }

  private func askForAnyTrace(_ id: TraceID, in range: TimeRange?) async throws(FetchError) -> Reply {
    try await ask([.traceV1, .traceV3]) { endpoint in
      var request =
        endpoint == .traceV1
        ? HTTPRequest(.get, ["api", "traces", id.short]) : HTTPRequest(.get, ["api", "v3", "traces", id.description])
      if let range, endpoint == .traceV1 {
        request.query = [("start", String(range.start.microseconds)), ("end", String(range.end.microseconds))]
      } else if let range {
        request.query = [
          ("start_time", range.start.iso8601(fractionDigits: 9)), ("end_time", range.end.iso8601(fractionDigits: 9)),
        ]
      }
      request.deadline = .seconds(30)
      request.maximumBytes = JaegerClient.traceByteLimit
      return request
    }
  }
}
