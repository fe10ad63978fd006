import Testing

@testable import ObsData

struct JSONReaderTests {
  /// A text, what is read of it, and what is said about it.
  static let odd: [(text: [UInt8], result: String, kinds: [JSONRepair.Kind], summary: String)] = [
    (utf8(#"{"a":1e999,"b":2}"#), #"{"a":"1e999","b":2}"#, [.numberTooLarge], "number too large: 1e999 shown as text"),
    (utf8(#"[-1E+400]"#), #"["-1E+400"]"#, [.numberTooLarge], "number too large: -1E+400 shown as text"),
    (
      utf8(#"[18446744073709551616,18446744073709551615,-9223372036854775808,-9223372036854775809]"#),
      #"["18446744073709551616",18446744073709551615,-9223372036854775808,"-9223372036854775809"]"#,
      [.integerTooLarge, .integerTooLarge],
      "whole number of more than 64 bits: 18446744073709551616 shown as text"
    ),
    (utf8(#"{"a":NaN}"#), #"{"a":"NaN"}"#, [.notANumber], "NaN is no JSON number: shown as text"),
    (
      utf8(#"[Infinity,-Infinity]"#), #"["Infinity","-Infinity"]"#, [.notANumber, .notANumber],
      "Infinity is no JSON number: shown as text"
    ),
    (
      utf8(#"["a\ud800b"]"#), "[\"a\u{FFFD}b\"]", [.loneSurrogate],
      "half of a surrogate pair: \\ud800 shown as \u{FFFD}"
    ),
    (
      utf8(#"["\ud83d\u0041"]"#), "[\"\u{FFFD}A\"]", [.loneSurrogate],
      "half of a surrogate pair: \\ud83d shown as \u{FFFD}"
    ),
    (utf8(#"["\udc00"]"#), "[\"\u{FFFD}\"]", [.loneSurrogate], "half of a surrogate pair: \\udc00 shown as \u{FFFD}"),
    (
      utf8(#"["\ud83d"#) + utf8("\"]"), "[\"\u{FFFD}\"]", [.loneSurrogate],
      "half of a surrogate pair: \\ud83d shown as \u{FFFD}"
    ),
    (
      utf8("[\"a") + [0xFF] + utf8("b\"]"), "[\"a\u{FFFD}b\"]", [.invalidUTF8],
      "bytes that are not UTF-8: shown as \u{FFFD}"
    ),
    (
      utf8("[\"") + [0xE4, 0xBD] + utf8("\"]"), "[\"\u{FFFD}\"]", [.invalidUTF8],
      "bytes that are not UTF-8: shown as \u{FFFD}"
    ),
    (
      utf8("[\"") + [0xED, 0xA0, 0x80] + utf8("\"]"), "[\"\u{FFFD}\u{FFFD}\u{FFFD}\"]",
      [.invalidUTF8, .invalidUTF8, .invalidUTF8], "bytes that are not UTF-8: shown as \u{FFFD}"
    ),
    (
      utf8("{\"a\":\"x\ty\"}"), #"{"a":"x\ty"}"#, [.controlCharacter],
      "control character in a string that is not escaped: kept"
    ),
    (
      utf8(#"["C:\users\x"]"#), #"["C:\\users\\x"]"#, [.unknownEscape, .unknownEscape],
      "a backslash that escapes nothing: kept"
    ),
    ([0xEF, 0xBB, 0xBF] + utf8("[1]"), "[1]", [.byteOrderMark], "byte order mark before the text: left out"),
    (utf8("{\"a\":1}\n{\"a\":2}{\"a\":3}"), #"{"a":1}"#, [.severalValues], "2 more values follow the first: not read"),
    (utf8("{\"a\":1}{\"a\":1e999}"), #"{"a":1}"#, [.severalValues], "1 more value follows the first: not read"),
  ]

  @Test(arguments: odd.indices) func `an odd value is replaced, marked, and nothing else is touched`(_ row: Int) throws
  {
    let (text, result, kinds, summary) = JSONReaderTests.odd[row]
    let read = try JSONReader.read(text)
    #expect(read.document.root.tree.text == result)
    #expect(read.repairs.map(\.kind) == kinds)
    #expect(read.repairs.first?.summary == summary)
  }

  @Test func `a sound text is read as it is, whatever it holds`() throws {
    let text = #"{"a":[1,-2.5,true,false,null,"x\"y\\z\u00e9😀"],"b":{},"c":[],"d":18446744073709551615}"#
    let read = try JSONReader.read(utf8(text))
    #expect(read.repairs.isEmpty)
    #expect(read.document.root.tree.text == text.replacing("\\u00e9", with: "é"))
  }

  @Test func `what stands around an odd value goes through the repair unharmed`() throws {
    let sound = #"{"a":[1,-2.5,0,-0,1e-400,true,false,null,"x\"y\\z\/é😀\ud83d\ude00\u0000"],"b":{},"c":[ ],"d":[[{}]]}"#
    let expected = try JSONDocument(parsing: utf8(sound)).root.tree.text
    let read = try JSONReader.read(utf8("[\(sound),1e999]"))
    #expect(read.document.root.tree.text == "[\(expected),\"1e999\"]")
  }

  @Test func `a subtree that lies too deep is replaced by text, at any depth`() throws {
    for depth in [1_025, 200_000] {
      let text =
        #"{"a":1,"b":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + #","c":2}"#
      let read = try JSONReader.read(utf8(text))
      #expect(read.repairs.map(\.kind) == [.tooDeep])
      #expect(read.document.root["a"]?.int == 1)
      #expect(read.document.root["c"]?.int == 2)
      var value = try #require(read.document.root["b"])
      while let inner = value.first { value = inner }
      #expect(value.string == "⟨\(2 * (depth - 999)) bytes nested too deep⟩")
    }
  }

  @Test func `inside a subtree that is left out nothing else is marked`() throws {
    let deep = String(repeating: #"{"k":"#, count: 1_100) + "1e999" + String(repeating: "}", count: 1_100)
    let read = try JSONReader.read(utf8("[\(deep),\"\\ud800\"]"))
    #expect(read.repairs.map(\.kind) == [.tooDeep, .loneSurrogate])
  }

  /// Texts that no repair can save, and what is said.
  static let wrong: [(text: String, error: String)] = [
    ("", "there is no value (byte 0)"),
    (" \n", "there is no value (byte 2)"),
    ("<html>", "a value was expected, `<` came (byte 0)"),
    (#"{"a":1"#, "the text ends in the middle of an object (byte 6)"),
    (#"{"hits":[{"a":"b"},"#, "the text ends in the middle of an array (byte 19)"),
    (#"{"a":"unfinished"#, "the text ends in a string that begins at byte 5 (byte 16)"),
    (#"{"a":"unfinished\"#, "the text ends in a string that begins at byte 5 (byte 17)"),
    (#"{"a" 1}"#, "a colon behind the name of a member was expected, `1` came (byte 5)"),
    (#"{"a":1,}"#, "the name of a member was expected, `}` came (byte 7)"),
    (#"{1:2}"#, "the name of a member, or the object's end was expected, `1` came (byte 1)"),
    (#"[1 2]"#, "a comma or the array's end was expected, `2` came (byte 3)"),
    (#"{"a":1]"#, "a comma or the object's end was expected, `]` came (byte 6)"),
    (#"[1,]"#, "a value was expected, `]` came (byte 3)"),
    ("[01]", "a number without leading zeros was expected, `0` came (byte 1)"),
    ("[1.]", "a digit was expected, `]` came (byte 3)"),
    ("[-]", "a digit was expected, `]` came (byte 2)"),
    ("[tru]", "a value was expected, `t` came (byte 1)"),
    ("[1] x", "a value was expected, `x` came (byte 4)"),
    ("[\u{1}]", "a value was expected, the byte 0x1 came (byte 1)"),
    ("tru", "the text ends in the middle of a value (byte 3)"),
  ]

  @Test(arguments: wrong.indices) func `truncated or wrong JSON is an error that says what and where`(_ row: Int) {
    let (text, error) = JSONReaderTests.wrong[row]
    let thrown = #expect(throws: JSONSyntaxError.self) { try JSONReader.read(utf8(text)) }
    #expect(thrown?.description == error)
  }

  @Test func `every beginning of a text is an error or a value, never a crash`() {
    let whole = utf8(#"{"a":[1.5e3,"\ud83d\ude00é\n",{"b":null}],"c":-Infinity,"d":"\ud800"}"#)
    for end in 0..<whole.count { #expect(throws: JSONSyntaxError.self) { try JSONReader.read(Array(whole[..<end])) } }
  }

  @Test func `a stream of values is read one by one`() throws {
    #expect(try texts("{\"a\":1}\n{\"a\":2}\r\n[3] 4") == [#"{"a":1}"#, #"{"a":2}"#, "[3]", "4"])
    #expect(try texts("{\"a\":1}{\"a\":1e999}") == [#"{"a":1}"#, #"{"a":"1e999"}"#])
    #expect(try texts("[1]") == ["[1]"])
    #expect(try texts("") == [])
    #expect(throws: JSONSyntaxError.self) { try JSONReader.stream(utf8("{\"a\":1}\n{\"a\"")) }
  }

  @Test func `a hundred thousand odd values are all replaced and a hundred are described`() throws {
    let read = try JSONReader.read(utf8("[" + Array(repeating: "1e999", count: 100_000).joined(separator: ",") + "]"))
    #expect(read.document.root.elements.allSatisfy { $0.string == "1e999" })
    #expect(read.repairs.count == JSONRepairPass.maximumDescribed)
  }

  private func texts(_ text: String) throws -> [String] {
    try JSONReader.stream(utf8(text)).documents.map(\.root.tree.text)
  }
}

private func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }
