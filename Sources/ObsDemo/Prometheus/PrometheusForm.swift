import ObsData

/// The parameters of a request: those of a form in the body come before those of the address, as in Go.
struct PrometheusForm {
  private let items: [(name: String, value: String)]
  let accept: String

  init(_ request: DemoRequest) {
    accept = request.headers.first { $0.name == "accept" }?.value ?? ""
    let type = request.headers.first { $0.name == "content-type" }?.value ?? ""
    let isForm = request.method == "POST" && type.hasPrefix("application/x-www-form-urlencoded")
    items = (isForm ? PrometheusForm.decode(request.body) : []) + request.query
  }

  /// The first value; empty where there is none.
  func first(_ name: String) -> String { items.first { $0.name == name }?.value ?? "" }
  func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

  /// A time in milliseconds: Unix seconds or RFC 3339. Where it may be missing, Prometheus says a little more of a wrong one.
  func time(_ name: String, default fallback: Int64? = nil) throws(PromError) -> Int64 {
    let text = first(name)
    if text.isEmpty, let fallback { return fallback }
    if let seconds = Double(text), seconds.magnitude < 9e12 { return Int64((seconds * 1_000).rounded()) }
    if let time = Timestamp(iso8601: text) { return time.milliseconds }
    let prefix = fallback == nil ? "" : "Invalid time value for '\(name)': "
    throw PrometheusForm.invalid(name, prefix + "cannot parse \(PromToken.quoted(text)) to a valid timestamp")
  }

  /// A duration in milliseconds; nil where it is not given.
  func duration(_ name: String) throws(PromError) -> Int64? {
    let text = first(name)
    if text.isEmpty { return nil }
    if let milliseconds = PromDuration.parameter(text) { return milliseconds }
    throw PrometheusForm.invalid(name, "cannot parse \(PromToken.quoted(text)) to a valid duration")
  }

  /// The most results that are wanted; 0 for all.
  func limit() throws(PromError) -> Int {
    let text = first("limit")
    if text.isEmpty { return 0 }
    guard let limit = Int(text), limit >= 0 else {
      throw PrometheusForm.invalid("limit", "limit must be non-negative")
    }
    return limit
  }

  /// The selectors of `match[]`.
  func selectors() throws(PromError) -> [PromSelector] {
    var selectors: [PromSelector] = []
    for text in all("match[]") {
      do throws(PromError) {
        selectors.append(try PromParser.selector(text))
      } catch { throw PrometheusForm.invalid("match[]", error.message) }
    }
    return selectors
  }

  static func invalid(_ name: String, _ message: String) -> PromError {
    PromError(.badData, "invalid parameter \(PromToken.quoted(name)): \(message)")
  }

  private static func decode(_ body: [UInt8]) -> [(name: String, value: String)] {
    body.split(separator: UInt8(ascii: "&")).map { item in
      let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      return (unescaped(parts[0]), parts.count > 1 ? unescaped(parts[1]) : "")
    }
  }

  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
    var result: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "+") {
        result.append(32)
      } else if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        result.append(value)
        rest = rest.dropFirst(2)
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// The frame of every answer of the API.
enum PrometheusEnvelope {
  static func success(_ data: String, warnings: [String] = []) -> DemoResponse {
    var text = #"{"status":"success","data":"# + data
    if !warnings.isEmpty { text += #","warnings":"# + JSONTree.array(warnings.map(JSONTree.string)).text }
    return response(200, text + "}")
  }

  static func failure(_ error: PromError) -> DemoResponse {
    let status =
      switch error.kind {
      case .badData: 400
      case .execution: 422
      case .notFound: 404
      case .internalError: 500
      }
    let tree: JSONTree = [
      "status": "error", "errorType": .string(error.kind.rawValue), "error": .string(error.message),
    ]
    return response(status, tree.text)
  }

  private static func response(_ status: Int, _ text: String) -> DemoResponse {
    DemoResponse(status: status, headers: [("content-type", "application/json")], body: Array(text.utf8))
  }
}
