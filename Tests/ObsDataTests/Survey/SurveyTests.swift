import Testing

@testable import ObsData

@Suite struct `Hints of where a stack is` {
  @Test func `a compose file tells of published ports`() throws {
    let hints = try StackHints.parse(
      """
      x-defaults: &defaults {restart: always}
      services:
        search:
          <<: *defaults
          ports: ["${BIND:-127.0.0.1}:${PORT:-9201}:9200", "9300:9300"]
        tracing: {ports: ["16686:16686/tcp"]}
        prom: {ports: [{target: 9090, published: "19090", host_ip: 0.0.0.0}]}
        grafana: {ports: ["3000"]}
        am: {ports: ["[::1]:9093:9093"]}
        broken: {ports: [[1], {target: x}, "a:b", "99999:5601"]}
      """, file: "/x/compose.yml", environment: ["BIND": ""])
    #expect(
      hints.places.mapValues(\.address) == [
        .elasticsearch: "http://127.0.0.1:9201", .jaeger: "http://localhost:16686",
        .prometheus: "http://localhost:19090", .alertmanager: "http://[::1]:9093",
      ])
    #expect(hints.places[.elasticsearch]?.source == "the service search in compose.yml")
  }

  @Test func `RustIM's settings tell of the host, and of what keeps things from showing`() throws {
    let hints = try StackHints.parse(
      """
      log: {format: pretty}
      telemetry: {enabled: false, endpoint: "http://10.0.0.5:4317", sampling_ratio: 0.1}
      """, file: "config/config.yaml")
    #expect(hints.places[.jaeger]?.address == "http://10.0.0.5:16686")
    #expect(hints.places[.elasticsearch]?.address == "http://10.0.0.5:9200")
    #expect(hints.remarks.count == 3)
    #expect(hints.remarks.first == "config.yaml: log.format is pretty: lines come unparsed; set it to json")
  }

  @Test(arguments: ["", "a: 1", "- 1", "services: []", "a: [", "services: &a [*a]"])
  func `another file is refused in a sentence`(text: String) {
    #expect(throws: SettingsError.self) { try StackHints.parse(text, file: "f.yaml") }
  }
}

@Suite struct `A survey of a stack` {
  /// Answers by the port of the address.
  private struct Port: HTTPTransport {
    let endpoint: Endpoint
    var address: String { endpoint.address.description }

    func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
      switch (endpoint.address.effectivePort, request.path.last ?? "") {
      case (9200, ""): return .json(#"{"version":{"number":"8.17.0"},"cluster_name":"lab\n# x","tagline":"You Know"}"#)
      case (9200, "indices"): return .json(#"[{"index":"rustim-logs-1"},{"index":".kibana"},{"index":"orders"}]"#)
      case (16_686, "services"): return .json(#"{"data":["msg-server","a: b"],"total":2}"#)
      case (9090, _): return .json(#"{"status":"error","error":"no"}"#, status: 401)
      default:
        throw FetchError(.unreachable, tried: request.text, answer: "it \(FetchError.nothingListens)")
      }
    }
  }

  private func draft(_ given: [Store: String] = [:]) async throws -> SettingsDraft {
    let survey = try StackSurvey(
      given: given, hints: StackHints(), clock: { Timestamp(seconds: 0) }, transport: { Port(endpoint: $0) })
    return SettingsDraft(await survey.discoveries(), context: "lab")
  }

  @Test func `becomes settings that can be read, with what was found and what was not`() async throws {
    let draft = try await draft([.kibana: "http://kb.test:5601"])
    #expect(draft.isWorthWriting)
    let text = draft.text
    let settings = try Settings.parse(text, file: "c.yaml")
    let context = try #require(settings.current)
    #expect(context.name == "lab")
    #expect(Set(context.stores.keys) == [.elasticsearch, .jaeger, .prometheus, .kibana])
    #expect(context.stores[.elasticsearch]?.indices.value == "rustim-*")
    #expect(text.contains("# Elasticsearch, its usual port: version 8.17.0, cluster lab # x\n"))
    #expect(text.contains("# It knows a: b, msg-server\n"))
    #expect(text.contains("# No Alertmanager at http://localhost:9093 (its usual port): it refused the connection"))
    #expect(text.contains("# password_file: ~/.config/obs-tui/prometheus.password"))
    #expect(text.contains("# Kibana, as given: it refused the connection"))
  }

  @Test(arguments: ["http://u:p@h", "ftp://h", ""]) func `refuses what is no address`(address: String) {
    #expect(throws: SettingsError.self) {
      try StackSurvey(given: [.jaeger: address], hints: StackHints(), clock: { Timestamp(seconds: 0) })
    }
  }

  @Test(arguments: [
    ("rustim-logs", "rustim-logs"), (".ds-rustim-logs-2026.11.22-000001", "rustim-logs"), (".kibana_1", nil),
    (".ds-.monitoring-es-8-2026.11.22-000001", nil), (".ds-x", nil), ("", ""),
  ])
  func `hidden indices are left out, and a stream stands for its own`(name: String, visible: String?) {
    #expect(ElasticsearchClient.visibleName(name) == visible)
  }

  @Test(arguments: [
    (["rustim-logs", "rustim-logs-2026.11.22", "orders"], ["rustim-*"]), (["orders"], ["orders"]),
    (["app_2026-11", "app_2026-12"], ["app_*"]), (["logs-a", "filebeat-8.1"], ["logs-*", "filebeat-*"]), ([], []),
  ])
  func `index patterns are those of log indices`(indices: [String], patterns: [String]) {
    #expect(IndexFamilies.patterns(of: indices) == patterns)
  }
}
