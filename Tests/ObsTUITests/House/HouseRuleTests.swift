import Foundation
import Testing

/// The rules of `docs/architecture.md` that a text search can check.
@Suite struct `House rules` {
  private struct SourceFile {
    let path: String
    let text: String
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func files(under folder: String, endings: [String] = [".swift"]) -> [SourceFile] {
    let base = root.appending(path: folder).path
    let names = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
    return names.filter { name in endings.contains { name.hasSuffix($0) } }.sorted().compactMap { name in
      guard let text = try? String(contentsOfFile: base + "/" + name, encoding: .utf8) else { return nil }
      return SourceFile(path: folder + "/" + name, text: text)
    }
  }

  @Test(arguments: [
    ("CNcurses", "Sources/ObsTUI/Terminal/"), ("CSimdjson", "Sources/ObsData/JSON/"),
    ("CPCRE2", "Sources/ObsData/Search/"),
    ("CRelease", "Sources/ObsData/HTTP/"), ("CZlib", "Sources/ObsData/LogFiles/"),
    ("CMemory", "Sources/ObsData/LogLines/"),
    ("AsyncHTTPClient", "Sources/ObsData/HTTP/"), ("NIOCore", "Sources/ObsData/HTTP/"),
    ("NIOSSL", "Sources/ObsData/HTTP/"), ("NIOHTTP1", "Sources/ObsData/HTTP/"), ("NIOPosix", "Sources/ObsData/HTTP/"),
    ("Hummingbird", "Sources/ObsDemo/"),
  ])
  func `a library is imported in one room only`(module: String, room: String) {
    let files = Self.files(under: "Sources")
    #expect(files.count > 20)
    let importers = files.filter { file in
      file.lines.contains { line in
        let words = line.split(separator: " ")
        return words.contains("import") && words.last.map(String.init) == module
      }
    }
    #expect(importers.filter { !$0.path.hasPrefix(room) }.map(\.path) == [])
  }

  @Test func `the data layer knows no pane and no screen, and the demo no model`() {
    for file in Self.files(under: "Sources/ObsData") {
      #expect(!file.text.contains("import ObsTUI") && !file.text.contains("import ObsDemo"), "\(file.path)")
    }
    for file in Self.files(under: "Sources/ObsDemo") {
      for model in ["LogEntry", "TraceSummary", "TraceTree", "TimeSeries", "MetricRow", "LogBatch"] {
        #expect(!file.text.contains(model), "\(file.path) speaks of \(model): the demo must speak JSON")
      }
    }
  }

  @Test(arguments: [
    "@unchecked Sendable", "nonisolated(unsafe)", "try!", "as!", "fatalError(", "DispatchQueue.main", "@MainActor",
    "TODO", "FIXME", "XXX",
  ])
  func `the sources do without`(forbidden: String) {
    for file in Self.files(under: "Sources") {
      #expect(!file.text.contains(forbidden), "\(file.path)")
    }
  }

  @Test func `no file is longer than 400 lines`() {
    for file in Self.files(under: "Sources", endings: [".swift", ".cpp", ".h", ".c"]) + Self.files(under: "Tests") {
      #expect(file.lines.count <= 401, "\(file.path)")
    }
  }

  @Test func `views read no clock and no locale`() {
    let rooms = ["Sources/ObsTUI/Panes", "Sources/ObsTUI/Charts", "Sources/ObsTUI/Canvas", "Sources/ObsTUI/Formatting"]
    for file in rooms.flatMap({ Self.files(under: $0) }) {
      for forbidden in ["Date()", "Date.now", "clock_gettime", "Locale.current", "TimeZone.current", "ContinuousClock"]
      {
        #expect(!file.text.contains(forbidden), "\(file.path) reads \(forbidden)")
      }
    }
  }
}
