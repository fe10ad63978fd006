import Testing

@testable import ObsData

@Suite struct WatchOutboxTests {
  private var outbox = WatchOutbox([
    ChannelLabel(name: "hook", kind: .webhook, pause: .seconds(10)),
    ChannelLabel(name: "bell", kind: .bell, pause: .seconds(10)),
  ])

  private mutating func due(_ second: Int) -> [WatchDelivery] { outbox.deliveries(now: WatchSample.at(second)) }

  @Test func `each channel gets what is meant for it, and what comes soon after waits and comes together`() {
    var test = self
    test.outbox.add(WatchSample.change(.firing, "a"), to: ["hook"])
    test.outbox.add(WatchSample.change(.pending, "p"), to: ["hook"])
    let first = test.due(0)
    #expect(first.map { "\($0.channel): \($0.changes.map(\.text))" } == ["hook: [\"firing a\"]"])
    // Nothing else goes out while one is under way, or in the pause behind it.
    test.outbox.add(WatchSample.change(.firing, "b"), to: ["hook", "bell"])
    #expect(test.due(1).map(\.channel) == ["bell"])
    test.outbox.finished(first[0], .sent, now: WatchSample.at(2))
    test.outbox.add(WatchSample.change(.resolved, "a", at: 3), to: ["hook"])
    #expect(test.due(11) == [])
    #expect(test.due(12).map { $0.changes.map(\.text) } == [["firing b", "resolved a"]])
  }

  @Test func `after a failure it is tried later and later, and the order stays`() throws {
    var test = self
    test.outbox.add(WatchSample.change(.firing, "a"), to: ["hook"])
    var second = 0
    var waits: [Int] = []
    for _ in 0..<8 {
      let delivery = try #require(test.due(second).first)
      test.outbox.finished(delivery, .failed("refused"), now: WatchSample.at(second))
      #expect(test.outbox.failing.map(\.trouble) == ["refused"])
      let begin = second
      while !test.outbox.lanes[0].isDue(WatchSample.at(second)) { second += 1 }
      waits.append(second - begin)
    }
    #expect(waits == [10, 20, 40, 80, 160, 320, 600, 600])
    test.outbox.add(WatchSample.change(.firing, "b"), to: ["hook"])
    let delivery = try #require(test.due(second).first)
    #expect(delivery.changes.map(\.text) == ["firing a", "firing b"])
    test.outbox.finished(delivery, .sent, now: WatchSample.at(second))
    #expect(test.outbox.failing.isEmpty && test.outbox.isEmpty)
  }

  @Test func `who was not told that it fires is told once, when it is over`() throws {
    var test = self
    test.outbox.add(WatchSample.change(.firing, "a"), to: ["hook"])
    let delivery = try #require(test.due(0).first)
    test.outbox.add(WatchSample.change(.resolved, "a", at: 5), to: ["hook"])
    test.outbox.finished(delivery, .failed("down", retryAfter: .seconds(90)), now: WatchSample.at(6))
    #expect(test.due(95) == [])
    #expect(test.due(96).map { $0.changes.map(\.text) } == [["resolved a"]])
  }

  @Test func `a channel that is down for days keeps the newest, and tells how many were lost`() throws {
    var test = self
    for number in 0..<WatchOutbox.capacity + 3 {
      test.outbox.add(WatchSample.change(.firing, "\(number)"), to: ["hook"])
    }
    let delivery = try #require(test.due(0).first)
    #expect(delivery.lost == 3 && delivery.changes.count == WatchOutbox.batch)
    #expect(delivery.changes.first?.text == "firing 3")
    test.outbox.finished(delivery, .sent, now: WatchSample.at(0))
    #expect(test.due(10).first?.lost == 0)
  }

  @Test func `an answer for a message that nobody waits for changes nothing`() throws {
    var test = self
    test.outbox.add(WatchSample.change(.firing, "a"), to: ["hook"])
    let delivery = try #require(test.due(0).first)
    test.outbox.finished(delivery, .sent, now: WatchSample.at(1))
    let before = test.outbox
    test.outbox.finished(delivery, .failed("late"), now: WatchSample.at(2))
    #expect(test.outbox == before)
  }
}
