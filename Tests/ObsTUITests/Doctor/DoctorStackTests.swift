import Foundation
import Testing

@testable import ObsData
@testable import ObsTUI

/// One way to break a stack, and what the doctor has to find then.
struct Ailment: Sendable, CustomTestStringConvertible {
  let kind: FindingKind
  let status: Finding.Status
  /// What the evidence and the next step have to say.
  let words: [String]
  var stack = BrokenStack()
  var testDescription: String { kind.id }

  init(_ kind: FindingKind, _ status: Finding.Status, _ words: [String], _ change: (inout BrokenStack) -> Void) {
    self.kind = kind
    self.status = status
    self.words = words
    change(&stack)
  }

  /// A store whose every request fails.
  static func failing(
    _ store: Store, _ kind: FetchError.Kind, _ answer: String, status: Int? = nil, advice: String? = "do this"
  ) -> (inout BrokenStack) -> Void {
    { stack in
      stack.breakages[store] = { _, _ in
        .failure(FetchError(kind, tried: "GET /", answer: answer, advice: advice, status: status))
      }
    }
  }

  /// A store one of whose answers, known by a part of its path, is another.
  static func answer(
    _ store: Store, _ part: String, _ change: @escaping @Sendable (HTTPResponse) -> HTTPResponse
  ) -> (inout BrokenStack) -> Void {
    { stack in
      stack.breakages[store] = { request, response in
        .success(part.isEmpty || request.path.contains(part) ? change(response) : response)
      }
    }
  }
}

