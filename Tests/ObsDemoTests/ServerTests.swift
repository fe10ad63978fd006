import Foundation
import ObsData
import Testing

@testable import ObsDemo

/// Says what it was asked.
private struct EchoFace: DemoFace {
  func answer(_ request: DemoRequest, nanoseconds: Int64) async -> DemoResponse {
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
    let text =
      "\(request.method) \(request.path) \(query) \(String(decoding: request.body, as: UTF8.self)) \(nanoseconds)"
    return DemoResponse(status: 207, headers: [("Content-Type", "text/x-echo")], body: Array(text.utf8))
  }
}

@Suite struct ServerTests {
  private func curl(_ arguments: String...) async throws -> String {
    try await run("/usr/bin/curl", ["-s", "-m", "10"] + arguments)
  }

  private func run(_ program: String, _ arguments: [String]) async throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    // Waiting blocks a thread: not one of those that the servers run on.
    return await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        continuation.resume(returning: String(decoding: data, as: UTF8.self))
      }
    }
  }

  @Test(arguments: [
    ("/a%2Fb/c%20d/", ["a/b", "c d"]), ("/", []), ("//x", ["x"]), ("/100%/%zz/%E4%BD%A0", ["100%", "%zz", "你"]),
    ("/a+b", ["a+b"]),
  ])
  func `a path's segments are decoded`(path: String, expected: [String]) {
    #expect(RequestTarget.segments(path) == expected)
  }

  @Test func `a query's items are decoded in order`() {
    let items = RequestTarget.items("a=1&b=%20x+y&c&a=2&d==&=e")
    #expect(items.map { "\($0.name)|\($0.value)" } == ["a|1", "b| x y", "c|", "a|2", "d|=", "|e"])
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
  func `a face answers over HTTP`() async throws {
    let server = try await DemoServer.start(EchoFace(), clock: { 42 })
    let text = try await curl("-d", "hello", "\(server.address)/a%2Fb/c?x=%E4%BD%A0&y")
    #expect(text == #"POST ["a/b", "c"] x=你;y= hello 42"#)
    let head = try await curl("-I", "\(server.address)/abc")
    #expect(head.hasPrefix("HTTP/1.1 207"))
    #expect(head.lowercased().contains("content-type: text/x-echo"))
    #expect(head.lowercased().contains("content-length: 16"))
    await #expect(throws: DemoServerError(description: "port \(server.port) on 127.0.0.1 is in use by another program"))
    {
      _ = try await DemoServer.start(EchoFace(), port: server.port, clock: { 42 })
    }
    await server.stop()
    let again = try await DemoServer.start(EchoFace(), port: server.port, clock: { 42 })
    await again.stop()
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
  func `a server stops although a client keeps its connection open`() async throws {
    let server = try await DemoServer.start(EchoFace(), clock: { 42 })
    let script = """
      exec 3<>/dev/tcp/127.0.0.1/\(server.port)
      printf 'GET /kept HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&3
      read -r status <&3
      echo "$status"
      exec 1>&- 2>&-
      cat <&3
      """
    // The shell ends its output after the status line and goes on holding the connection until the server closes it.
    #expect(try await run("/bin/bash", ["-c", script]).hasPrefix("HTTP/1.1 207"))
    await server.stop()
  }

  @Test func `a stack whose second port is taken leaves no server behind`() async throws {
    let taken = try await DemoServer.start(EchoFace(), clock: { 0 })
    let faces: [Store: any DemoFace] = [.elasticsearch: EchoFace(), .jaeger: EchoFace()]
    await #expect(
      throws: DemoServerError(description: "Jaeger: port \(taken.port) on 127.0.0.1 is in use by another program")
    ) {
      _ = try await DemoStack.start(faces: faces, portBase: taken.port - 1)
    }
    let free = try await DemoServer.start(EchoFace(), port: taken.port - 1, clock: { 0 })
    await free.stop()
    await taken.stop()
    let stack = try await DemoStack.start(faces: faces)
    #expect(stack.address(of: .jaeger)?.hasPrefix("http://127.0.0.1:") == true)
    #expect(stack.address(of: .prometheus) == nil)
    await stack.stop()
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/amtool")))
  func `Debian's amtool reads the alerts and makes a silence`() async throws {
    let world = World(seed: 7, origin: worldOrigin)
    let stack = try await DemoStack.start(
      faces: [.alertmanager: AlertmanagerFace(world: world)], clock: { worldOrigin.nanoseconds })
    let address = try #require(stack.address(of: .alertmanager))
    let alerts = try await run("/usr/bin/amtool", ["alert", "query", "--alertmanager.url=\(address)"])
    #expect(alerts.contains("RedisPoolExhausted") && alerts.contains("active"), "\(alerts)")
    let none = try await run("/usr/bin/amtool", ["alert", "query", "--alertmanager.url=\(address)", "service=nosuch"])
    #expect(!none.contains("active"), "\(none)")
    // amtool dates its silence by the real clock, which lies somewhere else: half a century reaches from both.
    let added = try await run(
      "/usr/bin/amtool",
      [
        "silence", "add", "--alertmanager.url=\(address)", "--comment=c", "--author=me", "--duration=50y",
        "--start=2020-01-01T00:00:00Z", "service=user-server",
      ])
    #expect(added.trimmingCharacters(in: .newlines).count == 36, "\(added)")
    let left = try await run("/usr/bin/amtool", ["alert", "query", "--active", "--alertmanager.url=\(address)"])
    #expect(!left.contains("RedisPoolExhausted"), "\(left)")
    let silences = try await run("/usr/bin/amtool", ["silence", "query", "--alertmanager.url=\(address)"])
    #expect(silences.contains("service=\"user-server\""), "\(silences)")
    await stack.stop()
  }
}
