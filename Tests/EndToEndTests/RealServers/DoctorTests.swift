import Foundation
import Testing

private let realElasticsearch = ProcessInfo.processInfo.environment["OBS_TUI_REAL_ELASTICSEARCH"]

extension RealServers {
  /// The doctor on a real Elasticsearch (OBS_TUI_REAL_ELASTICSEARCH), whose indices are broken in ways that only a real mapping shows.
  @Suite(
    .serialized, .enabled(if: realElasticsearch != nil && Curl.path != nil, "needs OBS_TUI_REAL_ELASTICSEARCH and curl")
  )
  struct DoctorTests {
    private let server: String
    private let index = "rustim-doctor-\(UInt32.random(in: 0 ... .max))"

    init() throws { server = try #require(realElasticsearch) }

    private func remove() { _ = try? Curl.ask("\(server)/\(index)", ["-X", "DELETE"]) }

    /// Makes the index with these types of its fields, and documents in it.
    private func store(_ types: [String: String], _ documents: [[String: Any]]) throws {
      let properties = types.map { "\"\($0.key)\":{\"type\":\"\($0.value)\"}" }.joined(separator: ",")
      let made = try Curl.send("PUT", "\(server)/\(index)", "{\"mappings\":{\"properties\":{\(properties)}}}")
      #expect(made?.status == 200)
      var body = ""
      for document in documents {
        let line = try JSONSerialization.data(withJSONObject: document)
        body += "{\"index\":{\"_index\":\"\(index)\"}}\n\(String(decoding: line, as: UTF8.self))\n"
      }
      let answer = try Curl.send("POST", "\(server)/_bulk?refresh=true", body, type: "application/x-ndjson")
      #expect(answer?.object["errors"] as? Bool == false)
    }

    private func doctor(_ pattern: String? = nil) throws -> Program.Outcome {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let file = folder.appending(path: "config.yaml")
      try "contexts:\n  lab:\n    elasticsearch: {url: \"\(server)\", indices: [\"\(pattern ?? index)\"]}\n"
        .write(to: file, atomically: true, encoding: .utf8)
      return try Program.run(Program.path, ["doctor", "--config", file.path])
    }

    private func time(_ secondsAgo: TimeInterval) -> String {
      ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -secondsAgo))
    }

    private let types = [
      "@timestamp": "date", "level": "keyword", "service_name": "keyword", "trace_id": "keyword", "message": "text",
    ]

    private func line(_ secondsAgo: TimeInterval) -> [String: Any] {
      [
        "@timestamp": time(secondsAgo), "level": "info", "service_name": "msg-server", "message": "hello",
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
      ]
    }

    @Test func `lines that are as they should be are in order`() throws {
      defer { remove() }
      try store(types, [line(40), line(30)])
      let outcome = try doctor()
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.contains("✓ Elasticsearch's clock and ours"), "\(outcome.output)")
      #expect(outcome.output.contains("@timestamp, level, service_name, trace_id"), "\(outcome.output)")
    }

    @Test func `a pattern that matches nothing, and lines of long ago, are failures`() throws {
      defer { remove() }
      try store(types, [line(10_830)])
      let nothing = try doctor("nonesuch-*")
      #expect(nothing.status == 2)
      #expect(nothing.output.contains("nonesuch-* matches no index; there are "), "\(nothing.output)")
      #expect(nothing.output.contains(index), "\(nothing.output)")
      let old = try doctor()
      #expect(old.status == 2)
      #expect(old.output.contains("the newest is 3h"), "\(old.output)")
    }

    @Test func `a time that is a text, and a service that is one, are seen in the mapping`() throws {
      defer { remove() }
      try store(types.merging(["@timestamp": "keyword", "made_at": "date"]) { $1 }, [line(30)])
      let time = try doctor()
      #expect(time.status == 2)
      #expect(
        time.output.contains("@timestamp is a keyword, not a date; dates are made_at [time-field]"), "\(time.output)")
      remove()
      try store(types.merging(["service_name": "text"]) { $1 }, [line(30)])
      let service = try doctor()
      #expect(service.status == 1)
      #expect(service.output.contains("service_name is a text: lines cannot be grouped by it"), "\(service.output)")
    }
  }
}
