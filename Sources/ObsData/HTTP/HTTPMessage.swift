/// A request to a store, relative to the base address of its endpoint.
public struct HTTPRequest: Sendable, Equatable {
  /// The methods that obs-tui uses.
  public enum Method: String, Sendable { case get = "GET", post = "POST", delete = "DELETE" }

  /// The method.
  public var method: Method
  /// The path behind the endpoint's base path, as segments that are not yet percent-encoded: `["logs-*", "_search"]`.
  public var path: [String]
  /// The query's items, in order, not yet percent-encoded.
  public var query: [(name: String, value: String)]
  /// Headers beside those that the endpoint adds itself.
  public var headers: [(name: String, value: String)]
  /// The body with its content type already among the headers.
  public var body: [UInt8]
  /// How long the whole exchange may take.
  public var deadline: Duration
  /// More bytes than this are not read: the answer is a failure that says so.
  public var maximumBytes: Int

  /// Makes a request. The defaults suit a poll: ten seconds, 16 MiB.
  public init(
    _ method: Method = .get, _ path: [String], query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], body: [UInt8] = [], deadline: Duration = .seconds(10),
    maximumBytes: Int = 16 << 20
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.deadline = deadline
    self.maximumBytes = maximumBytes
  }

  /// A POST of JSON.
  public static func post(
    _ path: [String], query: [(name: String, value: String)] = [], json: JSONTree, deadline: Duration = .seconds(10),
    maximumBytes: Int = 16 << 20
  ) -> HTTPRequest {
    HTTPRequest(
      .post, path, query: query, headers: [("Content-Type", "application/json")], body: Array(json.text.utf8),
      deadline: deadline, maximumBytes: maximumBytes)
  }

  /// A POST of a form, as Prometheus takes long queries.
  public static func post(
    _ path: [String], form: [(name: String, value: String)], deadline: Duration = .seconds(10),
    maximumBytes: Int = 16 << 20
  ) -> HTTPRequest {
    HTTPRequest(
      .post, path, headers: [("Content-Type", "application/x-www-form-urlencoded")],
      body: Array(PercentEncoding.query(form).utf8), deadline: deadline, maximumBytes: maximumBytes)
  }

  /// Path and query as they go on the wire, behind the base path: `/logs-*/_search?size=5`.
  public var target: String {
    let path = path.map { "/" + PercentEncoding.segment($0) }.joined()
    return query.isEmpty ? path : path + "?" + PercentEncoding.query(query)
  }

  /// The request as a person reads it in a test: method, target, then the body on a line of its own.
  public var text: String {
    let line = "\(method.rawValue) \(target)"
    return body.isEmpty ? line : line + "\n" + String(decoding: body, as: UTF8.self)
  }

  /// Two requests are equal when they go out the same.
  public static func == (a: HTTPRequest, b: HTTPRequest) -> Bool {
    a.text == b.text && a.deadline == b.deadline && a.maximumBytes == b.maximumBytes
      && a.headers.elementsEqual(b.headers, by: ==)
  }
}

/// What a store answered, whatever the status.
public struct HTTPResponse: Sendable {
  /// The status code.
  public var status: Int
  /// The headers, as they came.
  public var headers: [(name: String, value: String)]
  /// The whole body, decompressed.
  public var body: [UInt8]

  /// Makes an answer.
  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, in any case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// The seam between the clients and the network: one endpoint with its base address, credentials and TLS.
public protocol HTTPTransport: Sendable {
  /// Sends a request and reads the whole answer, whatever its status. Throws when there is no answer: refused, timed out,
  /// TLS, too large. Cancelling the task closes the connection.
  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse
  /// The endpoint's base address without credentials, for sentences: `http://127.0.0.1:9200`.
  var address: String { get }
}

/// Percent-encoding by RFC 3986, with only the unreserved characters kept, and `*` and `,` in paths (index patterns).
public enum PercentEncoding {
  /// One segment of a path.
  public static func segment(_ text: String) -> String { encode(text, keeping: "-._~*,:@") }
  /// Items of a query or a form, joined by `&`.
  public static func query(_ items: [(name: String, value: String)]) -> String {
    items.map { encode($0.name, keeping: "-._~[]") + "=" + encode($0.value, keeping: "-._~") }.joined(separator: "&")
  }

  private static func encode(_ text: String, keeping kept: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let isAlphanumeric = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      if isAlphanumeric || kept.utf8.contains(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = Array("0123456789ABCDEF")
        result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return result
  }
}
