import Testing

@testable import ObsData

@Suite struct `Poll schedule` {
  @Test func `waits its interval while the store answers`() {
    var schedule = PollSchedule(interval: .seconds(2), seed: 1)
    #expect(schedule.succeeded() == .seconds(2))
    #expect(schedule.succeeded() == .seconds(2))
  }

  @Test func `doubles the wait with each failure, up to the longest, less at most a fifth`() {
    var schedule = PollSchedule(interval: .seconds(2), maximum: .seconds(30), seed: 7)
    for expected in [2.0, 4, 8, 16, 30, 30, 30] {
      let wait = schedule.failed().seconds
      #expect(wait <= expected)
      #expect(wait > expected * 0.8)
    }
    #expect(schedule.failures == 7)
    #expect(schedule.succeeded() == .seconds(2))
    #expect(schedule.failures == 0)
  }

  @Test func `honours what the store asks for, within reason`() {
    var schedule = PollSchedule(interval: .seconds(2), seed: 3)
    #expect(schedule.failed(retryAfter: .seconds(45)) == .seconds(45))
    #expect(schedule.failed(retryAfter: .seconds(86_400)) == .seconds(600))
    #expect(schedule.failed(retryAfter: .seconds(-5)).seconds > 0)
  }

  @Test func `two dashboards with different seeds do not knock at once`() {
    var first = PollSchedule(interval: .seconds(10), seed: 1)
    var second = PollSchedule(interval: .seconds(10), seed: 2)
    #expect(first.failed() != second.failed())
  }

  @Test func `survives thousands of failures without overflow`() {
    var schedule = PollSchedule(interval: .seconds(5), seed: 9)
    for _ in 0..<5_000 { _ = schedule.failed() }
    #expect(schedule.failed() <= .seconds(60))
  }
}
