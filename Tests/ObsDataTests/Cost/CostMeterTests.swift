import Synchronization
import Testing

@testable import ObsData

/// Requests counted on their way, with a clock that a test sets.
struct CostMeterTests {
  private final class Clock: Sendable {
    let start = ContinuousClock.now
    private let passed = Mutex(Duration.zero)
    /// Each look at the clock takes it on by this much.
    let step: Duration
    init(step: Duration) { self.step = step }
    var now: ContinuousClock.Instant {
      passed.withLock {
        $0 += step; return start + $0
      }
    }
  }

  @Test func `requests, bytes and time are told for each store`() async throws {
    let clock = Clock(step: .milliseconds(100))
    let meter = CostMeter(start: clock.start)
    let logs = MeteredTransport(
      RecordingTransport(answers: [.json("{}"), .json("12345", status: 500)]), of: .elasticsearch, meter: meter,
      clock: { clock.now })
    let traces = MeteredTransport(RecordingTransport(answers: []), of: .jaeger, meter: meter, clock: { clock.now })
    _ = try await logs.send(HTTPRequest(.get, ["a"]))
    _ = try await logs.send(HTTPRequest(.get, ["b"]))
    await #expect(throws: FetchError.self) { try await traces.send(HTTPRequest(.get, ["c"])) }
    let report = meter.report(at: clock.start + .seconds(10))
    #expect(report.span == .seconds(10))
    var figures = CostReport.Figures()
    (figures.requests, figures.failures, figures.bytes) = (2, 1, 7)
    (figures.waited, figures.slowest) = (.milliseconds(200), .milliseconds(100))
    #expect(report.stores[.elasticsearch] == figures)
    (figures.requests, figures.failures, figures.bytes) = (1, 1, 0)
    figures.waited = .milliseconds(100)
    #expect(report.stores[.jaeger] == figures)
    #expect(report.stores[.prometheus] == nil)
  }

  @Test func `only the last minute counts`() {
    let start = ContinuousClock.now
    let meter = CostMeter(start: start)
    for second in 0..<120 {
      meter.note(
        .prometheus, bytes: 10, waited: .milliseconds(second), isFailure: false, at: start + .seconds(second))
    }
    let report = meter.report(at: start + .seconds(119))
    #expect(report.span == .seconds(60))
    #expect(report.stores[.prometheus]?.requests == 60)
    #expect(report.stores[.prometheus]?.slowest == .milliseconds(119))
    #expect(meter.report(at: start + .seconds(500)).stores.isEmpty)
  }

  @Test func `a request that was taken back is counted, but as no failure`() async {
    struct Gone: HTTPTransport {
      let address = "http://store.test"
      func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
        throw FetchError(.cancelled, tried: "a", answer: "cancelled")
      }
    }
    let meter = CostMeter()
    _ = try? await MeteredTransport(Gone(), of: .jaeger, meter: meter).send(HTTPRequest(.get, ["a"]))
    let figures = meter.report(at: .now).stores[.jaeger]
    #expect((figures?.requests, figures?.failures) == (1, 0))
  }
}
