/// What an error's body says, whatever its form: each store has its own, and a proxy before it may answer in HTML.
struct ResponseText {
  /// The words; nil where the body is empty or says nothing.
  let text: String?
  /// The type of the error, where the store names one (`index_not_found_exception`, `bad_data`).
  let type: String?
  /// Whether the body is HTML or XML.
  let isMarkup: Bool
  /// Whether it is a page with a field for a password, or one that is called a login.
  let asksToLogIn: Bool

  /// More than this of a body is not looked at.
  private static let limit = 1 << 20

  init(_ body: [UInt8]) {
    let body = body.count > ResponseText.limit ? Array(body[..<ResponseText.limit]) : body
    isMarkup = ResponseText.isMarkup(body)
    if isMarkup {
      let page = String(decoding: body.prefix(64 << 10), as: UTF8.self)
      let title = ResponseText.element("title", of: page) ?? ResponseText.element("h1", of: page)
      let isPasswordAsked = page.contains("type=\"password\"") || page.contains("type='password'")
      let name = title?.lowercased() ?? ""
      asksToLogIn = isPasswordAsked || ["log in", "login", "sign in", "sign-in"].contains { name.contains($0) }
      text = title
      type = nil
      return
    }
    asksToLogIn = false
    if let value = try? JSONDocument(parsing: body).root {
      (text, type) = ResponseText.reading(value)
      return
    }
    let plain = String(decoding: body.prefix(4096), as: UTF8.self)
    text = plain.contains { !$0.isWhitespace } ? plain : nil
    type = nil
  }

  /// Whether a body begins like HTML or XML.
  static func isMarkup(_ body: [UInt8]) -> Bool {
    let start = body.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return body[start...].first { !($0 == 0x20 || (0x09...0x0D).contains($0)) } == UInt8(ascii: "<")
  }

  private static func reading(_ value: JSONValue) -> (String?, String?) {
    switch value.kind {
    // Alertmanager answers with a bare string.
    case .string: return (value.string.flatMap { $0.isEmpty ? nil : $0 }, nil)
    case .object: break
    case .null: return (nil, nil)
    default: return (FetchError.bounded(value.tree.text, to: 500), nil)
    }
    if let error = value["error"] {
      // Prometheus: {"status":"error","errorType":"bad_data","error":"…"}; old Elasticsearch errors are strings, too.
      if let words = error.string { return (words, value["errorType"]?.string) }
      if error.kind == .object { return elasticsearchOrJaeger(error) }
    }
    // Jaeger v1: {"data":null,"errors":[{"code":404,"msg":"trace not found"}]}.
    let messages = (value["errors"]?.elements ?? []).prefix(5).compactMap {
      $0["msg"]?.string ?? $0["message"]?.string ?? $0.string
    }
    if !messages.isEmpty { return (messages.joined(separator: "; "), nil) }
    // Grafana, Kibana and go-openapi: {"message":"…"}; Kubernetes-like Status objects have a reason as well.
    if let message = value["message"]?.string, !message.isEmpty { return (message, value["reason"]?.string) }
    for name in ["detail", "reason", "title"] {
      if let words = value[name]?.string, !words.isEmpty { return (words, nil) }
    }
    return (FetchError.bounded(value.tree.text, to: 500), nil)
  }

  /// Elasticsearch's error object, or Jaeger v3's `{"httpCode":…,"message":…}`.
  private static func elasticsearchOrJaeger(_ error: JSONValue) -> (String?, String?) {
    if let message = error["message"]?.string, error["type"] == nil { return (message, nil) }
    let type = error["type"]?.string
    // The outermost reason of a failed search is "all shards failed": the cause lies below.
    let outer = error["reason"]?.string
    let shard = error["failed_shards"]?.elements.first?["reason"]
    let inner = deepestReason(shard ?? error) ?? error["root_cause"]?.elements.first.flatMap(deepestReason)
    let words = inner ?? outer ?? type
    guard let words else { return (FetchError.bounded(error.tree.text, to: 500), nil) }
    guard let name = deepestType(shard ?? error) ?? type, words != name else { return (words, type) }
    return ("\(words) (\(name))", type)
  }

  /// Follows `caused_by` down, at most 20 steps, and takes the last reason that is there.
  private static func deepestReason(_ error: JSONValue) -> String? {
    var reason = error["reason"]?.string
    var cause = error["caused_by"]
    for _ in 0..<20 {
      // Below a date that cannot be read stands only that it could not.
      guard let current = cause, current["type"]?.string != "date_time_parse_exception" else { break }
      reason = current["reason"]?.string ?? reason
      cause = current["caused_by"]
    }
    return reason
  }

  private static func deepestType(_ error: JSONValue) -> String? {
    var type = error["type"]?.string
    var cause = error["caused_by"]
    for _ in 0..<20 {
      guard let current = cause, current["type"]?.string != "date_time_parse_exception" else { break }
      if current["reason"]?.string != nil { type = current["type"]?.string ?? type }
      cause = current["caused_by"]
    }
    return type
  }

  /// The text of the first element of that name, tags inside dropped, the five named entities resolved.
  private static func element(_ name: String, of page: String) -> String? {
    let lower = page.lowercased()
    // Where lower-casing changes the length, the page is searched as it is.
    let text = lower.utf8.count == page.utf8.count ? lower : page
    guard let open = text.firstRange(of: "<" + name), let end = text[open.upperBound...].firstIndex(of: ">"),
      let close = text[end...].firstRange(of: "</" + name)
    else { return nil }
    let from = page.utf8.index(page.startIndex, offsetBy: text.utf8.distance(from: text.startIndex, to: end) + 1)
    let to = page.utf8.index(page.startIndex, offsetBy: text.utf8.distance(from: text.startIndex, to: close.lowerBound))
    guard from < to else { return nil }
    var content = ""
    var isInTag = false
    for character in page[from..<to] {
      if character == "<" { isInTag = true }
      if !isInTag { content.append(character) }
      if character == ">" { isInTag = false }
    }
    for (entity, replacement) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
      content = content.replacing(entity, with: replacement)
    }
    let words = FetchError.singleLine(content)
    return words.isEmpty ? nil : words
  }
}
