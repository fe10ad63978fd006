import Foundation

/// A large trace in the program itself, on a pseudo terminal: from `:open-trace` to its first frame, then the keys of the waterfall.
struct TraceScreenRows {
  let program: ProgramRows

  /// Keys of the waterfall and what they do there; those that undo each other stand in turn.
  private static let keys = [
    "j", "j", "\u{1B}[D", "\u{1B}[C", " ", "j", "\u{1B}[D", "\u{1B}[C", "b", "Z", "*", "G", "g",
  ]

  func measure(_ path: String, spans: Int, size: Double, limit: Double) throws -> [Row] {
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
    let name = "\(spans) spans in the program: Enter → first frame"
    var rows = [
      Row(
        what: name, target: "≤ \(fixed(limit * 1e3, 0)) ms", measured: "\(fixed(opened * 1e3)) ms",
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
        what: "\(spans) spans: fold, unfold, scroll; key → painted, 120×40", target: "p99 ≤ 16 ms",
        measured: "\(fixed(p99)) ms (median \(fixed(Sample(times).median * 1e3)) ms)", isMet: p99 <= 16))
    return rows
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
