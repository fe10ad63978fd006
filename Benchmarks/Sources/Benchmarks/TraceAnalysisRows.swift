import Foundation
import ObsData

/// What is found out about a whole trace, on one thread as in the program: each measurement in a process of its own, `benchmarks
/// --analyse-trace FILE`.
struct TraceAnalysisRows {
  /// What the three that the reader asks for took together, and all that the program works out at once.
  struct Figures {
    let together, all: Double
  }

  /// The child: prints seconds for critical path, self times and statistics together, and for the whole analysis.
  static func analyseInThisProcess(_ path: String) throws {
    guard let trace = try TraceFile.read(path: path).traces.first else {
      throw ProgramRows.Failure("no trace in \(path)")
    }
    let tree = TraceTree.build(trace)
    let begin = now()
    let found = (CriticalPath(trace, tree), SelfTimes(trace, tree), OperationStatistics(trace, tree))
    let middle = now()
    let analysis = TraceAnalysis(trace, tree)
    print(middle - begin, now() - middle)
    withExtendedLifetime((found, analysis)) {}
  }

  /// The best of several processes: the one that the machine disturbed least.
  static func measure(_ rows: TraceRows, _ path: String, runs: Int) throws -> Figures {
    let figures = try (0..<runs).map { _ in
      let words = try rows.run([rows.own, "--analyse-trace", path]).split(whereSeparator: \.isWhitespace)
      guard words.count == 2, let together = Double(words[0]), let all = Double(words[1]) else {
        throw ProgramRows.Failure("no figures of \(path)")
      }
      return Figures(together: together, all: all)
    }
    return Figures(
      together: figures.map(\.together).min() ?? .nan, all: figures.map(\.all).min() ?? .nan)
  }

  /// A row of the table.
  static func row(_ name: String, _ figures: Figures) -> Row {
    Row(
      what: "\(name): critical path, self times and statistics together", target: "≤ 300 ms",
      measured: "\(fixed(figures.together * 1e3)) ms (with blame and flame graph \(fixed(figures.all * 1e3)) ms)",
      isMet: figures.together <= 0.3)
  }
}
