import ObsData

/// Answers each request by its path, without a network: what is measured is our own work.
struct CannedTransport: HTTPTransport {
  let address = "http://canned"
  let answer: @Sendable (String) -> [UInt8]?

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    // A count that goes with a page is not what is measured.
    if String(decoding: request.body.prefix(64), as: UTF8.self).contains("\"size\":0,") {
      let none =
        #"{"timed_out":false,"_shards":{"total":1,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"hits":[]}}"#
      return HTTPResponse(status: 200, body: Array(none.utf8))
    }
    guard let body = answer(request.target) else {
      return HTTPResponse(status: 404, body: Array("404 page not found".utf8))
    }
    return HTTPResponse(
      status: 200, headers: [("content-type", "application/json"), ("x-elastic-product", "Elasticsearch")], body: body)
  }
}
