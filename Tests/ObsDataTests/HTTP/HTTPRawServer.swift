import Foundation
import Glibc
import Synchronization

/// A server on a free loopback port that does as the test says, byte by byte. Plain sockets and a thread a connection, so that
/// nothing of it is shared with the client under test.
final class RawServer: Sendable {
  /// What is done after a request has been read.
  enum Step: Sendable {
    case send([UInt8])
    /// Waits until the client closes the connection.
    case waitForClient
    case close

    static func send(_ text: String) -> Step { .send(Array(text.utf8)) }
    /// A whole answer that leaves the connection open.
    static func answer(_ status: String = "200 OK", headers: [String] = [], _ body: String = "{}") -> Step {
      .send(
        (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers + ["", body]).joined(separator: "\r\n"))
    }
  }

  let port: Int
  private let listener: Int32
  private let received = Mutex<[String]>([])
  private let clientClosed = AsyncStream<Void>.makeStream()

  /// Answers the nth request, counted from zero over all connections, with `script(n, request)`.
  init(_ script: @escaping @Sendable (Int, String) -> [Step]) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = try RawServer.bindLoopback(listener)
    guard listen(listener, 16) == 0 else { throw POSIXError(.EADDRINUSE) }
    let listener = listener
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        Thread.detachNewThread { [weak self] in
          defer { close(connection) }
          while let request = RawServer.readRequest(connection) {
            guard let index = self?.record(request) else { return }
            for step in script(index, request) {
              switch step {
              case .send(let bytes): RawServer.write(bytes, to: connection)
              case .close: return
              case .waitForClient:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
                self?.clientClosed.continuation.yield()
                return
              }
            }
          }
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  var address: String { "http://127.0.0.1:\(port)" }
  /// The requests so far, heads and bodies as they came.
  var requests: [String] { received.withLock { $0 } }
  /// Returns when a client has closed a connection that the server kept open.
  func waitForClientToClose() async {
    for await _ in clientClosed.stream { return }
  }

  /// A port on which nothing listens.
  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return try bindLoopback(descriptor)
  }

  /// Whether something accepts connections on the port.
  static func isListening(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private func record(_ request: String) -> Int {
    received.withLock {
      $0.append(request)
      return $0.count - 1
    }
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
  }

  private static func bindLoopback(_ descriptor: Int32) throws -> Int {
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard result else { throw POSIXError(.EADDRINUSE) }
    return Int(in_port_t(bigEndian: address.sin_port))
  }

  private static func readRequest(_ connection: Int32) -> String? {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      if let end = text.firstRange(of: "\r\n\r\n") {
        let length = text[..<end.lowerBound].split(separator: "\r\n").compactMap { line in
          line.lowercased().hasPrefix("content-length:")
            ? Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) : nil
        }
        if text[end.upperBound...].utf8.count >= length.first ?? 0 { return text }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return nil }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  private static func write(_ bytes: [UInt8], to connection: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
