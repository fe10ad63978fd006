import ObsData
import Testing

@testable import ObsTUI

@Suite struct `When stores fail` {
  private let refused = FetchFailure(
    error: FetchError(.unreachable, tried: "GET http://127.0.0.1:9200/", answer: "connection refused"), attempts: 3,
    retryAt: TestSession.now + .seconds(8))

  @Test func `with no store answering, the screen says what was tried and what to do`() {
    var session = TestSession()
    session.answer(.failed(refused)) { _ in true }
    #expect(session.screen.contains("No store has answered yet."))
    #expect(session.screen.contains("Elasticsearch (http://127.0.0.1/elasticsearch): connection refused"))
    #expect(session.screen.contains("Try obs-tui demo."))
    #expect(session.dashboard.failedStores == [.elasticsearch, .jaeger, .prometheus, .alertmanager])
  }

  @Test func `what was on screen stays when its store goes, and the header says since when`() {
    var session = TestSession(width: 140)
    session.answerAll()
    session.send(.tick(TestSession.now + .seconds(5)))
    session.answer(.failed(refused)) { $0.store == .elasticsearch }
    #expect(session.screen.contains("second failed"))
    #expect(session.rows[0].contains("✗Elasticsearch 5s old, again in 3s"))
    #expect(session.rows[0].contains("●Jaeger"))
    session.answerAll()
    #expect(session.rows[0].contains("●Elasticsearch"))
  }

  @Test func `a query that fails is not hidden by the other answers of its store`() {
    var session = TestSession(width: 140)
    session.answerAll()
    session.answer(.failed(refused)) { $0.logQuery != nil }
    session.answer(.services([])) { $0.isServices(.elasticsearch) }
    #expect(session.rows[0].contains("✗Elasticsearch logs failing, again in 8s"))
    #expect(session.dashboard.failedStores == [.elasticsearch])
    #expect(session.dashboard.storeStates[.elasticsearch]?.isOnlyRefusing == false)
  }

  @Test func `a query that is no longer wanted takes its failure with it`() throws {
    var session = TestSession(width: 140)
    session.answerAll()
    let refusal = FetchError(.badQuery, tried: "POST /_search", answer: "Cannot parse 'a:'")
    try session.press("& \"a:\" enter")
    session.answer(.failed(FetchFailure(error: refusal, attempts: 1, retryAt: nil))) { $0.logQuery != nil }
    #expect(session.rows[0].contains("✗Elasticsearch logs refused ●"))
    #expect(session.dashboard.storeStates[.elasticsearch]?.isOnlyRefusing == true)
    #expect(session.screen.contains("not asked again until the query changes or ctrl-r"))
    try session.press("& ctrl-u \"b\" enter")
    #expect(session.dashboard.failedStores.isEmpty)
    #expect(session.rows[0].contains("◌Elasticsearch"))
    session.answerAll()
    #expect(session.rows[0].contains("●Elasticsearch"))
  }

  @Test func `a screen is settled when everything wanted has been answered or has failed`() throws {
    var session = TestSession()
    #expect(!session.dashboard.isSettled)
    session.answerAll()
    #expect(session.dashboard.isSettled)
    try session.press("2")
    #expect(!session.dashboard.isSettled)
    session.answer(.failed(refused)) { _ in true }
    #expect(session.dashboard.isSettled)
  }

  @Test func `a store whose certificate is not verified is marked as long as it is used`() {
    var session = TestSession(width: 140)
    session.dashboard.configuration.stores[0].isInsecure = true
    #expect(session.rows[0].contains("NOT VERIFIED"))
  }

  @Test(arguments: [
    (Store.elasticsearch, "Context demo has no Elasticsearch: no logs here."),
    (.jaeger, "Context demo has no Jaeger: no traces here."),
    (.prometheus, "Context demo has no Prometheus: no metrics here."),
    (.alertmanager, "Context demo has no Alertmanager: no alerts here."),
  ]) func `a context without a store says so where it would be shown, and how to add it`(store: Store, words: String) {
    var session = TestSession(width: 200, without: store)
    session.answerAll()
    #expect(session.screen.contains(words))
    #expect(session.screen.contains("contexts.demo.\(store.rawValue).url in the settings"))
    #expect(session.screen.contains("--\(store.rawValue)-url"))
    #expect(!session.screen.contains("Waiting for") && !session.screen.contains("Asking"))
    #expect(session.dashboard.isSettled)
  }

  @Test func `the drill into a trace says that there is no Jaeger, and shows the line`() throws {
    var session = TestSession(width: 160, without: .jaeger)
    session.answerAll()
    try session.press("k enter")
    #expect(session.screen.contains("Context demo has no Jaeger: no trace 00000000000000a2 here."))
    #expect(session.screen.contains("OBS_TUI_JAEGER_URL"))
    #expect(session.screen.contains("second failed"))
    #expect(!session.screen.contains("asking"))
  }

  @Test func `hostile names cannot steer the terminal`() {
    var session = TestSession()
    session.answer(.services([ServiceFigures(name: "a\u{1B}[2J\u{202E}b\u{7}")])) { $0.isServices(.jaeger) }
    let scalars = session.screen.unicodeScalars
    #expect(!scalars.contains { $0 == "\u{1B}" || $0 == "\u{7}" || $0 == "\u{202E}" })
  }

