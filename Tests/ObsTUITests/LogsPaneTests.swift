import ObsData
import Testing

@testable import ObsTUI

struct LogsPaneTests {
  private let story = [
    Sample.line("1", at: 123, "redis: connection refused", trace: "4bf92f3577b34da6a3ce929d0e0e4736", span: "00f067aa"),
    Sample.line("2", at: 1_500, "Traceback:\n  at pool.get\n  at main", service: "api-gateway"),
    Sample.line("3", at: 2_750, "out of memory", level: .critical, service: nil),
  ]

  @Test func `the list shows time, level, service and the first line of the message`() {
    let pane = Sample.pane(story)
    #expect(
      pane.view(Size(width: 80, height: 4), in: Sample.context()).text == """
          08:53:10.123 E msg-server  redis: connection refused
          08:53:11.500 E api-gateway Traceback:                                      ⏎+2
          08:53:12.750 C             out of memory

        """)
    #expect(
      pane.view(Size(width: 40, height: 3), in: Sample.context(glyphs: .ascii)).text == """
          08:53:10 E msg-ser… redis: connection…
          08:53:11 E api-gat… Traceback:    \\n+2
          08:53:12 C          out of memory
        """)
    #expect(
      pane.view(Size(width: 30, height: 3), in: Sample.context(time: .relative)).text == """
          -59s    E redis: connection…
          -58s    E Traceback:     ⏎+2
          -57s    C out of memory
        """)
  }

  @Test func `the newest line is selected and at the bottom`() {
    let canvas = Sample.pane(story).view(Size(width: 80, height: 2), in: Sample.context())
    #expect(canvas.text.hasPrefix("  08:53:11.500"))
    #expect((0..<80).allSatisfy { canvas[$0, 1].style.background == .selection })
    #expect(canvas[15, 0].style.role == .logError)
    #expect(canvas[15, 1].style.role == .logCritical)
  }

  @Test func `columns line up behind Chinese text`() {
    let pane = Sample.pane([
      Sample.line("1", at: 0, "连接失败", service: "消息服务"), Sample.line("2", at: 1, "timeout", service: "im"),
    ])
    let columns = LogColumns(
      width: 80, serviceWidth: CharacterWidth.cells(in: "消息服务"), context: Sample.context())
    #expect(columns.service == CharacterWidth.cells(in: "消息服务"))
    let canvas = pane.view(Size(width: 80, height: 2), in: Sample.context())
    #expect(canvas[columns.message, 0].character == "连")
    #expect(canvas[columns.message, 1].character == "t")
  }

  @Test func `a window of several days shows the day`() {
    var context = Sample.context()
    context.window = TimeRange(start: context.now - .seconds(86_400), end: context.now)
    let pane = Sample.pane([story[0]])
    #expect(
      pane.view(Size(width: 100, height: 1), in: context).text
        == "  11-22 08:53:10.123 E msg-server redis: connection refused")
    #expect(
      pane.view(Size(width: 60, height: 1), in: context).text
        == "  11-22 08:53:10 E msg-ser… redis: connection refused")
  }

  @Test func `a line that came late says so`() {
    var pane = Sample.pane([Sample.line("1", at: 5_000, "newer")])
    pane.receive(
      Sample.answer(
        pane, LogBatch(entries: [Sample.line("2", at: 800, "older"), Sample.line("3", at: 4_900, "ordinary")])))
    #expect(
      pane.view(Size(width: 60, height: 3), in: Sample.context()).text == """
          08:53:10.800 E msg-ser… late +4.2s older
          08:53:14.900 E msg-ser… ordinary
          08:53:15.000 E msg-ser… newer
        """)
  }

  @Test func `the title says what is shown, what matches and what moves`() {
    var pane = Sample.pane(story, matched: 4_311)
    #expect(pane.title(in: Sample.context()) == "Logs · errors · 3 shown · 4,311 matched · follow")
    _ = pane.perform(.up, in: Sample.context(), height: 2)
    #expect(pane.title(in: Sample.context()) == "Logs · errors · paused · 3 shown · 4,311 matched")
    let batch = (0..<38).map { Sample.line("new \($0)", at: 3_000 + Int64($0)) }
    pane.receive(Sample.answer(pane, LogBatch(entries: batch)))
    #expect(pane.title(in: Sample.context()) == "Logs · errors · ▼ 38 new · 41 shown · 4,349 matched · lag 56.9s")
    pane.receive(
      Sample.answer(pane, LogBatch(entries: [], matched: 10_000, matchedIsLowerBound: true, partial: "2 shards failed"))
    )
    #expect(
      pane.title(in: Sample.context())
        == "Logs · errors · ▼ 38 new · 41 shown · 10,000+ matched · some may be missing · lag 56.9s · incomplete")
  }

  @Test func `a failure leaves the lines, and says how old they are and when the store is asked again`() {
    var pane = Sample.pane(story)
    pane.receive(
      Update(
        subscription: .logs(pane.query(in: Sample.scope)), at: Sample.start + .seconds(60),
        body: .failed(Sample.failure())))
    let canvas = pane.view(Size(width: 120, height: 3), in: Sample.context(now: 60_000 + 5_000))
    #expect(
      canvas.text == """
          08:53:11.500 E api-gateway Traceback:                                                                              ⏎+2
          08:53:12.750 C             out of memory
        Elasticsearch: connection refused · data 5s old · next try in 3s · start it, or set elasticsearch.url
        """)
    pane.receive(Sample.answer(pane, LogBatch(entries: [])))
    #expect(!pane.title(in: Sample.context()).contains("failing"))
  }

  @Test func `an empty pane says why in words`() {
    var pane = LogPane()
    func text() -> String { pane.view(Size(width: 60, height: 8), in: Sample.context()).text.trimmed }
    #expect(text() == " Waiting for Elasticsearch's answer.")
    pane.adopt(Sample.scope)
    #expect(text() == " Waiting for Elasticsearch's answer: error lines in the\n last 15m.")
    pane.receive(
      Update(
        subscription: .logs(pane.query(in: Sample.scope)), at: Sample.start, body: .failed(Sample.failure())))
    #expect(
      text() == """
         Elasticsearch gave no answer: connection refused
         Tried: POST http://127.0.0.1:9200/logs-*/_search
         To do: start it, or set elasticsearch.url
         Asked 3 times; next try in 8s.
        """)
    pane.receive(
      Sample.answer(pane, LogBatch(entries: [], isFirst: true, notice: "The pattern rustim-* matches no index.")))
    #expect(
      text() == """
         No error lines in the last 15m.
         The pattern rustim-* matches no index.
         l shows warnings too, then all lines.
         + looks further back.
        """)
  }

  @Test func `what was asked names service and filter`() {
    var scope = Sample.scope
    scope.chosen = [.elasticsearch: ["msg-server"]]
    scope.filter = "timeout"
    var pane = LogPane(minimumLevel: .warning)
    pane.adopt(scope)
    pane.receive(Sample.answer(pane, LogBatch(entries: [], isFirst: true), scope: scope))
    #expect(
      pane.emptyText(in: Sample.context()).first
        == "No lines at warning level or above of msg-server that match `timeout` in the last 15m.")
  }

  @Test func `matches are highlighted in every column`() {
    let pane = Sample.pane([Sample.line("1", "server gone"), Sample.line("2", at: 1, "fine")])
    let canvas = pane.view(Size(width: 60, height: 2), in: Sample.context(search: "ser"))
    let marked = (0..<60).filter { canvas[$0, 0].style.background == .match }
    #expect(marked == [21, 22, 23, 26, 27, 28])
    #expect(canvas[21, 1].style.background == .matchCurrent)
    #expect(canvas[20, 1].style.background == .selection)
  }
}

