import Foundation
import Testing

@testable import ObsData

/// What `config show` prints of a text's current context, or its errors; one line each, file names left out.
private func shown(
  _ yaml: String?, _ environment: [String: String] = [:], _ overrides: SettingsOverrides = SettingsOverrides(),
  only prefix: String = ""
) -> String {
  do {
    let settings = try Settings.parse(yaml, file: "f", environment: environment, overrides: overrides)
    let rows = settings.rows(context: settings.currentContext.value) ?? []
    return rows.filter { $0.path.hasPrefix(prefix) }.map { "\($0.path) = \($0.value) (\($0.origin.short))" }
      .joined(separator: "\n")
  } catch {
    return error.description
  }
}

@Suite struct SettingsTests {
  @Test func `without a file there is one context with the stack's own ports`() {
    #expect(
      shown(nil) == """
        context = default (default)
        color = plain (default)
        writable = false (default)
        elasticsearch.url = http://localhost:9200 (default)
        elasticsearch.interval = 2s (default)
        elasticsearch.timeout = 10s (default)
        elasticsearch.overlap = 30s (default)
        elasticsearch.indices = rustim-*,logs-*,filebeat-* (default)
        jaeger.url = http://localhost:16686 (default)
        jaeger.interval = 10s (default)
        jaeger.timeout = 10s (default)
        prometheus.url = http://localhost:9090 (default)
        prometheus.interval = 10s (default)
        prometheus.timeout = 10s (default)
        alertmanager.url = http://localhost:9093 (default)
        alertmanager.interval = 15s (default)
        alertmanager.timeout = 10s (default)
        time_display = local (default)
        window = 15m (default)
        mouse = false (default)
        held_lines = 100000 (default)
        """)
    for empty in ["", "\n", "# nothing\n", "contexts:\n", "{}", "---\n..."] { #expect(shown(empty) == shown(nil)) }
  }

