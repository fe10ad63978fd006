import Testing

@testable import ObsData

@Suite struct `KQL that is none` {
  /// A query, the place of its error as a caret under it, and the sentence.
  static let errors: [(query: String, caret: String, sentence: String)] = [
    ("level:", "      ^", "expected a value behind :, but the query ends"),
    ("level: ", "       ^", "expected a value behind :, but the query ends"),
    ("a and ", "      ^", "expected a condition behind \"and\", but the query ends"),
    ("a or )", "     ^", "expected a condition behind \"or\", not )"),
    ("not ", "    ^", "expected a condition behind \"not\", but the query ends"),
    ("not not a", "    ^", "\"not not\" needs brackets: not (not …)"),
    ("not(a)", "   ^", "\"not\" needs white space before the bracket"),
    ("a and not(b)", "         ^", "\"not\" needs white space before the bracket"),
    ("(a or b", "       ^", "expected ): the ( at character 1 is not closed"),
    ("level:(a or b", "             ^", "expected ): the ( at character 7 is not closed"),
    ("()", " ^", "expected a condition behind (, not )"),
    ("level:()", "       ^", "expected a value behind (, not )"),
    ("a)", " ^", "nothing is opened that this ) could close"),
    ("}", "^", "expected a condition, not }"),
    ("level:\"error", "      ^", "the quotation mark here is not closed: expected another \""),
    ("a foo \"b\"", "      ^", "expected \"and\" or \"or\" before a quotation mark"),
    ("\"a\" b", "    ^", "expected \"and\" or \"or\" before \"b\""),
    (
      "@timestamp >= 2026-01-01T00:00:00Z", "                           ^",
      "a value holds no :: put the value in quotation marks, or write \\:"
    ),
    ("url:http://x", "        ^", "a value holds no :: put the value in quotation marks, or write \\:"),
    ("path:C:\\temp", "      ^", "a value holds no :: put the value in quotation marks, or write \\:"),
    (
      "path:C\\Users", "      ^",
      "a backslash stands before what needs none: write \\\\ for a backslash, or use quotation marks"
    ),
    ("a\\", " ^", "a backslash stands before what needs none: write \\\\ for a backslash, or use quotation marks"),
    ("latency > (1 or 2)", "          ^", "a comparison takes one value: no brackets behind >"),
    ("latency > ", "          ^", "expected a value behind >, but the query ends"),
    ("foo not bar", "    ^", "expected \"and\" or \"or\" before \"not\""),
    ("level:(a b", "          ^", "expected ): the ( at character 7 is not closed"),
    ("(a)or b", "   ^", "\"and\" and \"or\" need white space on both sides, and a condition on either"),
    ("items:{", "       ^", "expected a condition behind {, but the query ends"),
    ("items:{ name:a", "              ^", "expected }: the { at character 7 is not closed"),
    (
      "user: null", "      ^",
      "null is no value that can be found: \"not field:*\" finds what lacks a field, and \"null\" in quotation marks the word"
    ),
    (":x", "^", "expected a condition, not :; in quotation marks it is a letter like others"),
    ("连接: 失败 and (超时", "              ^", "expected ): the ( at character 12 is not closed"),
    ("👩‍👩‍👧: \"x", "   ^", "the quotation mark here is not closed: expected another \""),
  ]

  @Test(arguments: errors.indices) func `an error points at its character and says what was expected`(_ row: Int) {
    let (query, caret, sentence) = Self.errors[row]
    let error = #expect(throws: KQLError.self) { try KQLParser.parse(query) }
    #expect(error?.sentence == sentence, "\(query)")
    #expect(error?.offset == caret.count - 1, "\(query)")
  }

  @Test(arguments: ["(", "not (", "a:(", "a:{", "(a and (b or ", "\"", "\\", " and ", "* ", "a:", "\u{301}"])
  func `a hundred thousand characters of anything are an error and not the end`(_ piece: String) {
    let text = String(repeating: piece, count: 100_000 / piece.count)
    let error = #expect(throws: KQLError.self) { try KQLParser.parse(text) }
    #expect(error?.sentence == "a query may have 65536 characters at most")
    // Just short enough to be read: deep, wrong or right, it ends.
    _ = try? KQLParser.parse(String(text.prefix(60_000)))
  }