@Suite struct `The doctor on a demo stack` {
  @Test func `finds nothing wrong with one that is healthy`() async throws {
    let stack = BrokenStack()
    let findings = try await stack.findings()
    #expect(findings.filter { $0.status != .ok }.map { "\($0.kind.id): \($0.evidence)" } == [])
    #expect(
      findings.map(\.kind) == [
        .answers, .index, .window, .fields, .parsed, .answers, .traces, .propagation, .traceIDs, .services, .answers,
        .samples, .targets, .rules, .services, .answers, .rules,
      ])
  }

  @Test(arguments: Self.reaching + Self.storing + Self.following) func `finds what is broken`(ailment: Ailment)
    async throws
  {
    let troubles = try await ailment.stack.findings().filter { $0.kind == ailment.kind }
    let finding = try #require(troubles.first)
    #expect(finding.status == ailment.status)
    for word in ailment.words {
      #expect(
        "\(finding.evidence) | \(finding.next ?? "")".contains(word), "\(finding.evidence) | \(finding.next ?? "")")
    }
  }

  @Test func `has a case for everything that it can find`() {
    let orderly: Set<FindingKind> = [
      .answers, .clock, .index, .window, .fields, .parsed, .files, .traces, .traceIDs, .propagation, .services,
      .samples,
      .targets, .rules, .pipeline,
    ]
    let tested = Set((Self.reaching + Self.storing + Self.following).map(\.kind))
      // Tested with files on the disk, in the suite of log files.
      .union([.logPathNothing, .logFileUnreadable])
    #expect(Set(FindingKind.allCases).subtracting(orderly).subtracting(tested).map(\.id) == [])
  }

  // MARK: Servers that do not answer

  static let reaching: [Ailment] = [
    Ailment(.storeAbsent, .ok, ["names no Jaeger", "contexts.demo.jaeger.url"]) { $0.present.remove(.jaeger) },
    Ailment(
      .nameUnknown, .failed, ["the name es is not known here"],
      Ailment.failing(.elasticsearch, .unreachable, "the name es \(FetchError.unknownName)")),
    Ailment(
      .refused, .failed, ["refused the connection"],
      Ailment.failing(.prometheus, .unreachable, "h:9090 \(FetchError.nothingListens)")),
    Ailment(
      .unreachable, .failed, ["no route", "do this"],
      Ailment.failing(.jaeger, .unreachable, "h:1 cannot be reached: there is no route to it")),
    Ailment(
      .timeout, .failed, ["no complete answer within 10 s"],
      Ailment.failing(.alertmanager, .timeout, "no complete answer within 10 s")),
    Ailment(
      .certificate, .failed, ["signed by “Lab CA”", "set ca_file"],
      Ailment.failing(
        .elasticsearch, .tls, "its certificate is signed by “Lab CA”, which this machine does not trust",
        advice: "set ca_file to the certificate of that authority")),
    Ailment(
      .unauthorised, .failed,
      ["401", "it takes Basic (elasticsearch.username and password), ApiKey (elasticsearch.api_key)"],
      Ailment.answer(.elasticsearch, "") { _ in
        .doctorJSON(
          #"{"error":{"type":"security_exception","reason":"missing authentication credentials"},"status":401}"#,
          status: 401,
          [("WWW-Authenticate", #"Basic realm="security" charset="UTF-8""#), ("WWW-Authenticate", "ApiKey")])
      }),
    Ailment(
      .forbidden, .failed, ["is unauthorized for user [me]", "the privilege read (index)"],
      Ailment.answer(.elasticsearch, "_search") { _ in
        .doctorJSON(
          #"{"error":{"type":"security_exception","reason":"action [indices:data/read/search] is unauthorized for user [me] on indices [rustim-logs], this action is granted by the index privileges [read,all]"},"status":403}"#,
          status: 403)
      }),
    Ailment(
      .wrongPath, .failed, ["a web page instead of data", "set jaeger.url to http://jaeger.test/tracing"],
      Ailment.answer(.jaeger, "") { _ in
        HTTPResponse(
          status: 200, headers: [("Content-Type", "text/html")],
          body: Array(#"<!doctype html><html><head><base href="/tracing/"><title>Jaeger UI</title>"#.utf8))
      }),
    Ailment(
      .overloaded, .failed, ["503"],
      Ailment.answer(.prometheus, "") { _ in HTTPResponse(status: 503, body: Array("Service Unavailable".utf8)) }),
    Ailment(
      .storeError, .failed, ["500", "broken inside"],
      Ailment.answer(.jaeger, "") { _ in
        .doctorJSON(#"{"data":null,"errors":[{"code":500,"msg":"broken inside"}]}"#, status: 500)
      }),
    Ailment(
      .settings, .failed, ["password_file"],
      Ailment.failing(.elasticsearch, .settings, "the file of password_file does not exist")),
    Ailment(
      .clocksApart, .failed, ["Jaeger's clock is 1h", "ahead of this machine's"],
      Ailment.answer(.jaeger, "") { response in
        var response = response
        response.headers.append(("Date", "Sun, 22 Nov 2026 10:00:30 GMT"))
        return response
      }),
  ]

  // MARK: What the log store holds

  static let storing: [Ailment] = [
    Ailment(.indexNothing, .failed, ["nonesuch-* matches no index; there are rustim-", "elasticsearch.indices"]) {
      $0.indices = "nonesuch-*"
    },
    Ailment(
      .logsNone, .failed, ["rustim-* holds no document at all"],
      Ailment.answer(.elasticsearch, "_search") { _ in
        .doctorJSON(
          #"{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"hits":[]}}"#
        )
      }),
    Ailment(.logsOld, .failed, ["no line in the last 5m; the newest is 3h", "does Filebeat send"]) {
      $0.lateness = .seconds(10_805)
    },
    Ailment(
      .logsPartial, .warning, ["1 of"],
      Ailment.answer(.elasticsearch, "_search") { response in
        response.replacing(#""failed":0"#, with: #""failed":1"#)
      }),
    Ailment(
      .timeField, .failed, ["@timestamp is a text, not a date"],
      Ailment.answer(.elasticsearch, "_field_caps") { _ in
        .doctorJSON(
          #"{"fields":{"@timestamp":{"text":{"type":"text"}},"created_at":{"date":{"type":"date"}}}}"#)
      }),
    Ailment(
      .levelField, .warning,
      ["none of the", "lines has a level", "likely names: my_level", "set fields.level: [my_level]"],
      Ailment.answer(.elasticsearch, "") { $0.replacing(#""level":"#, with: #""my_level":"#) }),
    Ailment(
      .serviceField, .warning, ["has a service", "likely names: the_service"],
      Ailment.answer(.elasticsearch, "") { $0.replacing(#""service_name":"#, with: #""the_service":"#) }),
    Ailment(
      .traceField, .warning, ["has a trace id", "likely names: my_trace"],
      Ailment.answer(.elasticsearch, "") { $0.replacing(#""trace_id":"#, with: #""my_trace":"#) }),
    Ailment(
      .unparsed, .warning, ["(100 %)", "came unparsed", "log.format: json"],
      Ailment.answer(.elasticsearch, "_search") {
        $0.replacing(#""_source":{"#, with: #""_source":{"tags":["_jsonparsefailure"],"#)
      }),
  ]

  // MARK: Traces, metrics and what lies between

  static let following: [Ailment] = [
    Ailment(
      .tracesNone, .failed, ["no service has sent it a span", "telemetry.enabled: true"],
      Ailment.answer(.jaeger, "services") { _ in .doctorJSON(#"{"data":[],"total":0,"errors":null}"#) }),
    Ailment(.tracesOld, .failed, ["no trace of any service in the last 5m"]) { $0.lateness = .seconds(10_805) },
    Ailment(
      .tracesBroken, .warning, ["break between services", "→", "telemetry.propagation"],
      Ailment.answer(.jaeger, "traces") { response in
        // The spans of calls are lost on their way to the store.
        DoctorTraces.withoutCalls(response)
      }),
    Ailment(
      .traceUnknown, .warning, ["Jaeger knows none of", "telemetry.endpoint"],
      { stack in
        stack.breakages[.jaeger] = { request, response in
          guard request.path.count == 3, request.path[1] == "traces" else { return .success(response) }
          return .success(
            .doctorJSON(#"{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}"#, status: 404))
        }
      }),
    Ailment(
      .serviceUntraced, .warning, ["msg-server", "telemetry.enabled: true"],
      Ailment.answer(.jaeger, "services") { $0.replacing(#""msg-server""#, with: #""other""#) }),
    Ailment(
      .serviceUnmeasured, .warning, ["msg-server", "scrape_configs"],
      Ailment.answer(.prometheus, "query") { $0.replacing(#""msg-server""#, with: #""other""#) }),
    Ailment(
      .samplesNone, .failed, ["nothing is scraped"],
      { stack in
        stack.breakages[.prometheus] = { request, response in
          guard String(decoding: request.body, as: UTF8.self).contains("count%28up%29") else {
            return .success(response)
          }
          return .success(.doctorJSON(#"{"status":"success","data":{"resultType":"vector","result":[]}}"#))
        }
      }),
    Ailment(
      .targetDown, .failed, ["are down", "connection refused", "curl http"],
      Ailment.answer(.prometheus, "targets") {
        $0.replacing(#""health":"up""#, with: #""health":"down""#)
          .replacing(#""lastError":"""#, with: #""lastError":"dial tcp: connection refused""#)
      }),
    Ailment(
      .ruleError, .warning, ["cannot be evaluated", "many-to-many"],
      Ailment.answer(.prometheus, "rules") {
        $0.replacing(#""health":"ok""#, with: #""health":"err","lastError":"many-to-many matching""#)
      }),
    Ailment(.filebeatNotAcking, .failed, ["40 events are under way, 0 were acknowledged and 5 failed"]) { stack in
      func stats(failed: Int) -> HTTPResponse {
        .doctorJSON(
          #"{"libbeat":{"output":{"events":{"acked":7,"active":40,"failed":\#(failed)}},"pipeline":{"events":{"published":47,"active":40}}}}"#
        )
      }
      stack.tables[.filebeat] = ["/stats": [stats(failed: 0), stats(failed: 5)]]
    },
    Ailment(.logstashQueueFull, .failed, ["queue of main 100 % full"]) { stack in
      stack.tables[.logstash] = [
        "/_node/stats": [
          .doctorJSON(
            #"{"pipelines":{"main":{"queue":{"type":"persisted","queue_size_in_bytes":1000,"max_queue_size_in_bytes":1000}}},"flow":{"queue_backpressure":{"current":"Infinity"}}}"#
          )
        ]
      ]
    },
    Ailment(
      .collectorRefusing, .warning, ["10 since its start accepted, 3 refused, 1 not handed on", "memory_limiter"]
    ) {
      $0.tables[.collector] = [
        "/metrics": [
          HTTPResponse(
            status: 200,
            body: Array(
              """
              # TYPE otelcol_receiver_accepted_spans_total counter
              otelcol_receiver_accepted_spans_total{receiver="otlp",transport="grpc"} 10
              otelcol_receiver_refused_spans_total{receiver="otlp {a}"} 3
              otelcol_exporter_send_failed_spans{exporter="otlp/jaeger"} 1

              """.utf8))
        ]
      ]
    },
  ]
}
