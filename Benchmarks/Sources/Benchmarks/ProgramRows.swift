import Foundation
import ObsData

/// The whole program on a pseudo terminal: what a user would feel.
struct ProgramRows {
  let program: String

  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  func dashboard(_ arguments: [String], width: Int, height: Int, addresses: [String: String]) throws
    -> PseudoTerminal
  {
    var environment: [String: String] = [:]
    for store in ["elasticsearch", "jaeger", "prometheus", "alertmanager"] {
      // Port 9 (discard) answers nobody on loopback.
      environment["OBS_TUI_\(store.uppercased())_URL"] = addresses[store] ?? "http://127.0.0.1:9"
    }
    return try PseudoTerminal([program] + arguments, width: width, height: height, environment: environment)
  }

  /// Process start → first full frame, no server answering: until the last row, the footer, is there.
  func start(runs: Int = 21) throws -> Row {
    var times: [Double] = []
    for _ in 0..<runs {
      let begin = now()
      let terminal = try dashboard([], width: 120, height: 40, addresses: [:])
      guard terminal.wait(for: "help", limit: 10) != nil else { throw Failure("no first frame in 10 s") }
      times.append(now() - begin)
    }
    let median = Sample(times).median * 1e3
    return Row(
      what: "process start → first full frame, no server answering", target: "median ≤ 50 ms",
      measured: "\(fixed(median)) ms", isMet: median <= 50)
  }

  /// Every cell drawn anew by ctrl-L, from the key to the last byte. The quiet time that ends the reading is not counted.
  func repaint(runs: Int = 60) throws -> Row {
    // A screen full of lines, traces and sparklines that stands still.
    let server = try DemoServer(program: program, rate: 20)
    let terminal = try dashboard([], width: 200, height: 60, addresses: server.addresses)
    guard terminal.wait(for: "help", limit: 10) != nil else { throw Failure("no first frame in 10 s") }
    terminal.drain(quiet: 2, limit: 15)
    terminal.write("p")
    terminal.drain(quiet: 1.5, limit: 10)
    var times: [Double] = []
    for _ in 0..<runs {
      terminal.drain(quiet: 0.03, limit: 0.5)
      let begin = now()
      terminal.write("\u{C}")
      var last = begin
      var bytes = 0
      while let part = terminal.read(timeout: 0.02) {
        bytes += part.count
        last = now()
        if last - begin > 0.5 { break }
      }
      if bytes > 2_000 { times.append(last - begin) }
    }
    guard times.count > runs / 2 else { throw Failure("ctrl-L repainted only \(times.count) times of \(runs)") }
    let median = Sample(times).median * 1e3
    return Row(
      what: "full repaint of 200×60", target: "median ≤ 3 ms", measured: "\(fixed(median, 2)) ms", isMet: median <= 3)
  }

  /// Key → painted while 5,000 lines a second arrive: letters typed into a prompt, until the letter comes back.
  func keys(count: Int = 300) throws -> Row {
    let server = try DemoServer(program: program, rate: 5_000)
    let terminal = try dashboard(["--since", "5m"], width: 120, height: 40, addresses: server.addresses)
    guard terminal.wait(for: "help", limit: 10) != nil else { throw Failure("no first frame in 10 s") }
    // All levels: warnings and up, then every line.
    terminal.write("ll")
    terminal.drain(quiet: 3, limit: 15)
    terminal.write("/")
    terminal.drain(quiet: 0.3, limit: 2)
    var times: [Double] = []
    for index in 0..<count {
      terminal.drain(quiet: 0.02, limit: 0.05)
      let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index % 26)))
      let begin = now()
      terminal.write(letter)
      guard terminal.wait(for: letter, limit: 3) != nil else { throw Failure("a key was not painted within 3 s") }
      times.append(now() - begin)
      terminal.write("\u{15}")  // ctrl-U: the line is empty again
    }
    let p99 = Sample(times).quantile(0.99) * 1e3
    return Row(
      what: "key → painted, 120×40, while 5,000 log lines a second arrive", target: "p99 ≤ 16 ms",
      measured: "\(fixed(p99)) ms (median \(fixed(Sample(times).median * 1e3)) ms)", isMet: p99 <= 16)
  }

  /// What the dashboard costs while it runs beside a quiet stack at default intervals.
  func idle(seconds: Double) throws -> [Row] {
    let server = try DemoServer(program: program, rate: 20)
    let terminal = try dashboard([], width: 120, height: 40, addresses: server.addresses)
    guard terminal.wait(for: "help", limit: 10) != nil else { throw Failure("no first frame in 10 s") }
    terminal.drain(quiet: 2, limit: 15)
    let (cpu, begin) = (usage(of: terminal.pid).cpu, now())
    while now() - begin < seconds { _ = terminal.read(timeout: 0.5) }
    let share = (usage(of: terminal.pid).cpu - cpu) / (now() - begin) * 100
    let resident = Double(usage(of: terminal.pid).resident) / 1e6
    // Nothing happens: the window is frozen, the tail is kept but nothing on the screen moves but the clock.
    terminal.write("p")
    terminal.drain(quiet: 1.5, limit: 5)
    let (bytes, frozen) = (terminal.bytesRead, now())
    let quiet = min(30, seconds)
    while now() - frozen < quiet { _ = terminal.read(timeout: 0.5) }
    let rate = Double(terminal.bytesRead - bytes) / (now() - frozen)
    let length = seconds >= 60 ? "\(fixed(seconds / 60, 0)) minutes" : "\(fixed(seconds, 0)) s"
    return [
      Row(
        what: "the dashboard live on `demo --serve`, default intervals: CPU", target: "≤ 2 % of a core",
        measured: "\(fixed(share, 2)) %", isMet: share <= 2),
      Row(
        what: "bytes to the terminal when nothing happens", target: "≤ 500 B/s", measured: "\(fixed(rate, 0)) B/s",
        isMet: rate <= 500),
      Row(
        what: "resident after \(length)", target: "≤ 80 MB (after 10 minutes)", measured: "\(fixed(resident)) MB",
        isMet: resident <= 80),
    ]
  }
}

/// `obs-tui demo --serve` in a process of its own.
final class DemoServer {
  let addresses: [String: String]
  private let process = Process()

  init(program: String, rate: Int) throws {
    process.executableURL = URL(filePath: program)
    process.arguments = ["demo", "--serve", "--seed", "7", "--rate", "\(rate)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var text = ""
    while !text.contains("ready") {
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else { throw ProgramRows.Failure("the demo's servers did not start") }
      text += String(decoding: data, as: UTF8.self)
    }
    var found: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 2 { found[words[0]] = words[1] }
    }
    addresses = found
  }

  deinit {
    // Whatever the servers are doing, and whatever signals they inherited as blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
