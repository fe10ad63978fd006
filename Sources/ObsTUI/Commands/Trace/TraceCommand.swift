import ArgumentParser
import Foundation
import ObsData

/// `obs-tui trace`: one trace without the screen.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Print one trace: its waterfall, or what stands out in it, without the screen.",
    discussion: """
      The trace comes from Jaeger by its id, or from a file (Jaeger, OTLP or Zipkin JSON, also .gz; - is standard input). A file \
      with several traces needs --id. Without a mode the waterfall is printed: ▓ in a bar is on the critical path. Exits 2 when \
      the file or an option cannot be read, 3 when the store failed or does not have the trace.
      """)

  @Argument(help: ArgumentHelp("The trace: 16 or 32 hexadecimal digits.", valueName: "id"))
  var trace: String?

  @Option(help: ArgumentHelp("Read the trace from this file; - is standard input.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("Which trace of the file.", valueName: "id"))
  var id: String?

  @Option(help: ArgumentHelp("How wide the text may be.", valueName: "cells"))
  var width = 120

  @Option(help: ArgumentHelp("Fold what holds no error: errors.", valueName: "what"))
  var fold: String?

  @Flag(help: "All figures as one JSON object (described in the README).")
  var json = false

  @Flag(help: "What stands out, as one sentence.")
  var blame = false

  @Flag(help: "Self time by service and operation.")
  var stats = false

  @Flag(help: "The critical path, stretch by stretch.")
  var criticalPath = false

  @OptionGroup var source: TraceStoreOptions

  func run() throws {
    let input = try self.input()
    guard [json, blame, stats, criticalPath].count(where: { $0 }) <= 1 else {
      throw UsageError("--json, --blame, --stats and --critical-path: one of them")
    }
    guard (20...1_000).contains(width) else { throw UsageError("--width \(width): 20 to 1000 cells") }
    if let fold, fold != "errors" { throw UsageError("--fold \(fold): errors is all that is known") }
    signal(SIGPIPE, SIG_IGN)
    var loader = TraceLoader(source)
    let trace = try loader.load(input)
    let tree = TraceTree.build(trace)
    let report = TraceReport(trace, tree)
    if json {
      try ReportOutput.write(report.json + "\n")
    } else if blame {
      try ReportOutput.write(report.sentence + "\n")
    } else if stats {
      try ReportOutput.write(report.statistics(width: width).joined(separator: "\n") + "\n")
    } else if criticalPath {
      try ReportOutput.write(report.criticalPath(width: width).joined(separator: "\n") + "\n")
    } else {
      try report.waterfall(width: width, foldsHealthy: fold != nil) { text throws(UsageError) in
        try ReportOutput.write(text)
      }
    }
    for warning in report.warnings where !json { ReportOutput.complain([warning]) }
  }

  private func input() throws(UsageError) -> TraceInput {
    switch (trace, file) {
    case (let text?, nil):
      guard id == nil else { throw UsageError("--id chooses a trace of a --file") }
      return .store(try TraceInput.identifier(text, option: "trace"))
    case (nil, let path?):
      return .file(
        path, id: try id.map { (text) throws(UsageError) in try TraceInput.identifier(text, option: "--id") })
    case (_?, _?): throw UsageError("a trace id or --file: one of them; --id chooses a trace of a file")
    case (nil, nil): throw UsageError("which trace? Name its id, or --file FILE")
    }
  }
}
