import Testing

@testable import ObsData

/// A stream that follows, on a store that keeps documents by a script.
struct LogFollowingTests {
  private let start: Int64 = 1_795_334_400_000

  private func document(_ number: Int, at second: Int64, visible: Int64? = nil) -> ScriptedStore.Document {
    ScriptedStore.Document(
      number: number, at: start + second * 1_000 + Int64(number % 900), visible: start + (visible ?? second) * 1_000)
  }

  /// Polls from `from` to `to`, a second apart; the names in the order in which they came.
  private func follow(
    _ store: ScriptedStore, window: Duration = .seconds(900), limit: Int? = nil, from: Int64 = 600, to: Int64,
    change: (inout ElasticsearchClient.Options) -> Void = { _ in }
  ) async throws -> (names: [String], stream: LogFollowing) {
    var options = ElasticsearchClient.Options()
    change(&options)
    var stream = LogFollowing(
      ElasticsearchClient(transport: store, options: options), LogQuery(window: .live(window)), limit: limit)
    var names: [String] = []
    for second in from...to {
      store.now = start + second * 1_000
      let now = Timestamp(milliseconds: store.now)
      repeat {
        guard let batch = try? await stream.next(now: now) else { break }
        names += batch.entries.map(\.id.document)
      } while !stream.isLevel
    }
    return (names, stream)
  }

  @Test func `lines that arrive later than the overlap are found by counting and given out once`() async throws {
    let early = (0..<600).map { document($0, at: Int64($0)) }
    let late = [document(600, at: 40, visible: 620), document(601, at: 40, visible: 640)]
    let store = ScriptedStore(early + late)
    let (names, stream) = try await follow(store, to: 680)
    #expect(names.prefix(600) == (0..<600).map { "d\($0)" }.prefix(600))
    #expect(Array(names.dropFirst(600)) == ["d600", "d601"])
    #expect(stream.gaps == [] && stream.countFailure == nil)
  }

  @Test func `in a window of a day the second is found in a few questions`() async throws {
    let early = (0..<600).map { document($0, at: Int64($0) * 60) }
    let store = ScriptedStore(early + [document(600, at: 7_205, visible: 36_030)])
    let (names, stream) = try await follow(store, window: .seconds(86_400), from: 36_000, to: 36_050)
    #expect(names.count == 601 && names.last == "d600")
    #expect(stream.gaps == [])
    // Half hours, half minutes, seconds, identities, a document.
    let quiet = ScriptedStore(early)
    _ = try await follow(quiet, window: .seconds(86_400), from: 36_000, to: 36_050)
    #expect(store.requests - quiet.requests <= 5)
  }

  @Test func `what a burst skipped is found again, and is no gap at the end`() async throws {
    let burst = (600..<1_400).map { document($0, at: 610 + Int64($0) / 200, visible: 616) }
    let store = ScriptedStore((0..<600).map { document($0, at: Int64($0)) } + burst)
    let (names, stream) = try await follow(store, to: 700) {
      $0.tail.page = 50
      $0.tail.pages = 3
      $0.tail.overlap = .seconds(2)
    }
    #expect(names.count == 1_400)
    #expect(Set(names).count == names.count)
    #expect(stream.countFailure == nil)
    #expect(stream.gaps == [])
  }

  @Test func `with a limit, older lines are not missing`() async throws {
    let store = ScriptedStore((0..<600).map { document($0, at: Int64($0)) })
    let (names, stream) = try await follow(store, limit: 10, to: 640)
    #expect(names == (590..<600).map { "d\($0)" })
    #expect(stream.gaps == [])
  }

  @Test func `of lines whose fellows are forgotten it is said that they are missing`() async throws {
    let early = (0..<600).map { document($0, at: Int64($0)) }
    let store = ScriptedStore(early + [document(600, at: 40, visible: 620)])
    let (names, stream) = try await follow(store, to: 660) { $0.tail.remembered = 100 }
    #expect(names.count == 600)
    let second = Timestamp(milliseconds: start + 40_000)
    #expect(
      stream.gaps == [LogGap(range: TimeRange(start: second, end: second + .seconds(1)), count: 1, reason: .late)])
  }

  @Test func `a store that cannot count is followed all the same, and that is said`() async throws {
    // From then on every other request fails at some place: the tail's own first.
    let early = (0..<600).map { document($0, at: Int64($0)) }
    let store = ScriptedStore(early + [document(600, at: 610)]) { now, _ in
      now > 1_795_334_400_000 + 605_000 && now < 1_795_334_400_000 + 608_000 ? .shardFails(1) : .well
    }
    let (names, stream) = try await follow(store, to: 606)
    #expect(names.count == 600)
    #expect(stream.gaps.contains { $0.reason == .incomplete("1 of 2 shards failed") })
    let whole = try await follow(store, to: 680)
    #expect(whole.names.count == 601 && whole.stream.gaps == [])
  }
}
