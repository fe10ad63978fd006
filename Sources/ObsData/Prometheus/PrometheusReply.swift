/// A successful envelope: `{"status":"success","data":…,"warnings":[…],"infos":[…]}`.
struct PrometheusReply {
  /// What was asked for; a success may lack it.
  let data: JSONValue?
  let warnings: [String]
  let infos: [String]
  private let response: HTTPResponse
  private let request: HTTPRequest
  private let address: String

  /// Reads an answer; throws the server's own words where it is no success.
  init(_ response: HTTPResponse, to request: HTTPRequest, at address: String) throws(FetchError) {
    self.response = response
    self.request = request
    self.address = address
    guard (200..<300).contains(response.status) else {
      throw PrometheusFailure.error(response, to: request, at: address)
    }
    let (root, repaired) = try PrometheusReply.parse(response, to: request, at: address)
    guard root.kind == .object, let status = root["status"]?.string else {
      throw PrometheusFailure.malformed(response, to: request, at: address, reason: "it has no status")
    }
    guard status == "success" else { throw PrometheusFailure.error(response, to: request, at: address) }
    data = root["data"].flatMap { $0.isNull ? nil : $0 }
    var warnings = root["warnings"]?.elements.compactMap(\.string) ?? []
    // VictoriaMetrics and Thanos say in the envelope that a part of the cluster did not answer.
    if root["isPartial"]?.bool == true {
      warnings.append("the answer is partial: a part of the cluster did not answer")
    }
    self.warnings = warnings + repaired
    infos = root["infos"]?.elements.compactMap(\.string) ?? []
  }

  func answer<Value>(_ value: Value, _ remarks: [String]) -> PrometheusAnswer<Value> {
    PrometheusAnswer(value: value, warnings: warnings + remarks, infos: infos)
  }

  func malformed(_ reason: String) -> FetchError {
    PrometheusFailure.malformed(response, to: request, at: address, reason: reason)
  }

  /// The items of a `data` that is an array; none where it is absent.
  func list() throws(FetchError) -> [JSONValue] {
    guard let data else { return [] }
    guard data.kind == .array else { throw malformed("no list") }
    return data.elements
  }

  func excess(_ count: Int, _ limit: Int, _ noun: String) -> [String] {
    count > limit ? ["\(count) \(noun) came, \(limit) are kept"] : []
  }

  /// Reads a body; what was odd in it and had to be replaced is said in words.
  static func parse(
    _ response: HTTPResponse, to request: HTTPRequest, at address: String
  ) throws(FetchError) -> (root: JSONValue, repaired: [String]) {
    do throws(JSONSyntaxError) {
      let (document, repairs) = try JSONReader.read(response.body)
      let more = repairs.count > 1 ? ", and \(repairs.count - 1) more like it" : ""
      return (document.root, repairs.first.map { ["the answer held an odd value: \($0.summary)\(more)"] } ?? [])
    } catch {
      throw PrometheusFailure.malformed(response, to: request, at: address, reason: "\(error)")
    }
  }
}
