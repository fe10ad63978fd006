import Testing

@testable import ObsData

@Suite struct `A watch on a trace` {
  private let start = Timestamp(seconds: 1_000_000)
  private func at(_ seconds: Int) -> Timestamp { start + .seconds(seconds) }
  /// Spans that began at the start: `id parent` pairs.
  private func trace(_ spans: String) -> Trace {
    sampleTrace(spans.split(separator: ",").map { "\($0) 1000000000000 1000" }.joined(separator: "\n"))
  }
  private func isGrowing(_ step: TraceWatch.Step) -> Bool {
    if case .found(_, _, let isGrowing) = step.answer { isGrowing } else { false }
  }

  @Test func `asks again while spans come, and stops when nothing new came twice`() {
    var watch = TraceWatch(since: start)
    #expect(watch.receive(trace("1 -"), at: at(1)).askAgain == .seconds(1))
    #expect(watch.receive(trace("1 -"), at: at(2)).askAgain == .seconds(2))
    #expect(watch.receive(trace("1 -,2 1"), at: at(4)).askAgain == .seconds(1))
    #expect(watch.receive(trace("1 -,2 1"), at: at(5)).askAgain == .seconds(2))
    let last = watch.receive(trace("1 -,2 1"), at: at(7))
    #expect(last.askAgain == nil && !isGrowing(last))
  }

  @Test func `goes on while a parent is missing, until the trace is too old to grow`() {
    var watch = TraceWatch(since: start)
    for second in [1, 2, 4, 8, 16, 31] {
      let step = watch.receive(trace("1 -,2 9"), at: at(second))
      #expect(step.askAgain != nil && isGrowing(step))
    }
    #expect(watch.receive(trace("1 -,2 9"), at: at(400)).askAgain == nil)
  }

  @Test func `is over at once for an old trace`() {
    var watch = TraceWatch(since: at(4_000))
    #expect(watch.receive(trace("1 -"), at: at(4_001)).askAgain == nil)
  }

  @Test func `ends although the store's clock runs ahead`() {
    var watch = TraceWatch(since: at(-9_000))
    #expect(watch.receive(trace("2 9"), at: at(-9_000)).askAgain != nil)
    #expect(watch.receive(trace("2 9"), at: at(-8_690)).askAgain == nil)
  }

  @Test func `asks for a missing trace for two minutes, less and less often`() {
    var watch = TraceWatch(since: start)
    var now = start
    var pauses: [Int] = []
    while let pause = watch.receive(nil, at: now).askAgain, pauses.count < 100 {
      pauses.append(Int(pause.seconds))
      now = now + pause
    }
    #expect(pauses == [1, 2, 4, 8, 15, 15, 15, 15, 15, 15, 15])
    #expect(watch.receive(nil, at: now).answer == .missing(since: start, attempts: 13, retryAt: nil))
  }

  @Test func `does not ask for a huge trace every second`() {
    var watch = TraceWatch(since: start)
    let spans = (1...20_000).map { "\(String($0, radix: 16)) -" }.joined(separator: ",")
    #expect(watch.receive(trace(spans), at: at(1)).askAgain == .seconds(4))
  }
}
