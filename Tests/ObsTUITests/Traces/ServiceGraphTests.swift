import ObsData
import Testing

@testable import ObsTUI

@Suite struct `The service graph` {
  /// Edges written as `web>api 40 3!`: caller, callee, calls, errors.
  private func edges(_ text: String) -> [TraceDependency] {
    text.split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      let names = words[0].split(separator: ">").map(String.init)
      return TraceDependency(
        parent: names[0], child: names[1], callCount: Int64(words[1]) ?? 0,
        errorCount: words.count > 2 ? Int64(words[2]) : nil)
    }
  }
  private let shop = """
    web>checkout 40 3
    web>catalog 90 0
    checkout>payment 40 2
    checkout>catalog 12 0
    web>payment 5 0
    payment>db 40 0
    """

  private func picture(_ text: String, _ width: Int, _ height: Int, selected: Int? = nil, glyphs: GlyphSet = .unicode)
    -> String?
  {
    let calls = edges(text)
    guard let layers = ServiceLayers(calls),
      let picture = ServicePicture(layers, in: Size(width: width, height: height))
    else { return nil }
    return picture.view(
      selected: selected.map { calls[$0] }, failing: Set(calls.filter { ($0.errorCount ?? 0) > 0 }.map(\.child)),
      chosen: ["web"], glyphs: glyphs
    ).text
  }

  @Test func `is drawn in layers, callers on the left`() {
    #expect(
      picture(shop, 100, 20) == """
        ┌─────┐                        ┌─────────┐
        │ web●│─┐                ┌─┬──▶│ catalog │
        └─────┘ │   ┌──────────┐ │ │   └─────────┘     ┌────┐
                ├──▶│✗checkout │─┤ │               ┌──▶│ db │
                │   └──────────┘ │ │   ┌─────────┐ │   └────┘
                │                └─┼──▶│✗payment │─┘
                │                  │   └─────────┘
                └──────────────────┘

        """)
  }

  @Test func `draws the way of the selected call in heavy lines, over the layers that it passes`() {
    #expect(
      picture(shop, 100, 20, selected: 4) == """
        ┌─────┐                        ┌─────────┐
        │ web●│━┓                ┌─┬──▶│ catalog │
        └─────┘ ┃   ┌──────────┐ │ │   └─────────┘     ┌────┐
                ┣──▶│✗checkout │─┤ │               ┌──▶│ db │
                ┃   └──────────┘ │ │   ┌─────────┐ │   └────┘
                ┃                └─╋━━▶│✗payment │─┘
                ┃                  ┃   └─────────┘
                ┗━━━━━━━━━━━━━━━━━━┛

        """)
  }

  @Test func `takes less room where there is less, and none where it does not fit`() {
    #expect(
      picture(shop, 60, 8) == """
        [ web●]─┐                ┌─┬──▶[ catalog ]
                ├──▶[✗checkout ]─┤ │               ┌──▶[ db ]
                │                └─┼──▶[✗payment ]─┘
                └──────────────────┘
        """)
    #expect(
      picture(shop, 60, 8, glyphs: .ascii) == """
        [ web*]-+                +-+-->[ catalog ]
                +-->[!checkout ]-+ |               +-->[ db ]
                |                +-+-->[!payment ]-+
                +------------------+
        """)
    #expect(
      picture(shop, 45, 8) == """
        [web●─┐            ┌┬▶[catalog]
              ├▶✗checkout]─┤│           ┌▶[db]
              │            └┼▶✗payment]─┘
              └─────────────┘
        """)
    #expect(picture(shop, 30, 8) == nil)
    #expect(picture(shop, 60, 3) == nil)
  }

  @Test func `does not draw calls that close a circle, nor those of a service to itself, and says which`() throws {
    let layers = try #require(ServiceLayers(edges("a>b 1\nb>c 1\nc>a 1\nb>b 1")))
    #expect(layers.layers.map { $0.map(\.service) } == [["a"], ["b"], ["c"]])
    #expect(layers.left.map { "\($0.parent)>\($0.child)" }.sorted() == ["b>b", "c>a"])
  }

  @Test func `is safe with a chain of many services and with too many calls`() {
    let chain = (0..<300).map { "s\($0)>s\($0 + 1) 1" }.joined(separator: "\n")
    #expect(ServiceLayers(edges(chain))?.layers.count == 301)
    let many = (0..<500).map { "s\($0)>t 1" }.joined(separator: "\n")
    #expect(ServiceLayers(edges(many)) == nil)
    #expect(ServiceLayers([]) == nil)
  }

  // MARK: the pane

  private func pane(_ graph: DependencyGraph?, failure: FetchFailure? = nil) -> DependencyPane {
    var pane = DependencyPane()
    let scope = Scope(window: .live(.seconds(900)), paneSizes: [.pushed: Size(width: 80, height: 20)])
    pane.adopt(scope)
    for subscription in pane.subscriptions(in: scope) {
      if let graph { pane.receive(Update(subscription: subscription, at: tracesNow, body: .dependencies(graph))) }
      if let failure { pane.receive(Update(subscription: subscription, at: tracesNow, body: .failed(failure))) }
    }
    return pane
  }
  private func text(_ pane: DependencyPane, _ width: Int, _ height: Int) -> String {
    pane.view(Size(width: width, height: height), in: tracesContext()).text
  }

  @Test func `has a table below the picture, and says who says so`() {
    let graph = DependencyGraph(
      edges: edges(shop), source: .traces(34, bytes: 1_400_000),
      reason: "Jaeger has no figures of its own for the last 1d")
    #expect(
      text(pane(graph), 80, 20) == """
        counted in 34 traces (1.34MiB): Jaeger has no figures of its own for the last 1d
         ┌─────┐                        ┌─────────┐
         │ web │━┓                ┌─┳━━▶│ catalog │
         └─────┘ ┃   ┌──────────┐ │ ┃   └─────────┘     ┌────┐
                 ┣──▶│✗checkout │─┤ ┃               ┌──▶│ db │
                 ┃   └──────────┘ │ ┃   ┌─────────┐ │   └────┘
                 ┃                └─╋──▶│✗payment │─┘
                 ┃                  ┃   └─────────┘
                 ┗━━━━━━━━━━━━━━━━━━┛


        caller   callee    calls                   errors
        web      catalog      90 ████████████████       0
        checkout payment      40 ███████▏              ✗2      5%
        payment  db           40 ███████▏               0
        web      checkout     40 ███████▏              ✗3   7.50%
        checkout catalog      12 ██▎                    0
        web      payment       5 █                      0


        """)
  }

  @Test func `is a table alone where the picture does not fit, with no errors where nobody counted them`() {
    let graph = DependencyGraph(
      edges: edges("web>checkout 40\nweb>catalog 90\ncheckout>payment 40"), source: .store(lookback: .seconds(3_600)))
    #expect(
      text(pane(graph), 40, 6) == """
        Jaeger's own figures of the last 1h; th…
        caller   callee    calls  errors
        web      catalog      90       -
        checkout payment      40       -
        web      checkout     40       -

        """)
  }

  @Test func `goes from a call to the traces of the service that is called`() {
    var pane = pane(DependencyGraph(edges: edges(shop), source: .store(lookback: .seconds(3_600))))
    func press(_ command: Command) -> [Request]? { pane.perform(command, in: tracesContext(), height: 20) }
    #expect(press(.open) == [.showTraces(of: "catalog", caller: "web")])
    _ = press(.down)
    #expect(press(.copy) == [.copy("checkout calls payment: 40 times, 2 failed", what: "the call")])
    _ = press(.nextError)
    #expect(pane.selection?.child == "checkout")
    #expect(press(.nextError) != nil && pane.selection?.child == "payment")
    #expect(press(.dependencySource) == [.notice("counting in the traces in view")])
    #expect(press(.dependencyPicture) == [] && !pane.isPictureOn)
    #expect(press(.back) == [.close])
  }

  @Test func `says why it is empty`() {
    #expect(text(pane(nil), 60, 1) == " Asking Jaeger who calls whom …")
    let none = DependencyGraph(edges: [], source: .traces(3, bytes: 0), reason: "Jaeger has none")
    #expect(
      text(pane(none), 60, 3) == """
         No service calls another in the 3 traces found.
         Jaeger has none.
         + takes a longer window.
        """)
    #expect(text(pane(nil, failure: tracesFailure()), 60, 1) == " Jaeger gave no answer: connection refused")
  }

  @Test func `opens from the trace pane, and leads to the traces of a call`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("tab d")
    #expect(session.dashboard.focus == .pushed)
    let graph = DependencyGraph(
      edges: [TraceDependency(parent: "api-gateway", child: "msg-server", callCount: 4)],
      source: .store(lookback: .seconds(900)))
    session.answer(.dependencies(graph)) { if case .dependencies = $0 { true } else { false } }
    #expect(session.screen.contains("Service graph · 2 services · 1 call"))
    #expect(session.screen.contains("Jaeger's own figures of the last 15m"))
    try session.press("t")
    #expect(
      session.dashboard.subscriptions.contains {
        if case .dependencies(let query) = $0 { query.countsTraces } else { false }
      })
    try session.press("enter")
    #expect(session.dashboard.pushed.isEmpty && session.dashboard.focus == .traces)
    #expect(session.dashboard.chosenService == "msg-server")
    try session.press("\":dependencies\" enter escape")
    #expect(session.dashboard.pushed.isEmpty && session.dashboard.focus == .traces)
  }
}
