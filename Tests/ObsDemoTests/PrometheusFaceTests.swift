import Foundation
import ObsData
import Testing

@testable import ObsDemo

/// The demo's Prometheus as its clients meet it.
struct PrometheusFaceTests {
  private let now: Int64 = 1_700_000_000_000

  private var face: PrometheusFace {
    var source = PrometheusTestSource()
    source.metrics = [
      WorldMetric(name: "app_request_total", type: .counter, help: "Requests.\nAll.", unit: ""),
      WorldMetric(name: "app_request_duration_seconds", type: .histogram, help: "Durations.", unit: "seconds"),
    ]
    for service in ["api", "msg"] {
      source.add("app_request_total", ["service": service], [(now - 20_000, 1), (now - 5_000, 2.5)])
      source.add("up", ["job": "rustim", "instance": "\(service):80"], [(now - 5_000, service == "api" ? 1 : 0)])
    }
    for bound in ["0.1", "+Inf"] {
      source.add("app_request_duration_seconds_bucket", ["le": bound], [(now - 5_000, 3)])
    }
    source.add("app_request_duration_seconds_count", [:], [(now - 5_000, 3)])
    source.add("odd.name", ["service.name": "a\"b\\c"], [(now - 5_000, .nan)])
    return PrometheusFace(source: source)
  }

  private func answer(
    _ method: String = "GET", _ path: String, _ query: [(String, String)] = [], form: String? = nil
  ) async -> (status: Int, body: String) {
    let segments = path.split(separator: "/").map(String.init)
    let headers = form == nil ? [] : [("content-type", "application/x-www-form-urlencoded")]
    let request = DemoRequest(
      method: method, path: segments, query: query, headers: headers, body: Array((form ?? "").utf8))
    let response = await face.answer(request, nanoseconds: now * 1_000_000)
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  static let requests: [(String, String, String)] = [
    (
      "GET", "/api/v1/query?query=app_request_total%7Bservice=%22api%22%7D",
      #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"app_request_total","service":"api"},"value":[1700000000,"2.5"]}]}}"#
    ),
    (
      "GET", "/api/v1/query?query=1&time=1.25",
      #"{"status":"success","data":{"resultType":"scalar","result":[1.250,"1"]}}"#
    ),
    (
      "GET", "/api/v1/query?query=app_request_total%7Bservice=%22msg%22%7D[1m]",
      #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"app_request_total","service":"msg"},"values":[[1699999980,"1"],[1699999995,"2.5"]]}]}}"#
    ),
    (
      "GET", "/api/v1/query_range?query=sum(app_request_total)&start=1699999980&end=1700000000&step=10s",
      #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1699999980,"2"],[1699999990,"2"],[1700000000,"5"]]}]}}"#
    ),
    (
      "GET", "/api/v1/query?query=app_request_total&limit=1",
      #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"app_request_total","service":"api"},"value":[1700000000,"2.5"]}]},"warnings":["results truncated due to limit"]}"#
    ),
    (
      "GET", "/api/v1/query?query=sum(",
      #"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis"}"#
    ),
    (
      "GET", "/api/v1/query?query=app_request_total/on()app_request_total",
      #"found duplicate series for the match group {}"#
    ),
    (
      "GET", "/api/v1/series?match[]=up&match[]=app_request_total&limit=1",
      #"{"status":"success","data":[{"__name__":"app_request_total","service":"api"}],"warnings":["results truncated due to limit"]}"#
    ),
    ("GET", "/api/v1/labels?match[]=up", #"{"status":"success","data":["__name__","instance","job"]}"#),
    ("GET", "/api/v1/label/service/values", #"{"status":"success","data":["api","msg"]}"#),
    ("GET", "/api/v1/label/U__service_2e_name/values", #"{"status":"success","data":["a\"b\\c"]}"#),
    ("GET", "/api/v1/label/U__service_zz/values", #""error":"invalid label name: \"U__service_zz\"""#),
    (
      "GET", "/api/v1/metadata?metric=app_request_duration_seconds",
      #"{"status":"success","data":{"app_request_duration_seconds":[{"type":"histogram","help":"Durations.","unit":"seconds"}]}}"#
    ),
    ("GET", "/api/v1/query_exemplars?query=up", #"{"status":"success","data":[]}"#),
    ("GET", "/api/v1/rules", #"{"status":"success","data":{"groups":[]}}"#),
    ("GET", "/api/v1/status/buildinfo", #""version":"3.5.0""#), ("GET", "/api/v1/targets", #""health":"up""#),
    ("GET", "/-/ready", "Prometheus Server is Ready.\n"), ("GET", "/-/healthy", "Prometheus Server is Healthy.\n"),
    ("GET", "/graph", "404 page not found\n"), ("GET", "/api/v1/status/walreplay", "404 page not found\n"),
  ]

  @Test(arguments: requests) func `requests are answered as a real server answers`(
    method: String, target: String, expected: String
  ) async {
    let parts = target.split(separator: "?", maxSplits: 1)
    let query =
      parts.count < 2
      ? []
      : parts[1].split(separator: "&").map { item -> (String, String) in
        let pair = item.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
        return (pair[0], pair.count > 1 ? pair[1] : "")
      }
    let (_, body) = await answer(method, String(parts[0]), query)
    #expect(body == expected || body.contains(expected), "\(body)")
  }

  @Test func `statuses are those of the API`() async {
    #expect(await answer("GET", "/api/v1/query", [("query", "up[")]).status == 400)
    #expect(await answer("GET", "/api/v1/query", [("query", "up * on() up")]).status == 422)
    #expect(await answer("POST", "/api/v1/metadata").status == 405)
    #expect(await answer("GET", "/api/v1/nothing").status == 404)
    #expect(
      await answer("POST", "/api/v1/query", form: "query=sum%28up%29+%2B+1").body.contains(#""value":[1700000000,"2"]"#)
    )
  }

  @Test func `the exposition holds the current samples, families together`() async {
    let (_, body) = await answer("GET", "/metrics")
    #expect(
      body == """
        # HELP app_request_duration_seconds Durations.
        # TYPE app_request_duration_seconds histogram
        app_request_duration_seconds_bucket{le="0.1"} 3
        app_request_duration_seconds_bucket{le="+Inf"} 3
        app_request_duration_seconds_count 3
        # HELP app_request_total Requests.\\nAll.
        # TYPE app_request_total counter
        app_request_total{service="api"} 2.5
        app_request_total{service="msg"} 2.5
        # TYPE odd_name untyped
        odd_name{service_name="a\\"b\\\\c"} NaN
        # TYPE up untyped
        up{instance="api:80",job="rustim"} 1
        up{instance="msg:80",job="rustim"} 0

        """)
    let federated = await answer("GET", "/federate", [("match[]", #"{service="api"}"#)]).body
    #expect(federated.contains(#"app_request_total{service="api"} 2.5 1699999995000"#))
    #expect(!federated.contains("msg"))
  }

  @Test(.enabled(if: PrometheusRealServer.isInstalled)) func `promtool reads the exposition`() async throws {
    let (_, body) = await answer("GET", "/metrics")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: PrometheusRealServer.promtool)
    process.arguments = ["check", "metrics"]
    let input = Pipe()
    let errors = Pipe()
    process.standardInput = input
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(body.utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    // 3 is a matter of style (metrics without a help text); a text that cannot be read is 1.
    #expect(
      process.terminationStatus != 1, "\(String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self))")
  }
}
