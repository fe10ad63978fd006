import Testing

@testable import ObsData

/// Against a real server, as `ElasticsearchRealTests`.
@Suite(.serialized, .enabled(if: RealElasticsearch.address != nil))
struct LogAggregationRealTests {
  private let start = 1_795_337_000.0
  private var window: TimeWindow { .frozen(TimeRange(start: time(start), end: time(start + 600))) }
  private var now: Timestamp { time(start + 700) }

  @Test func `the volume counts every line once, by time and level, with what the lines' query leaves`() async throws {
    let store = try await RealElasticsearch(mapping: RealElasticsearch.rustim, indices: 2)
    let levels = ["ERROR", "WARN", "INFO", "FATAL", "DEBUG", "odd"]
    try await store.index(
      (0..<600).map { number in
        #"{"@timestamp":"\#(time(start + Double(number)).iso8601)","level":"\#(levels[number % 6])","service_name":"s\#(number % 2)","message":"m"}"#
      })
    let all = try await store.client.histogram(
      LogHistogramQuery(logs: LogQuery(window: window), step: .seconds(60)), now: now)
    #expect(all.partial == nil)
    #expect(all.total == LogCounts(critical: 100, error: 100, warning: 100, information: 100, other: 200))
    // The window begins 20 seconds into a minute: its first bucket holds 40 seconds, the last 20.
    #expect(all.buckets.map(\.total) == [40] + Array(repeating: 60, count: 9) + [20])
    let errors = try await store.client.histogram(
      LogHistogramQuery(
        logs: LogQuery(minimumLevel: .error, services: ["s0"], window: window), step: .seconds(300)), now: now)
    #expect(errors.total == LogCounts(error: 100))
    let lines = try await store.client.logs(
      LogQuery(minimumLevel: .error, services: ["s0"], window: window), now: now)
    #expect(lines.matched == errors.total.total)
    try await store.remove()
  }

  @Test func `a number of milliseconds as time is counted too`() async throws {
    let store = try await RealElasticsearch(
      mapping: #"{"properties":{"ts":{"type":"long"},"level":{"type":"keyword"}}}"#)
    try await store.index((0..<10).map { #"{"ts":\#(time(start + Double($0) * 60).milliseconds),"level":"error"}"# })
    let histogram = try await store.client.histogram(
      LogHistogramQuery(logs: LogQuery(window: window), step: .seconds(60)), now: now)
    #expect(histogram.buckets.map(\.error) == Array(repeating: 1, count: 10) + [0])
    try await store.remove()
  }

  @Test func `a field's values are counted exactly, and filters leave what they say`() async throws {
    let store = try await RealElasticsearch(mapping: "{}")
    try await store.index(
      (0..<200).map { number in
        let user = number < 120 ? "alice a" : number < 180 ? "bob" : "user \(number)"
        let took = number % 2 == 0 ? #","took":\#(number)"# : ""
        return
          #"{"@timestamp":"\#(time(start + Double(number)).iso8601)","level":"info","user":"\#(user)","ok":\#(number < 50)\#(took)}"#
      })
    let logs = LogQuery(window: window)
    func statistics(_ field: String, _ logs: LogQuery) async throws -> FieldStatistics {
      try await store.client.statistics(FieldStatisticsQuery(logs: logs, field: field), now: now)
    }
    let users = try await statistics("user", logs)
    #expect(users.counted == "user.keyword")
    #expect(users.total == 200 && users.present == 200)
    #expect(users.values.prefix(2) == [.init("alice a", 120), .init("bob", 60)])
    #expect(users.values.count == 22 && users.other == 0 && users.errorBound == 0)
    let took = try await statistics("took", logs)
    #expect(took.present == 100 && took.other == 50)
    #expect(took.numbers?.minimum == 0 && took.numbers?.maximum == 198 && took.numbers?.average == 99)
    #expect(took.numbers?.percentiles.count == 4)
    #expect(try await statistics("ok", logs).values == [.init("false", 150), .init("true", 50)])
    #expect(try await statistics("absent", logs).refusal?.hasPrefix("the mapping has no field absent") == true)

    let filters = [
      LogFilter(field: "user", test: .value("alice a")), LogFilter(field: "took", test: .value("10")),
      LogFilter(field: "ok", test: .value("true"), isExcluding: true), LogFilter(field: "took", test: .exists),
    ]
    let counts = try await store.client.counts(LogFilterCountsQuery(logs: logs, filters: filters), now: now)
    #expect(counts == LogFilterCounts(total: 200, matching: [120, 1, 50, 100]))
    for (filter, count) in zip(filters, [120, 1, 150, 100]) {
      #expect(try await store.client.logs(LogQuery(filters: [filter], window: window), now: now).matched == count)
      // As a typed query it means the same.
      #expect(
        try await store.client.logs(LogQuery(filter: filter.queryText, window: window), now: now).matched == count)
    }
    var narrowed = logs
    narrowed.filters = [filters[0], filters[2]]
    #expect(try await statistics("user", narrowed).total == 70)
    try await store.remove()
  }

  @Test func `the lines around one are its source's, nearest first`() async throws {
    let store = try await RealElasticsearch(mapping: "{}")
    try await store.index(
      (0..<300).map { number in
        #"{"@timestamp":"\#(time(start + Double(number)).iso8601)","level":"debug","service":{"name":"s"},"host":{"name":"h\#(number % 3)"},"message":"\#(number)"}"#
      })
    let request = LogContextRequest(
      time: time(start + 150), services: ["s"], source: [LogFilter(field: "host.name", test: .value("h0"))], count: 4)
    let batch = try await store.client.lines(request, now: now)
    #expect(batch.entries.map(\.message) == ["141", "144", "147", "150", "153", "156", "159"])
    try await store.remove()
  }
}
