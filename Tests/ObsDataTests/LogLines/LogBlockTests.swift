import Testing

@testable import ObsData

/// What is made smaller comes out as it went in.
struct LogBlockTests {
  private static let word = Array("{\"level\":\"error\",\"service_name\":\"msg-server\"}".utf8)

  /// Bytes that are the same in every run, and do not repeat themselves.
  private static func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 7
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  private static func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
    (0..<count).flatMap { _ in bytes }
  }

  private func opened(_ block: LogBlock) -> [UInt8] {
    block.withBytes { Array(UnsafeBufferPointer(start: $0, count: block.count)) }
  }

  @Test(arguments: [
    [], [1], word, repeated([0], 70_000), repeated([1, 2], 5_000), repeated([1, 2, 3], 5_000),
    repeated(Array(0..<9), 900), repeated(word, 3_000), noise(100_000), noise(300) + repeated([9], 300) + noise(300),
    // What repeats itself from too far away, and from as far as it may.
    word + noise(70_000) + word, word + noise(65_535 - word.count) + word, noise(400) + noise(400) + [1],
  ])
  func `a block's bytes come out as they went in`(bytes: [UInt8]) {
    let block = LogBlock(bytes)
    #expect(opened(block) == bytes)
    #expect(block.heldBytes <= bytes.count)
    var room: [UInt8] = []
    #expect(block.withBytes(room: &room, isFilled: false) { Array($0) } == bytes)
    #expect(block.withBytes(room: &room, isFilled: true) { Array($0) } == bytes)
  }

  @Test func `texts of every length come out as they went in`() {
    for count in 0..<400 {
      let bytes = Array(LogBlockTests.repeated(LogBlockTests.word, 10).prefix(count)) + LogBlockTests.noise(count % 40)
      #expect(opened(LogBlock(bytes)) == bytes)
    }
  }

  @Test func `what repeats itself takes little, what does not takes no more than it has`() {
    #expect(LogBlock(LogBlockTests.repeated(LogBlockTests.word, 1_000)).heldBytes < 1_000)
    #expect(LogBlock(LogBlockTests.noise(10_000)).heldBytes == 10_000)
  }

  @Test func `more blocks are looked at in turn than are kept open`() {
    let contents = (0..<20).map { LogBlockTests.repeated([UInt8($0)], 1_000) }
    let blocks = contents.map { LogBlock($0) }
    for _ in 0..<2 {
      for (block, content) in zip(blocks, contents) { #expect(opened(block) == content) }
    }
  }
}
