import Foundation
import Testing

@testable import ObsData

@Suite struct SecretExposureTests {
  @Test(arguments: [
    ("{contexts: {a: {jaeger: {url: http://h, token: abc}}}}", true),
    ("{contexts: {a: {jaeger: {url: http://h, username: u, password: '1'}}}}", true),
    ("{contexts: {a: {jaeger: {url: 'http://u:p@h'}}}}", true),
    ("{contexts: {a: {jaeger: {url: http://h, headers: {X-Key: abc}}}}}", true),
    ("{contexts: {a: {jaeger: {url: http://h, proxy: 'http://u:p@proxy'}}}}", true),
    ("{contexts: {a: {jaeger: {url: http://h, token: '${T:-abc}'}}}}", true),
    ("{anything: [{url: https://hooks.slack.com/services/T0/B0/x}]}", true),
    ("{contexts: {a: {jaeger: {url: http://h, token: '${T}'}}}}", false),
    ("{contexts: {a: {jaeger: {url: http://h, headers: {X-Key: '${T}'}}}}}", false),
    ("{contexts: {a: {jaeger: {url: 'http://u@h/a:b@c', token_file: t, username: u, password_command: pass}}}}", false),
    ("{contexts: {a: {jaeger: {url: http://h, token: ''}}}}", false), ("{}", false),
  ])
  func `a secret in the settings is known by its key or its address`(yaml: String, isThere: Bool) throws {
    let root = try #require(try SettingsYAML.parse(yaml, file: "f"))
    #expect(SecretExposure.isSecret(root, key: "") == isThere)
  }

  @Test func `each file that holds one is named once, while others may read it`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "obs-tui-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func make(_ name: String, _ text: String, _ mode: Int) throws {
      let path = folder.appending(path: name).path
      #expect(
        FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
    }
    try make("open.token", "abc", 0o644)
    try make("kept.token", "abc", 0o600)
    try make("open.key", "abc", 0o604)
    let stores = """
      contexts: {a: {jaeger: {url: https://h, token_file: open.token, cert_file: x, key_file: open.key},
      prometheus: {url: http://h, token_file: kept.token}, alertmanager: {url: http://h, token_file: open.token}}}
      """
    try make("config.yaml", stores, 0o644)
    func named(_ file: String) throws -> [String] {
      try Settings.load(file: folder.appending(path: file).path, environment: [:]).exposedSecrets
        .map { String($0.prefix { $0 != " " }.dropFirst(folder.path.count + 1)) }
    }
    #expect(try named("config.yaml") == ["open.token", "open.key"])
    try make("secret.yaml", "contexts: {a: {jaeger: {url: http://h, token: abc}}}", 0o644)
    chmod(folder.appending(path: "secret.yaml").path, 0o644)
    #expect(try named("secret.yaml") == ["secret.yaml"])
    chmod(folder.appending(path: "secret.yaml").path, 0o600)
    #expect(try named("secret.yaml") == [])
  }
}
