/// The headers of an endpoint with their secrets filled in. Lives only as long as a request.
struct SecretFields: Equatable {
  /// Names and values as they go on the wire.
  private(set) var headers: [(name: String, value: String)] = []
  /// The bare secrets, to be struck out of what a server echoes.
  private var secrets: [String] = []

  /// Reads what is not read yet. Throws a `FetchError` that says which file or command gave nothing.
  init(_ endpoint: Endpoint, reading reader: SecretReader, tried: String) async throws {
    for header in endpoint.headers {
      let value = try await reader.text(of: header.value, tried: tried)
      headers.append((header.name, value))
      secrets.append(value)
    }
    if let secret = endpoint.credentials.secret {
      let text = try await reader.text(of: secret, tried: tried)
      secrets.append(text)
      if let value = endpoint.credentials.authorization(secret: text) {
        headers.append(("Authorization", value))
        secrets.append(value.split(separator: " ").last.map(String.init) ?? value)
      }
    }
    if let proxy = endpoint.proxy, let password = proxy.password?.knownText {
      secrets += [password, Credentials.base64("\(proxy.username ?? ""):\(password)")]
    }
    let unsendable = headers.first { field in
      field.value.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }
    if let unsendable {
      throw FetchError(
        .settings, tried: tried,
        answer: "the secret in \(unsendable.name) holds a line end or another control character",
        advice: "it must be one line")
    }
  }

  static func == (a: SecretFields, b: SecretFields) -> Bool { a.headers.elementsEqual(b.headers, by: ==) }

  /// An answer that may be shown: some servers and proxies repeat the refused token in their error.
  func redacted(_ response: HTTPResponse) -> HTTPResponse {
    guard response.status >= 400, response.body.count <= 1 << 20 else { return response }
    let found = secrets.filter { $0.utf8.count >= 4 }
    guard !found.isEmpty else { return response }
    var text = String(decoding: response.body, as: UTF8.self)
    var isChanged = false
    for secret in found where text.contains(secret) {
      text = text.replacing(secret, with: Secret.mask)
      isChanged = true
    }
    guard isChanged else { return response }
    return HTTPResponse(status: response.status, headers: response.headers, body: Array(text.utf8))
  }
}
