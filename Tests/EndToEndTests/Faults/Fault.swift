import Foundation

/// A way in which a store, or what lies between, goes wrong.
enum Fault: String, CaseIterable, Sendable {
  case delay, cut, reset, blackHole, dribble, tooManyRequests, unavailable, errorPage, login, brokenGzip, hugeBody,
    endlessBody
  case gzipBomb, deepJSON, noHTTP, endlessHead

  /// What is sent in the place of the store's answer; nil where that is made of the true one.
  var script: [Piece]? {
    let second = "Retry-After: 1\r\n"
    switch self {
    case .delay, .cut, .dribble: return nil
    case .reset, .blackHole: return []
    case .tooManyRequests: return Piece.answer("429 Too Many Requests", second, "{\"message\":\"too many\"}")
    case .unavailable: return Piece.answer("503 Service Unavailable", second, "")
    case .errorPage:
      let head = "Content-Type: text/html\r\n"
      return Piece.answer("500 Internal Server Error", head, "<html><title>It broke</title><h1>500</h1></html>")
    case .login: return Piece.answer("302 Found", "Location: /oauth2/sign_in?rd=%2F\r\n", "")
    case .brokenGzip: return Piece.answer("200 OK", "Content-Encoding: gzip\r\n", "\u{1F}\u{8B} is not how it begins")
    case .hugeBody:
      return [
        .text("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n{\"hits\":\""), .repeated(64 << 10, "a", 16 << 10),
      ]
    case .endlessBody:
      let chunk = "10000\r\n" + String(repeating: "a", count: 1 << 16) + "\r\n"
      return [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), .repeated(1, chunk, 16 << 10)]
    case .gzipBomb:
      return [.text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"), .bytes(Fault.bomb)]
    case .deepJSON:
      let body = String(repeating: "{\"a\":[", count: 100_000) + String(repeating: "]}", count: 100_000)
      return Piece.answer("200 OK", "Content-Type: application/json\r\n", body)
    case .noHTTP: return [.text("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")]
    case .endlessHead:
      return [.text("HTTP/1.1 200 OK\r\n"), .repeated(1, "X-A: \(String(repeating: "b", count: 1000))\r\n", 1 << 20)]
    }
  }

  /// One step of an answer.
  enum Piece {
    case text(String)
    case bytes([UInt8])
    /// A text, so many times in one piece, sent so often.
    case repeated(Int, String, Int)

    static func answer(_ status: String, _ headers: String, _ body: String) -> [Piece] {
      [.text("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")]
    }
  }

  /// A gigabyte of zeros in a megabyte. DEFLATE repeats a block of the right kind bit by bit: `gzip` made it once.
  private static let bomb: [UInt8] = {
    let pipe = Pipe()
    guard let gzip = Program.tool("bash"),
      let child = try? Child(
        gzip, ["-c", "head -c 1073741824 /dev/zero | gzip -1"], environment: ["PATH": "/usr/bin:/bin"], input: nil,
        output: pipe.fileHandleForWriting, errors: nil)
    else { return [] }
    try? pipe.fileHandleForWriting.close()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    _ = child.wait()
    return [UInt8](bytes)
  }()
}
