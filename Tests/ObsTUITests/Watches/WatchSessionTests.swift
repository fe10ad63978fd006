import Foundation
import ObsData
import Testing

@testable import ObsTUI

struct WatchSessionTests {
  private let watch = Watch(
    name: "errors", condition: .metrics("errors > 5"), holdsFor: .seconds(10), labels: ["severity": "critical"],
    annotations: ["summary": "it\nfails"], channels: ["hook"])

  private func session(isJSON: Bool = false) -> WatchSession {
    WatchSession(
      board: WatchBoard(
        watches: [watch], channels: [ChannelLabel(name: "hook", kind: .webhook, pause: .seconds(10))]),
      printer: WatchPrinter(context: "prod", time: .utc, isJSON: isJSON), now: Sample.start)
  }

  private func look(_ second: Int, _ services: String...) -> WatchSession.Event {
    let reading = WatchReading(samples: services.map { .init(labels: ["service": $0], value: 7) })
    return .looked(
      Update(subscription: .watch(watch), at: Sample.start + .seconds(second), body: .watch(reading)))
  }

  private func failed(_ second: Int) -> WatchSession.Event {
    let error = FetchError(.unreachable, tried: "x", answer: "refused", advice: "start it")
    return .looked(
      Update(
        subscription: .watch(watch), at: Sample.start + .seconds(second),
        body: .failed(FetchFailure(error: error, attempts: 1, retryAt: Sample.start))))
  }

  @Test func `each change is a line, and control characters are none of it`() {
    var session = session()
    let lines = [look(0, "a\u{1B}[31m"), look(10, "a\u{1B}[31m"), look(20)].flatMap { session.fold($0).lines }
    let day = Formatting.time(Sample.start, as: .utc, now: Sample.start, withDate: true, fractionDigits: 0)
    #expect(lines.first == "\(day) pending critical errors service=a [31m value=7 (it fails)\n")
    #expect(lines.count == 3 && lines[1].contains(" firing critical errors ") && lines[2].contains(" resolved "))
  }

  @Test func `as JSON each line is the alert with time and state in front`() throws {
    var session = session(isJSON: true)
    let line = try #require(session.fold(look(0, "a")).lines.first)
    #expect(
      line.hasPrefix("{\"time\":\"")
        && line.contains(",\"state\":\"pending\",\"status\":\"firing\",\"watch\":\"errors\""))
  }

  @Test func `a failure is said when it begins and when it is over, and what fires stays`() {
    var session = session()
    _ = session.fold(look(0, "a"))
    _ = session.fold(look(10, "a"))
    #expect(
      session.fold(failed(20)).complaints == ["watch errors: Prometheus: refused; start it; it is asked again"])
    #expect(session.fold(failed(30)).complaints == [])
    #expect(session.hasTrouble)
    let back = session.fold(look(40, "a"))
    #expect(back.complaints == ["watch errors: Prometheus answers again"] && back.lines == [])
    #expect(!session.hasTrouble)
  }

  @Test func `a message is sent once, and again by the ticks where it failed`() throws {
    var session = session()
    _ = session.fold(look(0, "a"))
    let delivery = try #require(session.fold(look(10, "a")).deliveries.first)
    let failed = session.fold(.delivered(delivery, .failed("404")))
    #expect(failed.complaints == ["channel hook: 404; it is tried again"] && failed.deliveries == [])
    #expect(session.fold(.tick(Sample.start + .seconds(15))).deliveries == [])
    let again = try #require(session.fold(.tick(Sample.start + .seconds(20))).deliveries.first)
    #expect(session.fold(.delivered(again, .sent)).complaints == ["channel hook: messages are sent again"])
    #expect(session.fold(look(40, "a")).deliveries == [])
  }

  @Test func `of two at one state folder one sends, and what it has found is there for the next`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "obs-tui-watch-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = StateFolder(environment: ["XDG_STATE_HOME": path])
    var first: WatchFile? = WatchFile(context: "a/b", folder: folder)
    let second = WatchFile(context: "a/b", folder: folder)
    #expect(first?.takeLock() == true && first?.takeLock() == true)
    #expect(!second.takeLock())
    #expect(WatchFile(context: "other", folder: folder).takeLock())
    var session = session()
    _ = session.fold(look(0, "a"))
    let memory = WatchMemory(session.board)
    second.write(memory)
    #expect(second.read() == nil)
    first?.write(memory)
    #expect(second.read() == memory)
    first = nil
    #expect(second.takeLock())
  }
}
