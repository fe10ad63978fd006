import ObsData
import Testing

@testable import ObsTUI

struct AlertsStripTests {
  private func alert(
    _ name: String, _ severity: String? = nil, service: String? = "msg-server", age: Int = 240,
    state: Alert.State = .active
  ) -> Alert {
    var labels = ["alertname": name]
    labels["severity"] = severity
    labels["service"] = service
    return Alert(
      id: name, labels: labels, annotations: [:], startsAt: Sample.start + .seconds(60 - age), state: state)
  }

  private func strip(_ body: Update.Body...) -> AlertStrip {
    var strip = AlertStrip()
    for body in body {
      strip.receive(Update(subscription: .alerts, at: Sample.start + .seconds(50), body: body))
    }
    return strip
  }

  private func text(_ strip: AlertStrip, width: Int = 80) -> String {
    strip.view(width: width, in: Sample.context()).text
  }

  private var some: [Alert] {
    [
      alert("QueueLag", "warning", service: nil, age: 12), alert("HighErrorRate", "critical"),
      alert("Watchdog", "none", service: nil, age: 86_400), alert("Quiet", "critical", state: .suppressed),
    ]
  }

  @Test func `the worst alert comes first, silenced ones are only counted`() {
    #expect(
      text(strip(.alerts(some)))
        == "3 firing (1 silenced): HighErrorRate msg-server 4m00s · QueueLag 12s · +1")
    #expect(
      text(strip(.alerts(some)), width: 100)
        == "3 firing (1 silenced): HighErrorRate msg-server 4m00s · QueueLag 12s · Watchdog 1d00h")
  }

  @Test func `a narrow strip counts what it leaves out`() {
    #expect(text(strip(.alerts(some)), width: 60) == "3 firing (1 silenced): HighErrorRate msg-server 4m00s · +2")
    #expect(text(strip(.alerts(some)), width: 30) == "3 firing (1 silenced): HighEr…")
    #expect(text(strip(.alerts(some)), width: 0) == "")
  }

  @Test func `severity is colour and order`() {
    let canvas = strip(.alerts(some)).view(width: 80, in: Sample.context())
    #expect(canvas[0, 0].style.role == .serviceError)
    #expect(canvas[60, 0].style.role == .serviceWarning)
  }

  @Test func `no alerts, no answer and a failure read differently`() {
    #expect(text(strip()) == "alerts: waiting for Alertmanager")
    #expect(text(strip(.alerts([]))) == "no alerts")
    #expect(
      text(strip(.failed(Sample.failure()))).hasPrefix("Alertmanager: connection refused · next try in 8s · start it"))
    #expect(
      text(strip(.alerts([alert("A")]), .failed(Sample.failure())))
        == "Alertmanager: connection refused, 10s old · 1 firing: A msg-server 4m00s")
  }
}
