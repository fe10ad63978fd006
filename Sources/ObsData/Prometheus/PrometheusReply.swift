/// A successful envelope: `{"status":"success","data":…,"warnings":[…],"infos":[…]}`.
struct PrometheusReply {
  /// What was asked for; a success may lack it.
  let data: JSONValue?
  let warnings: [String]
  let infos: [String]
  private let response: HTTPResponse
  private let tried: String

  /// Reads an answer; throws the server's own words where it is no success.
  init(_ response: HTTPResponse, tried: String) throws(FetchError) {
    self.response = response
    self.tried = tried
    guard (200..<300).contains(response.status) else { throw PrometheusFailure.error(response, tried: tried) }
    let root = try PrometheusReply.parse(response, tried: tried)
    guard root.kind == .object, let status = root["status"]?.string else {
      throw PrometheusFailure.malformed(response, tried: tried, reason: "it has no status")
    }
    guard status == "success" else { throw PrometheusFailure.error(response, tried: tried) }
    data = root["data"].flatMap { $0.isNull ? nil : $0 }
    var warnings = root["warnings"]?.elements.compactMap(\.string) ?? []
    // VictoriaMetrics and Thanos say in the envelope that a part of the cluster did not answer.
    if root["isPartial"]?.bool == true {
      warnings.append("the answer is partial: a part of the cluster did not answer")
    }
    self.warnings = warnings
    infos = root["infos"]?.elements.compactMap(\.string) ?? []
  }

  func answer<Value>(_ value: Value, _ remarks: [String]) -> PrometheusAnswer<Value> {
    PrometheusAnswer(value: value, warnings: warnings + remarks, infos: infos)
  }

  func malformed(_ reason: String) -> FetchError {
    PrometheusFailure.malformed(response, tried: tried, reason: reason)
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

  /// Parses a body; where simdjson refuses it, once more without a byte order mark and with invalid UTF-8 replaced.
  static func parse(_ response: HTTPResponse, tried: String) throws(FetchError) -> JSONValue {
    if let document = try? JSONDocument(parsing: response.body) { return document.root }
    var body = response.body[...]
    if body.starts(with: [0xEF, 0xBB, 0xBF]) { body = body.dropFirst(3) }
    do throws(JSONDocument.Refusal) {
      return try JSONDocument(parsing: Array(String(decoding: body, as: UTF8.self).utf8)).root
    } catch {
      throw PrometheusFailure.malformed(response, tried: tried, reason: error.reason)
    }
  }
}