extension String {
  /// Without empty rows at the end.
  var trimmed: String {
    var rows = split(separator: "\n", omittingEmptySubsequences: false)
    while rows.last?.isEmpty ?? false { rows.removeLast() }
    return rows.joined(separator: "\n")
  }
}

/// What the pane says of a query that the store refuses.
struct LogsRefusalTests {
  private let failure = FetchFailure(
    error: FetchError(
      .badQuery, tried: "POST http://es:9200/logs-*/_search", answer: "Cannot parse 'a AND ('",
      advice: "mend what stands behind lucene:", status: 400, excerpt: "lucene: a AND (\n               ^ here"),
    attempts: 1, retryAt: nil)

  private func pane(_ entries: [LogEntry]) -> LogPane {
    var scope = Scope(window: .live(.seconds(900)))
    var pane = LogPane()
    pane.adopt(scope)
    if !entries.isEmpty { pane.receive(Sample.answer(pane, LogBatch(entries: entries, isFirst: true))) }
    scope.filter = "lucene: a AND ("
    pane.adopt(scope)
    pane.receive(
      Update(
        subscription: .logs(pane.query(in: scope)), at: Sample.start + .seconds(60), body: .failed(failure)))
    return pane
  }

  @Test func `what was refused stands below the sentence, with its caret, and how to go on`() {
    #expect(
      pane([]).view(Size(width: 80, height: 8), in: Sample.context()).text == """
         Elasticsearch refused the query: Cannot parse 'a AND ('
         lucene: a AND (
                        ^ here
         Tried: POST http://es:9200/logs-*/_search
         To do: mend what stands behind lucene:
         Asked once; not asked again until the query changes or ctrl-r.
         & changes the filter.

        """)
  }

  @Test func `below lines it stands where there is room for it`() {
    let pane = pane((0..<20).map { Sample.line("\($0)", at: $0 * 1_000, "line \($0)") })
    let rows = pane.view(Size(width: 80, height: 12), in: Sample.context()).text.split(separator: "\n")
    #expect(rows.count == 12 && rows[8].contains("line 19"))
    #expect(rows[9].hasPrefix("Elasticsearch: Cannot parse 'a AND ('"))
    #expect(rows[10] == "lucene: a AND (" && rows[11] == "               ^ here")
    let low = pane.view(Size(width: 80, height: 6), in: Sample.context()).text.split(separator: "\n")
    #expect(low.count == 6 && low[4].contains("line 19") && low[5].hasPrefix("Elasticsearch: Cannot parse"))
  }
}
