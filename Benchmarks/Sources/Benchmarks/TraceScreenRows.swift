import Foundation

/// A large trace in the program itself, on a pseudo terminal: from `:open-trace` to its first frame, then the keys of the waterfall.
struct TraceScreenRows {
  let program: ProgramRows

  /// Keys of the waterfall and what they do there; those that undo each other stand in turn. Each changes something on the screen:
  /// else the next tick of the clock would be taken for its answer.
  private static let keys = [
    "j", "j", "\u{1B}[D", "\u{1B}[C", " ", "j", "\u{1B}[D", "\u{1B}[C", "b", "Z", "*", "G", "g",
    ".", ",", "S", "S", "S",
  ]

  func measure(_ path: String, name: String, size: Double, limit: Double) throws -> [Row] {
    let terminal = try program.dashboard([], width: 120, height: 40, addresses: [:])
    guard terminal.wait(for: "help", limit: 10) != nil else { throw ProgramRows.Failure("no first frame in 10 s") }
    terminal.drain(quiet: 1, limit: 5)
    let before = memory(of: terminal.pid).resident
    terminal.write(":open-trace \(path)")
    terminal.drain(quiet: 0.3, limit: 2)
    let begin = now()
    terminal.write("\r")
    guard terminal.wait(for: "api-gateway", limit: 60) != nil || terminal.wait(for: "server", limit: 1) != nil else {
      throw ProgramRows.Failure("\(path) was not shown in 60 s")
    }
    let opened = now() - begin
    terminal.drain(quiet: 0.5, limit: 5)
    let after = memory(of: terminal.pid)
    var rows = [
      Row(
        what: "\(name) in the program: Enter → first frame", target: "≤ \(fixed(limit * 1e3, 0)) ms",
        measured: "\(fixed(opened * 1e3)) ms",
        isMet: opened <= limit),
      Row(
        what: "the same: memory above the empty dashboard's, peak and once open", target: "≤ 5× and ≤ 2× the file",
        measured: "\(fixed((after.peak - before) / size, 2))× and \(fixed((after.resident - before) / size, 2))×",
        isMet: after.peak - before <= 5 * size && after.resident - before <= 2 * size),
    ]
    var times: [Double] = []
    for round in 0..<16 {
      for key in TraceScreenRows.keys {
        terminal.drain(quiet: 0.02, limit: 0.3)
        let pressed = now()
        terminal.write(key)
        // A key that changes nothing on the screen is not counted.
        guard terminal.read(timeout: 0.3) != nil else { continue }
        var last = now()
        while terminal.read(timeout: 0.005) != nil { last = now() }
        if round > 0 { times.append(last - pressed) }
      }
    }
    guard times.count > 100 else { throw ProgramRows.Failure("only \(times.count) keys were answered") }
    let p99 = Sample(times).quantile(0.99) * 1e3
    rows.append(
      Row(
        what: "\(name): fold, unfold, zoom, scroll, sorted views; key → painted, 120×40", target: "p99 ≤ 16 ms",
        measured: "\(fixed(p99)) ms (median \(fixed(Sample(times).median * 1e3)) ms)", isMet: p99 <= 16))
    rows.append(try find(name, in: terminal))
    return rows
  }

  /// Looks for texts that are in many spans, few, none, and in names: Enter until the answer is painted.
  private func find(_ name: String, in terminal: PseudoTerminal) throws -> Row {
    terminal.write("g")
    var times: [Double] = []
    for text in ["retry", "zebra", "tracing-opentelemetry", "healthz", "500", "thread.id"] {
      terminal.drain(quiet: 0.2, limit: 2)
      terminal.write("/\(text)")
      terminal.drain(quiet: 0.2, limit: 2)
      let begin = now()
      terminal.write("\r")
      // “match 7 of 12”, “no match below” or “no span matches”; what is said before, “looking for”, has none of it.
      guard terminal.wait(for: "match", limit: 10) != nil else {
        throw ProgramRows.Failure("\(text) was not looked for")
      }
      times.append(now() - begin)
    }
    let slowest = (times.max() ?? .nan) * 1e3
    return Row(
      what: "\(name): find in all tags and events; Enter → painted, the slowest of \(times.count) texts",
      target: "≤ 100 ms", measured: "\(fixed(slowest)) ms (median \(fixed(Sample(times).median * 1e3)) ms)",
      isMet: slowest <= 100)
  }

  /// Peak and present resident memory of a process, in bytes.
  private func memory(of pid: pid_t) -> (peak: Double, resident: Double) {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    func field(_ name: String) -> Double {
      let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? .nan) * 1_024
    }
    return (field("VmHWM"), field("VmRSS"))
  }
}
