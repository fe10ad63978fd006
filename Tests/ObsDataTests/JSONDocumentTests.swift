import Testing

@testable import ObsData

struct JSONDocumentTests {
  @Test func `members and elements are found behind values of every kind`() throws {
    let text = #"{"a":1,"b":-1.5,"c":[[],{},[1,2]],"d":{"x":{"y":18446744073709551615}},"e":"end","a":2}"#
    let root = try JSONDocument(parsing: Array(text.utf8)).root
    #expect(root.members.map(\.key) == ["a", "b", "c", "d", "e", "a"])
    #expect(root["a"]?.int == 1)
    #expect(root["b"]?.double == -1.5)
    #expect(root["c"]?.elements.map(\.count) == [0, 0, 2])
    #expect(root["c"]?.elements.last?.elements.map(\.int) == [1, 2])
    #expect(root[path: "d", "x", "y"]?.int == nil)
    #expect(root[path: "d", "x", "y"]?.double == 18446744073709551615.0)
    #expect(root[path: "d", "z", "y"] == nil)
    #expect(root["e"]?.string == "end")
    #expect(root["c"]?.first?.kind == .array)
    #expect(root["c"]?.first?.first == nil)
    #expect(root["missing"] == nil)
  }

  /// Numbers whose bits look like words of the tape: a string (0x22…), an `l` (0x6C…), a `u`, a `d`.
  @Test func `numbers that look like tags do not confuse the string buffer's end`() throws {
    let string = Int64(bitPattern: UInt64(UInt8(ascii: "\"")) << 56 | 77)
    let tags = [Int64(UInt8(ascii: "l")) << 56, Int64(UInt8(ascii: "u")) << 56, Int64(UInt8(ascii: "d")) << 56]
    for numbers in [[string], tags, tags + [string], [tags[0], tags[0], string, tags[1], string, string]] {
      for strings in [[], ["x"], ["", "some text that is longer"]] {
        let text = JSONTree.array(strings.map(JSONTree.string) + numbers.map(JSONTree.int)).text
        let document = try JSONDocument(parsing: Array(text.utf8))
        #expect(document.root.tree.text == text)
        #expect(document.stringByteCount == strings.reduce(0) { $0 + $1.utf8.count + 5 })
        let turned = JSONTree.array(numbers.map(JSONTree.int) + strings.map(JSONTree.string)).text
        #expect(try JSONDocument(parsing: Array(turned.utf8)).root.tree.text == turned)
      }
    }
  }

  @Test func `a text of nothing is refused in words`() {
    let refusal = #expect(throws: JSONDocument.Refusal.self) { try JSONDocument(parsing: []) }
    #expect(refusal?.reason == "no text")
  }

  @Test func `a scalar is a document too`() throws {
    #expect(try JSONDocument(parsing: Array("\"x\"".utf8)).root.string == "x")
    #expect(try JSONDocument(parsing: Array("12".utf8)).root.int == 12)
  }
}
