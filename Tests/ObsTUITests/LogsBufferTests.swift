import ObsData
import Testing

@testable import ObsTUI

struct LogsBufferTests {
  private func documents(_ buffer: LogBuffer) -> String {
    buffer.lines(in: 0..<buffer.count).map(\.entry.id.document).joined(separator: " ")
  }

  @Test func `lines stand in order of time, those of one instant in order of arrival`() {
    var buffer = LogBuffer()
    buffer.insert([Sample.line("a", at: 0), Sample.line("c", at: 20), Sample.line("d", at: 20)])
    buffer.insert([Sample.line("b", at: 10), Sample.line("e", at: 20), Sample.line("z", at: -5)])
    #expect(documents(buffer) == "z a b c d e")
  }

  @Test func `a line that is held already is passed over`() {
    var buffer = LogBuffer()
    buffer.insert([Sample.line("a", at: 0), Sample.line("b", at: 1)])
    let inserted = buffer.insert([Sample.line("b", at: 1), Sample.line("a", at: 0), Sample.line("c", at: 2)])
    #expect(inserted.map(\.entry.id.document) == ["c"])
    #expect(documents(buffer) == "a b c")
  }

  @Test func `only a line behind those of an earlier batch is late`() {
    var buffer = LogBuffer()
    buffer.insert([Sample.line("b", at: 5_000), Sample.line("a", at: 1_000)])
    let inserted = buffer.insert([Sample.line("c", at: 6_000), Sample.line("late", at: 800)])
    #expect(buffer.lines(in: 0..<4).map(\.lateness) == [.milliseconds(4_200), nil, nil, nil])
    #expect(inserted.map(\.lateness) == [nil, .milliseconds(4_200)])
  }

  @Test func `the oldest lines give way, and are counted`() {
    var buffer = LogBuffer(capacity: 3)
    buffer.insert((0..<5).map { Sample.line("\($0)", at: Int64($0)) })
    #expect(documents(buffer) == "2 3 4")
    #expect(buffer.dropped == 2)
    #expect(buffer.bound == "3 held")
    #expect(!buffer.contains(LogEntry.ID(index: "logs", document: "0")))
    // Too old to be held at all: it is not reported as new.
    #expect(buffer.insert([Sample.line("old", at: -1)]).isEmpty)
    #expect(documents(buffer) == "2 3 4")
  }

  @Test func `bytes are bounded too, but the newest line stays`() {
    var buffer = LogBuffer(byteCapacity: 10_000)
    buffer.insert((0..<100).map { Sample.line("\($0)", at: Int64($0), String(repeating: "x", count: 1_000)) })
    #expect(buffer.count < 10)
    #expect(buffer.bytes <= 10_000)
    #expect(buffer.bound == "9.77KiB held")
    buffer.insert([Sample.line("huge", at: 200, String(repeating: "x", count: 1_000_000))])
    #expect(documents(buffer) == "huge")
  }

  @Test func `an index and a key name the same line`() {
    var buffer = LogBuffer()
    // Backwards, so that every line is put in front and the chunks are split.
    for number in stride(from: 2_999, through: 0, by: -1) {
      buffer.insert([Sample.line("\(number)", at: Int64(number))])
    }
    for index in [0, 1, 511, 512, 513, 1_500, 2_998, 2_999] {
      let line = buffer[index]
      #expect(line?.entry.id.document == "\(index)")
      #expect(line.map { buffer.index(of: $0.key) } == index)
    }
    #expect(buffer[3_000] == nil)
    #expect(buffer.lines(in: 510..<515).map(\.entry.id.document) == ["510", "511", "512", "513", "514"])
    #expect(buffer.index(of: LineKey(timestamp: Sample.start + .seconds(100), sequence: 0)) == 3_000)
  }

  @Test func `lines that came one by one are put together, and stay what they are`() {
    var buffer = LogBuffer()
    for number in 0..<1_200 { buffer.insert([Sample.line("\(number)", at: Int64(number), "line \(number)")]) }
    #expect(documents(buffer) == (0..<1_200).map(String.init).joined(separator: " "))
    let lines = buffer.lines(in: 0..<1_200)
    #expect(lines.map(\.entry.message) == (0..<1_200).map { "line \($0)" })
    // The last chunk is still being filled.
    #expect(LogEntry.compacted(lines.prefix(1_024).map(\.entry)) == nil)
    #expect(LogEntry.compacted(lines.suffix(176).map(\.entry)) != nil)
  }

  @Test func `lines that are read backwards fill their chunks, whatever the size of the steps`() {
    for step in [1, 7, 500, 512, 2_000] {
      var buffer = LogBuffer()
      for start in stride(from: 4_000 - step, to: -step, by: -step) {
        buffer.prepend((max(start, 0)..<start + step).map { Sample.line("\($0)", at: Int64($0)) })
      }
      #expect(documents(buffer) == (0..<4_000).map(String.init).joined(separator: " "))
      #expect(buffer.chunkCount <= 9)
    }
  }

  @Test func `lines in any order end up in order`() {
    var state: UInt64 = 42
    var buffer = LogBuffer(capacity: 5_000)
    for batch in 0..<60 {
      let entries = (0..<100).map { number -> LogEntry in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Sample.line("\(batch)-\(number)", at: Int64(state >> 50))
      }
      buffer.insert(entries)
    }
    #expect(buffer.count == 5_000)
    #expect(buffer.dropped == 1_000)
    let keys = buffer.lines(in: 0..<buffer.count).map(\.key)
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `a hundred thousand lines are held, and one more drops the oldest`() {
    var buffer = LogBuffer()
    for batch in 0..<100 {
      buffer.insert((0..<1_000).map { Sample.line("\(batch * 1_000 + $0)", at: Int64(batch * 1_000 + $0)) })
    }
    #expect(buffer.count == 100_000)
    #expect(buffer[50_000]?.entry.id.document == "50000")
    buffer.insert([Sample.line("late", at: 50_000)])
    #expect(buffer[50_000]?.entry.id.document == "late")
    #expect(buffer.dropped == 1)
  }

  @Test(arguments: [
    ("one", 1), ("one\n", 1), ("one\ntwo", 2), ("one\r\ntwo\r\n", 2), ("\n\nthree", 3), ("a\rb", 2), ("", 1),
  ])
  func `a message's lines are counted`(message: String, count: Int) {
    var buffer = LogBuffer()
    buffer.insert([Sample.line("a", message)])
    #expect(buffer.first?.lineCount == count)
  }
}
