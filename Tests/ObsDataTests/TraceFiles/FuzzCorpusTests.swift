import Foundation
import Testing

@testable import ObsData

/// What fuzzing begins with, and what it has found: each text goes through every decoder.
@Suite struct `The fuzzing corpus` {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Fuzz/Corpus").standardized

  private static func files(_ format: TraceFile.Format) throws -> [URL] {
    let names: [TraceFile.Format: String] = [.jaeger: "jaeger", .otlp: "otlp", .zipkin: "zipkin"]
    return try FileManager.default.contentsOfDirectory(
      at: folder.appending(path: names[format] ?? ""), includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }

  @Test(arguments: TraceFile.Format.allCases) func `stops no decoder`(format: TraceFile.Format) throws {
    let files = try Self.files(format)
    #expect(files.count >= 3)
    var spans = 0
    for file in files {
      let bytes = try [UInt8](Data(contentsOf: file))
      for decoder in TraceFile.Format.allCases {
        do {
          for trace in try TraceFile.decode(bytes, name: file.lastPathComponent, as: decoder).traces {
            #expect(TraceTree.build(trace).nodes.count == trace.spans.count, "\(file.lastPathComponent)")
            for index in trace.spans.indices { _ = trace.details(of: index) }
            if decoder == format { spans += trace.spans.count }
          }
        } catch { #expect(!error.answer.isEmpty) }
      }
    }
    #expect(spans > 3)
  }
}
