import Foundation
import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A file of traces` {
  private func zipkin(_ trace: String, _ name: String, at time: Int, tags: String = "") -> String {
    #"{"traceId":"\#(trace)","id":"1","name":"\#(name)","timestamp":\#(time),"duration":1500,"localEndpoint":{"serviceName":"web"},"tags":{\#(tags)}}"#
  }

  /// A session in which the file has been asked for and read.
  private func session(_ text: String, reading: Bool = true, _ body: (inout TestSession) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "traces-\(UUID().uuidString).json")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    var session = TestSession()
    try session.press(":")
    for character in "open-trace \(url.path)" { session.send(.key(.character(character))) }
    try session.press("enter")
    if reading { session.readTraceFiles() }
    try body(&session)
  }

  @Test func `with one trace opens its waterfall, and no store is asked for it`() throws {
    try session("[\(zipkin("0a", "get /", at: 1_795_337_500_000_000))]") { session in
      #expect(session.screen.contains("Trace 000000000000000a · traces-"))
      #expect(session.screen.contains("web: get /"))
      #expect(!session.dashboard.subscriptions.contains { if case .trace = $0 { true } else { false } })
      try session.press("escape")
      #expect(session.dashboard.pushed.isEmpty)
    }
  }

  @Test func `with several traces lists them, the newest first, and comes back to the list`() throws {
    let old = zipkin("0a", "get /old", at: 1_795_337_400_000_000)
    let new = zipkin("0b", "get /new", at: 1_795_337_500_000_000, tags: #""error":"x""#)
    try session("[\(old),\(new)]") { session in
      guard case .traceFile(let pane) = session.dashboard.pushed.last else {
        Issue.record("no list is shown")
        return
      }
      #expect(
        pane.view(Size(width: 76, height: 3), in: tracesContext()).text == """
          start                   duration  spans errors root
          2026-11-22 08:51:40.000   1.50ms      1      1 web: get /new
          2026-11-22 08:50:00.000   1.50ms      1        web: get /old
          """)
      try session.press("j enter")
      #expect(session.screen.contains("web: get /old"))
      #expect(!session.screen.contains("get /new"))
      try session.press("escape")
      #expect(session.screen.contains("get /new"))
    }
  }

  @Test func `says how far it has come, and stops at Esc`() throws {
    try session("[]", reading: false) { session in
      guard case .readTraceFile(let work) = session.effects.last else {
        Issue.record("nothing is read")
        return
      }
      session.send(.traceFile(.progress(0.425), work))
      #expect(session.screen.contains("42 %"))
      try session.press("escape")
      #expect(session.effects.last == .cancelTraceFile(work))
      #expect(session.dashboard.pushed.isEmpty)
      session.send(.traceFile(.progress(0.5), work))
      #expect(session.dashboard.pushed.isEmpty)
    }
  }

  @Test func `that is none says what is wrong in place of a waterfall`() throws {
    try session(#"{"data":[{"spans":[{"spanID":"1""#) { session in
      #expect(session.screen.contains("it ends too early"))
      #expect(session.screen.contains("(byte 32)"))
    }
  }

  @Test func `is not read on for a pane that is gone`() async {
    let worker = TraceFileWorker()
    let work = TraceFileWork(path: "/dev/zero", number: 1)
    let news = await withCheckedContinuation { (done: CheckedContinuation<TraceFileWork.News, Never>) in
      worker.perform(work) { news in
        if case .progress = news { return }
        done.resume(returning: news)
      }
    }
    guard case .failed(let error) = news else {
      Issue.record("something was read")
      return
    }
    #expect(error.kind == .settings)
  }
}
