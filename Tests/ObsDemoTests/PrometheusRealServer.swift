import Foundation
import ObsData

@testable import ObsDemo

/// A real Prometheus on loopback that holds the samples of a test source. It is looked for where
/// `OBS_TUI_REAL_PROMETHEUS_BINARY` says, else where Debian's package `prometheus` puts it, with `promtool` beside it.
struct PrometheusRealServer {
  static let binary = ProcessInfo.processInfo.environment["OBS_TUI_REAL_PROMETHEUS_BINARY"] ?? "/usr/bin/prometheus"
  static var promtool: String {
    URL(fileURLWithPath: binary).deletingLastPathComponent().appendingPathComponent("promtool").path
  }
  static var isInstalled: Bool {
    FileManager.default.isExecutableFile(atPath: binary) && FileManager.default.isExecutableFile(atPath: promtool)
  }

  struct Failure: Error { let message: String }

  /// Starts a server with the source's samples, hands out a transport to it, and stops it again.
  static func run(_ source: PrometheusTestSource, _ body: (any HTTPTransport) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("obs-tui-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = folder.appendingPathComponent("samples.txt")
    try Data(source.openMetrics.utf8).write(to: text)
    let configuration = folder.appendingPathComponent("prometheus.yml")
    try Data("global: {scrape_interval: 15s}\n".utf8).write(to: configuration)
    let data = folder.appendingPathComponent("data")
    let blocks = try start(promtool, ["tsdb", "create-blocks-from", "openmetrics", text.path, data.path])
    blocks.waitUntilExit()
    guard blocks.terminationStatus == 0 else { throw Failure(message: "promtool made no blocks") }
    let port = try LoopbackTransport.freePort()
    let server = try start(
      binary,
      [
        "--config.file=\(configuration.path)", "--storage.tsdb.path=\(data.path)",
        "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
      ])
    defer {
      server.terminate()
      server.waitUntilExit()
    }
    let transport = LoopbackTransport(port: port)
    for _ in 0..<200 {
      if let answer = try? await transport.send(HTTPRequest(.get, ["-", "ready"])), answer.status == 200 {
        return try await body(transport)
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Failure(message: "the server was not ready within ten seconds")
  }

  private static func start(_ path: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }
}

/// HTTP 1.0 on a loopback socket, a connection for each request: enough to ask a server in a test.
struct LoopbackTransport: HTTPTransport {
  let port: UInt16
  var address: String { "http://127.0.0.1:\(port)" }

  static func freePort() throws -> UInt16 {
    let (descriptor, bound) = try socketAt(0) { bind($0, $1, $2) }
    close(descriptor)
    return bound
  }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    do {
      return try exchange(request)
    } catch {
      throw FetchError(.unreachable, tried: request.text, answer: "\(error)")
    }
  }

  private func exchange(_ request: HTTPRequest) throws -> HTTPResponse {
    let (descriptor, _) = try LoopbackTransport.socketAt(port) { connect($0, $1, $2) }
    defer { close(descriptor) }
    var text = "\(request.method.rawValue) \(request.target) HTTP/1.0\r\nHost: 127.0.0.1\r\n"
    for header in request.headers { text += "\(header.name): \(header.value)\r\n" }
    text += "Content-Length: \(request.body.count)\r\n\r\n"
    var bytes = Array(text.utf8) + request.body
    while !bytes.isEmpty {
      let sent = write(descriptor, bytes, bytes.count)
      guard sent > 0 else { throw PrometheusRealServer.Failure(message: "write failed") }
      bytes.removeFirst(sent)
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { answer += buffer[..<count] }
    guard let end = answer.firstRange(of: Array("\r\n\r\n".utf8)) else {
      throw PrometheusRealServer.Failure(message: "no answer")
    }
    let head = String(decoding: answer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let status = head[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let headers = head.dropFirst().compactMap { line -> (name: String, value: String)? in
      let parts = line.split(separator: ":", maxSplits: 1)
      return parts.count == 2 ? (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces)) : nil
    }
    return HTTPResponse(status: status, headers: headers, body: Array(answer[end.upperBound...]))
  }

  private static func socketAt(
    _ port: UInt16, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws -> (Int32, UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> Int32 in
        let result = use(descriptor, pointer, length)
        if result == 0 { getsockname(descriptor, pointer, &length) }
        return result
      }
    }
    guard descriptor >= 0, result == 0 else {
      close(descriptor)
      throw PrometheusRealServer.Failure(message: "no socket at port \(port)")
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }
}
