import ObsData
import Testing

@testable import ObsTUI

struct DashboardWatchTests {
  private let watch = Watch(
    name: "errors", condition: .metrics("errors > 5"), every: .seconds(10), labels: ["severity": "critical"],
    annotations: ["summary": "{{ $labels.service }} has {{ $value }}"], channels: ["bell", "desktop", "hook"])
  private let quiet = Watch(
    name: "lines", condition: .lines(query: "level: error", comparison: .above, threshold: 100, within: .seconds(300)))

  private func session() -> TestSession {
    var session = TestSession()
    session.dashboard.configuration.channels =
      NotificationChannel.builtIn.map(\.label) + [ChannelLabel(name: "hook", kind: .webhook, pause: .seconds(10))]
    session.dashboard.configuration.watches = [watch, quiet]
    session.dashboard.watches = WatchBoard(session.dashboard.configuration)
    session.answerAll()
    return session
  }

  private func look(_ session: inout TestSession, _ services: [String]) {
    session.effects = []
    session.answer(
      .watch(WatchReading(samples: services.map { .init(labels: ["service": $0], value: 7) }))
    ) { $0 == .watch(watch) }
  }

  @Test func `what fires stands in strip and pane, source watch, and is told once on each channel`() throws {
    var session = session()
    session.answer(.watch(WatchReading(samples: []))) { $0 == .watch(quiet) }
    look(&session, ["msg-server"])
    #expect(session.effects.count == 3)
    #expect(session.effects.contains(.ring(.bell)))
    #expect(
      session.effects.contains(
        .ring(.desktop(.osc9, title: "obs-tui", text: "FIRING errors msg-server: msg-server has 7"))))
    #expect(session.footer.contains("FIRING errors msg-server: msg-server has 7"))
    look(&session, ["msg-server"])
    #expect(session.effects == [])
    #expect(session.screen.contains("1 firing: errors msg-server 0s"))
    try session.press("A")
    #expect(session.screen.contains("Alerts · 1 firing · 1 quiet watch"))
    let list = session.rows[4..<7].map { $0.trimmingSpaces() }
    #expect(
      list
        == [
          "state      severity  alert  service    for    summary",
          "✗ firing   critical  errors msg-server 0s     msg-server has 7",
          "· watching           lines                    level: error > 100 within 5m",
        ].map { $0.trimmingSpaces() }, "\(session.screen)")
    #expect(session.rows.contains { $0.hasPrefix(" told by       watch") })
    try session.press("j")
    #expect(session.rows.contains { $0.hasPrefix(" looked at     every 30s, last 0s ago") }, "\(session.screen)")
  }

  @Test func `a channel that fails is shown in header and pane, and tried again`() throws {
    var session = session()
    look(&session, ["msg-server"])
    let delivery = try #require(
      session.effects.compactMap { if case .deliver(let delivery) = $0 { delivery } else { nil } }.first)
    #expect(delivery.channel == "hook")
    session.effects = []
    session.send(.delivered(delivery, .failed("404 from https://hooks.example.org")))
    #expect(session.effects == [])
    #expect(session.footer.contains("channel hook: 404 from https://hooks.example.org"))
    #expect(session.rows[0].contains("✗msg") || session.rows[0].contains("✗hook not told"), "\(session.rows[0])")
    try session.press("A")
    #expect(session.screen.contains("✗ failing"), "\(session.screen)")
    session.send(.tick(session.dashboard.now + .seconds(9)))
    #expect(session.effects == [])
    session.send(.tick(session.dashboard.now + .seconds(1)))
    #expect(session.effects.count == 1)
    guard case .deliver(let again)? = session.effects.first else {
      Issue.record("\(session.effects)")
      return
    }
    #expect(again.changes == delivery.changes)
    session.send(.delivered(again, .sent))
    #expect(!session.screen.contains("failing"))
  }

  @Test func `the end is told as well, and the row is that of a quiet watch again`() throws {
    var session = session()
    look(&session, ["msg-server"])
    for case .deliver(let delivery) in session.effects { session.send(.delivered(delivery, .sent)) }
    look(&session, [])
    #expect(session.effects == [])
    session.send(.tick(session.dashboard.now + .seconds(10)))
    #expect(session.effects.count == 3)
    #expect(session.screen.contains("no alerts"))
  }

  @Test func `a watch that cannot be looked at says so in the pane, whatever it has found`() throws {
    var session = session()
    look(&session, ["msg-server"])
    let failure = FetchFailure(
      error: FetchError(.badQuery, tried: "POST x", answer: "unknown function", status: 400), attempts: 2, retryAt: nil)
    session.answer(.failed(failure)) { $0 == .watch(watch) }
    try session.press("A")
    #expect(session.rows.contains { $0.hasPrefix("✗ failing") && $0.contains("unknown function") }, "\(session.screen)")
    #expect(session.screen.contains("1 firing"))
  }

  @Test(arguments: [
    (Alarm.bell, false, "\u{7}"), (.bell, true, "\u{7}"),
    (.desktop(.osc9, title: "t", text: "a\u{1B}]0;x\u{7}\nb"), false, "\u{1B}]9;a ]0;x  b\u{7}"),
    (.desktop(.osc777, title: "t;u", text: "a"), false, "\u{1B}]777;notify;t,u;a\u{7}"),
    (.desktop(.osc9, title: "t", text: "a"), true, "\u{1B}Ptmux;\u{1B}\u{1B}]9;a\u{7}\u{1B}\\"),
  ]) func `a notification is one escape sequence whatever its text holds`(
    alarm: Alarm, isInTmux: Bool, expected: String
  ) {
    #expect(alarm.sequence(insideTmux: isInTmux) == expected)
  }

  @Test func `other sources stand in the same list, and one that is not there says so`() throws {
    var session = session()
    session.dashboard.configuration.stores.append(StoreLabel(store: .grafana, address: "http://g"))
    let alert = Alert(
      id: "g", labels: ["alertname": "FromGrafana"], annotations: [:], startsAt: session.dashboard.now, state: .active,
      sources: [.grafana])
    session.answer(.sourceAlerts(SourceAlerts(alerts: [alert]))) { $0 == .sourceAlerts(.grafana) }
    session.answer(.sourceAlerts(SourceAlerts(alerts: [], absence: "not there (403: no licence)"))) {
      $0 == .sourceAlerts(.watcher)
    }
    #expect(session.screen.contains("1 firing: FromGrafana 0s"))
    try session.press("A")
    #expect(session.rows.contains { $0.hasPrefix(" told by       grafana") }, "\(session.screen)")
    #expect(session.rows.contains { $0.hasPrefix("∅ absent") && $0.contains("Watcher") && $0.contains("no licence") })
    let failure = FetchFailure(error: FetchError(.timeout, tried: "x", answer: "too slow"), attempts: 1, retryAt: nil)
    session.answer(.failed(failure)) { $0 == .sourceAlerts(.grafana) }
    #expect(session.rows.contains { $0.hasPrefix("✗ failing") && $0.contains("too slow") })
    #expect(session.screen.contains("1 firing: FromGrafana"))
  }
}
