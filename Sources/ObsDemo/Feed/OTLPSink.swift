import ObsData

/// A trace on its way: the elements of OTLP's `resourceSpans` as JSON, and how many spans they hold.
struct FeedTrace: Sendable, Equatable {
  let json: String
  let spans: Int
}

/// Sends spans to a collector, or to Jaeger, by OTLP over HTTP in JSON
/// (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
struct OTLPSink: FeedSink {
  let transport: any HTTPTransport
  /// The path behind the endpoint; empty where the endpoint's own path is the whole.
  var path = ["v1", "traces"]

  func units(of item: FeedTrace) -> Int { item.spans }
  func bytes(of item: FeedTrace) -> Int { item.json.utf8.count + 1 }

  func send(_ batch: [FeedTrace]) async -> FeedDelivery {
    let body = #"{"resourceSpans":["# + batch.map(\.json).joined(separator: ",") + "]}"
    let request = HTTPRequest(
      .post, path, headers: [("Content-Type", "application/json")], body: Array(body.utf8), deadline: .seconds(30),
      maximumBytes: 1 << 20)
    do throws(FetchError) {
      let response = try await transport.send(request)
      if let error = FetchError.status(response, to: request, at: transport.address) { return FeedDelivery(error) }
      return .answered(OTLPSink.read(response.body))
    } catch {
      return FeedDelivery(error)
    }
  }

  /// Reads `{"partialSuccess":{"rejectedSpans":"3","errorMessage":"…"}}`; an empty answer means that all is well.
  static func read(_ body: [UInt8]) -> FeedAnswer {
    guard let partial = (try? RequestJSON(parsing: body[...]))?["partialSuccess"],
      let rejected = partial["rejectedSpans"]?.int, rejected > 0
    else { return FeedAnswer() }
    let message = partial["errorMessage"]?.text ?? ""
    return FeedAnswer(refused: rejected, reason: message.isEmpty ? nil : String(message.prefix(300)))
  }
}
