import Testing

@testable import ObsData

/// Documents in few bytes, and what is read of them.
struct PackedDocumentTests {
  private static let documents = [
    "{}", "[]", "null", "\"\"", #"{"a":1}"#, #"{"a":{"b":[1,[2,{"c":null}],{}],"a":[]},"a":"twice"}"#,
    #"[0,-1,1,63,64,-64,-65,127,128,9223372036854775807,-9223372036854775808,18446744073709551615]"#,
    #"[0.5,-1.5e300,1e-7,123456789.125]"#, #"[true,false,null,"x","连接失败 \u0000 \" \\ \n"]"#,
    #"{"":{"":""},"service.name":"a","连接":"b"}"#,
  ]

  private func packed(_ document: JSONDocument, _ names: inout NameGuess) -> [UInt8] {
    var writer = PackedWriter()
    document.withCursor { _ = PackedDocument.write($0, names: &names, to: &writer) }
    return writer.bytes
  }

  @Test(arguments: documents) func `a document comes out as it went in`(text: String) throws {
    let document = try JSONDocument(parsing: Array(text.utf8))
    var names = NameGuess(NameTable())
    // The second time all names have numbers.
    for _ in 0..<2 {
      let bytes = packed(document, &names)
      let copy = bytes.withUnsafeBufferPointer { PackedDocument.document($0, names.table) }
      #expect(copy.root.tree.text == document.root.tree.text)
      #expect(copy.root.kind == document.root.kind)
      #expect(copy.root.count == document.root.count)
      #expect(copy.wordCount == document.wordCount)
      #expect(copy.stringByteCount == document.stringByteCount)
    }
  }

  @Test(arguments: documents, [JSONValue.TextKind.strings, .numbers, .all])
  func `the same texts are seen as in the document`(text: String, kind: JSONValue.TextKind) throws {
    let document = try JSONDocument(parsing: Array(text.utf8))
    var names = NameGuess(NameTable())
    let bytes = packed(document, &names)
    var wanted: [String] = []
    _ = document.root.containsText(kind) { bytes in
      wanted.append(bytes.text)
      return false
    }
    var seen: [String] = []
    let isFound = bytes.withUnsafeBufferPointer { bytes in
      PackedDocument.containsText(bytes, kind) { text in
        seen.append(text.text)
        return false
      }
    }
    #expect(seen == wanted)
    #expect(!isFound)
  }

  @Test func `names that are long, and those beyond the table's capacity, stand in their documents`() throws {
    let long = String(repeating: "n", count: 1_000)
    var text = "{\"\(long)\":0"
    for number in 0..<NameTable.capacity + 500 { text += ",\"name-\(number)\":\(number)" }
    let document = try JSONDocument(parsing: Array((text + "}").utf8))
    var names = NameGuess(NameTable())
    let bytes = packed(document, &names)
    #expect(names.table.count == NameTable.capacity)
    let copy = bytes.withUnsafeBufferPointer { PackedDocument.document($0, names.table) }
    #expect(copy.root.tree.text == document.root.tree.text)
  }

  @Test func `a document takes fewer bytes than its text, and fewer still when its names are known`() throws {
    let text =
      #"{"@timestamp":"2026-11-22T08:53:10.123Z","level":"error","service_name":"msg-server","line":17,"ok":true}"#
    var names = NameGuess(NameTable())
    let bytes = packed(try JSONDocument(parsing: Array(text.utf8)), &names)
    #expect(bytes.count == 55)
    #expect(text.utf8.count == 105)
  }
}
