import Foundation
import Testing

private let realElasticsearch = ProcessInfo.processInfo.environment["OBS_TUI_REAL_ELASTICSEARCH"]

extension RealServers {
  /// The program on a real Elasticsearch: set OBS_TUI_REAL_ELASTICSEARCH to its address (any version from 7.0); its documents are
  /// the demo's, so that their traces are in the demo's Jaeger. The indices made here are removed again.
  @Suite(
    .serialized, .enabled(if: realElasticsearch != nil && Curl.path != nil, "needs OBS_TUI_REAL_ELASTICSEARCH and curl")
  )
  struct ElasticsearchTests {
    private static let rustim = """
      {"mappings":{"properties":{"@timestamp":{"type":"date"},"level":{"type":"keyword"},"service_name":{"type":"keyword"},\
      "trace_id":{"type":"keyword"},"span_id":{"type":"keyword"},"user_id":{"type":"keyword"},"message":{"type":"text"}}}}
      """

    private let demo: ServedDemo.Addresses
    private let server: String
    private let index = "rustim-test-\(UInt32.random(in: 0 ... .max))"

    init() throws {
      demo = try ServedDemo.addresses()
      server = try #require(realElasticsearch)
    }

    private func remove() { _ = try? Curl.ask("\(server)/\(index)", ["-X", "DELETE"]) }

    /// The newest errors and warnings of the demo, oldest first.
    private func documents() throws -> [[String: Any]] {
      let query = """
        {"size":60,"sort":[{"@timestamp":"desc"}],"query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"now-10m"}}},\
        {"term":{"level":"error"}}]}}}
        """
      let answer = try #require(try Curl.send("POST", "\(demo.elasticsearch)/rustim-*/_search", query))
      let hits = try #require((answer.object["hits"] as? [String: Any])?["hits"] as? [[String: Any]])
      return hits.compactMap { $0["_source"] as? [String: Any] }.reversed()
    }

    private func store(_ documents: [[String: Any]], mapping: String?) throws {
      if let mapping {
        #expect(try Curl.send("PUT", "\(server)/\(index)", mapping)?.status == 200)
      }
      try add(documents)
    }

    private func add(_ documents: [[String: Any]]) throws {
      var body = ""
      for document in documents {
        let line = try JSONSerialization.data(withJSONObject: document)
        body += "{\"index\":{\"_index\":\"\(index)\"}}\n\(String(decoding: line, as: UTF8.self))\n"
      }
      let answer = try Curl.send("POST", "\(server)/_bulk?refresh=true", body, type: "application/x-ndjson")
      #expect(answer?.object["errors"] as? Bool == false)
    }

    private func frame(_ arguments: [String], index: String? = nil) throws -> Frame {
      try Frame(
        ["--size", "140x40"] + arguments,
        environment: [
          "OBS_TUI_ELASTICSEARCH_URL": server, "OBS_TUI_ELASTICSEARCH_INDEX": index ?? self.index,
          "OBS_TUI_JAEGER_URL": demo.jaeger, "OBS_TUI_PROMETHEUS_URL": demo.prometheus,
          "OBS_TUI_ALERTMANAGER_URL": demo.alertmanager,
        ])
    }

    @Test func `errors are shown and filtered, and a line leads into its trace`() throws {
      defer { remove() }
      let documents = try documents()
      try store(documents, mapping: ElasticsearchTests.rustim)
      let newest = try #require(documents.last?["message"] as? String)
      let start = try frame([])
      #expect(start.status == 0, "\(start.errors)\(start.text)")
      #expect(start.contains("\(documents.count) matched"), "\(start.text)")
      #expect(start.contains(String(newest.prefix(30))), "\(start.text)")
      #expect(start.line("0 all").contains("api-gateway"))
      let timeouts = documents.filter { ($0["message"] as? String)?.contains("超时") == true }
      let filtered = try frame(["--filter", "message:超时"])
      #expect(filtered.contains("\(timeouts.count) matched"), "\(timeouts.count): \(filtered.text)")
      let drilled = try frame(["--keys", "enter"])
      let trace = try #require(documents.last?["trace_id"] as? String)
      #expect(drilled.contains(String(trace.prefix(16))), "\(drilled.text)")
      #expect(!drilled.contains("Logs · errors"), "\(drilled.text)")
    }

    @Test func `levels that Elasticsearch mapped by itself are found`() throws {
      defer { remove() }
      let documents = try documents()
      try store(documents, mapping: nil)
      let frame = try frame([])
      #expect(frame.status == 0, "\(frame.errors)\(frame.text)")
      #expect(frame.contains("\(documents.count) matched"), "\(frame.text)")
    }

    @Test func `a missing index and a wrong query are said in words`() throws {
      defer { remove() }
      try store(try documents(), mapping: ElasticsearchTests.rustim)
      let none = try frame([], index: "no-such-index-*")
      #expect(none.status == 0)
      #expect(none.contains("the pattern no-such-index-* matches no index"), "\(none.text)")
      let wrong = try frame(["--filter", "lucene:message:("])
      #expect(
        wrong.contains("Elasticsearch refused the query: Encountered \"<EOF>\" at line 1, column 9."), "\(wrong.text)")
      #expect(wrong.status == 2, "\(wrong.errors)")
      let typo = try frame(["--filter", "message:("])
      #expect(typo.status == 2)
      #expect(
        typo.errors.contains("message:(\n         ^ expected a value behind (, but the query ends"), "\(typo.errors)")
    }

    @Test func `a late line is put in its place`() throws {
      defer { remove() }
      let documents = try documents()
      try store(documents, mapping: ElasticsearchTests.rustim)
      // It bears the time of the line before the newest one.
      var late = documents[documents.count - 2]
      late["message"] = "this line was late"
      try add([late])
      let frame = try frame([])
      #expect(frame.contains("\(documents.count + 1) matched"), "\(frame.text)")
      let rows = frame.text.split(separator: "\n")
      let place = try #require(rows.firstIndex { $0.contains("this line was late") })
      let newest = String((documents.last?["message"] as? String ?? "").prefix(30))
      #expect(rows[rows.index(after: place)...].contains { $0.contains(newest) }, "\(frame.text)")
    }
  }
}
