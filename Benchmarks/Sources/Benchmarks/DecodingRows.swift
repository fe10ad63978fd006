import CSimdjson
import Foundation
import ObsData

/// Decoding measured against simdjson and JSONDecoder on the same bytes, side by side in one run, each time with a fresh parser.
enum DecodingRows {
  private static let repetitions = 7

  /// A big trace from its bytes to the rows of the waterfall.
  static func trace() async throws -> [Row] {
    let trace = traceBody(spans: 50_000)
    let id = TraceID(high: 1, low: 2)
    var ours: [Double] = []
    var simdjson: [Double] = []
    var decoder: [Double] = []
    for round in 0..<repetitions {
      simdjson.append(parseAlone(trace))
      let client = JaegerClient(transport: CannedTransport { $0.hasPrefix("/api/traces/") ? trace : nil })
      let start = now()
      let found = try await client.trace(TraceRequest(id: id))
      let tree = found.map { TraceTree.build($0) }
      ours.append(now() - start)
      guard tree?.nodes.count == 50_000 else { throw Failure("the trace came to \(tree?.nodes.count ?? 0) rows") }
      // Seconds each: three are enough.
      guard round % 3 == 0 else { continue }
      decoder.append(try decodePlainly(trace))
    }
    let traceRatio = Sample(ours).median / Sample(simdjson).median
    let decoderRatio = Sample(decoder).median / Sample(ours).median
    let what = "50,000-span trace (\(fixed(Double(trace.count) / 1e6, 0)) MB of v1 JSON): bytes → waterfall rows, cold"
    return [
      Row(
        what: what, target: "≤ 4× simdjson alone",
        measured: "\(fixed(traceRatio, 2))× (\(milliseconds(ours)) against \(milliseconds(simdjson)))",
        isMet: traceRatio <= 4),
      Row(
        what: "the same trace against JSONDecoder", target: "≥ 10× faster",
        measured: "\(fixed(decoderRatio))× (\(milliseconds(ours)) against \(milliseconds(decoder)))",
        isMet: decoderRatio >= 10),
    ]
  }

  /// A page of log lines from its bytes to entries.
  static func hits() async throws -> [Row] {
    let hits = hitsBody(count: 10_000)
    var ours: [Double] = []
    var simdjson: [Double] = []
    for _ in 0..<repetitions * 3 {
      // Both begin with the same: no memory of an earlier round at hand.
      ProcessMemory.trim()
      simdjson.append(parseAlone(hits))
      let client = ElasticsearchClient(transport: CannedTransport { elasticsearchAnswer($0, hits: hits) })
      try await client.probe()
      // The first search also asks for the fields; it is not measured.
      let query = LogQuery(window: .frozen(TimeRange(start: Timestamp(seconds: 1.7e9), end: Timestamp(seconds: 1.9e9))))
      _ = try await client.logs(query, now: Timestamp(seconds: 1.9e9))
      ProcessMemory.trim()
      let start = now()
      let batch = try await client.logs(query, now: Timestamp(seconds: 1.9e9))
      ours.append(now() - start)
      guard batch.entries.count == 10_000 else { throw Failure("\(batch.entries.count) lines of 10,000") }
    }
    let ratio = Sample(ours).median / Sample(simdjson).median
    return [
      Row(
        what: "10,000 log hits decoded", target: "≤ 4× simdjson alone",
        measured: "\(fixed(ratio, 2))× (\(milliseconds(ours)) against \(milliseconds(simdjson)))", isMet: ratio <= 4)
    ]
  }

  private static func milliseconds(_ times: [Double]) -> String { "\(fixed(Sample(times).median * 1e3)) ms" }

  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  private static func parseAlone(_ bytes: [UInt8]) -> Double {
    let start = now()
    var error: Int32 = 0
    let document = bytes.withUnsafeBufferPointer { sj_parse($0.baseAddress!, $0.count, &error) }
    let time = now() - start
    sj_free(document)
    return time
  }

  private static func decodePlainly(_ trace: [UInt8]) throws -> Double {
    let start = now()
    let decoded = try JSONDecoder().decode(PlainEnvelope.self, from: Data(trace))
    let time = now() - start
    guard decoded.data.first?.spans.count == 50_000 else { throw Failure("JSONDecoder lost spans") }
    return time
  }

  /// What a reader without simdjson would write.
  private struct PlainEnvelope: Decodable {
    struct Trace: Decodable {
      let traceID: String
      let spans: [Span]
      let processes: [String: Process]
    }
    struct Span: Decodable {
      let traceID, spanID, operationName, processID: String
      let references: [Reference]
      let startTime, duration: Int64
      let tags: [Tag]
    }
    struct Reference: Decodable { let refType, traceID, spanID: String }
    struct Process: Decodable { let serviceName: String }
    struct Tag: Decodable {
      let key, type: String
      let text: String?

