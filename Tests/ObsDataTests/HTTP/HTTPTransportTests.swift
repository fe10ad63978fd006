import Foundation
import Testing

@testable import ObsData

/// A transport to an address, with the failure of a request as a value.
func transport(_ address: String, _ change: (inout Endpoint) -> Void = { _ in }) throws -> AsyncHTTPTransport {
  var endpoint = Endpoint(address: try BaseAddress.parse(address).address)
  change(&endpoint)
  return AsyncHTTPTransport(endpoint: endpoint)
}

func failure(of request: HTTPRequest = HTTPRequest(.get, ["x"]), through transport: AsyncHTTPTransport) async
  -> FetchError?
{
  do {
    _ = try await transport.send(request)
    return nil
  } catch {
    return error
  }
}

func text(_ response: HTTPResponse) -> String { "\(response.status) " + String(decoding: response.body, as: UTF8.self) }

@Suite struct HTTPTransportTests {
  @Test func `a request goes out with base path, encoded query, credentials and extra headers`() async throws {
    let server = try RawServer { _, _ in [.answer()] }
    let transport = try transport(server.address + "/prom/") {
      $0.credentials = .basic(username: "reader", password: Secret("pass:word"))
      $0.headers = [ExtraHeader(name: "X-Scope-OrgID", value: Secret("team-a"))]
    }
    let request = HTTPRequest(
      .get, ["api", "v1", "label", "a/b", "values"], query: [("match[]", "up{job=\"x\"}"), ("start", "1.5")])
    #expect(text(try await transport.send(request)) == "200 {}")
    let lines = server.requests[0].split(separator: "\r\n").map(String.init)
    #expect(lines[0] == "GET /prom/api/v1/label/a%2Fb/values?match%5B%5D=up%7Bjob%3D%22x%22%7D&start=1.5 HTTP/1.1")
    #expect(
      Set(lines.dropFirst()) == [
        "User-Agent: obs-tui/\(Release.version)", "Accept: application/json", "Accept-Encoding: gzip, deflate",
        "X-Opaque-Id: \(Release.opaqueID)", "X-Scope-OrgID: team-a", "Authorization: Basic cmVhZGVyOnBhc3M6d29yZA==",
        "host: 127.0.0.1:\(server.port)",
      ])
  }

  @Test func `a POST carries its body and its content type`() async throws {
    let server = try RawServer { _, _ in [.answer()] }
    _ = try await transport(server.address).send(.post(["logs-*,app", "_search"], json: ["size": 0]))
    let request = server.requests[0]
    #expect(request.hasPrefix("POST /logs-*,app/_search HTTP/1.1\r\n"))
    #expect(request.contains("Content-Type: application/json\r\n"))
    #expect(request.hasSuffix("\r\n\r\n{\"size\":0}"))
  }

  @Test(arguments: [
    (Credentials.bearer(Secret("glsa_x")), "Bearer glsa_x"),
    (.apiKey(Secret("id:key")), "ApiKey aWQ6a2V5"),
    (.apiKey(Secret("aWQ6a2V5")), "ApiKey aWQ6a2V5"),
    (.basic(username: "用户", password: Secret("")), "Basic 55So5oi3Og=="),
  ])
  func `each kind of credentials has its header`(credentials: Credentials, header: String) throws {
    #expect(credentials.authorization(secret: credentials.secret?.knownText ?? "?") == header)
  }

  @Test func `a gzipped answer is unpacked`() async throws {
    let body: [UInt8] = [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 207, 86, 178, 42, 41, 42, 77, 173, 5, 0, 144, 95, 212, 167, 11, 0,
      0, 0,
    ]
    let server = try RawServer { _, _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"), .send(body)]
    }
    #expect(text(try await transport(server.address).send(HTTPRequest(.get, ["x"]))) == "200 {\"ok\":true}")
  }

  @Test func `nothing listening is said to be so`() async throws {
    let port = try RawServer.freePort()
    let error = await failure(through: try transport("http://127.0.0.1:\(port)"))
    #expect(
      error?.paragraph == """
        Tried: GET http://127.0.0.1:\(port)/x
        Answer: 127.0.0.1:\(port) refused the connection: nothing listens there
        Do: check that it runs, and the address in the settings
        """)
    #expect(error?.kind == .unreachable)
  }

  @Test(arguments: [
    [RawServer.Step.waitForClient], [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .waitForClient],
  ])
  func `the deadline covers the head and the body, and ends the connection`(steps: [RawServer.Step]) async throws {
    let server = try RawServer { _, _ in steps }
    let error = await failure(
      of: HTTPRequest(.get, ["x"], deadline: .milliseconds(80)), through: try transport(server.address))
    #expect(error?.kind == .timeout)
    #expect(error?.sentence == "no complete answer within 80 ms")
    await server.waitForClientToClose()
  }

  @Test func `cancelling the task closes the connection`() async throws {
    let server = try RawServer { _, _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .waitForClient] }
    let transport = try transport(server.address)
    let task = Task { await failure(through: transport) }
    while server.requests.isEmpty { await Task.yield() }
    task.cancel()
    #expect(await task.value?.kind == .cancelled)
    await server.waitForClientToClose()
  }

  @Test(arguments: [
    [RawServer.Step.close],
    [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":"), .close],
    [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n"), .close],
    [.send("HTTP/1.1 200 OK\r\nContent-Le"), .close],
  ])
  func `an answer that breaks off is not taken for an answer`(steps: [RawServer.Step]) async throws {
    let server = try RawServer { _, _ in steps }
    let error = await failure(through: try transport(server.address))
    #expect(error?.kind == .unreachable)
    #expect(error?.sentence == "the connection was closed before the answer was complete")
  }

  @Test func `an idle connection that the server has just closed is opened anew`() async throws {
    let server = try RawServer { index, _ in index == 1 ? [.close] : [.answer()] }
    let transport = try transport(server.address)
    for _ in 0..<2 { #expect(text(try await transport.send(HTTPRequest(.get, ["x"]))) == "200 {}") }
    #expect(server.requests.count == 3)
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7D0\r\n" + String(repeating: "x", count: 2000) + "\r\n",
  ])
  func `more bytes than allowed are not read`(head: String) async throws {
    let server = try RawServer { _, _ in [.send(head), .waitForClient] }
    let error = await failure(
      of: HTTPRequest(.get, ["x"], maximumBytes: 1 << 10), through: try transport(server.address))
    #expect(error?.kind == .tooLarge)
    #expect(error?.sentence == "the answer is larger than 1 kB")
    await server.waitForClientToClose()
  }

  @Test func `a small body that unpacks to a large one is stopped`() async throws {
    // The beginning of what gzip makes of a million times the same byte: all zeros from here on.
    let start: [UInt8] = [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 218, 139, 111, 8, 95, 160,
    ]
    let body = start + [UInt8](repeating: 0, count: 900)
    let server = try RawServer { _, _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"), .send(body), .waitForClient]
    }
    let error = await failure(
      of: HTTPRequest(.get, ["x"], maximumBytes: 100 << 10), through: try transport(server.address))
    #expect(error?.kind == .tooLarge)
    await server.waitForClientToClose()
  }

  @Test func `what does not speak HTTP is called that`() async throws {
    let server = try RawServer { _, _ in [.send("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .waitForClient] }
    let error = await failure(through: try transport(server.address))
    #expect(error?.kind == .malformed)
    #expect(error?.sentence == "what answers there does not speak HTTP")
  }

  @Test func `redirects on the same host are followed, and keep method, body and credentials`() async throws {
    let server = try RawServer { index, _ in
      index == 0 ? [.answer("307 Temporary Redirect", headers: ["Location: ../new/_search?q=1"])] : [.answer()]
    }
    let transport = try transport(server.address + "/old") { $0.credentials = .bearer(Secret("token")) }
    #expect(text(try await transport.send(.post(["_search"], json: ["size": 0]))) == "200 {}")
    #expect(server.requests[1].hasPrefix("POST /old/../new/_search?q=1 HTTP/1.1\r\n"))
    #expect(server.requests[1].contains("Authorization: Bearer token\r\n"))
    #expect(server.requests[1].hasSuffix("{\"size\":0}"))
  }

  @Test(arguments: [
    (
      "http://other.example/x?state=secret", FetchError.Kind.server,
      "302: redirected to another host, http://other.example/x"
    ),
    ("//other.example/", .server, "302: redirected to another host, http://other.example/"),
    ("/login?next=%2F", .unauthorised, "302: redirected to a login page, http://127.0.0.1:PORT/login"),
    (
      "https://sso.example/realms/a/protocol/openid-connect/auth?state=t", .unauthorised,
      "302: redirected to a login page, https://sso.example/realms/a/protocol/openid-connect/auth"
    ),
    ("http://127.0.0.1:1/", .server, "302: redirected to another port, http://127.0.0.1:1/"),
    ("ftp://127.0.0.1/", .server, "302: redirected to an address that makes no sense"),
    ("", .server, "redirected more than 5 times"),
  ])
  func `credentials are never carried to another place`(
    location: String, kind: FetchError.Kind, sentence: String
  ) async throws {
    let server = try RawServer { _, _ in [.answer("302 Found", headers: ["Location: \(location)"])] }
    let transport = try transport(server.address) { $0.credentials = .bearer(Secret("token")) }
    let error = await failure(through: transport)
    #expect(error?.kind == kind)
    #expect(error?.sentence == sentence.replacing("PORT", with: "\(server.port)"))
  }

  @Test func `a refused token is read anew from its file, once`() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "obs-tui-token-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("old-token\n".utf8).write(to: file)
    let server = try RawServer { index, request in
      if index == 0 { try? Data("new-token\n".utf8).write(to: file) }
      return request.contains("Bearer new-token\r\n")
        ? [.answer()] : [.answer("401 Unauthorized", "no user for token old-token")]
    }
    let transport = try transport(server.address) { $0.credentials = .bearer(Secret(file: file.path)) }
    #expect(text(try await transport.send(HTTPRequest(.get, ["x"]))) == "200 {}")
    #expect(server.requests.count == 2)
  }

  @Test func `a token that the server repeats is struck out`() async throws {
    let server = try RawServer { _, _ in [.answer("401 Unauthorized", "{\"message\":\"bad key glsa_abc\"}")] }
    let transport = try transport(server.address) { $0.credentials = .bearer(Secret("glsa_abc")) }
    #expect(text(try await transport.send(HTTPRequest(.get, ["x"]))) == "401 {\"message\":\"bad key ••••\"}")
  }

  @Test(arguments: [
    (Secret(file: "/nonexistent/token"), "the secret's file /nonexistent/token does not exist"),
    (Secret(file: "/"), "the secret's file / is a folder, not a file"),
    (Secret(command: "echo hush; exit 3"), "the command that should print the secret exited with 3"),
    (Secret(command: "true"), "the command that should print the secret printed nothing"),
    (Secret("two\nlines"), "the secret in Authorization holds a line end or another control character"),
  ])
  func `a secret that cannot be had is said so, without telling it`(secret: Secret, sentence: String) async throws {
    let error = await failure(through: try transport("http://127.0.0.1:1") { $0.credentials = .bearer(secret) })
    #expect(error?.kind == .settings)
    #expect(error?.sentence == sentence)
  }

  @Test func `a command prints the secret, and one that hangs is ended`() async throws {
    let server = try RawServer { _, _ in [.answer()] }
    _ = try await transport(server.address) { $0.credentials = .bearer(Secret(command: "printf ' from-vault \\n'")) }
      .send(HTTPRequest(.get, ["x"]))
    #expect(server.requests[0].contains("Authorization: Bearer from-vault\r\n"))
    let outcome = await CommandRun.output(of: "sleep 60", deadline: .milliseconds(20), maximumBytes: 10)
    #expect(outcome == .failure(CommandRun.Failure(reason: "did not end within 20 ms")))
  }

  @Test func `an IPv6 address keeps its brackets`() async throws {
    let port = try RawServer.freePort()
    let error = await failure(through: try transport("http://[::1]:\(port)"))
    #expect(error?.kind == .unreachable)
    #expect(error?.tried == "GET http://[::1]:\(port)/x")
    #expect(error?.answer.contains("[::1]:\(port)") ?? false)
  }

  @Test func `a header that cannot be sent is an error of the settings, without its value`() async throws {
    let transport = try transport("http://127.0.0.1:1") {
      $0.headers = [ExtraHeader(name: "bad name", value: Secret("hush"))]
    }
    let error = await failure(through: transport)
    #expect(error?.kind == .settings)
    #expect(error?.paragraph.contains("hush") == false)
  }
}
