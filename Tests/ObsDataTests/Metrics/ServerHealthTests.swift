import Testing

@testable import ObsData

/// What Prometheus says of its targets and rules.
struct ServerHealthTests {
  @Test func `targets that are down come first, dropped ones are counted`() async throws {
    let body = #"""
      {"status":"success","data":{"activeTargets":[
      {"labels":{"job":"a","instance":"h1:9100"},"scrapePool":"a","scrapeUrl":"http://h1:9100/metrics","lastError":"",
       "lastScrape":"2026-11-25T09:00:00.5+08:00","lastScrapeDuration":0.0125,"health":"up","scrapeInterval":"15s",
       "scrapeTimeout":"10s"},
      {"labels":{"job":"b","instance":"h2:9100"},"scrapeUrl":"http://h2:9100/metrics","lastError":"connection refused",
       "lastScrape":"0001-01-01T00:00:00Z","lastScrapeDuration":0,"health":"down"},
      {"labels":{},"health":"odd"}],
      "droppedTargets":[],"droppedTargetCounts":{"a":3,"b":4}}}
      """#
    let transport = RecordingTransport(answers: [.json(body)])
    let report = try await PrometheusClient(transport: transport).targets()
    #expect(transport.requests == ["GET /api/v1/targets?state=active"])
    #expect(report.targets.map(\.health) == [.down, .unknown, .up])
    #expect(report.dropped == 7)
    let (down, up) = (report.targets[0], report.targets[2])
    #expect(down.error == "connection refused" && down.lastScrape == nil)
    #expect(up.duration == .microseconds(12_500) && up.interval == "15s")
    #expect(up.lastScrape == Timestamp(iso8601: "2026-11-25T01:00:00.5Z"))
  }

  @Test func `more targets than can be listed are said`() async throws {
    let body = #"{"status":"success","data":{"activeTargets":[{"health":"up"},{"health":"up"}]}}"#
    let report = try await PrometheusClient(transport: RecordingTransport(answers: [.json(body)])).targets(limit: 1)
    #expect(report.targets.count == 1)
    #expect(report.warnings == ["2 targets came, 1 are kept"])
    #expect(report.dropped == nil)
  }

  @Test func `rules of both kinds have their health, the failing ones first`() async throws {
    let body = #"""
      {"status":"success","data":{"groups":[{"name":"g","file":"r.yml","interval":15,"rules":[
      {"name":"job:x:rate5m","query":"sum by (job) (rate(x[5m]))","health":"ok","evaluationTime":0.0004,
       "lastEvaluation":"2026-11-25T09:00:00Z","type":"recording"},
      {"state":"inactive","name":"Broken","query":"x / y","health":"err","lastError":"many-to-many matching not allowed",
       "lastEvaluation":"2026-11-25T09:00:00Z","type":"alerting"},
      {"name":"New","query":"x","health":"unknown","lastEvaluation":"0001-01-01T00:00:00Z","type":"alerting"},
      {"odd":1}]}]}}
      """#
    let report = try await PrometheusClient(transport: RecordingTransport(answers: [.json(body)])).rules()
    #expect(report.rules.map(\.name) == ["Broken", "job:x:rate5m", "New"])
    #expect(report.rules[0].error == "many-to-many matching not allowed")
    let recorded = report.rules[1]
    #expect(recorded.kind == .recording && recorded.evaluationTime == .microseconds(400))
    let last = try #require(recorded.lastEvaluation)
    #expect(!recorded.isLate(now: last + .seconds(45)))
    #expect(recorded.isLate(now: last + .seconds(60)))
    #expect(report.rules[2].lastEvaluation == nil && report.rules[2].health == .unknown)
  }
}
