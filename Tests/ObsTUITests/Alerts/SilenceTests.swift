import ObsData
import Testing

@testable import ObsTUI

struct SilenceTests {
  private func session(isWritable: Bool = true) -> TestSession {
    var session = TestSession(width: 140)
    session.dashboard.configuration.isWritable = isWritable
    session.dashboard.configuration.user = "ann"
    session.answerAll()
    var quiet = Alert(
      id: "2", labels: ["alertname": "Lag", "service": "push-server"], annotations: [:], startsAt: Sample.start,
      state: .suppressed)
    quiet.silencedBy = ["abc"]
    session.answer(
      .alerts([
        Alert(
          id: "1", labels: ["service": "msg-server", "alertname": "HighErrorRate", "severity": "critical"],
          annotations: [:], startsAt: Sample.start, state: .active), quiet,
      ])
    ) { $0 == .alerts }
    return session
  }

  private func open(_ session: inout TestSession) throws {
    try session.press("A")
    session.answer(
      .silences([
        AlertSilence(
          id: "abc", state: .active, matchers: [AlertMatcher(name: "alertname", value: "Lag")],
          startsAt: Sample.start, endsAt: Sample.start + .seconds(3_660), createdBy: "bob", comment: "rebalancing")
      ])
    ) { $0 == .silences }
  }

  @Test func `silences stand among the alerts, with what they match and when they end`() throws {
    var session = session()
    try open(&session)
    #expect(session.rows[3].contains("Alerts · 1 firing · 1 silenced · 1 silence"))
    #expect(session.rows.contains { $0.contains("∅ silence") && $0.contains("ends in 1h00m, by bob: rebalancing") })
    try session.press("j j")
    #expect(session.rows.contains { $0.hasPrefix(" matches       alertname=\"Lag\"") })
    #expect(session.rows.contains { $0.hasPrefix(" keeps quiet   Lag push-server") })
  }

  @Test func `an alert is silenced by its labels, with a comment, after a look at what is met`() throws {
    var session = session()
    try open(&session)
    try session.press("S")
    #expect(
      session.dashboard.prompt?.editor.text
        == #"silence 2h alertname="HighErrorRate" service="msg-server" severity="critical" # "#)
    try session.press("enter")
    #expect(session.dashboard.prompt?.complaint == "# and a comment say why")
    try session.press("\"fix is on its way\" enter")
    #expect(session.footer.hasPrefix(" silence for 2h: 1 alert (HighErrorRate msg-server)? y sends it"))
    try session.press("y")
    let silence = AlertSilence(
      matchers: [
        AlertMatcher(name: "alertname", value: "HighErrorRate"), AlertMatcher(name: "service", value: "msg-server"),
        AlertMatcher(name: "severity", value: "critical"),
      ], startsAt: TestSession.now, endsAt: TestSession.now + .seconds(7_200), createdBy: "ann",
      comment: "fix is on its way")
    #expect(session.effects == [.perform(.silence(silence))])
  }

  @Test func `any other key sends nothing`() throws {
    var session = session()
    try open(&session)
    try session.press(": \"silence 1h service=~\\\".*-server\\\" # all\" enter")
    #expect(session.footer.contains("silence for 1h: 2 alerts (HighErrorRate msg-server, …)?"))
    try session.press("n")
    #expect(session.effects.isEmpty)
    #expect(session.footer.contains("nothing was changed"))
    // The key that answered is not heard as a command.
    #expect(session.dashboard.question == nil)
  }

  @Test(arguments: [
    ("silence soon a=b # x", "how long comes first: 2h, 30m"), ("silence 2h a # x", "=, !=, =~ or !~ was expected"),
    ("silence 2h # x", "a matcher that not everything fits is needed: alertname=\"X\""),
    ("silence 2h a=~\".*\" # x", "a matcher that not everything fits is needed: alertname=\"X\""),
    ("silence 2h a=\"#\"", "# and a comment say why"),
  ])
  func `what cannot be read stays in the prompt, with what is wrong`(line: String, complaint: String) {
    var session = session()
    _ = session.dashboard.runLine(line)
    #expect(session.dashboard.prompt?.complaint == complaint)
    #expect(session.dashboard.prompt?.editor.text == line)
    #expect(session.dashboard.question == nil)
  }

  @Test func `a silence is ended from itself or from an alert that it keeps quiet`() throws {
    for keys in ["j x y", "j j x y"] {
      var session = session()
      try open(&session)
      try session.press(keys)
      guard case .perform(.expire(let silence))? = session.effects.first else {
        Issue.record("nothing was done: \(session.footer)")
        continue
      }
      #expect(silence.id == "abc")
    }
    var session = session()
    try open(&session)
    try session.press("x")
    #expect(session.footer.contains("select a silence, or an alert that is silenced"))
  }

  @Test func `a context that is not writable changes nothing, and says how it would`() throws {
    for keys in ["S", "j x", ": \"silence 2h a=b # x\" enter"] {
      var session = session(isWritable: false)
      try open(&session)
      try session.press(keys)
      #expect(session.footer.contains("context demo is read-only: contexts.demo.writable: true in the settings"))
      #expect(session.dashboard.question == nil && session.dashboard.prompt == nil)
    }
  }
}
