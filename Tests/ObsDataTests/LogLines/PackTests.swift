import CMemory
import Testing

/// The codec under blocks, where its input is not what it wrote.
struct PackTests {
  private static let text = Array(String(repeating: "POST /api/v1/users/17/messages 200 in 12ms\n", count: 60).utf8)

  private func packed(_ bytes: [UInt8], room: Int) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: room)
    let length = cm_pack(bytes, bytes.count, &result, room)
    return length > 0 ? Array(result.prefix(length)) : nil
  }

  @Test func `what does not fit into the room is refused, at any size of it`() throws {
    let whole = try #require(packed(PackTests.text, room: 4_096))
    for room in 0..<whole.count { #expect(packed(PackTests.text, room: room) == nil) }
  }

  @Test func `a block that was cut off or damaged is refused, or gives as many bytes as were asked for`() throws {
    let whole = try #require(packed(PackTests.text, room: 4_096))
    var bytes = [UInt8](repeating: 0, count: PackTests.text.count)
    for length in 0..<whole.count {
      #expect(cm_unpack(Array(whole.prefix(length)), length, &bytes, bytes.count) == -1)
    }
    for place in whole.indices {
      for bit in 0..<8 {
        var damaged = whole
        damaged[place] ^= 1 << bit
        let outcome = cm_unpack(damaged, damaged.count, &bytes, bytes.count)
        #expect(outcome == 0 || outcome == -1)
      }
    }
    #expect(cm_unpack(whole, whole.count, &bytes, bytes.count - 1) == -1)
    #expect(cm_unpack(whole, whole.count, &bytes, bytes.count) == 0)
    #expect(bytes == PackTests.text)
  }

  /// Blocks written by hand after the format's description: literals only; a match of a distance of one.
  @Test func `blocks of LZ4's format are read`() {
    var bytes = [UInt8](repeating: 0, count: 5)
    #expect(cm_unpack([0x50] + Array("hello".utf8), 6, &bytes, 5) == 0)
    #expect(bytes == Array("hello".utf8))
    bytes = [UInt8](repeating: 0, count: 16)
    // `a`, ten more of it, and `bcdef`.
    #expect(cm_unpack([0x16, 0x61, 1, 0, 0x50] + Array("bcdef".utf8), 10, &bytes, 16) == 0)
    #expect(bytes == Array("aaaaaaaaaaabcdef".utf8))
  }
}
