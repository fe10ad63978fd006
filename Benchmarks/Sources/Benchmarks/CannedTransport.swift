import ObsData

/// Answers each request by its path, without a network: what is measured is our own work.
struct CannedTransport: HTTPTransport {
  let address = "http://canned"
  let answer: @Sendable (String) -> [UInt8]?

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    guard let body = answer(request.target) else {
      return HTTPResponse(status: 404, body: Array("404 page not found".utf8))
    }
    return HTTPResponse(
      status: 200, headers: [("content-type", "application/json"), ("x-elastic-product", "Elasticsearch")], body: body)
  }
}