  @Test func `flags win over the environment, the environment over the file, the file over the defaults`() {
    let yaml = """
      contexts:
        prod:
          elasticsearch: {url: http://file:1, indices: [a-*, b], interval: 1m30s, username: u, password: p}
        other:
          jaeger: {url: http://other:1}
      """
    #expect(
      shown(yaml, only: "elasticsearch") == """
        elasticsearch.url = http://file:1 (f:3)
        elasticsearch.username = u (f:3)
        elasticsearch.password = •••• (f:3)
        elasticsearch.interval = 1m30s (f:3)
        elasticsearch.timeout = 10s (default)
        elasticsearch.overlap = 30s (default)
        elasticsearch.indices = a-*,b (f:3)
        """)
    let environment = [
      "OBS_TUI_ELASTICSEARCH_URL": "https://env/base/", "OBS_TUI_ELASTICSEARCH_INDEX": "env-*",
      "OBS_TUI_JAEGER_URL": "",
      "OBS_TUI_ELASTICSEARCH_API_KEY": "id:${key}", "OBS_TUI_GRAFANA_URL": "http://g",
    ]
    #expect(
      shown(yaml, environment, SettingsOverrides(index: "flag-*"), only: "elasticsearch") == """
        elasticsearch.url = https://env/base (OBS_TUI_ELASTICSEARCH_URL)
        elasticsearch.username = u (f:3)
        elasticsearch.api_key = •••• (OBS_TUI_ELASTICSEARCH_API_KEY)
        elasticsearch.interval = 1m30s (f:3)
        elasticsearch.timeout = 10s (default)
        elasticsearch.overlap = 30s (default)
        elasticsearch.indices = flag-* (--index)
        """)
    #expect(shown(yaml, environment, only: "grafana.url") == "grafana.url = http://g (OBS_TUI_GRAFANA_URL)")
  }

  @Test func `the environment speaks of the selected context alone`() throws {
    let yaml = "contexts: {a: {jaeger: {url: http://a}}, b: {jaeger: {url: http://b}}}"
    let settings = try Settings.parse(
      yaml, file: "f", environment: ["OBS_TUI_CONTEXT": "b", "OBS_TUI_JAEGER_TOKEN": "t"])
    #expect(settings.current?.name == "b")
    #expect(settings.current?.endpoint(for: .jaeger)?.credentials == .bearer(Secret("t")))
    #expect(settings.context(named: "a")?.endpoint(for: .jaeger)?.credentials == Credentials.none)
    #expect(settings.current?.endpoint(for: .prometheus) == nil)
    let flagged = try Settings.parse(
      yaml, file: "f", environment: ["OBS_TUI_CONTEXT": "b"], overrides: SettingsOverrides(context: "a"))
    #expect(flagged.current?.endpoint(for: .jaeger)?.address.description == "http://a")
  }

  @Test(
    arguments: [
      ("url: http://u:p@h", [:], Credentials.basic(username: "u", password: Secret("p"))),
      (
        "url: http://h, username: u, password: '${P}'", ["P": "s3cret"],
        .basic(username: "u", password: Secret("s3cret"))
      ),
      ("url: http://h, username: u, password: 'a$${P}b$'", [:], .basic(username: "u", password: Secret("a${P}b$"))),
      ("url: http://h, token: '${T:-x}y'", [:], .bearer(Secret("xy"))),
      ("url: http://h, token_file: t", [:], .bearer(Secret(file: "conf/t"))),
      ("url: http://h, token_file: ~/t", ["HOME": "/home/me"], .bearer(Secret(file: "/home/me/t"))),
      ("url: http://h, api_key_command: 'echo ${X}'", [:], .apiKey(Secret(command: "echo ${X}"))),
      ("url: http://h, token: file", ["OBS_TUI_JAEGER_TOKEN": "env"], .bearer(Secret("env"))),
    ] as [(String, [String: String], Credentials)])
  func `credentials`(yaml: String, environment: [String: String], expected: Credentials) throws {
    let settings = try Settings.parse(
      "contexts: {c: {jaeger: {\(yaml)}}}", file: "conf/f", environment: environment)
    #expect(settings.current?.endpoint(for: .jaeger)?.credentials == expected)
  }

  @Test func `TLS, headers and proxies`() throws {
    let yaml = """
      contexts:
        c:
          prometheus:
            url: https://p
            ca_file: ca.pem
            cert_file: /me.pem
            insecure_skip_verify: yes
            headers: {X-Scope-OrgID: "${ORG}"}
      """
    let environment = ["ORG": "a", "HTTPS_PROXY": "http://proxy:3128"]
    let context = try #require(try Settings.parse(yaml, file: "/etc/o/f", environment: environment).current)
    let endpoint = try #require(context.endpoint(for: .prometheus))
    #expect(
      endpoint.tls == TLSOptions(caFile: "/etc/o/ca.pem", certificateFile: "/me.pem", skipsVerification: true))
    #expect(endpoint.headers == [ExtraHeader(name: "X-Scope-OrgID", value: Secret("a"))])
    #expect(endpoint.proxy == ProxyAddress(host: "proxy", port: 3128))
    #expect(context.isInsecure)
  }

  @Test func `what stands at the top holds for all contexts, and a context wins over it`() throws {
    let yaml = """
      fields: {time: ts, level: [a, b]}
      services: {aliases: {user: [im-user]}, strip_prefixes: [x-]}
      metrics: {up: up, latency-p95: {expr: "x{s=~\\"${service}\\"}", unit: seconds}}
      contexts:
        c:
          jaeger: {url: http://h}
          fields: {level: [c]}
          services: {aliases: {msg: message}}
          metrics: {up: {title: Up, expr: sum(up)}}
      """
    let context = try #require(try Settings.parse(yaml, file: "f").current)
    #expect(
      shown(yaml, only: "fields") == "fields.time = ts (f:1)\nfields.level = c (f:7)")
    #expect(
      shown(yaml, only: "services") == """
        services.aliases.user = im-user (f:2)
        services.strip_prefixes = x- (f:2)
        services.aliases.msg = message (f:8)
        """)
    #expect(context.fields.time == ["ts"])
    #expect(context.fields.level == ["c"])
    #expect(context.fields.message == nil)
    #expect(context.services.aliases == ["user": ["im-user"], "msg": ["message"]])
    #expect(
      context.metrics.map { "\($0.id) \($0.title ?? "-") \($0.unit.map { "\($0)" } ?? "-") \($0.expression)" } == [
        "up Up - sum(up)", "latency-p95 - seconds x{s=~\"${service}\"}",
      ])
  }

  @Test(arguments: [
    ("user_server", "user-server"), ("rustim-user_server", "user-server"), ("rustim-push-svc", "push"),
    ("rustim-", "rustim-"), ("api-gateway", "api-gateway"), ("-svc", "-svc"), ("rustim-im-x", "x"),
  ])
  func `names of services become one`(raw: String, canonical: String) {
    let rules = ServiceNaming(
      aliases: ["user-server": ["user_server"]], stripPrefixes: ["rustim-", "rustim-im-"], stripSuffixes: ["-svc"])
    #expect(rules.canonical(raw) == canonical)
  }

  @Test func `merge keys carry a map over`() throws {
    let yaml = """
      contexts:
        a: &a
          jaeger: &j {url: http://a, token: t}
          color: red
        b:
          <<: *a
          jaeger: {<<: *j, url: http://b}
      current_context: b
      """
    let context = try #require(try Settings.parse(yaml, file: "f").current)
    #expect(context.color.value == .red)
    #expect(context.endpoint(for: .jaeger)?.address.host == "b")
    #expect(context.endpoint(for: .jaeger)?.credentials == .bearer(Secret("t")))
  }

  @Test func `keys are handed on with their places, and who knows the commands may object`() throws {
    let yaml = "keys:\n  quit: [Q, ctrl-c]\n  mark: ['~']\n  help: []\n"
    let settings = try Settings.parse(yaml, file: "f")
    #expect(
      settings.keys.map { "\($0.command.value): \($0.keys.map(\.value))" } == [
        "quit: [\"Q\", \"ctrl-c\"]", "mark: [\"~\"]", "help: []",
      ])
    #expect(throws: SettingsError([SettingsProblem(.file(path: "f", line: 2, column: 13), "no such key")])) {
      try Settings.parse(yaml, file: "f") { [SettingsProblem($0.keys[0].keys[1].origin, "no such key")] }
    }
    for line in ["a:b:2:13: no: key", "--flag: bad", "OBS_TUI_X: bad: worse"] {
      #expect(SettingsProblem(line: line).description == line)
    }
    #expect(SettingsProblem(line: "a:2:13: x").origin == .file(path: "a", line: 2, column: 13))
  }
}
