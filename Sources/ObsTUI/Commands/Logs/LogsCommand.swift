import ArgumentParser
import Foundation
import ObsData

/// `obs-tui logs`: log lines without the screen.
struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print log lines: the whole result in order, or what arrives, without the screen.",
    discussion: """
      The lines of the window are printed from the oldest to the newest, all of them. With --follow every document is \
      printed once, in the order of its arrival, until ctrl-C; then standard error says what was seen, how many lines \
      were late, and any gap. Placeholders of --format: {timestamp} {level} {service} {message} {trace_id} {span_id} \
      {id} {index} {late_ms} {fields.NAME}. Exits 2 when the query was refused, 3 when a store failed.
      """)

  @Argument(help: ArgumentHelp("Only lines that match (KQL; lucene: in front for Lucene).", valueName: "query"))
  var query: String?

  @Option(help: ArgumentHelp("Only lines of this service. May be repeated.", valueName: "name"))
  var service: [String] = []

  @Option(help: ArgumentHelp("The least level: error, warn, info, debug, or all.", valueName: "level"))
  var level = "all"

  @Option(help: ArgumentHelp("How far to look back: 15m, 2h; a file is read whole without it.", valueName: "duration"))
  var since: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("From this time on (12:03, -2h, 2026-11-22T12:03:00Z).", valueName: "time"))
  var from: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Up to this time.", valueName: "time"))
  var to: String?

  @Flag(name: .shortAndLong, help: "Go on with what arrives.")
  var follow = false

  @Flag(
    help: "One JSON object a line: id, index, timestamp, level, service, message, trace_id, span_id, late_ms, fields.")
  var json = false

  @Flag(help: "Comma-separated values (RFC 4180) with a header.")
  var csv = false

  @Option(help: ArgumentHelp("Lines after a template: '{timestamp} {service} {message}'.", valueName: "template"))
  var format: String?

  @Option(help: ArgumentHelp("Only the newest so many lines, up to 100000.", valueName: "lines"))
  var limit: Int?

  @OptionGroup var files: FileOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var stores: StoreOptions

  func run() throws {
    let setup = try Setup(settings, stores: stores, files: files.files)
    let clock = WallClock.now
    let logFiles = try files.open(setup, keyboard: false, waits: follow)
    let request = try self.request(setup, now: clock(), hasFiles: logFiles != nil)
    guard let context = setup.settings.current else { throw UsageError("there is no context") }
    let clients = StoreClients(context: context, files: logFiles, logger: setup.logger)
    guard let stream = clients.stream(request.query, limit: request.limit, follows: request.follows) else {
      throw UsageError(
        "the context \(context.name) has no log store: set elasticsearch.url or OBS_TUI_ELASTICSEARCH_URL, or name a --file"
      )
    }
    signal(SIGPIPE, SIG_IGN)
    let interval = logFiles == nil ? context.stores[.elasticsearch]?.interval.value ?? .seconds(2) : .milliseconds(250)
    let session = LogsSession(
      stream: stream, printer: request.printer, follows: request.follows, interval: interval,
      storeName: logFiles?.label ?? Store.elasticsearch.displayName, clock: clock)
    let status = try LogsCommand.finish(session, isTerminal: isatty(STDOUT_FILENO) == 1)
    if status != 0 { throw ExitCode(status) }
  }

  /// Runs it off the main thread, until it ends or a signal asks it to.
  private static func finish(_ session: LogsSession, isTerminal: Bool) throws -> Int32 {
    try Blocking.runUntilSignal {
      var session = session
      return await session.run(
        write: { try LineOutput.write($0, to: STDOUT_FILENO) },
        complain: { ReportOutput.complain($0.split(separator: "\n").map(String.init)) },
        hasReader: { !LineOutput.isClosed(STDOUT_FILENO) }, saysNothing: isTerminal)
    }
  }
}

/// What `obs-tui logs` was asked for, read and checked.
struct LogsRequest {
  var query: LogQuery
  var printer: LogPrinter
  var follows: Bool
  var limit: Int?
}

extension LogsCommand {
  /// Reads the options. Throws a sentence for what cannot be understood.
  func request(_ setup: Setup, now: Timestamp, hasFiles: Bool) throws -> LogsRequest {
    if let limit, !(1...100_000).contains(limit) { throw UsageError("--limit \(limit): 1 to 100000 lines") }
    if follow, to != nil { throw UsageError("--follow has no end: leave --to out") }
    let time = setup.settings.timeDisplay.value == .utc ? TimeDisplay.utc : LocalTime.display(at: now)
    let query = LogQuery(
      minimumLevel: try leastLevel(), services: service, filter: query ?? "", timeZone: time.zone(for: query ?? ""),
      window: try window(setup, now: now, time: time, hasFiles: hasFiles))
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let hasColour =
      isTerminal && setup.environment["NO_COLOR"]?.isEmpty != false && setup.environment["TERM"] != "dumb"
    let printer = LogPrinter(
      style: try style(), time: time, hasColour: hasColour, isTerminal: isTerminal)
    return LogsRequest(query: query, printer: printer, follows: follow, limit: limit)
  }

  private func leastLevel() throws(UsageError) -> LogLevel? {
    switch level.lowercased() {
    case "all": return nil
    case "critical", "fatal": return .critical
    case "error", "errors": return .error
    case "warn", "warning", "warnings": return .warning
    case "notice": return .notice
    case "info": return .info
    case "debug": return .debug
    default: throw UsageError("--level \(level): error, warn, info, debug or all")
    }
  }

  private func style() throws(UsageError) -> LogPrinter.Style {
    guard [json, csv, format != nil].count(where: { $0 }) <= 1 else {
      throw UsageError("--json, --csv and --format: one of them")
    }
    if json { return .json }
    if csv { return .csv }
    return try format.map { (text) throws(UsageError) in .template(try LogTemplate(text)) } ?? .text
  }

  /// Times are typed in the zone in which they are printed.
  private func window(
    _ setup: Setup, now: Timestamp, time display: TimeDisplay, hasFiles: Bool
  ) throws(UsageError) -> TimeWindow {
    var window: TimeWindow = hasFiles ? .everything : .live(setup.settings.window.value)
    if let since {
      guard let duration = DurationText.parse(since) else {
        throw UsageError("--since \(since): not a duration such as 15m or 2h")
      }
      window = .live(duration)
    }
    guard from != nil || to != nil else { return window }
    guard since == nil || from == nil else { throw UsageError("--since and --from: one of them") }
    func time(_ text: String, _ option: String) throws(UsageError) -> Timestamp {
      guard let time = TimeText.parse(text, now: now, display: display) else {
        throw UsageError("\(option) \(text): not a time such as 12:03, -2h or 2026-11-22T12:03:00Z")
      }
      return time
    }
    let start = try from.map { (text) throws(UsageError) in try time(text, "--from") }
    guard let to else {
      // Up to now, and with --follow beyond.
      return .live(max(start.map { now - $0 } ?? window.duration, .milliseconds(1)))
    }
    let end = try time(to, "--to")
    guard (start ?? end - window.duration) < end else { throw UsageError("--from must be earlier than --to") }
    return .frozen(TimeRange(start: start ?? end - window.duration, end: end))
  }
}
