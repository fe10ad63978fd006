import Testing

@testable import ObsData

struct TextPatternTests {
  private func found(_ pattern: String, _ syntax: TextPattern.Syntax, in text: String) throws -> [String] {
    TextMatcher(try TextPattern(pattern, syntax: syntax)).ranges(in: text).map { String(text[$0]) }
  }

  @Test(arguments: [
    ("timeout", "A Timeout, a TIMEOUT", ["Timeout", "TIMEOUT"]), ("Timeout", "A Timeout, a TIMEOUT", ["Timeout"]),
    ("a.c", "abc a.c", ["a.c"]), ("连接", "连接失败，重新连接", ["连接", "连接"]), ("é", "É é", ["É", "é"]), ("x", "", []),
  ])
  func `a literal text is found as it is written, in any case unless it has a capital`(
    pattern: String, text: String, matches: [String]
  ) throws {
    #expect(try found(pattern, .literal, in: text) == matches)
  }

  @Test(arguments: [
    ("time?d (out|over)", "Timed out, timd over", ["Timed out", "timd over"]),
    ("\\d{3}ms", "took 120ms or 12ms", ["120ms"]),
    ("^at \\S+$", "x\nat pool.get\nat main", ["at pool.get", "at main"]),
    ("失败|超时", "连接失败: 超时", ["失败", "超时"]), ("\\w+", "连接 ok", ["连接", "ok"]), ("a*", "baab", ["aa"]),
    ("(?=b)", "abab", []), ("\\x4A", "aJj", ["J", "j"]), ("(?i)ABC", "abc", ["abc"]), ("e\\Kf", "ef", ["f"]),
  ])
  func `a regular expression is PCRE2's`(pattern: String, text: String, matches: [String]) throws {
    #expect(try found(pattern, .expression, in: text) == matches)
  }

  @Test(arguments: [
    ("a(b", "missing closing parenthesis, at character 4"),
    ("连接[", "missing terminating ] for character class, at character 4"),
    ("*x", "quantifier does not follow a repeatable item, at character 1"),
  ])
  func `a bad expression says what is wrong, and at which character`(pattern: String, sentence: String) {
    do throws(TextPattern.Refusal) {
      _ = try TextPattern(pattern, syntax: .expression)
      Issue.record("\(pattern) was taken")
    } catch {
      #expect(error.description == sentence)
    }
  }

  @Test func `an expression that goes back and forth for too long is given up`() throws {
    let matcher = TextMatcher(try TextPattern("(a|aa)+$", syntax: .expression))
    let text = Array((String(repeating: "a", count: 200) + "!").utf8)
    #expect(text.withUnsafeBufferPointer { matcher.find(in: $0) } == .undecided)
    #expect(Array("aaa".utf8).withUnsafeBufferPointer { matcher.find(in: $0) } == .match(0..<3))
  }

  private func entry(_ json: String, message: String = "m", service: String? = nil) throws -> LogEntry {
    LogEntry(
      id: LogEntry.ID(index: "logs", document: "1"), timestamp: Timestamp(nanoseconds: 0), level: .error,
      service: service, message: message, traceID: nil, spanID: nil,
      source: try JSONDocument(parsing: Array(json.utf8)).root)
  }

  @Test(arguments: [
    ("secret", TextPattern.Syntax.literal, true), ("deeper", .literal, true), ("4711", .literal, true),
    ("-5", .literal, true),
    ("2.5", .literal, true), ("msg-server", .literal, true), ("the message", .literal, true), ("user", .literal, false),
    ("nowhere", .literal, false), ("^sec.*t$", .expression, true), ("^47\\d+$", .expression, true),
    ("^user$", .expression, false), ("secretdeeper", .literal, false),
  ])
  func `message, service and the values of all fields are looked at, names are not`(
    pattern: String, syntax: TextPattern.Syntax, isFound: Bool
  ) throws {
    let search = LineSearch(try TextPattern(pattern, syntax: syntax))
    let json = #"{"user":{"name":"secret","list":["deeper",4711,-5,2.5,null,true]}}"#
    #expect(search.matches(try entry(json, message: "the message", service: "msg-server")) == isFound)
  }

  @Test func `a line without a document is looked at too`() throws {
    let search = LineSearch(try TextPattern("connection", syntax: .literal))
    #expect(search.matches(try entry("null", message: "no connection")) == true)
    #expect(search.matches(try entry("{}", message: "no link")) == false)
  }
}
