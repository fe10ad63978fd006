import Foundation
import Testing

extension RealServers {
  /// The demo's servers as seen by the clients that their projects publish.
  @Suite(.serialized) struct OfficialClientTests {
    private let demo: ServedDemo.Addresses

    init() throws { demo = try ServedDemo.addresses() }

    private func succeed(_ tool: String, _ arguments: [String]) throws -> String {
      let outcome = try Program.run(Program.tool(tool) ?? "", arguments)
      #expect(outcome.status == 0, "\(tool) \(arguments): \(outcome.errors)")
      return outcome.output
    }

    @Test(.enabled(if: Program.tool("promtool") != nil, "needs Debian's package prometheus"))
    func `promtool reads ranges, instants, series, labels and errors`() throws {
      let server = demo.prometheus
      let now = Int(Date().timeIntervalSince1970)
      let range = try succeed(
        "promtool",
        [
          "query", "range", "--start=\(now - 300)", "--end=\(now)", "--step=60s", server,
          "sum by (service) (rate(app_request_total[1m]))",
        ])
      #expect(range.contains(#"{service="user-server"} =>"#))
      #expect(range.matches(of: /(?m)^[0-9.]+ @\[[0-9]+\]$/).count >= 6 * 5)
      let instant = try succeed("promtool", ["query", "instant", server, "count(up == 1)"])
      #expect(instant.hasPrefix("{} => "))
      let series = try succeed("promtool", ["query", "series", "--match=app_active_connections", server])
      #expect(series.contains(#"{__name__="app_active_connections", instance="#))
      #expect(
        try succeed("promtool", ["query", "labels", server, "service"]).split(separator: "\n") == [
          "api-gateway", "friend-server", "group-server", "msg-gateway", "msg-server", "push-server", "user-server",
        ])
      let wrong = try Program.run(
        Program.tool("promtool") ?? "", ["query", "instant", server, "rate(app_request_total)"])
      #expect(wrong.status == 1)
      #expect(
        wrong.errors.contains(
          "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector"))
    }

    @Test(.enabled(if: Program.tool("promtool") != nil && Curl.path != nil, "needs promtool and curl"))
    func `promtool finds the metrics well formed`() throws {
      let metrics = try #require(try Curl.ask("\(demo.prometheus)/metrics"))
      #expect(metrics.type.hasPrefix("text/plain; version=0.0.4"))
      let check = try Program.run(
        Program.tool("promtool") ?? "", ["check", "metrics"], input: metrics.text + "\n")
      // The one remark is true of the Collector's span metrics as well, which the demo plays.
      let remarks = (check.output + check.errors).split(separator: "\n")
      #expect(
        remarks.allSatisfy { $0.hasPrefix("traces_span_metrics_duration_milliseconds use base unit") }, "\(remarks)")
    }

    @Test(.enabled(if: Program.tool("amtool") != nil, "needs Debian's package prometheus-alertmanager"))
    func `amtool reads alerts, status and configuration, and silences`() throws {
      let server = "--alertmanager.url=\(demo.alertmanager)"
      let alerts = try succeed("amtool", [server, "alert", "query", "-o", "json"])
      let list = try #require(try JSONSerialization.jsonObject(with: Data(alerts.utf8)) as? [[String: Any]])
      let labels = list.compactMap { $0["labels"] as? [String: String] }
      #expect(!labels.isEmpty)
      #expect(labels.allSatisfy { $0["alertname"] != nil && $0["service"] != nil && $0["severity"] != nil })
      #expect(try succeed("amtool", [server, "config", "show"]).contains("receiver: chat"))
      #expect(try succeed("amtool", [server, "config", "routes", "show"]).contains("receiver: pager"))
      #expect(try succeed("amtool", [server, "cluster", "show"]).contains("disabled"))
      let silence = try succeed(
        "amtool", [server, "silence", "add", "service=no-such-server", "-c", "a test", "-d", "1h"])
      let id = silence.trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(try succeed("amtool", [server, "silence", "query"]).contains(id))
      _ = try succeed("amtool", [server, "silence", "expire", id])
      #expect(try succeed("amtool", [server, "silence", "query"]).contains(id) == false)
    }

    @Test(.enabled(if: PythonClient.isPossible, "needs python3 with venv"), arguments: [7, 8])
    func `the Python client of Elasticsearch searches, aggregates and pages`(major: Int) throws {
      guard let python = try PythonClient.python(major: major) else { return }
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let script = folder.appending(path: "client.py")
      try Data(PythonClient.script.utf8).write(to: script)
      let outcome = try Program.run(python, ["-W", "ignore", script.path, demo.elasticsearch])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.hasSuffix("all is well\n"))
    }

    @Test(.enabled(if: Curl.path != nil, "needs curl")) func `Jaeger's two interfaces have their shapes`() throws {
      let names = [
        "api-gateway", "friend-server", "group-server", "msg-gateway", "msg-server", "push-server", "user-server",
      ]
      func ask(_ path: String) throws -> Curl.Answer { try #require(try Curl.ask("\(demo.jaeger)/\(path)")) }
      let first = try ask("api/services")
      #expect(first.object["data"] as? [String] == names && first.object["total"] as? Int == names.count)
      #expect(first.object["errors"] is NSNull)
      #expect(try ask("api/v3/services").object["services"] as? [String] == names)
      let found = try ask("api/traces?service=user-server&limit=2&lookback=15m")
      let traces = try #require(found.object["data"] as? [[String: Any]])
      #expect(traces.count == 2)
      let id = try #require(traces[0]["traceID"] as? String)
      let spans = try #require(traces[0]["spans"] as? [[String: Any]])
      #expect(traces[0]["processes"] is [String: Any])
      for field in [
        "traceID", "spanID", "operationName", "references", "startTime", "duration", "tags", "logs", "processID",
      ] {
        #expect(spans.allSatisfy { $0[field] != nil }, "\(field)")
      }
      let other = try #require(try ask("api/v3/traces/\(id)").object["result"] as? [String: Any])
      let resources = try #require(other["resourceSpans"] as? [[String: Any]])
      let count = resources.compactMap { $0["scopeSpans"] as? [[String: Any]] }.joined()
        .compactMap { $0["spans"] as? [[String: Any]] }.joined()
      #expect(count.count == spans.count)
      #expect(count.allSatisfy { ($0["startTimeUnixNano"] as? String).flatMap(Int64.init) != nil })
      let none = try ask("api/traces/0123456789abcdef0123456789abcdef")
      #expect(none.status == 404 && none.text.contains("trace not found"))
      #expect(try ask("api/traces").status == 400)
      #expect(try ask("search").type.hasPrefix("text/html"))
    }
  }
}

