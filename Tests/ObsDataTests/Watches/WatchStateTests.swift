import Testing

@testable import ObsData

@Suite struct WatchStateTests {
  /// Plays looks, each `(second, services, partial)`, and writes what changes: `10 firing a`.
  private func play(
    _ watch: Watch, _ looks: [(Int, String, String?)]
  ) -> [String] {
    var state = WatchState()
    return looks.flatMap { second, services, partial in
      state.fold(WatchSample.reading(services, partial: partial), of: watch, at: WatchSample.at(second))
        .map { "\(second) \($0.text)" }
    }
  }

  @Test(
    arguments: [
      ("at once without for", 0, [(0, "a", nil), (10, "a", nil), (20, "", nil)], ["0 firing a", "20 resolved a"]),
      (
        "pending until it has held for long enough", 30,
        [(0, "a", nil), (10, "a", nil), (20, "a", nil), (30, "a", nil), (40, "a", nil), (50, "", nil)],
        ["0 pending a", "30 firing a", "50 resolved a"]
      ),
      (
        "one that goes away before is dropped, and begins anew", 30,
        [(0, "a", nil), (20, "", nil), (30, "a", nil), (50, "a", nil), (60, "a", nil)],
        ["0 pending a", "20 dropped a", "30 pending a", "60 firing a"]
      ),
      (
        "each series by itself", 0, [(0, "b a", nil), (10, "b", nil), (20, "a b", nil)],
        ["0 firing a", "0 firing b", "10 resolved a", "20 firing a"]
      ),
      (
        "an incomplete answer ends nothing", 0, [(0, "a", nil), (10, "", "shards failed"), (20, "a", nil)],
        ["0 firing a"]
      ),
      (
        "what nobody looked at for long has not been seen to hold", 30,
        [(0, "a", nil), (10, "a", nil), (400, "a", nil), (430, "a", nil)], ["0 pending a", "430 firing a"]
      ),
      (
        "a clock set back begins anew", 30, [(100, "a", nil), (0, "a", nil), (30, "a", nil)],
        ["100 pending a", "30 firing a"]
      ),
      ("the same labels twice are one", 0, [(0, "a a", nil)], ["0 firing a"]),
    ] as [(String, Int, [(Int, String, String?)], [String])])
  func `an alert goes from pending to firing to its end`(
    name: String, holdsFor: Int, looks: [(Int, String, String?)], expected: [String]
  ) {
    #expect(play(WatchSample.watch(holdsFor: .seconds(holdsFor)), looks) == expected, "\(name)")
  }

  @Test(arguments: [
    (1.1555555555555554, "1.156"), (0.42222222222222217, "0.4222"), (404, "404"), (123_456.789, "123457"),
    (-2.5, "-2.5"),
    (0, "0"), (1e-12, "1e-12"), (.infinity, "inf"),
  ]) func `a value in a sentence has four digits`(value: Double, text: String) {
    #expect(Watch.figure(value) == text)
  }

  @Test func `labels and value are filled into the annotations`() throws {
    var state = WatchState()
    let change = try #require(
      state.fold(WatchSample.reading("a"), of: WatchSample.watch(), at: WatchSample.start).first)
    #expect(change.instance.labels == ["alertname": "errors", "service": "a", "severity": "critical"])
    #expect(change.instance.annotations == ["summary": "a has 7"])
    #expect(Watch.filled("{{x}} {{ $labels.none }}{{$value", labels: [:], value: 1.5) == "{{x}} {{$value")
  }

  @Test func `more alerts than anybody meant are left out, and that is said`() {
    var state = WatchState()
    let many = (0..<WatchState.capacity + 5).map { String($0) }.joined(separator: " ")
    #expect(
      state.fold(WatchSample.reading(many), of: WatchSample.watch(), at: WatchSample.start).count
        == WatchState.capacity)
    #expect(state.remark == "it holds for 5 more, which are left out")
    #expect(state.instances.count == WatchState.capacity)
  }

  @Test func `a restart goes on where it was: nobody is told twice, and the end is told`() throws {
    let watch = WatchSample.watch(holdsFor: .seconds(30), channels: ["bell"])
    let labels = [ChannelLabel(name: "bell", kind: .bell, pause: .seconds(10))]
    var board = WatchBoard(watches: [watch], channels: labels)
    func look(_ services: String, _ second: Int) -> [String] {
      board.receive(
        Update(
          subscription: .watch(watch), at: WatchSample.at(second), body: .watch(WatchSample.reading(services)))
      ).map(\.text)
    }
    #expect(look("a b", 0) == ["pending a", "pending b"])
    #expect(look("a", 30) == ["firing a", "dropped b"])
    let first = try #require(board.deliveries(now: WatchSample.at(30)).first)
    board.finished(first, .sent, now: WatchSample.at(30))
    _ = look("a c", 40)
    let memory = try #require(WatchMemory(WatchMemory(board).text))
    #expect(memory == WatchMemory(board))
    board = WatchBoard(watches: [watch], channels: labels, memory: memory)
    #expect(board.alerts.map(\.state) == [.active, .pending])
    #expect(look("a c", 50) == [])
    #expect(board.deliveries(now: WatchSample.at(50)) == [])
    #expect(look("c", 70) == ["firing c", "resolved a"])
    #expect(board.deliveries(now: WatchSample.at(70)).map { $0.changes.map(\.text) } == [["firing c", "resolved a"]])
  }

  @Test(arguments: ["", "{", "[]", "{\"version\":2}", "{\"version\":1,\"watches\":3}", "\u{0}"])
  func `a memory that cannot be read is none`(text: String) {
    #expect(WatchMemory(text)?.instances.isEmpty ?? true)
  }

  @Test func `what was not sent is remembered, numbers without end as well`() throws {
    var board = WatchBoard(
      watches: [WatchSample.watch(channels: ["hook"])],
      channels: [ChannelLabel(name: "hook", kind: .webhook, pause: .seconds(10))])
    let reading = WatchReading(samples: [.init(labels: ["service": "a"], value: .infinity)])
    _ = board.receive(
      Update(subscription: .watch(board.watches[0]), at: WatchSample.start, body: .watch(reading)))
    #expect(board.deliveries(now: WatchSample.start).count == 1)
    let memory: WatchMemory = try #require(WatchMemory(WatchMemory(board).text))
    let again = WatchBoard(
      watches: board.watches, channels: board.outbox.lanes.map(\.label),
      memory: memory)
    #expect(again.outbox.lanes[0].waiting.map(\.text) == ["firing a"])
    #expect(again.alerts.first?.value == .infinity)
  }

  @Test func `a failure changes nothing that is known, and is over with the next answer`() {
    let watch = WatchSample.watch()
    var board = WatchBoard(watches: [watch])
    func send(_ body: Update.Body) -> Int {
      board.receive(Update(subscription: .watch(watch), at: WatchSample.start, body: body)).count
    }
    #expect(send(.watch(WatchSample.reading("a"))) == 1)
    let error = FetchError(.timeout, tried: "x", answer: "y")
    #expect(send(.failed(FetchFailure(error: error, attempts: 1, retryAt: nil))) == 0)
    #expect(board.alerts.count == 1 && board.failures.count == 1)
    #expect(send(.watch(WatchSample.reading("a"))) == 0)
    #expect(board.failures.isEmpty)
  }
}
