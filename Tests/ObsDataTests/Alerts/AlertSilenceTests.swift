import Testing

@testable import ObsData

struct AlertSilenceTests {
  @Test(arguments: [
    (#"alertname="A""#, [AlertMatcher(name: "alertname", value: "A")]),
    (
      #"{a="x, \"y\" \\ \n", b!=2,c=~"p|q" d!~r}"#,
      [
        AlertMatcher(name: "a", value: "x, \"y\" \\ \n"), AlertMatcher(name: "b", value: "2", isEqual: false),
        AlertMatcher(name: "c", value: "p|q", isRegex: true),
        AlertMatcher(name: "d", value: "r", isRegex: true, isEqual: false),
      ]
    ), ("  ", []), (#"a="""#, [AlertMatcher(name: "a", value: "")]),
  ])
  func `matchers are read as Alertmanager writes them`(text: String, matchers: [AlertMatcher]) throws {
    #expect(try AlertMatcher.parse(text) == matchers)
    let written = matchers.map(\.text).joined(separator: ",")
    #expect(try AlertMatcher.parse(written) == matchers)
  }

  @Test(arguments: [
    ("=x", "a label's name was expected", 0), ("a", "=, !=, =~ or !~ was expected", 1),
    ("a=", "a value was expected", 2), (#"a="x"#, "the quotes are not closed", 2), ("a=1 b", "=, !=, =~ or !~", 5),
    (#"a=~"(""#, "the expression cannot be read", 6),
  ])
  func `an error says what was expected, and where`(text: String, sentence: String, offset: Int) {
    let error = #expect(throws: AlertMatcher.ParseError.self) { try AlertMatcher.parse(text) }
    #expect(error?.sentence.hasPrefix(sentence) == true, "\(error?.sentence ?? "")")
    #expect(error?.offset == offset)
  }

  @Test(arguments: [
    (#"a="x""#, true), (#"a="X""#, false), (#"a=~"x|y""#, true), (#"a=~"X""#, false), (#"a=~"(?i)X""#, true),
    (#"a=~".""#, true), (#"b=~"x""#, false), (#"b=~"x.*z""#, true), (#"c="""#, true), (#"c!="""#, false),
    (#"a!~"y""#, true), (#"a="x" b="x""#, false),
  ])
  func `an expression holds for the whole value, case counts, and what is absent is empty`(text: String, isMet: Bool)
    throws
  {
    let silence = AlertSilence(
      matchers: try AlertMatcher.parse(text), startsAt: Timestamp(milliseconds: 0), endsAt: Timestamp(milliseconds: 1),
      createdBy: "", comment: "")
    #expect(silence.covers(["a": "x", "b": "x y\nz"]) == isMet)
  }

  @Test func `silences that hold come in the order of their ends`() async throws {
    func silence(_ id: String, _ state: String, _ end: String) -> String {
      #"{"id":"\#(id)","status":{"state":"\#(state)"},"matchers":[{"name":"a","value":"x","isRegex":false}],"#
        + #""startsAt":"2026-11-22T08:00:00Z","endsAt":"\#(end)","createdBy":"me","comment":"why"}"#
    }
    let transport = RecordingTransport(answers: [
      .json(
        "["
          + [
            silence("late", "active", "2026-11-22T12:00:00Z"), silence("old", "expired", "2026-11-22T09:00:00Z"),
            silence("soon", "pending", "2026-11-22T10:00:00.5Z"), "{}", "1",
          ].joined(separator: ",") + "]")
    ])
    let silences = try await AlertmanagerClient(transport: transport).silences()
    #expect(silences.map(\.id) == ["soon", "late"])
    #expect(silences[1].matchers == [AlertMatcher(name: "a", value: "x")])
    #expect(silences[0].endsAt == Timestamp(iso8601: "2026-11-22T10:00:00.5Z"))
    #expect(transport.requests == ["GET /api/v2/silences"])
  }

  @Test func `a silence is made and ended, and a refusal is told in Alertmanager's words`() async throws {
    let transport = RecordingTransport(answers: [
      .json(#"{"silenceID":"abc"}"#), .json("", status: 200), .json(#""bad matcher format: x""#, status: 400),
      .json(#"{"other":1}"#),
    ])
    let client = AlertmanagerClient(transport: transport)
    let silence = AlertSilence(
      id: "abc", matchers: [AlertMatcher(name: "a", value: "x|y", isRegex: true, isEqual: false)],
      startsAt: Timestamp(iso8601: "2026-11-22T08:00:00Z") ?? Timestamp(milliseconds: 0),
      endsAt: Timestamp(iso8601: "2026-11-22T10:00:00Z") ?? Timestamp(milliseconds: 0), createdBy: "me", comment: "why")
    #expect(try await client.create(silence) == "abc")
    try await client.expire(silence: "abc")
    let refused = await #expect(throws: FetchError.self) { try await client.create(silence) }
    #expect(refused?.sentence.contains("bad matcher format: x") == true)
    let odd = await #expect(throws: FetchError.self) { try await client.create(silence) }
    #expect(odd?.sentence.contains("no silenceID") == true)
    #expect(
      transport.requests.prefix(2) == [
        "POST /api/v2/silences\n"
          + #"{"matchers":[{"name":"a","value":"x|y","isRegex":true,"isEqual":false}],"startsAt":"2026-11-22T08:00:00.000Z","#
          + #""endsAt":"2026-11-22T10:00:00.000Z","createdBy":"me","comment":"why"}"#,
        "DELETE /api/v2/silence/abc",
      ])
  }
}
