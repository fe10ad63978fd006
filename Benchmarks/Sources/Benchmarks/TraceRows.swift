import Foundation
import ObsData

/// Large traces from their bytes to what a waterfall is drawn from. Each measurement is made in a process of its own, so that its
/// memory is its own and nothing is warm.
struct TraceRows {
  /// This program, to be started again for one measurement: `benchmarks --open-trace FILE`.
  let own: String
  /// obs-tui itself.
  let program: ProgramRows

  /// What one opening took, as the child prints it.
  struct Opening {
    let seconds, peak, open: Double
    /// Processor time, of all threads.
    let processor: Double
    let spans: Int
  }

  /// The child: reads the file, decodes it, builds its tree, and prints seconds, peak and present memory above what it had before, spans, and
  /// processor seconds.
  static func openInThisProcess(_ path: String) throws {
    // A reader without traces has made its own memory already.
    _ = try TraceFile.decode(TraceGenerator(spans: 100).bytes(), name: "warm")
    let before = memory()
    let processor = processorTime()
    let start = now()
    let file = try TraceFile.read(path: path)
    let trees = file.traces.map { TraceTree.build($0) }
    let seconds = now() - start
    let busy = processorTime() - processor
    let after = memory()
    print(
      seconds, after.peak - before.resident, after.resident - before.resident, trees.reduce(0) { $0 + $1.nodes.count },
      busy)
    withExtendedLifetime((file, trees)) {}
  }

  func open(_ path: String) throws -> Opening {
    let words = try run([own, "--open-trace", path]).split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 5, let spans = Int(words[3]) else { throw ProgramRows.Failure("no figures of \(path)") }
    return Opening(
      seconds: Double(words[0]) ?? .nan, peak: Double(words[1]) ?? .nan, open: Double(words[2]) ?? .nan,
      processor: Double(words[4]) ?? .nan, spans: spans)
  }

  func measure(runs: Int = 5) throws -> [Row] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "obs-tui-bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var rows: [Row] = []
    var perSpan: [Int: (seconds: Double, bytes: Double)] = [:]
    for (spans, limit) in [(10_000, nil), (50_000, 0.2), (250_000, 1.0)] as [(Int, Double?)] {
      let (path, size) = try write(TraceGenerator(spans: spans), in: folder)
      let openings = try (0..<runs).map { _ in try open(path) }
      let seconds = Sample(openings.map(\.seconds)).median
      let (peak, held) = (Sample(openings.map(\.peak)).median, Sample(openings.map(\.open)).median)
      // Processor time: how long it takes by the clock depends on who else is at work. The least is disturbed least.
      let best = openings.map(\.processor).min() ?? .nan
      perSpan[spans] = (best / Double(spans), held / Double(spans))
      guard let limit else { continue }
      let name = "\(spans) spans (\(fixed(size / 1e6, 0)) MB of v1 JSON), cold, file → tree"
      rows.append(
        Row(
          what: name, target: "≤ \(fixed(limit * 1e3, 0)) ms", measured: "\(fixed(seconds * 1e3)) ms",
          isMet: seconds <= limit))
      rows.append(
        Row(
          what: "the same: memory above the program's own, peak and once open", target: "≤ 5× and ≤ 2× the file",
          measured: "\(fixed(peak / size, 2))× and \(fixed(held / size, 2))×",
          isMet: peak <= 5 * size && held <= 2 * size))
      rows += try others(path, ours: seconds)
      rows += try TraceScreenRows(program: program).measure(path, name: "\(spans) spans", size: size, limit: limit)
      rows.append(
        TraceAnalysisRows.row("\(spans) spans", try TraceAnalysisRows.measure(self, path, runs: runs)))
    }
    if let small = perSpan[10_000], let large = perSpan[250_000] {
      let (time, memory) = (large.seconds / small.seconds, large.bytes / small.bytes)
      rows.append(
        Row(
          what: "growth from 10,000 to 250,000 spans: processor time and memory per span", target: "×0.5 to ×1.5 each",
          measured: "×\(fixed(time, 2)) and ×\(fixed(memory, 2))",
          isMet: (0.5...1.5).contains(time) && (0.5...1.5).contains(memory)))
    }
    for shape in [TraceGenerator.Shape.chain, .flat] {
      let (path, size) = try write(TraceGenerator(spans: 100_000, shape: shape), in: folder)
      let name = shape == .chain ? "a chain 100,000 spans deep" : "100,000 children of one span"
      let seconds = Sample(try (0..<runs).map { _ in try open(path).seconds }).median
      rows.append(
        Row(
          what: name, target: "≤ 400 ms",
          measured: "\(fixed(seconds * 1e3)) ms", isMet: seconds <= 0.4))
      rows += try TraceScreenRows(program: program).measure(path, name: name, size: size, limit: 0.4)
      rows.append(TraceAnalysisRows.row(name, try TraceAnalysisRows.measure(self, path, runs: runs)))
    }
    return rows
  }

  private func write(_ generator: TraceGenerator, in folder: URL) throws -> (path: String, size: Double) {
    let path = folder.appending(path: "\(generator.shape.rawValue)-\(generator.spans).json").path
    let bytes = generator.bytes()
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return (path, Double(bytes.count))
  }

  /// What others take to merely parse the same file. Python and Node tell their own time, without their start.
  private func others(_ path: String, ours: Double) throws -> [Row] {
    let python =
      "import json,time;t=time.perf_counter();json.load(open('\(path)','rb'));print(time.perf_counter()-t)"
    let node =
      "const t=process.hrtime.bigint();JSON.parse(require('fs').readFileSync('\(path)'));"
      + "console.log(Number(process.hrtime.bigint()-t)/1e9)"
    let programs = [
      ("jq", ["jq", "empty", path], false), ("Python's json", ["python3", "-c", python], true),
      ("Node's JSON.parse", ["node", "-e", node], true),
    ]
    return try programs.compactMap { name, words, tellsTime in
      guard let program = TraceRows.program(words[0]) else {
        print("\(name): not measured, as it is not installed")
        return nil
      }
      let begin = now()
      let output = try run([program] + words.dropFirst())
      let wall = now() - begin
      let theirs = tellsTime ? Double(output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? wall : wall
      return Row(
        what: "the same against \(name) parsing it", target: "sooner",
        measured: "\(fixed(ours * 1e3, 0)) ms, \(name) \(fixed(theirs * 1e3, 0)) ms", isMet: ours < theirs,
        isBinding: false)
    }
  }

  private static func program(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
  }

  func run(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: arguments[0])
    process.arguments = Array(arguments.dropFirst())
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ProgramRows.Failure("\(arguments[0]) failed") }
    return String(decoding: data, as: UTF8.self)
  }

  /// Seconds that this process has kept processors busy.
  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Peak and present resident memory of this process, in bytes, from /proc.
  private static func memory() -> (peak: Double, resident: Double) {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    func field(_ name: String) -> Double {
      let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? .nan) * 1_024
    }
    return (field("VmHWM"), field("VmRSS"))
  }
}
