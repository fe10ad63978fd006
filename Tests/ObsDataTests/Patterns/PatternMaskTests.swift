import Testing

@testable import ObsData

struct PatternMaskTests {
  /// The tokens of a message, a bar between them, masks as `<*>`.
  private func masked(_ message: String) -> String {
    let line = MaskedLine(message)
    return line.tokens.indices.map { index in
      String(decoding: line.bytes(of: index), as: UTF8.self).replacingMask
    }.joined(separator: "|")
  }

  @Test(arguments: [
    ("took 35ms, 1.25s or 1m30s", "took|<*>,|<*>|or|<*>"),
    ("offset -12 of +1,204,311 (99.5%)", "offset|<*>|of|<*>|(<*>)"),
    ("waited 12µs", "waited|<*>"),
    ("trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7", "trace|<*>|span|<*>"),
    ("id 123e4567-e89b-12d3-a456-426614174000.", "id|<*>."),
    ("from 10.0.3.17:6379 and [2001:db8::1]:443", "from|<*>|and|[<*>]:<*>"),
    ("at 2026-11-22T08:53:10.123Z and 2026-11-22 08:53:10,5 +0100", "at|<*>|and|<*>|<*>"),
    ("0xdeadbeef db-3 user123 aB3dE5gH7", "<*>|db-<*>|user<*>|<*>"),
    ("install 1.2.3-4+deb12u1 range 10-20", "install|<*>|range|<*>"),
    ("open \"/etc/passwd\" don't 'a b'", "open|<*>|don't|<*>"),
    ("{\"user\":\"alice\",\"id\":5}", "{\"user\":<*>,\"id\":<*>}"),
    ("user=alice action=login", "user=|alice|action=|login"),
    ("连接失败: redis://10.0.0.1:6379 超时35ms", "连接失败|:|redis://<*>|超时|<*>"),
    ("用户zhang3登录失败，重试3次", "用户|zhang<*>|登录失败，|重试|<*>|次"),
    ("房间「夜猫子」已满", "房间|<*>|已满"),
    (
      "1.2.3.4 - - [17/May/2015:08:05:32 +0200] \"GET /a/7?b=c HTTP/1.1\" 503 10 \"-\"",
      "<*>|-|-|[<*>]|GET|/a/<*>?<*>|503|<*>|<*>"
    ),
    ("\"POST / HTTP/2\" 20 \"GET x\"", "POST|/|<*>|<*>"),
    ("cafe decade beef", "cafe|decade|beef"),
    ("\n\n  first line\nsecond line", "first|line"),
    ("", ""), ("   ", ""), ("\"", "\""), ("é5", "é<*>"), ("12:", "<*>:"),
  ])
  func `what differs from line to line is masked`(message: String, tokens: String) {
    #expect(masked(message) == tokens)
  }

  @Test func `a long line is looked at as far as it tells something`() {
    let line = MaskedLine(String(repeating: "word ", count: 200_000))
    #expect(line.tokens.count == MaskedLine.maximumTokens)
    #expect(MaskedLine(String(repeating: "x", count: 1_000_000)).text.count == MaskedLine.maximumBytes)
  }

  @Test func `any bytes are read to their end`() {
    let odd: [UInt8] = [
      0x22, 0x27, 0xE2, 0x80, 0x9C, 0x9D, 0xE3, 0xEF, 0x30, 0x3A, 0x41, 0x2D, 0x20, 0x3D, 0x2E, 0,
    ]
    var state: UInt64 = 7
    for _ in 0..<2_000 {
      var bytes: [UInt8] = []
      for _ in 0..<40 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let pick = UInt8(truncatingIfNeeded: state >> 40)
        bytes.append(odd[Int(pick & 15)])
      }
      let line = MaskedLine(String(decoding: bytes, as: UTF8.self))
      #expect(line.tokens.last.map { $0.end == line.text.count } ?? line.text.isEmpty)
    }
  }
}

extension String {
  fileprivate var replacingMask: String {
    split(separator: "\0", omittingEmptySubsequences: false).joined(separator: "<*>")
  }
}
