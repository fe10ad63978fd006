import Foundation

/// Measures obs-tui against its targets and prints a table: `benchmarks PROGRAM [--minutes N]`. Exits 1 on a miss.
@main enum Main {
  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count >= 2 else {
      print("usage: \(arguments[0]) PATH-OF-OBS-TUI [--minutes N]")
      exit(2)
    }
    let minutes = arguments.firstIndex(of: "--minutes").flatMap {
      arguments.indices.contains($0 + 1) ? Double(arguments[$0 + 1]) : nil
    }
    var isMet = true
    /// Each row as soon as it is known: the last ones take minutes.
    func report(_ rows: [Row]) {
      for row in rows {
        print("| \(row.what) | \(row.target) | \(row.measured) | \(row.isMet ? "met" : "MISSED") |")
        isMet = isMet && row.isMet
      }
      fflush(nil)
    }
    print("| what | target | measured | verdict |\n|---|---|---|---|")
    do {
      let program = ProgramRows(program: arguments[1])
      report([try program.start()])
      report([try program.repaint()])
      report([try program.keys()])
      report(try program.longLines())
      report(try FileRows(program: arguments[1]).measure())
      report(try await DecodingRows.measure())
      report(try ReadingRows.measure())
      report(try program.idle(seconds: (minutes ?? 10) * 60))
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
