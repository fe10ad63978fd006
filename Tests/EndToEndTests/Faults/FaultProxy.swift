import Foundation
import Glibc
import Synchronization

/// Stands before a store and does what a test says: passes on, changes what is said, or fails. Plain sockets and a thread a
/// connection; each connection carries one request.
final class FaultProxy: Sendable {
  /// What is done with the next requests.
  enum Manner: Sendable {
    case honest
    case fault(Fault)
    /// The store's answer with this done to its body.
    case changed(@Sendable ([UInt8]) -> [UInt8])
    /// Refused, with the request's own head in the words.
    case refusing
  }

  let port: Int
  private let upstream: Int
  private let listener: Int32
  private let manner = Mutex(Manner.honest)
  private let counted = Mutex(0)
  private let heads = Mutex<[String]>([])
  private let open = Mutex<Set<Int32>>([])

  /// A proxy before the store that listens on a port of this machine.
  init(upstream: Int) throws {
    self.upstream = upstream
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = try FaultProxy.bound(listener)
    guard listen(listener, 64) == 0 else { throw Failure(description: "the proxy cannot listen") }
    let listener = listener
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        guard let self else { return }
        self.open.withLock { _ = $0.insert(connection) }
        Thread.detachNewThread {
          self.serve(connection)
          self.open.withLock { _ = $0.remove(connection) }
          close(connection)
        }
      }
    }
  }

  /// Ends the listening; connections end by themselves.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    hangUp()
  }

  /// From here on it behaves so; what hangs in the former manner is let go.
  func behave(_ new: Manner) {
    manner.withLock { $0 = new }
    counted.withLock { $0 = 0 }
    hangUp()
  }

  /// How many requests have come since it last changed its manner.
  var requests: Int { counted.withLock { $0 } }
  /// The heads of all requests.
  var requestHeads: [String] { heads.withLock { $0 } }
  /// How many connections are open.
  var connections: Int { open.withLock { $0.count } }

  private func hangUp() {
    open.withLock { $0.forEach { shutdown($0, Int32(SHUT_RDWR)) } }
  }

  private func serve(_ connection: Int32) {
    guard let request = FaultProxy.message(from: connection) else { return }
    let head = String(decoding: request.prefix { $0 != 0 }.prefix(8192), as: UTF8.self)
    heads.withLock { if $0.count < 10_000 { $0.append(head) } }
    let manner = manner.withLock { $0 }
    counted.withLock { $0 += 1 }
    switch manner {
    case .honest: FaultProxy.send(answer(to: request), to: connection)
    case .changed(let change):
      let (head, body) = FaultProxy.parts(answer(to: request))
      let changed = change(body)
      let lines = head.split(separator: "\r\n").filter { !$0.lowercased().hasPrefix("content-length:") }
      FaultProxy.send(
        Array((lines + ["Content-Length: \(changed.count)", "", ""]).joined(separator: "\r\n").utf8), to: connection)
      FaultProxy.send(changed, to: connection)
    case .refusing:
      let words = head.split(separator: "\r\n").joined(separator: " ").replacing("\"", with: "'")
      let body = "{\"error\":\"not for you: \(words)\",\"message\":\"\(words)\"}"
      FaultProxy.send(
        Array(
          "HTTP/1.1 401 Unauthorized\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)".utf8),
        to: connection)
    case .fault(let fault): fail(connection, request, fault)
    }
  }

  private func fail(_ connection: Int32, _ request: [UInt8], _ fault: Fault) {
    switch fault {
    case .delay:
      // Longer than the program's patience in these tests; its going away ends the wait.
      if FaultProxy.waitForEnd(of: connection, milliseconds: 5_000) { return }
      FaultProxy.send(answer(to: request), to: connection)
    case .cut:
      let whole = answer(to: request)
      FaultProxy.send(Array(whole.prefix(whole.count - max(1, FaultProxy.parts(whole).body.count / 2))), to: connection)
    case .dribble:
      for byte in answer(to: request) {
        guard FaultProxy.send([byte], to: connection), !FaultProxy.waitForEnd(of: connection, milliseconds: 20) else {
          return
        }
      }
    case .reset:
      FaultProxy.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{".utf8), to: connection)
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    case .blackHole: _ = FaultProxy.waitForEnd(of: connection, milliseconds: -1)
    default:
      for piece in fault.script ?? [] {
        switch piece {
        case .text(let text): guard FaultProxy.send(Array(text.utf8), to: connection) else { return }
        case .bytes(let bytes): guard FaultProxy.send(bytes, to: connection) else { return }
        case .repeated(let times, let text, let count):
          let bytes = Array(String(repeating: text, count: times).utf8)
          for _ in 0..<count { guard FaultProxy.send(bytes, to: connection) else { return } }
        }
      }
    }
  }

  /// The store's answer, whole, as one that ends with its connection.
  private func answer(to request: [UInt8]) -> [UInt8] {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = FaultProxy.loopback(upstream)
    let isConnected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { return [] }
    // Uncompressed and alone on its connection.
    let (head, body) = FaultProxy.parts(request)
    let lines = head.split(separator: "\r\n").filter { line in
      !["accept-encoding:", "connection:"].contains { line.lowercased().hasPrefix($0) }
    }
    FaultProxy.send(Array((lines + ["Connection: close", "", ""]).joined(separator: "\r\n").utf8) + body, to: socket)
    guard let whole = FaultProxy.message(from: socket) else { return [] }
    let (status, text) = FaultProxy.parts(whole)
    let kept = status.split(separator: "\r\n").filter { !$0.lowercased().hasPrefix("connection:") }
    return Array((kept + ["Connection: close", "", ""]).joined(separator: "\r\n").utf8) + text
  }
}
