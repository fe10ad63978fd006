import Foundation
import Testing

@testable import ObsData

private func errors(
  _ yaml: String, _ environment: [String: String] = [:], _ overrides: SettingsOverrides = SettingsOverrides()
)
  -> String
{
  do {
    _ = try Settings.parse(yaml, file: "f", environment: environment, overrides: overrides)
    return "ok"
  } catch {
    return error.description
  }
}

@Suite struct SettingsErrorTests {
  @Test(arguments: [
    ("themes: x", "f:1:1: settings know no “themes”, did you mean “theme”?"),
    (
      "contexts:\n  a:\n    elasticsaerch: {url: http://h}",
      "f:3:5: settings of context a know no “elasticsaerch”, did you mean “elasticsearch”?"
    ),
    (
      "contexts: {a: {jaeger: {url: http://h, overlap: 1s, pasword: x}}}",
      "f:1:40: jaeger settings know no “overlap”; they know url, username, password, password_file, password_command, "
        + "token, token_file, token_command, api_key, api_key_file, api_key_command, ca_file, cert_file, key_file, "
        + "insecure_skip_verify, headers, proxy, interval, timeout\n"
        + "f:1:53: jaeger settings know no “pasword”, did you mean “password”?"
    ),
    ("contexts: [a]", "f:1:11: contexts are a map, not a list"),
    ("theme: [a]", "f:1:8: theme is a single value, not a list"),
    ("theme:", "f:1:7: theme has no value (a lone ~ or null stands in quotes)"),
    ("mouse: maybe", "f:1:8: mouse is true or false, not “maybe”"),
    ("held_lines: 1e9", "f:1:13: held_lines is a whole number from 100 to 1000000, not “1e9”"),
    ("window: 1.5x", "f:1:9: window is a duration such as 10s, 1m30s or 500ms, not “1.5x”"),
    ("window: 1s", "f:1:9: window lies between 10s and 30d, not at 1s"),
    ("window: 99999999999999999d", "f:1:9: window is a duration such as 10s, 1m30s or 500ms, not “99999999999999999d”"),
    ("time_display: UTC", "f:1:15: time_display is one of local, utc, relative, not “UTC”, did you mean “utc”?"),
    ("current_context: b\ncontexts: {a: {}, c: {}}", "f:1:18: there is no context “b”; there is a, c"),
    ("contexts: {a: {jaeger: {url: localhost:1}}}", "f:1:30: url: an address starts with http:// or https://"),
    ("contexts: {a: {jaeger: {interval: 1s}}}", "f:1:24: jaeger of context a has no url"),
    (
      "contexts: {a: {jaeger: {url: http://h, token: a, api_key: b}}}",
      "f:1:59: token and api_key are both given; only one can be used"
    ),
    ("contexts: {a: {jaeger: {url: http://h, password: a}}}", "f:1:50: password is given without a username"),
    (
      "contexts: {a: {jaeger: {url: http://h, username: a}}}",
      "f:1:50: username is given without a password (password, password_file or password_command)"
    ),
    ("contexts: {a: {jaeger: {url: http://h, token: '${NOPE}'}}}", "f:1:47: token: the environment has no NOPE"),
    ("contexts: {a: {}, b: {jaeger: {url: http://h, token: '${NOPE}'}}}", "ok"),
    ("contexts: {a: {jaeger: {url: 'http://${NOPE}'}}}", "f:1:30: url: the environment has no NOPE"),
    ("contexts: {a: {jaeger: {url: http://h, key_file: k}}}", "f:1:50: key_file is given without cert_file"),
    (
      "contexts: {a: {jaeger: {url: http://h, headers: {Host: x, 'a b': y}}}}",
      "f:1:50: “Host” is no header that can be set\nf:1:59: “a b” is no header that can be set"
    ),
    (
      "contexts: {a: {jaeger: {url: http://h, proxy: ftp://x}}}",
      "f:1:47: proxy: a proxy is http:// or socks5://, not ftp://"
    ),
    ("contexts: {a: {elasticsearch: {url: http://h, indices: [a b]}}}", "f:1:57: “a b” is no index pattern"),
    ("services: {aliases: {a: [x], b: [x]}}", "f:1:34: “x” is already another name of a"),
    ("metrics: {a: {title: x}}", "f:1:11: metric a has no expr"),
    (
      "metrics: {a: {expr: up, unit: secs}}",
      "f:1:31: unit is one of none, seconds, milliseconds, bytes, ratio, percent, "
        + "per_second, bytes_per_second, not “secs”"
    ),
    ("theme: a\ntheme: b", "f:1:1: written twice in this map: theme"),
    ("- a", "f:1:1: settings are a map, not a list"),
    (
      "theme: a\n\tmouse: true",
      "f:2:1: found a tab character that violates indentation (while scanning a plain scalar from line 1)"
    ),
    (
      "theme: @x",
      "f:1:8: found character that cannot start any token (while scanning for the next token from line 1); "
        + "a value that begins with it must stand in quotes"
    ),
    ("theme: [a", "f:2:1: did not find expected ',' or ']' (while parsing a flow sequence from line 1)"),
    ("theme: *x", "f:1:8: found undefined alias"),
    (
      "theme: a\n---\ntheme: b",
      "f:2:1: but found another document (expected a single document in the stream from line 1)"
    ),
    ("theme: a\u{1}b", "f:1:9: control characters are not allowed"),
  ])
  func `an error says where and what`(yaml: String, expected: String) {
    #expect(errors(yaml) == expected)
  }

