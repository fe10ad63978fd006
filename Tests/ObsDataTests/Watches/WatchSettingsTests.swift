import Testing

@testable import ObsData

@Suite struct WatchSettingsTests {
  private func errors(_ yaml: String) -> String {
    do {
      _ = try Settings.parse(yaml, file: "f")
      return "ok"
    } catch {
      return error.description
    }
  }

  private let yaml = """
    channels:
      page: {kind: command, command: [~/bin/page, --team, im], timeout: 5s, pause: 1m}
      hook: {kind: webhook, url: 'https://hooks.example.org/SECRET?a=b', headers: {X-Team: hush}}
      mail: {kind: mail, to: [a@example.org, b@example.org], from: obs@example.org}
      desktop: {kind: desktop, protocol: osc777}
    watches:
      - {name: up, expr: 'up{a="${b}"} == 0', for: 1m, every: 15s, severity: page, labels: {team: im},
         annotations: {summary: '{{ $value }}'}, channels: [page, hook]}
      - {name: lines, query: 'level: error', count: '>= 1e2', within: 10m}
    contexts:
      a: {watches: [{name: up, expr: up > 1}]}
      b: {}
    """

  @Test func `watches and channels are read, a context's own in the place of one of the same name`() throws {
    let settings = try Settings.parse(yaml, file: "f", environment: ["HOME": "/home/me"])
    let channels = Dictionary(uniqueKeysWithValues: settings.channels.map { ($0.name, $0) })
    #expect(settings.channels.map(\.name) == ["bell", "desktop", "page", "hook", "mail"])
    #expect(channels["desktop"]?.target == .desktop(.osc777))
    #expect(channels["page"]?.target == .command(["/home/me/bin/page", "--team", "im"]))
    #expect(channels["page"]?.pause == .seconds(60) && channels["page"]?.timeout == .seconds(5))
    #expect(
      channels["mail"]?.target == .mail(MailTarget(to: ["a@example.org", "b@example.org"], from: "obs@example.org")))
    let b = try #require(settings.context(named: "b")?.watches)
    #expect(
      b == [
        Watch(
          name: "up", condition: .metrics("up{a=\"${b}\"} == 0"), holdsFor: .seconds(60), every: .seconds(15),
          labels: ["team": "im", "severity": "page"], annotations: ["summary": "{{ $value }}"],
          channels: ["page", "hook"]),
        Watch(
          name: "lines",
          condition: .lines(query: "level: error", comparison: .atLeast, threshold: 100, within: .seconds(600))),
      ])
    let a = try #require(settings.context(named: "a")?.watches)
    #expect(a.map(\.conditionText) == ["up > 1", "level: error >= 100 within 10m"])
  }

  @Test func `every value is shown with its origin, and no secret`() throws {
    let settings = try Settings.parse(yaml, file: "f")
    let rows = try #require(settings.rows(context: "b")).map { "\($0.path) = \($0.value) \($0.origin.short)" }
    for row in [
      "watches.up.for = 1m f:7", "watches.up.channels = page, hook f:8", "watches.lines.count = >= 1e2 f:9",
      "channels.page.command = ~/bin/page --team im f:2", "channels.hook.url = •••• f:3",
      "channels.hook.headers.X-Team = •••• f:3",
    ] { #expect(rows.contains(row), "\(row)\n\(rows)") }
    #expect(!"\(rows)\(String(reflecting: settings))".contains("SECRET"))
    #expect(!"\(rows)\(String(reflecting: settings))".contains("hush"))
  }

  @Test(arguments: [
    ("watches: {a: 1}", "f:1:10: watches are a list, not a map"),
    ("watches: [a]", "f:1:11: a watch is a map with a name, not a single value"),
    ("watches: [{expr: up}]", "f:1:11: a watch has no name"),
    ("watches: [{name: a}]", "f:1:11: the watch a has neither expr (PromQL) nor query (KQL)"),
    ("watches: [{name: a, expr: up, count: '> 1'}]", "f:1:38: a watch with an expr takes no count"),
    ("watches: [{name: a, query: x}]", "f:1:11: the watch a has a query but no count: '> 100'"),
    (
      "watches: [{name: a, query: x, count: 5}]",
      "f:1:38: count is a comparison such as '> 100', not “5”"
    ),
    ("watches: [{name: a, expr: up, fro: 1m}]", "f:1:31: settings of a watch know no “fro”, did you mean “for”?"),
    ("watches: [{name: a, expr: up, every: 1ms}]", "f:1:38: every lies between 1s and 1d, not at 1ms"),
    (
      "watches: [{name: a, expr: up, channels: [bel]}]",
      "f:1:42: there is no channel “bel”; did you mean “bell”?"
    ),
    ("watches: [{name: a, expr: up}, {name: a, expr: up}]", "f:1:32: there is already a watch “a”"),
    (
      "watches: [{name: a, expr: up, labels: {'a b': c}}]",
      "f:1:40: “a b” is no name of a label: letters, digits and _"
    ),
    ("channels: {a: {}}", "f:1:12: channel a has no kind: bell, desktop, command, webhook, slack, mail"),
    ("channels: {a: {kind: mial}}", "did you mean “mail”?"),
    ("channels: {a: {kind: command}}", "f:1:12: channel a has no command"),
    ("channels: {a: {kind: bell, url: x}}", "f:1:33: a channel of kind bell takes no url"),
    ("channels: {a: {kind: slack}}", "f:1:12: channel a has no url (url, url_file or url_command)"),
    (
      "channels: {a: {kind: slack, url: hooks/SECRET}}",
      "f:1:34: url: an address starts with http:// or https://"
    ),
    ("channels: {a: {kind: slack, url: http://h, url_file: x}}", "url and url_file are both given"),
    ("channels: {a: {kind: mail}}", "f:1:12: channel a has nobody to send to"),
    (
      "channels: {a: {kind: mail, to: [\"a@b\\nBcc: c@d\"]}}",
      "is no mail address such as oncall@example.org"
    ),
  ]) func `what is wrong is named with its place`(yaml: String, sentence: String) {
    let text = errors(yaml)
    #expect(text.contains(sentence), "\(text)")
    #expect(!text.contains("SECRET"))
  }

  @Test func `a query that cannot be read is refused at once`() {
    #expect(errors("watches: [{name: a, query: 'level: (error', count: '> 1'}]").hasPrefix("f:1:28: query: "))
  }
}