  @Test func `a screen too small says what it needs, and fills again when it grows`() {
    var session = TestSession()
    session.answerAll()
    session.send(.resize(Size(width: 39, height: 10)))
    #expect(session.screen.hasPrefix("obs-tui needs 40×10 cells,\nthis terminal has 39×10."))
    session.send(.resize(Size(width: 100, height: 32)))
    #expect(session.screen.contains("second failed"))
  }

  @Test(arguments: [(1, 1), (40, 10), (80, 24), (300, 100), (41, 200), (500, 10)])
  func `every size can be drawn in every state`(width: Int, height: Int) throws {
    for script in ["", "z", "?", "s", ": \"x\"", "k enter", "k v", "tab tab enter"] {
      var session = TestSession(width: width, height: height)
      session.answerAll()
      try session.press(script)
      let canvas = session.dashboard.view().canvas
      #expect(canvas.size == Size(width: width, height: height))
    }
  }

  @Test func `q goes back step by step, and quits at the top`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("k enter q")
    #expect(session.dashboard.pushed.isEmpty)
    #expect(session.effects.isEmpty)
    try session.press("q")
    #expect(session.effects == [.quit(0)])
  }

  @Test func `Esc at the top does not quit`() throws {
    var session = TestSession()
    try session.press("escape escape")
    #expect(session.effects.isEmpty)
  }
}

@Suite struct `Another context` {
  @Test func `brings its own configuration and forgets the old one's data, but not the user's window`() throws {
    var session = TestSession(contexts: ["staging", "prod"])
    session.answerAll()
    try session.press(": \"since 1h\" enter : \"context prod\" enter")
    #expect(session.effects == [.switchContext("prod")])
    var configuration = session.dashboard.configuration
    configuration.context = ContextLabel(name: "prod", color: .red)
    session.dashboard.enter(configuration)
    #expect(session.rows[0].contains(" prod "))
    #expect(session.dashboard.window == .live(.seconds(3_600)))
    #expect(session.dashboard.directory.entries.isEmpty)
    #expect(!session.screen.contains("second failed"))
  }

  @Test func `does not take the late answers of the one before, though it asks the same`() throws {
    var session = TestSession(contexts: ["staging", "prod"])
    var configuration = session.dashboard.configuration
    configuration.context = ContextLabel(name: "prod", color: .red)
    session.dashboard.enter(configuration)
    let services = Subscription.services(.jaeger, session.dashboard.window)
    let update = Update(
      subscription: services, at: TestSession.now, body: .services([ServiceFigures(name: "old-server")]))
    session.send(.data(update.from(context: "staging")))
    #expect(session.dashboard.directory.entries.isEmpty)
    session.send(.data(update.from(context: "prod")))
    #expect(session.dashboard.directory.entries.map(\.name) == ["old-server"])
  }
}

@Suite struct `The link to a view` {
  @Test func `is the command line that shows it again, and where it is in the browser`() throws {
    var session = TestSession(contexts: ["prod"])
    session.dashboard.configuration.links = LinkAddresses(
      jaegerBase: "http://jaeger:16686/", kibanaBase: "http://kibana", grafanaBase: nil)
    session.answerAll()
    try session.press("2 & \"it's and user_id:7\" enter k k enter : \"link\" enter")
    guard case .copy(let text, _) = session.effects.last else {
      Issue.record("nothing was copied")
      return
    }
    let lines = text.split(separator: "\n").map(String.init)
    #expect(
      lines.first
        == "obs-tui --context prod --service msg-server --since 15m --filter 'it'\\''s and user_id:7' "
        + "--trace 000000000000000000000000000000a1")
    #expect(lines.contains("http://jaeger:16686/trace/000000000000000000000000000000a1"))
    #expect(lines.last?.hasPrefix("http://kibana/app/discover#/?_g=(time:(from:'2026-11-22T08:39:10.000Z'") == true)
    #expect(lines.last?.contains("language:kuery") == true)
  }

  @Test func `repeats where the stores are that were named as options`() throws {
    var session = TestSession()
    session.dashboard.configuration.storeFlags = ["--jaeger-url", "http://h:1", "--index", "app-*"]
    try session.press(": \"link\" enter")
    guard case .copy(let text, _) = session.effects.last else {
      Issue.record("nothing was copied")
      return
    }
    #expect(text.hasPrefix("obs-tui --jaeger-url http://h:1 --index 'app-*' --context demo --since 15m"))
  }

  @Test func `what is saved for --resume is read back the same`() {
    var arguments = ViewArguments()
    arguments.context = "prod"
    arguments.service = "msg-server"
    arguments.range = TimeRange(start: Sample.start, end: Sample.start + .seconds(60))
    arguments.filter = "message:超时"
    arguments.trace = TraceID(high: 1, low: 2)
    #expect(ViewArguments(lines: arguments.words.joined(separator: "\n")) == arguments)
    #expect(ViewArguments(lines: "--context") == nil)
    #expect(ViewArguments(lines: "rm\n-rf\n") == nil)
  }
}
