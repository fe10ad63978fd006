/// A request as a face of the demo sees it.
struct DemoRequest: Sendable {
  /// `GET`, `POST`, ….
  var method: String
  /// The path's segments, percent-decoded: `/a%2Fb/c` is `["a/b", "c"]`.
  var path: [String]
  /// The query's items in order, percent-decoded; the items of a form body are not among them.
  var query: [(name: String, value: String)]
  /// Headers, names in lower case.
  var headers: [(name: String, value: String)]
  var body: [UInt8]

  /// The first item of that name.
  func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// A face's answer.
struct DemoResponse: Sendable {
  var status: Int
  var headers: [(name: String, value: String)]
  var body: [UInt8]

  init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// One of the servers that the demo plays: request in, answer out, no sockets. `DemoServer` puts it on one.
protocol DemoFace: Sendable {
  /// Answers as the real server would; what is not supported is refused as the real server would refuse it.
  /// `nanoseconds` is the time of the request since the Unix epoch.
  func answer(_ request: DemoRequest, nanoseconds: Int64) async -> DemoResponse
}
