import Testing

@testable import ObsData

/// A raw server stands for the proxy; no name of a store is ever looked up.
@Suite struct HTTPProxyTests {
  private func transport(_ address: String, through proxy: RawServer, user: String? = nil) throws -> AsyncHTTPTransport
  {
    try ObsDataTests.transport(address) {
      $0.proxy = ProxyAddress(
        host: "127.0.0.1", port: proxy.port, username: user, password: user.map { Secret("\($0)-secret") })
      $0.credentials = .bearer(Secret("token"))
    }
  }

  @Test func `plain http is handed to the proxy with the whole address, and never asks for a tunnel`() async throws {
    let proxy = try RawServer { index, _ in [.answer(index == 0 ? "200 OK" : "201 Created")] }
    let transport = try transport("http://store.example:9200/base", through: proxy, user: "u")
    #expect(text(try await transport.send(HTTPRequest(.get, ["a b"], query: [("q", "x")]))) == "200 {}")
    let post = HTTPRequest.post(["_search"], json: .object([]))
    #expect(text(try await transport.send(post)) == "201 {}")
    let (first, second) = (proxy.requests[0], proxy.requests[1])
    #expect(first.hasPrefix("GET http://store.example:9200/base/a%20b?q=x HTTP/1.1\r\n"))
    #expect(first.lowercased().contains("\r\nhost: store.example:9200\r\n"))
    #expect(first.contains("Proxy-Authorization: Basic dTp1LXNlY3JldA==\r\n"))
    #expect(first.contains("Authorization: Bearer token\r\n"))
    #expect(second.hasPrefix("POST http://store.example:9200/base/_search HTTP/1.1\r\n") && second.hasSuffix("{}"))
  }

  @Test func `a default port and an IPv6 address stand in the target as they were written`() async throws {
    let proxy = try RawServer { _, _ in [.answer()] }
    _ = try await transport("http://store.example", through: proxy).send(HTTPRequest(.get, ["x"]))
    _ = try await transport("http://[2001:db8::1]:9200", through: proxy).send(HTTPRequest(.get, ["x"]))
    #expect(proxy.requests[0].hasPrefix("GET http://store.example/x HTTP/1.1\r\n"))
    #expect(proxy.requests[1].hasPrefix("GET http://[2001:db8::1]:9200/x HTTP/1.1\r\n"))
    #expect(!proxy.requests.contains { $0.contains("Proxy-Authorization") })
  }

  @Test func `https is asked for a tunnel with the proxy's own password, and the proxy never sees ours`() async throws {
    let proxy = try RawServer { _, _ in [.send("HTTP/1.1 200 OK\r\n\r\n"), .close] }
    let error = await failure(through: try transport("https://store.example:9200/base", through: proxy, user: "u"))
    #expect(error != nil)
    let connect = proxy.requests[0]
    #expect(connect.hasPrefix("CONNECT store.example:9200 HTTP/1.1\r\n"))
    #expect(connect.lowercased().contains("proxy-authorization: basic dtp1lxnly3jlda==\r\n"))
    #expect(!connect.contains("token"))
  }

  @Test func `a redirect to https on the same host goes on through a tunnel`() async throws {
    let proxy = try RawServer { index, _ in
      index == 0
        ? [.answer("301 Moved Permanently", headers: ["Location: https://store.example/x"], "")] : [.close]
    }
    _ = await failure(through: try transport("http://store.example", through: proxy))
    #expect(proxy.requests[1].hasPrefix("CONNECT store.example:443 HTTP/1.1\r\n"))
  }

  @Test func `what the proxy refuses is told as its own words, without our passwords`() async throws {
    let proxy = try RawServer { index, request in
      [.answer(index == 0 ? "407 Proxy Authentication Required" : "403 Forbidden", index == 0 ? "" : request)]
    }
    let transport = try transport("http://store.example", through: proxy, user: "u")
    for status in [407, 403] {
      let request = HTTPRequest(.get, ["x"])
      let response = try await transport.send(request)
      let error = try #require(FetchError.status(response, to: request, at: transport.address))
      #expect(error.status == status)
      #expect(error.kind == .unauthorised)
      #expect(!error.paragraph.contains("dTp1LXNlY3JldA==") && !error.paragraph.contains("token"))
    }
  }

  @Test func `limits and cancelling hold through a proxy`() async throws {
    let proxy = try RawServer { index, _ in
      index == 0
        ? [.answer("200 OK", "{\"a\": 12345678}")]
        : [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .waitForClient]
    }
    let transport = try transport("http://store.example", through: proxy)
    var small = HTTPRequest(.get, ["x"])
    small.maximumBytes = 8
    #expect(await failure(of: small, through: transport)?.kind == .tooLarge)
    let task = Task { await failure(through: transport) }
    while proxy.requests.count < 2 { await Task.yield() }
    task.cancel()
    #expect(await task.value?.kind == .cancelled)
    await proxy.waitForClientToClose()
  }

  @Test func `a proxy that refuses to connect is named`() async throws {
    let proxy = try RawServer { index, _ in
      [.answer(index == 0 ? "407 Proxy Authentication Required" : "403 Forbidden", ""), .close]
    }
    let transport = try transport("https://store.example", through: proxy)
    let unknown = await failure(through: transport)
    #expect(unknown?.kind == .unauthorised)
    #expect(unknown?.sentence == "the proxy 127.0.0.1:\(proxy.port) asks for a user and a password")
    #expect(
      await failure(through: transport)?.sentence == "the proxy 127.0.0.1:\(proxy.port) did not open a connection")
  }

  @Test(arguments: ["http://store.example", "https://store.example"])
  func `a proxy that is not there is named`(address: String) async throws {
    let port = try RawServer.freePort()
    let gone = try ObsDataTests.transport(address) { $0.proxy = ProxyAddress(host: "127.0.0.1", port: port) }
    #expect(
      await failure(through: gone)?.sentence
        == "the proxy 127.0.0.1:\(port) refused the connection: nothing listens there")
  }
}
