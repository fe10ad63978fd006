import Testing

@testable import ObsData

/// Lines in blocks: what is read of them when they are looked at.
struct LogEntryTests {
  private func page(_ hits: [String]) throws -> [LogEntry] {
    try SearchAnswer(Array(#"{"hits":{"hits":[\#(hits.joined(separator: ","))]}}"#.utf8)).page(
      FieldMatcher(FieldNames())
    ).entries
  }

  private func told(_ entry: LogEntry) -> String {
    "\(entry.id.index)/\(entry.id.document) \(entry.level.letter) \(entry.service ?? "-") | \(entry.message)"
  }

  @Test(arguments: [
    (#"{"_index":"i","_id":"1","_source":{"level":"warn","service":"a","message":"m"}}"#, "i/1 W a | m"),
    // The message is no string, comes from the mapped fields, or is nowhere.
    (#"{"_index":"i","_id":"1","_source":{"message":17}}"#, "i/1 · - | 17"),
    (#"{"_index":"i","_id":"1","_source":{"a":1},"fields":{"message":["m"],"service":["s"]}}"#, "i/1 · s | m"),
    (#"{"_index":"i","_id":"1","_source":{"a":[1]}}"#, #"i/1 · - | {"a":[1]}"#),
    (#"{"_index":"i","_id":"1","_source":{"message":["first","second"]}}"#, "i/1 · - | first"),
    (#"{"_source":{"message":""}}"#, #"/{"_source":{"message":""}} · - | {"message":""}"#),
    (#"{"_index":"连接","_id":"é","_source":{"message":"连接失败"}}"#, "连接/é · - | 连接失败"),
  ])
  func `an entry tells what its hit does`(hit: String, wanted: String) throws {
    let entry = try #require(try page([hit]).first)
    #expect(told(entry) == wanted)
  }

  @Test(arguments: [(0, ""), (2, ""), (3, "连"), (8, "连接"), (11, "连接失"), (12, "连接失败"), (900, "连接失败")])
  func `the beginning of a message ends between two characters`(limit: Int, wanted: String) throws {
    let entry = try #require(try page([#"{"_index":"i","_id":"1","_source":{"message":"连接失败"}}"#]).first)
    #expect(entry.message(upTo: limit) == wanted)
  }

  @Test func `lines of many blocks are all told apart, and each has its document`() throws {
    let padding = String(repeating: "x", count: 700)
    let hits = (0..<1_000).map { number in
      #"{"_index":"i","_id":"\#(number)","_source":{"message":"m\#(number)","n":[\#(number),-1.5,{"deep":["x"]}],"p":"\#(padding)"},"sort":[\#(number)]}"#
    }
    let entries = try page(hits)
    #expect(Set(entries.map { ObjectIdentifier($0.block) }).count > 5)
    #expect(entries.map(\.message) == (0..<1_000).map { "m\($0)" })
    #expect(entries.map(\.id.document) == (0..<1_000).map(String.init))
    #expect(entries[777].source["n"]?.elements.last?[path: "deep"]?.first?.string == "x")
    #expect(entries[777].source["n"]?.first?.int == 777)
    // What every line has in common is kept nearly once.
    let blocks = Dictionary(entries.map { (ObjectIdentifier($0.block), $0.block) }) { a, _ in a }.values
    #expect(blocks.reduce(0) { $0 + $1.heldBytes } * 10 < blocks.reduce(0) { $0 + $1.count })
  }

  @Test func `a line of a megabyte has a block of its own`() throws {
    let huge = String(repeating: "word 连接 ", count: 90_000)
    let entries = try page([
      #"{"_id":"1","_source":{"message":"a"}}"#, #"{"_id":"2","_source":{"message":"\#(huge)"}}"#,
      #"{"_id":"3","_source":{"message":"b"}}"#,
    ])
    #expect(entries.map(\.message) == ["a", huge, "b"])
    #expect(entries[1].heldBytes > 900_000)
    #expect(entries[2].heldBytes < 100)
  }

  @Test func `a few lines that are kept do not keep those that came with them`() throws {
    let hits = (0..<400).map { #"{"_index":"i","_id":"\#($0)","_source":{"message":"m\#($0)","n":\#($0)}}"# }
    let entries = try page(hits)
    let few = LogBlockBuilder.compacted([entries[7], entries[300]])
    #expect(few.map(told) == [entries[7], entries[300]].map(told))
    #expect(few == [entries[7], entries[300]])
    #expect(few[1].source.tree.text == entries[300].source.tree.text)
    #expect(few[0].block === few[1].block)
    #expect(few[0].block !== entries[0].block)
    #expect(few[0].block.count == few[0].heldBytes + few[1].heldBytes)
  }

  @Test func `an entry made of its parts gives them back`() throws {
    let source = try JSONDocument(parsing: Array(#"{"a":[1,2]}"#.utf8)).root
    let id = LogEntry.ID(index: "i", document: "d")
    for (document, text) in [(source, #"{"a":[1,2]}"#), (JSONDocument.nothing.root, "null")] {
      let entry = LogEntry(
        id: id, timestamp: Timestamp(milliseconds: 5), stored: Timestamp(milliseconds: 4), level: .error, service: "s",
        message: "连接\nfailed", traceID: TraceID(high: 1, low: 2), spanID: SpanID(value: 3), source: document)
      #expect(entry.id == id)
      #expect(entry.timestamp == Timestamp(milliseconds: 5))
      #expect(entry.stored == Timestamp(milliseconds: 4))
      #expect(entry.level == .error)
      #expect(entry.service == "s")
      #expect(entry.message == "连接\nfailed")
      #expect(entry.traceID == TraceID(high: 1, low: 2))
      #expect(entry.spanID == SpanID(value: 3))
      #expect(entry.source.tree.text == text)
    }
  }

  /// Each text, and the numbers of the lines that hold it.
  @Test(arguments: [
    ("needle", [0]), ("NEEDLE", []), ("deep", [1]), ("deeper", []), ("msg-server", [0, 1, 2]), ("1719", [2]),
    ("19", [2]),
    ("17.5", [1]), ("identity", []), ("note", []), ("连接", [2]), ("a\u{7}b", []), ("end0", [0]),
  ])
  func `a literal text is found in messages, services and values, not in names and identities`(
    text: String, numbers: [Int]
  ) throws {
    let entries = try page([
      #"{"_index":"i","_id":"identity0","_source":{"service":"msg-server","message":"a needle","note":"end0"}}"#,
      #"{"_index":"i","_id":"identity1","_source":{"service":"msg-server","message":"b","x":{"note":["deep",17.5]}}}"#,
      #"{"_index":"i","_id":"identity2","_source":{"service":"msg-server","message":"连接失败","n":1719}}"#,
    ])
    let search = LineSearch(try TextPattern(text, syntax: .literal))
    #expect(entries.indices.filter { search.matches(entries[$0]) == true } == numbers)
    // Each for itself, in a block of its own.
    let apart = entries.map { LogBlockBuilder.compacted([$0])[0] }
    let other = LineSearch(try TextPattern(text, syntax: .literal))
    #expect(apart.indices.filter { other.matches(apart[$0]) == true } == numbers)
  }
}
