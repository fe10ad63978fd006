import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A search in a trace` {
  /// 1,200 spans below one; the last of them is the only `rare` one.
  private func large() -> WaterfallPane {
    waterfall(
      (["1 - 0 900 a root"] + (2...1_199).map { "\(String($0, radix: 16)) 1 \($0 / 2) 1 a step" }
        + ["fff 1 890 1 b rare"]).joined(separator: "\n"))
  }

  private func say(_ pane: inout WaterfallPane, _ command: Command, _ search: String?) -> [Request]? {
    pane.perform(command, in: tracesContext(search: search), height: 20)
  }

  @Test func `finds services and operations, counts them, and says where it stands`() {
    var pane = waterfall()
    let answers = [Command.nextMatch, .nextMatch, .nextMatch, .previousMatch, .previousMatch].map {
      say(&pane, $0, "get")
    }
    #expect(
      answers == [
        [.notice("match 2 of 2")], [.notice("no match below; 2 in all")], [.notice("no match below; 2 in all")],
        [.notice("match 1 of 2")], [.notice("no match above; 2 in all")],
      ])
    #expect(pane.picture(80, 3, tracesContext(search: "get")).contains("✗ 2 errors · 2 matches"))
    #expect(!pane.picture(80, 3, tracesContext(search: "other")).contains("matches"))
  }

  @Test(
    arguments: [
      ("clock skew", "match 1 of 1, in a warning"), ("STATUS_CODE=500", "no span matches"),
      ("status_code=500", "match 2 of 6, in tag http.status_code"), ("失败", "match 2 of 6, in tag db.statement"),
      ("exception", "match 2 of 6, in event exception"),
      ("at b", "match 2 of 6, in event exception, exception.stacktrace"),
      ("~^mail: ", "match 1 of 1"), ("~h\\d{3}", "no span matches"),
    ] as [(String, String)])
  func `finds tags, events and warnings, and says where`(search: String, notice: String) {
    var pane = waterfall()
    let answer = say(&pane, .nextMatch, search)
    #expect(answer == [.notice(notice)])
  }

  @Test func `without anything to look for says how to begin`() {
    var pane = waterfall()
    let answers = [Command.nextMatch, .onlyMatches].map { say(&pane, $0, nil) }
    #expect(answers == Array(repeating: [.notice("nothing is searched: / asks what for")], count: 2))
  }

  @Test func `shows only matches and what stands above them, and all again`() {
    var pane = waterfall()
    let answer = say(&pane, .onlyMatches, "charge")
    #expect(answer == [.notice("1 match, 3 spans hidden")])
    #expect(
      pane.picture(80, 5, tracesContext(search: "charge")) == """
        703cff0b frontend: GE… · 380ms · 6 spans · ✗ 2 errors · 1 match · 3 spans hidden
        2026-11-22 08:47:10.000          │0s       │100ms    │200ms    │300ms
        ▾ frontend: GET /checkout        ███████████████████████████████████▋      346ms
        └▾ checkout: PlaceOrder             ▐████████████████████████████▏         277ms
         └▾✗ payment: Charge                    ███████████████████▋               190ms
        """)
    let back = say(&pane, .back, "charge")
    #expect(back == [])
    #expect(pane.rows.count == 6)
    let none = say(&pane, .onlyMatches, "nothing like it")
    #expect(none == [.notice("no span matches")])
    #expect(pane.rows.count == 6)
  }

  @Test func `keeps to the matches while spans arrive`() {
    var pane = waterfall(isGrowing: true)
    _ = say(&pane, .onlyMatches, "charge")
    pane.receive(waterfallTrace(checkout + "\n8 3 100 5 bank Charge"))
    #expect(pane.rows.count == 4)
  }

  @Test func `of a large trace is left to another thread, and goes on when that is done`() throws {
    var pane = large()
    let asked = say(&pane, .nextMatch, "rare")
    let requests = try #require(asked)
    guard case .traceWork(let work) = requests.first else {
      Issue.record("no work was asked for")
      return
    }
    #expect(requests.last == .notice("looking for “rare” in 1,200 spans …"))
    #expect(pane.position.selected == 0)
    guard let outcome = work.run(isWanted: { true }) else {
      Issue.record("the work was given up")
      return
    }
    let answer = pane.finish(outcome, of: work.ticket, height: 20)
    #expect(answer == [.notice("match 1 of 1")])
    #expect(pane.selected == "rare")
    let givenUp = work.run(isWanted: { false })
    #expect(givenUp == nil)
  }

  @Test func `keeps to the matches of a large trace that grows, and looks for more on another thread`() {
    var pane = large()
    let asked = say(&pane, .onlyMatches, "rare")
    guard case .traceWork(let first)? = asked?.first, let found = first.run(isWanted: { true }) else {
      Issue.record("no work was asked for")
      return
    }
    let answer = pane.finish(found, of: first.ticket, height: 20)
    #expect(answer == [.notice("1 match, 1,198 spans hidden")])
    let lines = (["1 - 0 900 a root"] + (2...1_199).map { "\(String($0, radix: 16)) 1 \($0 / 2) 1 a step" })
    pane.receive(waterfallTrace((lines + ["fff 1 890 1 b rare", "ffe 1 5 1 c rare"]).joined(separator: "\n")))
    #expect(pane.rows.count == 2)
    guard let work = pane.findWork(), let again = work.run(isWanted: { true }) else {
      Issue.record("nothing is looked for again")
      return
    }
    let silent = pane.finish(again, of: work.ticket, height: 20)
    #expect(silent == [])
    #expect(pane.rows.count == 3)
    let none = pane.findWork()
    #expect(none == nil)
  }

  @Test func `passes over what an older search has found`() throws {
    var pane = large()
    let asked = say(&pane, .nextMatch, "rare")
    let first = try #require(asked)
    _ = say(&pane, .nextMatch, "step")
    guard case .traceWork(let work) = first.first, let outcome = work.run(isWanted: { true }) else {
      Issue.record("no work was asked for")
      return
    }
    let answer = pane.finish(outcome, of: work.ticket, height: 20)
    #expect(answer == [])
    #expect(pane.selected == "root")
  }

  @Test func `through many spans finds the same on several threads as on one`() {
    let lines = ["1 - 0 900 a root"] + (2...5_000).map { "\(String($0, radix: 16)) 1 1 1 s\($0 % 7) op\($0 % 11)" }
    let trace = waterfallTrace(lines.joined(separator: "\n"))
    let tree = TraceTree.build(trace)
    let search = TextSearch("s3: op5")
    let found = search.flatMap { TraceFind.run($0, trace, tree, isWanted: { true }) }
    let expected = NodeSet(tree.nodes.indices.filter { SpanText.name(of: tree.nodes[$0].span, in: trace) == "s3: op5" })
    #expect(expected.count == 65)
    #expect(found?.matches == expected)
  }

  /// What is passed over by its JSON must be what the details do not hold.
  @Test(
    arguments: [
      "declined", "Card", "card 7", "x.y_z-1", "3.0", "e-07", "base64", "tru", "err\u{6F}r", "a=b", "zzz", "10",
    ])
  func `in a trace read from JSON finds what a look at all details finds`(text: String) throws {
    let spans = [
      ##"{"key":"a","type":"string","value":"Card 7 declined"},{"key":"x.y_z-1","type":"float64","value":3}"##,
      ##"{"key":"n","type":"float64","value":0.0000001},{"key":"k","type":"binary","value":"AAEC"}"##,
      ##"{"key":"\u0065rror","type":"bool","value":true},{"key":"a","type":"string","value":"b"}"##,
      ##"{"key":"n","type":"int64","value":10},{"key":"s","type":"string","value":"\u0064eclined"}"##,
    ].enumerated().map { index, tags in
      ##"{"traceID":"7","spanID":"\##(index + 1)","operationName":"o","startTime":1,"duration":1,"tags":[\##(tags)]}"##
    }
    let json = ##"{"data":[{"traceID":"7","spans":[\##(spans.joined(separator: ","))]}]}"##
    let traces = try TraceFile.decode(Array(json.utf8), name: "test").traces
    let trace = try #require(traces.first)
    let bare = Trace(
      id: trace.id, spans: trace.spans, processes: trace.processes, details: { [trace] in trace.details(of: $0) })
    #expect(trace.text(of: 0) != nil && bare.text(of: 0) == nil)
    let search = try #require(TextSearch(text))
    let tree = TraceTree.build(trace)
    let found = TraceFind.run(search, trace, tree, isWanted: { true })
    let expected = TraceFind.run(search, bare, tree, isWanted: { true })
    #expect(found == expected)
  }
}