      enum CodingKeys: String, CodingKey { case key, type, value }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(String.self, forKey: .key)
        type = try container.decode(String.self, forKey: .type)
        text = type == "string" ? try container.decode(String.self, forKey: .value) : nil
      }
    }
    let data: [Trace]
  }

  /// A trace as Jaeger's v1 API writes it: a tree five spans wide, eight tags a span.
  static func traceBody(spans count: Int) -> [UInt8] {
    let id = TraceID(high: 1, low: 2).description
    func hex(_ number: Int) -> String { SpanID(value: UInt64(number + 1)).description }
    var text = "{\"data\":[{\"traceID\":\"\(id)\",\"spans\":["
    for index in 0..<count {
      if index > 0 { text += "," }
      let parent = (index - 1) / 5
      let reference = index == 0 ? "" : "{\"refType\":\"CHILD_OF\",\"traceID\":\"\(id)\",\"spanID\":\"\(hex(parent))\"}"
      let start = 1_795_337_590_000_000 + index * 20
      text +=
        "{\"traceID\":\"\(id)\",\"spanID\":\"\(hex(index))\",\"flags\":1,\"operationName\":\"operation-\(index % 97)\","
      text += "\"references\":[\(reference)],\"startTime\":\(start),\"duration\":\(1_000 + index % 5_000),\"tags\":["
      text += "{\"key\":\"span.kind\",\"type\":\"string\",\"value\":\"\(index % 2 == 0 ? "server" : "client")\"},"
      text += "{\"key\":\"http.method\",\"type\":\"string\",\"value\":\"GET\"},"
      text += "{\"key\":\"http.route\",\"type\":\"string\",\"value\":\"/api/v1/users/{id}/messages\"},"
      text += "{\"key\":\"http.status_code\",\"type\":\"int64\",\"value\":\(index % 50 == 0 ? 500 : 200)},"
      text += "{\"key\":\"net.peer.name\",\"type\":\"string\",\"value\":\"user-server.default.svc.cluster.local\"},"
      text += "{\"key\":\"error\",\"type\":\"bool\",\"value\":\(index % 50 == 0)},"
      text += "{\"key\":\"otel.scope.name\",\"type\":\"string\",\"value\":\"tracing-opentelemetry\"},"
      text += "{\"key\":\"thread.id\",\"type\":\"int64\",\"value\":\(index % 16)}],"
      text += "\"logs\":[],\"processID\":\"p\(index % 7 + 1)\",\"warnings\":null}"
    }
    let processes = (1...7).map { "\"p\($0)\":{\"serviceName\":\"service-\($0)\",\"tags\":[]}" }
    text +=
      "],\"processes\":{\(processes.joined(separator: ","))},\"warnings\":null}],\"total\":0,\"limit\":0,\"offset\":0,\"errors\":null}"
    return Array(text.utf8)
  }

  static func elasticsearchAnswer(_ target: String, hits: [UInt8]) -> [UInt8]? {
    if target.contains("_search") { return hits }
    if target.contains("_field_caps") {
      let fields = ["level", "service_name", "trace_id", "span_id"].map {
        "\"\($0)\":{\"keyword\":{\"type\":\"keyword\",\"searchable\":true,\"aggregatable\":true}}"
      }
      let time = "\"@timestamp\":{\"date\":{\"type\":\"date\",\"searchable\":true,\"aggregatable\":true}}"
      let message = "\"message\":{\"text\":{\"type\":\"text\",\"searchable\":true,\"aggregatable\":false}}"
      return Array(
        "{\"indices\":[\"rustim-1\"],\"fields\":{\((fields + [time, message]).joined(separator: ","))}}".utf8)
    }
    return Array(
      "{\"name\":\"n\",\"cluster_name\":\"c\",\"version\":{\"number\":\"8.17.0\"},\"tagline\":\"You Know, for Search\"}"
        .utf8)
  }

  /// A page of log lines as Elasticsearch writes it.
  static func hitsBody(count: Int) -> [UInt8] {
    var text = "{\"took\":5,\"timed_out\":false,\"_shards\":{\"total\":1,\"successful\":1,\"skipped\":0,\"failed\":0},"
    text += "\"hits\":{\"total\":{\"value\":\(count),\"relation\":\"eq\"},\"max_score\":null,\"hits\":["
    for index in 0..<count {
      if index > 0 { text += "," }
      let time = Timestamp(milliseconds: 1_795_337_590_000 - Int64(index) * 7)
      let trace = TraceID(high: 7, low: UInt64(index + 1)).description
      text += "{\"_index\":\"rustim-2026.11.22\",\"_id\":\"id-\(index)\",\"_score\":null,\"_source\":{"
      text += "\"@timestamp\":\"\(time.iso8601)\",\"level\":\"error\",\"service_name\":\"msg-server\","
      text += "\"message\":\"连接失败: redis pool exhausted: timed out waiting for connection \(index)\","
      text +=
        "\"trace_id\":\"\(trace)\",\"span_id\":\"\(SpanID(value: UInt64(index + 1)))\",\"user_id\":\"\(index % 5_000)\","
      text += "\"target\":\"msg_server::handler\",\"host\":\"msg-server-\(index % 3)\",\"line\":\(index % 800)},"
      text += "\"sort\":[\(time.milliseconds),\(count - index)]}"
    }
    return Array((text + "]}}").utf8)
  }
}