/// PyPI's `elasticsearch`, in environments of their own in the user's cache.
enum PythonClient {
  static let isPossible =
    Program.tool("python3").map { path in
      (try? Program.run(path, ["-c", "import venv, ensurepip"]))?.status == 0
    } ?? false

  /// The interpreter that has the client of that major version; nil, and said so, when pip cannot get it.
  static func python(major: Int) throws -> String? {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/tmp") + "/.cache"
    let folder = "\(cache)/obs-tui-tests/elasticsearch-\(major)"
    let python = "\(folder)/bin/python"
    func has() throws -> Bool {
      guard FileManager.default.isExecutableFile(atPath: python) else { return false }
      return try Program.run(python, ["-W", "ignore", "-c", "import elasticsearch"]).status == 0
    }
    if try has() { return python }
    try Program.run(Program.tool("python3") ?? "", ["-m", "venv", folder])
    let wanted = major == 7 ? "elasticsearch>=7.17,<8" : "elasticsearch>=8,<9"
    try Program.run("\(folder)/bin/pip", ["install", "-q", "--disable-pip-version-check", wanted])
    if try has() { return python }
    print("skipped: pip cannot install \(wanted)")
    return nil
  }

  /// Raises where an answer is not what a caller of the client may count on.
  static let script = #"""
    import sys, elasticsearch
    from elasticsearch import Elasticsearch, helpers
    major = elasticsearch.__version__[0]
    es = Elasticsearch(sys.argv[1], **({"timeout": 60} if major == 7 else {"request_timeout": 60}))
    def search(index=None, **body):
        return es.search(index=index, body=body) if major == 7 else es.search(index=index, **body)
    def refused(kind, status, call):
        try: call()
        except Exception as error: assert kind in str(error) and status in (error.args[0], error.status_code), repr(error)
        else: raise AssertionError(kind + " was answered with success")
    assert es.info()["version"]["number"]
    errors = {"bool": {"filter": [{"range": {"@timestamp": {"gte": "now-10m"}}}, {"term": {"level": "error"}}]}}
    found = search("rustim-*", size=3, query=errors, sort=[{"@timestamp": "desc"}], track_total_hits=True,
        aggs={"services": {"terms": {"field": "service_name"}},
              "times": {"date_histogram": {"field": "@timestamp", "fixed_interval": "1m"}}})
    hits, total = found["hits"]["hits"], found["hits"]["total"]["value"]
    assert total > 3 and len(hits) == 3 and all(hit["_source"]["level"] == "error" for hit in hits), found
    times = [hit["_source"]["@timestamp"] for hit in hits]
    assert times == sorted(times, reverse=True)
    buckets = found["aggregations"]["services"]["buckets"]
    assert sum(bucket["doc_count"] for bucket in buckets) == total
    assert sum(bucket["doc_count"] for bucket in found["aggregations"]["times"]["buckets"]) == total
    recent = {"range": {"@timestamp": {"gte": "now-10m"}}}
    chinese = search("rustim-*", size=5, query={"bool": {"must": {"match_phrase": {"message": "超时"}}, "filter": recent}},
        highlight={"fields": {"message": {}}})["hits"]["hits"]
    assert chinese and all("超时" in hit["_source"]["message"] for hit in chinese)
    assert all("<em>" in hit["highlight"]["message"][0] for hit in chinese)
    pit, after, ids, pages = es.open_point_in_time(index="rustim-*", keep_alive="1m")["id"], None, [], 0
    while True:
        body = dict(size=50, query=errors, sort=[{"@timestamp": "asc"}], pit={"id": pit, "keep_alive": "1m"})
        if after: body["search_after"] = after
        page = search(**body)["hits"]["hits"]
        if not page: break
        ids += [hit["_id"] for hit in page]
        after, pages = page[-1]["sort"], pages + 1
    assert pages > 1 and len(ids) == len(set(ids)) and abs(len(ids) - total) <= 50, (pages, len(ids), total)
    closed = es.close_point_in_time(body={"id": pit}) if major == 7 else es.close_point_in_time(id=pit)
    assert closed["succeeded"]
    assert abs(sum(1 for _ in helpers.scan(es, index="rustim-*", query={"query": errors}, size=100)) - total) <= 50
    refused("unknown query [nonsense]", 400, lambda: search("rustim-*", query={"nonsense": {}}))
    refused("index_not_found_exception", 404, lambda: search("nope-1", query={"match_all": {}}))
    capabilities = es.field_caps(index="rustim-*", fields=["message", "trace_id"])["fields"]
    assert capabilities["trace_id"]["keyword"]["aggregatable"] and "text" in capabilities["message"]
    assert es.get(index=hits[0]["_index"], id=hits[0]["_id"])["found"]
    assert es.cluster.health()["status"] == "green"
    print("all is well")

    """#
}
