import ArgumentParser
import Foundation
import ObsData

/// `obs-tui trace-diff`: two traces side by side.
struct TraceDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace-diff", abstract: "Compare two traces by operation and call path, without the screen.",
    discussion: """
      Each is an id that Jaeger is asked for, or a file with one trace (- is standard input). The largest difference of self time \
      comes first; + means that B takes longer. Exits 2 when a file or an option cannot be read, 3 when the store failed or does \
      not have a trace.
      """)

  @Argument(help: ArgumentHelp("The trace to compare with: an id or a file.", valueName: "a"))
  var first: String

  @Argument(help: ArgumentHelp("The trace that is compared: an id or a file.", valueName: "b"))
  var second: String

  @Option(help: ArgumentHelp("How wide the text may be.", valueName: "cells"))
  var width = 120

  @Flag(help: "One JSON object: a, b, operations, paths (described in the README).")
  var json = false

  @OptionGroup var source: TraceStoreOptions

  func run() throws {
    guard (40...1_000).contains(width) else { throw UsageError("--width \(width): 40 to 1000 cells") }
    let inputs = (try TraceInput(argument: first), try TraceInput(argument: second))
    if first == "-", second == "-" { throw UsageError("standard input can be read only once") }
    signal(SIGPIPE, SIG_IGN)
    var loader = TraceLoader(source)
    let a = try loader.load(inputs.0)
    let b = try loader.load(inputs.1)
    let report = ComparisonReport((a, TraceTree.build(a)), (b, TraceTree.build(b)))
    try ReportOutput.write(json ? report.json + "\n" : report.lines(width: width).joined(separator: "\n") + "\n")
  }
}
