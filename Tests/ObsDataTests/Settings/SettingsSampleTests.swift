import Foundation
import Testing

@testable import ObsData

@Suite struct SettingsSampleTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "examples/config.yaml").path
  private static let environment = ["HOME": "/home/me", "PROMETHEUS_PASSWORD": "p", "GRAFANA_TOKEN": "t"]

  @Test(arguments: ["staging", "production", "lab"]) func `the sample is read without errors`(context: String) throws {
    let settings = try Settings.load(
      file: Self.file, environment: Self.environment, overrides: SettingsOverrides(context: context))
    #expect(settings.contexts.map(\.name) == ["staging", "production", "lab"])
    #expect(settings.current?.name == context)
    #expect(settings.current?.isInsecure == (context == "lab"))
    let shown = (settings.rows(context: context) ?? []).map(\.value).joined(separator: "\n")
    #expect(!shown.contains("pass show"))
  }

  @Test func `the sample shows every key, and no other`() throws {
    let text = try String(contentsOfFile: Self.file, encoding: .utf8)
    let root = try #require(try SettingsYAML.parse(text, file: "f"))
    var paths: Set<String> = []
    collect(root, at: [], into: &paths)
    #expect(SettingsSchema.paths.subtracting(paths).sorted() == [])
    #expect(paths.subtracting(SettingsSchema.paths).sorted() == [])
  }

  private func collect(_ node: SettingsNode, at path: [String], into paths: inout Set<String>) {
    let stores = Set(Store.allCases.map(\.rawValue))
    if case .list(let items) = node.content, path.last == "watches" {
      for item in items { collect(item, at: path + ["*"], into: &paths) }
      return
    }
    guard case .map(let entries) = node.content else {
      // A metric that is a text alone is its expression.
      let isShort = path.dropLast().last == "metrics"
      paths.insert((path + (isShort ? ["expr"] : [])).joined(separator: "."))
      return
    }
    for entry in entries {
      let isNamed = [
        "contexts", "keys", "metrics", "aliases", "headers", "channels", "labels", "annotations",
      ].contains(path.last)
      if path.first == "contexts", path.count == 2, stores.contains(entry.key) {
        paths.insert((path + [entry.key]).joined(separator: "."))
        collect(entry.value, at: path + ["STORE"], into: &paths)
      } else {
        collect(entry.value, at: path + [isNamed ? "*" : entry.key], into: &paths)
      }
    }
  }
}
