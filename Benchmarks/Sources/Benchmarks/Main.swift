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
    var rows: [Row] = []
    do {
      let program = ProgramRows(program: arguments[1])
      rows.append(try program.start())
      say("start measured")
      rows.append(try program.repaint())
      say("repaint measured")
      rows.append(try program.keys())
      say("keys measured")
      rows += try await DecodingRows.measure()
      say("decoding measured; now the dashboard runs for some minutes")
      rows += try program.idle(seconds: (minutes ?? 10) * 60)
    } catch {
      print("the measurement failed: \(error)")
      exit(1)
    }
    print("| what | target | measured | verdict |\n|---|---|---|---|")
    for row in rows { print("| \(row.what) | \(row.target) | \(row.measured) | \(row.isMet ? "met" : "MISSED") |") }
    print("\non \(machine)")
    exit(rows.allSatisfy(\.isMet) ? 0 : 1)
  }

  /// How far it is: on standard error, the table alone goes to standard output.
  private static func say(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }

  private static var machine: String {
    let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n")
      .first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    return
      "\(ProcessInfo.processInfo.hostName): \(ProcessInfo.processInfo.processorCount) × \(cpu ?? "unknown processor")"
  }
}
