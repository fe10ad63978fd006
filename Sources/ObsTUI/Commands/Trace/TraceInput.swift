import ArgumentParser
import Foundation
import ObsData

/// Where `obs-tui trace` and `obs-tui trace-diff` take a trace from.
enum TraceInput {
  case store(TraceID)
  case file(String, id: TraceID?)

  /// Reads an argument that may be an identifier or a file: what is 16 or 32 hexadecimal digits and no file is an identifier.
  init(argument: String) throws(UsageError) {
    if argument != "-", !FileManager.default.fileExists(atPath: argument) {
      let digits = argument.filter { $0 != "-" }
      if let id = TraceID(hex: argument), digits.count == 16 || digits.count == 32 {
        self = .store(id)
        return
      }
      throw UsageError("\(argument): neither a trace id of 16 or 32 hexadecimal digits nor a file")
    }
    self = .file(argument, id: nil)
  }

  /// An identifier that must be one.
  static func identifier(_ text: String, option: String) throws(UsageError) -> TraceID {
    guard let id = TraceID(hex: text) else {
      throw UsageError("\(option) \(text): not a trace id of 16 or 32 hexadecimal digits")
    }
    return id
  }
}

/// The stores and the demo that a trace may come from, made when they are first needed.
struct TraceLoader {
  let options: TraceStoreOptions
  private var clients: StoreClients?
  private var context = ""
  private var demo: Any?

  init(_ options: TraceStoreOptions) { self.options = options }

  /// The trace. Throws a sentence for what the user can mend, and the exit status 3, with its sentence said, where the store failed,
  /// or where it or the file does not have the trace.
  mutating func load(_ input: TraceInput) throws -> Trace {
    switch input {
    case .file(let path, let id): return try TraceLoader.read(path, id: id)
    case .store(let id): return try fetch(id)
    }
  }

  private mutating func fetch(_ id: TraceID) throws -> Trace {
    if clients == nil { try connect() }
    guard let fetch = clients?.traceFetch(TraceRequest(id: id)) else {
      throw ReportOutput.absent(context, alternative: ", or name a file")
    }
    switch try Blocking.run({ await fetch() }) {
    case .success(let trace?): return trace
    case .success(nil):
      ReportOutput.complain([
        "Jaeger does not have trace \(id.short)",
        "Not sampled, too old for the store, or not arrived yet: spans come some seconds after their log lines.",
      ])
      throw ExitCode(3)
    case .failure(let error): throw ReportOutput.fail(error)
    }
  }

  private mutating func connect() throws {
    var time: Timestamp?
    if let at = options.at {
      guard options.isDemo else { throw UsageError("--at goes with --demo") }
      guard let parsed = TimeText.parse(at, now: WallClock.now(), display: .utc) else {
        throw UsageError("--at \(at): not a time such as 2026-11-22T12:03:00Z")
      }
      time = parsed
    }
    let running = try options.isDemo ? DemoCommand.start(options.demo.demo(time: time)) : nil
    demo = running
    let setup = try Setup(options.settings, stores: options.stores, demo: running?.urls)
    guard let current = setup.settings.current else { throw UsageError("there is no context") }
    context = current.name
    clients = StoreClients(context: current, logger: setup.logger)
  }

  private static func read(_ path: String, id: TraceID?) throws -> Trace {
    let file: TraceFile
    do throws(FetchError) {
      file = try TraceFile.read(path: path)
    } catch {
      throw UsageError(error.paragraph)
    }
    for warning in file.warnings { ReportOutput.complain([warning]) }
    guard let id else {
      if file.traces.count == 1 { return file.traces[0] }
      throw several(file.traces, in: path)
    }
    let found = file.traces.first { $0.id == id } ?? file.traces.first { id.high == 0 && $0.id.low == id.low }
    guard let found else {
      ReportOutput.complain(["\(path) does not hold trace \(id.short)"] + list(file.traces))
      throw ExitCode(3)
    }
    return found
  }

  private static func several(_ traces: [Trace], in path: String) -> UsageError {
    let lines = ["\(path) holds \(traces.count) traces: choose one with --id"] + list(traces)
    return UsageError(lines.map { LogPrinter.visible($0) }.joined(separator: "\n"))
  }

  /// The traces of a file, each on a line; no more than a hundred.
  private static func list(_ traces: [Trace]) -> [String] {
    let lines = traces.prefix(100).map { trace in
      let summary = TraceSummary(trace, TraceTree.build(trace))
      let root = summary.rootService.map { "\($0): \(summary.rootOperation ?? "")" } ?? "(no root)"
      let errors = summary.errorCount > 0 ? ", \(summary.errorCount) failed" : ""
      let time = Formatting.duration(summary.duration)
      return "\(trace.id.short)  \(time)  \(summary.spanCount) spans\(errors)  \(root)"
    }
    return lines + (traces.count > 100 ? ["… and \(traces.count - 100) more"] : [])
  }
}

/// Which stores a trace is fetched from.
struct TraceStoreOptions: ParsableArguments {
  @Flag(name: .customLong("demo"), help: "From the embedded demo stack instead of a context.")
  var isDemo = false

  @Option(help: ArgumentHelp("Let it be this time (with --demo).", valueName: "time"))
  var at: String?

  @OptionGroup var demo: DemoOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var stores: StoreOptions
}
