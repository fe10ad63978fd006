import Foundation
import Glibc

/// An Elasticsearch that holds nothing but very long lines, or whatever a closure answers: on loopback, one thread to a connection.
final class LongLineServer: Sendable {
  let address: String
  private let listener: Int32
  private let answer: @Sendable (_ request: String, _ body: String) -> String

  /// Answers every search with as many hits as are asked for, up to `count`; `hit` writes the message of each.
  convenience init(count: Int, hit: @escaping @Sendable (Int) -> String) throws {
    try self.init { LongLineServer.answer($0, $1, count: count, hit) }
  }

  /// Answers by a closure that takes the first line of the request and its body.
  init(answering answer: @escaping @Sendable (String, String) -> String) throws {
    self.answer = answer
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> UInt16? in
        guard bind(listener, pointer, length) == 0, listen(listener, 16) == 0 else { return nil }
        return getsockname(listener, pointer, &length) == 0 ? 0 : nil
      }
    }.map { _ in UInt16(bigEndian: name.sin_port) }
    self.listener = listener
    guard let port else { throw ProgramRows.Failure("no port for the server of long lines") }
    address = "http://127.0.0.1:\(port)"
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        Thread.detachNewThread { [self] in serve(connection) }
      }
    }
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    var input: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let blank = Array("\r\n\r\n".utf8)
    while true {
      while !input.contains(blank) {
        let length = recv(connection, &buffer, buffer.count, 0)
        guard length > 0 else { return }
        input += buffer.prefix(length)
      }
      let text = String(decoding: input, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n") else { return }
      let head = text[..<end.lowerBound]
      let fields = head.lowercased().split(separator: "\r\n")
      let wanted =
        fields.first { $0.hasPrefix("content-length:") }.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
      let used = text[..<end.upperBound].utf8.count
      while input.count < used + wanted {
        let length = recv(connection, &buffer, buffer.count, 0)
        guard length > 0 else { return }
        input += buffer.prefix(length)
      }
      let body = String(decoding: input[used..<used + wanted], as: UTF8.self)
      input.removeFirst(used + wanted)
      let answer = Array(self.answer(String(fields.first ?? ""), body).utf8)
      let start = Array(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-elastic-product: Elasticsearch\r\ncontent-length: \(answer.count)\r\n\r\n"
          .utf8)
      for bytes in [start, answer] {
        var sent = 0
        while sent < bytes.count {
          let length = bytes.withUnsafeBytes {
            send(connection, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
          }
          guard length > 0 else { return }
          sent += length
        }
      }
    }
  }

  private static func answer(
    _ request: String, _ body: String, count: Int, _ hit: @Sendable (Int) -> String
  ) -> String {
    if let general = general(request) { return general }
    let size = body.firstMatch(of: #/"size":\s*(\d+)/#).flatMap { Int($0.1) } ?? 0
    let hits = (0..<min(size, count)).map { index in
      "{\"_index\":\"long\",\"_id\":\"\(index)\",\"_score\":null,\"_source\":{\"@timestamp\":\"2026-11-22T08:53:10.000Z\","
        + "\"level\":\"error\",\"message\":\"\(hit(index))\"},\"sort\":[1795337590000,\(index)]}"
    }
    return "{\"took\":5,\"timed_out\":false,\"_shards\":{\"total\":1,\"successful\":1,\"skipped\":0,\"failed\":0},"
      + "\"hits\":{\"total\":{\"value\":\(count),\"relation\":\"eq\"},\"max_score\":null,\"hits\":[\(hits.joined(separator: ","))]}}"
  }

  /// What is answered to anything but a search; nil for a search.
  static func general(_ request: String) -> String? {
    if request.contains("_field_caps") {
      return
        "{\"indices\":[\"long\"],\"fields\":{\"@timestamp\":{\"date\":{\"type\":\"date\",\"searchable\":true,\"aggregatable\":true}},"
        + "\"level\":{\"keyword\":{\"type\":\"keyword\",\"searchable\":true,\"aggregatable\":true}},"
        + "\"message\":{\"text\":{\"type\":\"text\",\"searchable\":true,\"aggregatable\":false}}}}"
    }
    guard request.contains("_search") else {
      return
        "{\"name\":\"n\",\"cluster_name\":\"c\",\"version\":{\"number\":\"8.17.0\"},\"tagline\":\"You Know, for Search\"}"
    }
    return nil
  }
}

extension ProgramRows {
  /// Lines that have frozen other programs: typed into a search, each letter is looked for in all that is on the screen.
  func longLines() throws -> [Row] {
    let long = String(repeating: "word 连接 ", count: 90_000 / 8)
    let huge = String(repeating: "word 连接 ", count: 1_000_000 / 12)
    return [
      try longLines("lines of 90,000 characters, as many of 2,000 as an answer may hold", count: 2_000) { _ in long },
      try longLines("a single 1 MB line", count: 1) { _ in huge },
    ]
  }

  private func longLines(_ what: String, count: Int, _ hit: @escaping @Sendable (Int) -> String) throws -> Row {
    let server = try LongLineServer(count: count, hit: hit)
    let range = ["--from", "2026-11-22T08:50:00Z", "--to", "2026-11-22T08:55:00Z"]
    let terminal = try dashboard(range, width: 200, height: 60, addresses: ["elasticsearch": server.address])
    guard terminal.wait(for: "word", limit: 30) != nil else { throw Failure("no line of \(what) was shown in 30 s") }
    terminal.drain(quiet: 3, limit: 30)
    terminal.write("gz/")
    terminal.drain(quiet: 0.5, limit: 2)
    var times: [Double] = []
    for index in 0..<100 {
      terminal.drain(quiet: 0.02, limit: 0.1)
      let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index % 26)))
      let begin = now()
      terminal.write(letter)
      guard terminal.wait(for: letter, limit: 3) != nil else { throw Failure("a key was not painted within 3 s") }
      times.append(now() - begin)
      terminal.write("\u{15}w")  // an empty line, and a letter that every line has
    }
    let most = (times.max() ?? .nan) * 1e3
    return Row(
      what: "key → painted, 200×60, \(what)", target: "none over 50 ms",
      measured: "\(fixed(most)) ms (median \(fixed(Sample(times).median * 1e3)) ms)", isMet: most <= 50)
  }
}