  @Test func `brackets may stand a hundred deep, not more`() throws {
    let deep = String(repeating: "(", count: 100) + "a" + String(repeating: ")", count: 100)
    #expect(try KQLParser.parse(deep).description == "a")
    let error = #expect(throws: KQLError.self) { try KQLParser.parse("(" + deep + ")") }
    #expect(error == KQLError("more than 100 brackets stand inside each other", offset: 100))
    // Side by side they may be as many as one likes.
    let wide = Array(repeating: "(a)", count: 1_000).joined(separator: " or ")
    #expect(try KQLParser.parse(wide).description.count > 1_000)
  }

  @Test func `the caret stands under its character, wide ones counted double`() {
    let error = KQLError("here", offset: 4)
    #expect(error.picture(of: "abcdefg") == "abcdefg\n    ^ here")
    #expect(error.picture(of: "连接失败: x") == "连接失败: x\n        ^ here")
    #expect(error.picture(of: "e\u{301}bcd\nx") == "e\u{301}bcd x\n    ^ here")
    #expect(KQLError("end", offset: 9).picture(of: "ab") == "ab\n  ^ end")
    #expect(error.description == "here (at character 5)")
    #expect(error.moved(by: 3).offset == 7)
  }

  @Test func `a long query is cut around the place`() {
    let query = String(repeating: "a", count: 50) + "X" + String(repeating: "b", count: 50)
    #expect(
      KQLError("here", offset: 50).picture(of: query, width: 20)
        == "…aaaaaaaaaaXbbbbbbbbb…\n           ^ here")
    #expect(
      KQLError("here", offset: 0).picture(of: query, width: 10) == "aaaaaaaaaa…\n^ here")
  }

  @Test func `values are quoted and queries joined for what is clicked together`() throws {
    #expect(KQLText.quoted(#"a "b" \c"#) == #""a \"b\" \\c""#)
    #expect(KQLText.equals("level", "error") == #"level: "error""#)
    #expect(KQLText.equals("a:b", "x") == #""a:b": "x""#)
    #expect(KQLText.field("not x") == #""not x""#)
    #expect(KQLText.field("true") == #""true""#)
    #expect(KQLText.and(["a or b", "", "c and d", "  ", "e"]) == "(a or b) and c and d and e")
    #expect(KQLText.and([" "]) == "")
    #expect(KQLText.and(["a or b"]) == "a or b")
    for value in ["a", "\"", "\\", "a\nb", "\\n", "连接", "*", "\\u0041", "not (x)"] {
      guard case .equals(_, let term) = try KQLParser.parse(KQLText.equals("f", value)) else {
        Issue.record("\(value) is no value any more")
        continue
      }
      // What looks like an escape sequence is kept apart from one.
      #expect(term.text == value)
    }
  }

  @Test func `a filter is KQL unless it says that it is Lucene`() throws {
    #expect(try TypedFilter.parse("  ") == .none)
    #expect(try TypedFilter.parse("lucene:") == .none)
    #expect(try TypedFilter.parse(" Lucene: level:ERROR AND x ") == .lucene("level:ERROR AND x"))
    #expect(try TypedFilter.parse("level:a").node?.description == "level: a")
    #expect(throws: KQLError.self) { try TypedFilter.parse("level:") }
    #expect(TypedFilter.dependsOnZone("seen: 2026-11-22"))
    #expect(TypedFilter.dependsOnZone("seen >= \"2026-11-22T08:00\""))
    #expect(TypedFilter.dependsOnZone("seen > now/d"))
    for text in [
      "seen > now-1h", "\"2026-11-22T08:00:00Z\"", "\"2026-11-22T08:00+08:00\"", "a: 2026", "", "(", "lucene:x",
    ] {
      #expect(!TypedFilter.dependsOnZone(text), "\(text)")
    }
  }
}
