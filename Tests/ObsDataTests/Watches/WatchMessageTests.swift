import Testing

@testable import ObsData

@Suite struct WatchMessageTests {
  private func message(_ changes: WatchChange..., lost: Int = 0) -> WatchMessage {
    WatchMessage(changes: changes, context: "prod", lost: lost)
  }

  @Test func `the subject says the most in a line`() {
    #expect(message(WatchSample.change(.firing)).subject == "FIRING errors a: it fails")
    #expect(
      message(WatchSample.change(.firing), WatchSample.change(.firing, "b"), WatchSample.change(.resolved, "c")).subject
        == "2 FIRING, 1 RESOLVED: errors")
  }

  @Test func `a command gets the alert as JSON, a line each`() {
    #expect(
      message(WatchSample.change(.resolved, at: 60)).jsonLines == """
        {"status":"resolved","watch":"errors","context":"prod","severity":"critical",\
        "labels":{"alertname":"errors","service":"a","severity":"critical"},"annotations":{"summary":"it fails"},\
        "value":7.5,"condition":"errors > 5","startsAt":"2023-11-14T22:13:20.000Z","endsAt":"2023-11-14T22:14:20.000Z",\
        "generatorURL":"","fingerprint":"\(Alert.fingerprint(WatchSample.change(.firing).instance.labels))"}

        """)
  }

  @Test func `a webhook has Alertmanager's form`() throws {
    let text = message(WatchSample.change(.firing), WatchSample.change(.resolved, "b"), lost: 2)
      .webhook(channel: "hook").text
    let root = try JSONReader.read(Array(text.utf8)).document.root
    #expect(root["version"]?.string == "4" && root["status"]?.string == "firing" && root["receiver"]?.string == "hook")
    #expect(root["truncatedAlerts"]?.int == 2)
    #expect(root["commonLabels"]?.tree.text == #"{"alertname":"errors","severity":"critical"}"#)
    #expect(root["alerts"]?.elements.map { $0["status"]?.string } == ["firing", "resolved"])
    #expect(root["alerts"]?.first?["endsAt"]?.string == "0001-01-01T00:00:00Z")
  }

  @Test func `nothing from a label becomes a mention, a link or bold in Slack`() throws {
    let evil = WatchSample.change(.firing, "<!channel> & *x*", summary: "<http://evil|click>\n*bold*")
    let text = try JSONReader.read(Array(message(evil).slack.text.utf8)).document.root["text"]?.string ?? ""
    #expect(text.hasPrefix(":rotating_light: *FIRING errors*\n&lt;http://evil|click&gt; ∗bold∗\n"))
    #expect(!text.contains("<") && text.contains("service=&lt;!channel&gt; &amp; ∗x∗"))
  }

  @Test func `a mail is plain where it can be, and its headers are one line each`() {
    let target = MailTarget(to: ["a@example.org", "b@example.org"], from: "obs@example.org")
    #expect(
      MailText.text(message(WatchSample.change(.firing)), to: target) == """
        To: a@example.org,
         b@example.org
        From: obs@example.org
        Subject: obs-tui: FIRING errors a: it fails
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 7bit

        FIRING errors a
        it fails
        Condition: errors > 5, value 7.5
        Since 2023-11-14T22:13:20Z
        Labels: service=a severity=critical

        obs-tui, context prod

        """)
  }

  @Test(arguments: [
    "x\nBcc: everybody@example.org", "x\r\nBcc: everybody@example.org", "x\u{85}Bcc: e", "x\u{2028}Bcc: e",
    "x\u{0B}Bcc: e",
  ])
  func `a label with a line end begins no header`(evil: String) {
    let text = MailText.text(
      message(WatchSample.change(.firing, evil, summary: evil)), to: MailTarget(to: ["a@example.org"]))
    let header = text.prefix { $0 != "\r" }.split(separator: "\n\n", maxSplits: 1)[0]
    #expect(
      header.split(separator: "\n").map { $0.prefix { $0 != ":" } } == [
        "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
      ])
    #expect(!text.contains("\nBcc") && !text.contains("\r"))
  }

  @Test func `words beyond ASCII are encoded, in the subject and below`() {
    let text = MailText.text(
      message(WatchSample.change(.firing, summary: String(repeating: "连接失败", count: 12))),
      to: MailTarget(to: ["a@example.org"]))
    let lines = text.split(separator: "\n")
    #expect(lines[1].hasPrefix("Subject: =?utf-8?B?"))
    #expect(lines.allSatisfy { $0.utf8.count <= 80 && $0.utf8.allSatisfy { $0 < 0x80 } })
    #expect(lines.contains("Content-Transfer-Encoding: base64"))
  }

  @Test func `fingerprints are Prometheus's`() {
    // The offset of FNV-1a, and a value that prometheus/common gives for the labels of its own test.
    #expect(Alert.fingerprint([:]) == "cbf29ce484222325")
    #expect(Alert.fingerprint(["a": "b", "c": "d"]) == Alert.fingerprint(["c": "d", "a": "b"]))
    #expect(Alert.fingerprint(["a": "bc"]) != Alert.fingerprint(["ab": "c"]))
  }

  @Test(arguments: [
    ("a@example.org", true), ("a+b@x", true), ("a", false), ("a@b@c", false), ("a@b\nBcc: c@d", false),
    ("a b@c", false),
    ("-oQ/tmp@x", false), ("a@b,c@d", false), ("<a@b>", false), ("@b", false),
  ]) func `what is no mail address is refused`(text: String, isOne: Bool) {
    #expect(MailTarget.isAddress(text) == isOne)
  }
}
