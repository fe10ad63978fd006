import Testing

@testable import ObsData

/// What stands before the cursor in, what may stand at it out.
struct PromQLCursorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// The line, with `|` where the cursor stands.
    let line: String
    let place: PromQLCursor.Place
    let text: String
    var testDescription: String { line }

    init(_ line: String, _ place: PromQLCursor.Place, _ text: String = "") {
      (self.line, self.place, self.text) = (line, place, text)
    }
  }

  static let cases: [Case] = [
    Case("|", .expression), Case("ra|", .expression, "ra"), Case("rate(|", .expression),
    Case("rate(http_req|", .expression, "http_req"), Case("a + b|", .expression, "b"),
    Case("a and |", .expression), Case("sum |", .keyword), Case("up o|", .keyword, "o"),
    Case("up offset 5|", .nothing), Case("up{|", .label(metric: "up")), Case("up{jo|", .label(metric: "up"), "jo"),
    Case("up{job=\"a\",|", .label(metric: "up")), Case("{|", .label(metric: nil)),
    Case("up{job=|", .nothing), Case("up{job=\"|", .value(label: "job", metric: "up")),
    Case("up{job=~\"a|", .value(label: "job", metric: "up"), "a"),
    Case("up{job!=\"a\\\"b|", .value(label: "job", metric: "up"), "a\"b"),
    Case("{\"app.req|", .quotedName, "app.req"), Case("{\"app.request\",|", .label(metric: "app.request")),
    Case("{\"service.name\"=\"|", .value(label: "service.name", metric: nil)),
    Case("sum by (|", .grouping(metric: nil)), Case("sum by (jo|) (rate(calls[5m]))", .grouping(metric: "calls"), "jo"),
    Case("sum(rate(calls[5m])) by (job, |", .grouping(metric: "calls")),
    Case("rate(calls[|", .duration), Case("rate(calls[5|", .duration, "5"), Case("rate(calls[5m])|", .keyword),
    Case("rate(calls[5m]|", .keyword), Case("\"text|", .nothing), Case("1|", .nothing),
    Case("sum by (job) |", .expression),
  ]

  @Test(arguments: cases) func `the place of the cursor is found`(_ item: Case) throws {
    let parts = item.line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    let cursor = PromQLCursor(before: parts[0], after: parts[1])
    #expect(cursor.place == item.place)
    #expect(cursor.text == item.text)
  }

  @Test func `no beginning of an expression ends badly`() {
    let line =
      #"sum by (a, "b.c") (rate({"x.y", z=~"[a]\\d", w!='q'}[5m:1m] offset -1d)) / on() group_left({x}) `raw` ]})"#
    for length in 0...line.count {
      let cursor = PromQLCursor(before: String(line.prefix(length)), after: String(line.dropFirst(length)))
      #expect((0...length).contains(cursor.start))
    }
  }

  private func candidates(_ line: String, _ offers: [String] = []) -> [String] {
    PromQLCompletion.candidates(at: PromQLCursor(before: line), offers: offers).map(\.insertion)
  }

  @Test func `functions come with their signature, metrics with quotes where they need them`() {
    let found = PromQLCompletion.candidates(at: PromQLCursor(before: "rat"), offers: ["http.rate", "rates_total"])
    #expect(found.map(\.insertion) == ["rate(", "rates_total", #"{"http.rate"}"#])
    #expect(found[0].detail == "rate(range)")
    #expect(candidates("sum(histogram_q") == ["histogram_quantile("])
  }

  @Test func `labels, values, groupings and lengths are offered where they may stand`() {
    #expect(candidates("up{", ["job", "service.name"]) == ["job=\"", "\"service.name\"=\""])
    #expect(candidates("up{job=\"b", ["a\"b", "bc"]) == ["bc\"", "a\\\"b\""])
    #expect(candidates("sum by (j", ["le", "job"]) == ["job"])
    #expect(candidates("rate(x[5") == ["5s]", "5m]", "5h]", "5d]", "5w]"])
    #expect(candidates("up off") == ["offset "])
    #expect(candidates("up{job=") == [])
  }

  @Test func `the place that Prometheus names is found in characters`() {
    let words = #"invalid parameter "query": 1:5: parse error: unexpected ")""#
    #expect(PromQLError.offset(in: "sum( )", saidBy: words) == 4)
    // Bytes are counted: ü has two.
    #expect(PromQLError.offset(in: "{a=\"ü\"}}", saidBy: "1:9: parse error: x") == 7)
    #expect(PromQLError.offset(in: "a\n+ )", saidBy: "2:3: parse error: x") == 4)
    #expect(PromQLError.offset(in: "a", saidBy: "3:1: parse error: x") == nil)
    #expect(PromQLError.offset(in: "a", saidBy: "many-to-many matching not allowed") == nil)
    #expect(PromQLError.words(words) == #"unexpected ")""#)
  }
}
