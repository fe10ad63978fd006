import Foundation
import Glibc

extension FaultProxy {
  static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
  }

  /// Binds to a free port, which it returns.
  static func bound(_ socket: Int32) throws -> Int {
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard isBound else { throw Failure(description: "the proxy has no port") }
    return Int(in_port_t(bigEndian: address.sin_port))
  }

  /// Head and body; the blank line between belongs to neither.
  static func parts(_ message: [UInt8]) -> (head: String, body: [UInt8]) {
    let end = headEnd(message) ?? message.count
    return (String(decoding: message.prefix(max(0, end - 4)), as: UTF8.self), Array(message.dropFirst(end)))
  }

  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (4...bytes.count).first {
      bytes[$0 - 4] == 13 && bytes[$0 - 3] == 10 && bytes[$0 - 2] == 13 && bytes[$0 - 1] == 10
    }
  }

  /// A request or an answer with its whole body: by its length, in chunks (which are joined), or up to the end of the connection.
  static func message(from socket: Int32) -> [UInt8]? {
    var bytes: [UInt8] = []
    var end: Int?
    var wanted: Int?
    while true {
      if end == nil, let found = headEnd(bytes) {
        end = found
        let head = String(decoding: bytes.prefix(found), as: UTF8.self).lowercased()
        let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let isRequest = !head.hasPrefix("http/")
        wanted = length.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? (isRequest ? 0 : nil)
      }
      if let end, let wanted, bytes.count >= end + wanted { return bytes }
      var part = [UInt8](repeating: 0, count: 1 << 16)
      let count = recv(socket, &part, part.count, 0)
      if count <= 0 { break }
      bytes += part[..<count]
    }
    guard end != nil, wanted == nil else { return nil }
    let (head, body) = parts(bytes)
    guard head.lowercased().contains("transfer-encoding: chunked") else { return bytes }
    let whole = unchunked(body)
    let lines = head.split(separator: "\r\n").filter { !$0.lowercased().hasPrefix("transfer-encoding:") }
    return Array((lines + ["Content-Length: \(whole.count)", "", ""]).joined(separator: "\r\n").utf8) + whole
  }

  private static func unchunked(_ body: [UInt8]) -> [UInt8] {
    var whole: [UInt8] = []
    var rest = body[...]
    while let line = rest.firstIndex(of: 13) {
      let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16) ?? 0
      rest = rest[line...].dropFirst(2)
      if size == 0 { return whole }
      whole += rest.prefix(size)
      rest = rest.dropFirst(size + 2)
    }
    return whole
  }

  /// Sends it all; false when the other end has gone.
  @discardableResult
  static func send(_ bytes: [UInt8], to socket: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(socket, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  /// Waits that long, or until the other end has gone, which is said.
  static func waitForEnd(of socket: Int32, milliseconds: Int32) -> Bool {
    var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, milliseconds) > 0
  }
}
