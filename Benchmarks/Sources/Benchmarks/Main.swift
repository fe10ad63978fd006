import Foundation

/// Measures obs-tui against its targets and prints a table: `benchmarks PROGRAM [--minutes N] [--only PART,…]`. Exits 1 on a
/// miss.
@main enum Main {
  static func main() async {
    let arguments = CommandLine.arguments
    let parts = [
      "start", "repaint", "keys", "lines", "trace", "traces", "hits", "reading", "completeness", "flood", "held",
      "files", "dashboards",
      "idle",
    ]
    if arguments.count == 3, ["--open-trace", "--analyse-trace"].contains(arguments[1]) {
      do {
        if arguments[1] == "--open-trace" {
          try TraceRows.openInThisProcess(arguments[2])
        } else {
          try TraceAnalysisRows.analyseInThisProcess(arguments[2])
        }
      } catch {
        print(error)
        exit(1)
      }
      return
    }
    /// The word behind an option.
    func value(of option: String) -> String? {
      arguments.firstIndex(of: option).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
    }
    let only = value(of: "--only").map { Set($0.split(separator: ",").map(String.init)) } ?? Set(parts)
    let minutes = value(of: "--minutes").map { Double($0) ?? .nan } ?? 10
    guard arguments.count >= 2, only.isSubset(of: parts), minutes > 0 else {
      print("usage: \(arguments[0]) PATH-OF-OBS-TUI [--minutes N] [--only \(parts.joined(separator: ","))]")
      exit(2)
    }
    var isMet = true
    /// Each row as soon as it is known: the last ones take minutes.
    func report(_ rows: [Row]) {
      for row in rows {
        print("| \(row.what) | \(row.target) | \(row.measured) | \(row.isMet ? "met" : "MISSED") |")
        isMet = isMet && (row.isMet || !row.isBinding)
      }
      fflush(nil)
    }
    print("| what | target | measured | verdict |\n|---|---|---|---|")
    do {
      let program = ProgramRows(program: arguments[1])
      if only.contains("start") { report([try program.start()]) }
      if only.contains("repaint") { report([try program.repaint()]) }
      if only.contains("keys") { report([try program.keys()]) }
      if only.contains("lines") { report(try program.longLines()) }
      if only.contains("trace") { report(try await DecodingRows.trace()) }
      if only.contains("traces") { report(try TraceRows(own: arguments[0], program: program).measure()) }
      if only.contains("hits") { report(try await DecodingRows.hits()) }
      if only.contains("reading") { report(try await ReadingRows.measure()) }
      if only.contains("completeness") { report([try await CompletenessRows.script()]) }
      if only.contains("flood") { report(try await CompletenessRows.flood(program)) }
      if only.contains("held") { report([try program.held()]) }
      if only.contains("files") { report(try FileRows(program: arguments[1]).measure()) }
      if only.contains("dashboards") { report(try await DashboardRows(program: program).measure()) }
      if only.contains("idle") { report(try program.idle(seconds: minutes * 60)) }
    } catch {
      print("the measurement failed: \(error)")
      exit(1)
    }
    print("\non \(machine)")
    exit(isMet ? 0 : 1)
  }

  private static var machine: String {
    let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n")
      .first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    return
      "\(ProcessInfo.processInfo.hostName): \(ProcessInfo.processInfo.processorCount) × \(cpu ?? "unknown processor")"
  }
}
