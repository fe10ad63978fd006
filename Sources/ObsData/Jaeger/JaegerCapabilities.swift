/// The addresses that obs-tui asks a Jaeger at. Which of them are there differs by version, and one of the v3 ones may be there
/// while another is not.
enum JaegerEndpoint: String, Hashable, Sendable {
  case servicesV1, servicesV3, operationsV1, operationsLegacy, operationsV3
  case summaries, searchV1, searchV3, traceV1, traceV3, dependencies
}

/// What is known of a Jaeger's endpoints. An answer is the probe: an endpoint that answers with its own JSON is there; a page, a
/// plain 404, 405 or 410 says that it is not. Nothing is asked only to find out.
struct JaegerCapabilities: Sendable, Equatable {
  private var isThere: [JaegerEndpoint: Bool] = [:]

  /// The endpoints worth asking, in the order of preference; all of them when none is left, so that a Jaeger that was replaced
  /// by a newer one, or that was still starting, is found again.
  func candidates(_ order: [JaegerEndpoint]) -> [JaegerEndpoint] {
    let left = order.filter { isThere[$0] != false }
    return left.isEmpty ? order : left
  }

  /// Learns from an answer. An endpoint that was there and is gone means another Jaeger: what is missing may be there now.
  mutating func note(_ endpoint: JaegerEndpoint, isThere found: Bool) {
    if isThere[endpoint] == true, !found { isThere = isThere.filter(\.value) }
    isThere[endpoint] = found
  }

  /// What is known of an endpoint; nil when it was never asked.
  func knows(_ endpoint: JaegerEndpoint) -> Bool? { isThere[endpoint] }
}

/// What an endpoint answered, before its content is looked at.
enum JaegerAnswer: Sendable {
  case content(TraceText)
  /// Jaeger itself says that there is no such thing (404 with Jaeger's own JSON).
  case nothing
  /// The endpoint is not there.
  case absent(FetchError)

  /// Tells the answers apart. Throws where the endpoint is there and failed.
  init(_ response: HTTPResponse, to request: HTTPRequest, at address: String) throws(FetchError) {
    if let error = FetchError.status(response, to: request, at: address) {
      switch response.status {
      // A wrong path is answered with the page of the user interface; a page that asks to log in is another matter.
      case 200..<300 where error.kind == .malformed: self = .absent(error)
      case 404 where JaegerAnswer.isJaegers(response.body): self = .nothing
      case 404, 405, 410, 501: self = .absent(error)
      default: throw error
      }
      return
    }
    do {
      self = .content(try TraceText(response.body, watch: { _, _ in !Task.isCancelled }))
    } catch {
      throw JaegerFailure.unreadable(error, to: request, at: address)
    }
  }

  /// Whether an error's body has one of Jaeger's own forms.
  private static func isJaegers(_ body: [UInt8]) -> Bool {
    guard let root = try? JSONReader.read(body).document.root else { return false }
    return root["errors"]?.kind == .array || root["error"]?.kind == .object
  }
}
