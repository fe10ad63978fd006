import Foundation
import ObsData

/// The program and lnav on the same file of 300,000 JSON lines, each on a pseudo terminal: first screen, search, memory.
struct FileRows {
  let program: String

  private static let count = 300_000

  /// What one program took.
  private struct Taking {
    var first: [Double] = []
    var search: [Double] = []
    var resident: [Double] = []
  }

  func measure(runs: Int = 5) throws -> [Row] {
    let what = "300,000 JSON lines from a file against lnav"
    guard let lnav = ["/usr/bin/lnav", "/usr/local/bin/lnav"].first(where: FileManager.default.isExecutableFile) else {
      print("\(what): not measured, as lnav is not installed")
      return []
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "obs-tui-bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "app.log")
    try FileRows.write(to: file)
    try FileRows.format(in: folder)
    let home = ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path]
    var (ours, theirs) = (Taking(), Taking())
    for _ in 0..<runs {
      try take(
        [program, "--file", file.path, "--held", "\(FileRows.count)"], search: "/needle-4711", into: &ours, home)
      try take([lnav, "-I", folder.path, file.path], search: "/needle-4711", into: &theirs, home)
    }
    return [
      row("\(what): first screen", ours.first, theirs.first, unit: 1e3, "ms"),
      row(
        "the same: all lines read, then a search for the line in the middle", ours.search, theirs.search, unit: 1e3,
        "ms"),
      row("the same: resident memory with all lines held", ours.resident, theirs.resident, unit: 1e-6, "MB"),
    ]
  }

  private func row(_ what: String, _ ours: [Double], _ theirs: [Double], unit: Double, _ name: String) -> Row {
    let (mine, other) = (Sample(ours).median * unit, Sample(theirs).median * unit)
    return Row(
      what: what, target: "less than lnav", measured: "\(fixed(mine)) \(name), lnav \(fixed(other)) \(name)",
      isMet: mine < other, isBinding: false)
  }

  private func take(_ arguments: [String], search: String, into taking: inout Taking, _ home: [String: String]) throws {
    let begin = now()
    let terminal = try PseudoTerminal(arguments, width: 120, height: 40, environment: home)
    // The newest line is at the bottom of both screens.
    guard terminal.wait(for: "line \(FileRows.count - 1) ", limit: 60) != nil else {
      throw ProgramRows.Failure("\(arguments[0]) did not show the last line in 60 s")
    }
    taking.first.append(now() - begin)
    // Until it is at rest: then all lines have been read.
    settle(terminal)
    taking.resident.append(Double(usage(of: terminal.pid).resident))
    let asked = now()
    terminal.write(search + "\r")
    if arguments[0] == program { terminal.write("N") }
    // lnav counts what it finds, and stays where it is while that lies above.
    let found = arguments[0] == program ? "line \(FileRows.count / 2) " : "1 hits"
    guard terminal.wait(for: found, limit: 60) != nil else {
      throw ProgramRows.Failure("\(arguments[0]) did not find the line in 60 s")
    }
    taking.search.append(now() - asked)
  }

  private func settle(_ terminal: PseudoTerminal) {
    var last = usage(of: terminal.pid).cpu
    for _ in 0..<120 {
      terminal.drain(quiet: 0.5, limit: 0.5)
      let present = usage(of: terminal.pid).cpu
      if present - last < 0.03 { return }
      last = present
    }
  }

  /// Lines of about 300 bytes, as a service with a structured logger writes them.
  private static func write(to file: URL) throws {
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    let handle = try FileHandle(forWritingTo: file)
    var text = ""
    for index in 0..<count {
      let time = Timestamp(milliseconds: 1_795_337_590_000 + Int64(index) * 7)
      text += "{\"@timestamp\":\"\(time.iso8601)\",\"level\":\"\(index % 50 == 0 ? "error" : "info")\","
      text += "\"service_name\":\"msg-server\",\"message\":\"line \(index) delivered to 3 devices"
      text += index == count / 2 ? " needle-4711\"," : "\","
      text +=
        "\"trace_id\":\"\(TraceID(high: 7, low: UInt64(index + 1)))\",\"span_id\":\"\(SpanID(value: UInt64(index + 1)))\","
      text +=
        "\"user_id\":\"\(index % 5_000)\",\"target\":\"msg_server::handler\",\"host\":\"msg-server-\(index % 3)\"}\n"
      if text.utf8.count > 1 << 20 {
        try handle.write(contentsOf: Data(text.utf8))
        text = ""
      }
    }
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  /// lnav reads JSON by formats that it is given.
  private static func format(in folder: URL) throws {
    let formats = folder.appending(path: "formats/bench")
    try FileManager.default.createDirectory(at: formats, withIntermediateDirectories: true)
    try """
    {"bench_log":{"title":"bench","description":"bench","json":true,"file-pattern":"app.log",
    "line-format":[{"field":"@timestamp"}," ",{"field":"level"}," ",{"field":"service_name"}," ",{"field":"message"}],
    "level-field":"level","timestamp-field":"@timestamp","body-field":"message",
    "value":{"service_name":{"kind":"string"},"message":{"kind":"string"},"trace_id":{"kind":"string","hidden":true},
    "span_id":{"kind":"string","hidden":true},"user_id":{"kind":"string","hidden":true},
    "target":{"kind":"string","hidden":true},"host":{"kind":"string","hidden":true}}}}
    """.write(to: formats.appending(path: "format.json"), atomically: true, encoding: .utf8)
  }
}