  @Test func `all errors come at once, in the order of the file, then environment and flags`() {
    let overrides = SettingsOverrides(context: "zz", urls: [.jaeger: "x"])
    #expect(
      errors("mouse: 1\ncontexts: {a: {color: pink}}\ntheme: []\n", ["OBS_TUI_PROMETHEUS_URL": "y"], overrides) == """
        f:1:8: mouse is true or false, not “1”
        f:2:23: color is one of plain, red, yellow, green, blue, magenta, cyan, not “pink”
        f:3:8: theme is a single value, not a list
        --context: there is no context “zz”; there is a
        """)
    #expect(
      errors("contexts: {a: {jaeger: {url: http://h}}}", ["HTTP_PROXY": "https://p"]) == """
        proxy variables: for http://h: a proxy is http:// or socks5://, not https://; \
        set proxy for this store in the settings (none for no proxy)
        """)
    #expect(
      errors("", ["OBS_TUI_PROMETHEUS_URL": "y"], SettingsOverrides(urls: [.jaeger: "x"])) == """
        OBS_TUI_PROMETHEUS_URL: url: an address starts with http:// or https://
        --jaeger-url: url: an address starts with http:// or https://
        """)
  }

  @Test func `bombs are refused at once`() {
    let levels = (1...9).map {
      "a\($0): &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ", ") + "]"
    }
    let laughs = "a0: &a0 [x]\n" + levels.joined(separator: "\n")
    #expect(errors(laughs).hasSuffix("too many anchors and aliases that may contain each other"))
    #expect(errors(laughs + "\n? *a9\n: x").hasSuffix("too many anchors and aliases that may contain each other"))
    #expect(errors("x: " + String(repeating: "[", count: 100_000)) == "f:1:1: this is nested too deeply")
    #expect(errors(String(repeating: "- ", count: 100_000)) == "f:1:1: this is nested too deeply")
    let stairs = (0..<300).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    #expect(errors(stairs).hasSuffix("this is nested too deeply"))
    let wide =
      "base: &b [" + Array(repeating: "x", count: 900).joined(separator: ",") + "]\nfields: ["
      + Array(repeating: "*b", count: 900).joined(separator: ",") + "]"
    let unknown = errors((0..<3000).map { "unknown-key-number-\($0): 1" }.joined(separator: "\n"))
    #expect(unknown.split(separator: "\n").count == 100)
    #expect(errors(wide) == "f:1:1: too much: more than 50000 values once its aliases are followed")
  }

  @Test(arguments: [
    ("${", "${"), ("${A}${B:-b}${A:-c}", "xbx"), ("a$b", "a$b"), ("$${A}", "${A}"), ("${B:-}", ""), ("", ""),
  ])
  func `variables are filled in`(text: String, expected: String) {
    let reader = SettingsReader(environment: ["A": "x"], folder: "")
    let (result, missing) = reader.expanded(Sourced(text, .file(path: "f", line: 1, column: 1)))
    #expect(result == expected)
    #expect(missing.isEmpty)
  }

  @Test(
    arguments: [
      ("10s", "10s"), ("1m30s", "1m30s"), ("90s", "1m30s"), ("500ms", "500ms"), ("24h", "1d"),
      ("1d2h3m4s5ms", "1d2h3m4s5ms"),
      ("", nil), ("10", nil), ("s", nil), ("0s", nil), ("-1s", nil), ("1 s", nil), ("1.5s", "1s500ms"),
      ("9223372036854775807h", nil),
      ("１s", nil),
    ] as [(String, String?)])
  func `durations are read and written`(text: String, expected: String?) {
    #expect(DurationText.parse(text).map(DurationText.text) == expected)
  }

  @Test func `files that cannot be read are said to be so`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "obs-tui-settings-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func error(_ file: String?, _ environment: [String: String] = [:]) -> String {
      do {
        return try Settings.load(file: file, environment: environment).file ?? "no file"
      } catch {
        return error.description.replacing(folder.path, with: "…")
      }
    }
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
      let file = folder.appending(path: name)
      try Data(bytes).write(to: file)
      return file.path
    }
    #expect(error(folder.path + "/none") == "…/none: the settings file does not exist")
    #expect(error(folder.path) == "…: the settings file is a folder, not a file")
    #expect(error("/dev/zero") == "/dev/zero: the settings file is not a plain file")
    #expect(
      error(try write("big", Array(repeating: 35, count: 2 << 20))) == "…/big: the settings file is larger than 1 MB")
    #expect(error(try write("latin", [0x74, 0x3A, 0x20, 0xE9])) == "…/latin: the settings file is not UTF-8 text")
    #expect(error(nil, ["XDG_CONFIG_HOME": folder.path]) == "no file")
    #expect(error(nil, [:]) == "no file")
    try FileManager.default.createDirectory(at: folder.appending(path: "obs-tui"), withIntermediateDirectories: true)
    _ = try write("obs-tui/config.yaml", Array("theme: nord".utf8))
    #expect(error(nil, ["XDG_CONFIG_HOME": folder.path, "HOME": "/"]) == folder.path + "/obs-tui/config.yaml")
    #expect(
      Settings.standardFile(environment: ["XDG_CONFIG_HOME": "x", "HOME": "/h"]) == "/h/.config/obs-tui/config.yaml")
  }

  @Test func `an address with a password is refused as an option, and told nowhere`() {
    let text = errors("", [:], SettingsOverrides(urls: [.jaeger: "http://reader:hush@h"]))
    #expect(
      text == """
        --jaeger-url: no user and no password here, for everybody on this machine can read the command line: username and \
        password_file in the settings, or OBS_TUI_JAEGER_USERNAME and OBS_TUI_JAEGER_PASSWORD, keep them
        """)
    // In a file or a variable it is taken, and masked.
    let variable = ["OBS_TUI_JAEGER_URL": "http://reader:hush@h"]
    #expect(errors("", variable) == "ok")
    let settings = try? Settings.parse(nil, file: "", environment: variable)
    let rows = settings?.rows(context: "default").map { "\($0)" } ?? ""
    #expect(rows.contains("reader") && !rows.contains("hush"))
    #expect(!"\(String(reflecting: settings))".contains("hush"))
  }

  @Test(arguments: [0, -1, 1_000_001]) func `a number of lines that cannot be held is refused`(held: Int) {
    #expect(
      errors("", [:], SettingsOverrides(held: held)) == "--held: from 1 to 1000000 lines, not \(held)")
  }
}
