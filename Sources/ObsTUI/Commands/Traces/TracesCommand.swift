import ArgumentParser
import Foundation
import ObsData

/// `obs-tui traces`: a trace search without the screen.
struct TracesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "traces", abstract: "Search for traces, without the screen.",
    discussion: """
      Without --service all services are asked, one after the other, and each trace is listed once. Jaeger's conditions are \
      about one span of a trace: --tags 'error=true http.status_code=500' --min-duration 1s finds traces with a span that \
      fulfils all of it. Exits 2 when the query was refused, 3 when the store failed.
      """)

  @Option(help: ArgumentHelp("The service, as Jaeger spells it.", valueName: "name"))
  var service: String?

  @Option(help: ArgumentHelp("The operation, exactly.", valueName: "name"))
  var operation: String?

  @Option(help: ArgumentHelp("The kind of span: server, client, producer, consumer, internal.", valueName: "kind"))
  var kind: String?

  @Option(help: ArgumentHelp("Tags that a span must have: 'error=true http.status_code=500'.", valueName: "tags"))
  var tags: String?

  @Option(help: ArgumentHelp("The least duration of a span: 500ms.", valueName: "duration"))
  var minDuration: String?

  @Option(help: ArgumentHelp("The greatest duration of a span.", valueName: "duration"))
  var maxDuration: String?

  @OptionGroup var time: TraceWindowOptions

  @Option(help: ArgumentHelp("start, duration, spans or errors: the greatest first.", valueName: "order"))
  var sort = "start"

  @Option(help: ArgumentHelp("At most so many traces, and of each service: 1 to 1500.", valueName: "traces"))
  var limit = 20

  @Flag(
    help:
      "One JSON object a line: trace_id, root_service, root_operation, start_us, duration_us, span_count, error_count, services."
  )
  var json = false

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var stores: StoreOptions

  func run() throws {
    guard let order = TraceListPane.Order(rawValue: sort.lowercased()) else {
      throw UsageError("--sort \(sort): start, duration, spans or errors")
    }
    let now = WallClock.now()
    let setup = try Setup(settings, stores: stores)
    var query = try self.query(now: now, usual: setup.settings.window.value)
    if order != .start {
      // Jaeger gives the newest: those that come first by something else have to be looked for among more of them.
      query.limit = max(limit, 100)
      query.summaryLimit = query.limit
    }
    guard let context = setup.settings.current else { throw UsageError("there is no context") }
    let clients = StoreClients(context: context, logger: setup.logger)
    guard let work = clients.traceSearch(query, now: now) else { throw ReportOutput.absent(context.name) }
    signal(SIGPIPE, SIG_IGN)
    let result: TraceSearchResult
    switch try Blocking.run({ await work() }) {
    case .success(let found): result = found
    case .failure(let error): throw ReportOutput.fail(error)
    }
    let traces = result.traces.sorted { order.isBefore($0, $1) }.prefix(limit)
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let printer = TracePrinter(
      now: now, time: setup.settings.timeDisplay.value == .utc ? .utc : LocalTime.display(at: now),
      hasColour: isTerminal && setup.environment["NO_COLOR"]?.isEmpty != false && setup.environment["TERM"] != "dumb")
    guard try ReportOutput.write(printer.text(Array(traces), asJSON: json)) else { return }
    for warning in result.warnings { ReportOutput.complain([warning]) }
    if traces.isEmpty, isTerminal { ReportOutput.complain(["no trace matches"]) }
    if result.isTruncated {
      let by = order == .start ? "" : ", and others may come first by \(order.rawValue)"
      ReportOutput.complain([
        "\(query.limit) traces of a service were asked for: there may be more\(by); --limit asks for more"
      ])
    }
    if result.failure != nil { throw ExitCode(3) }
  }

  /// The search that the options mean. Throws a sentence for what cannot be read.
  func query(now: Timestamp, usual: Duration) throws(UsageError) -> TraceQuery {
    guard (1...TraceQuery.greatestLimit).contains(limit) else {
      throw UsageError("--limit \(limit): 1 to \(TraceQuery.greatestLimit) traces")
    }
    func duration(_ text: String?, _ option: String) throws(UsageError) -> Duration? {
      guard let text else { return nil }
      guard let duration = DurationText.parse(text) else {
        throw UsageError("\(option) \(text): not a duration such as 500ms or 2s")
      }
      return duration
    }
    let least = try duration(minDuration, "--min-duration")
    let most = try duration(maxDuration, "--max-duration")
    if let least, let most, least > most {
      throw UsageError("--min-duration is greater than --max-duration: no trace can match")
    }
    var wanted: SpanKind?
    if let kind {
      guard let known = SpanKind(rawValue: kind.lowercased()) else {
        throw UsageError("--kind \(kind): \(TraceFilter.kinds.map(\.rawValue).joined(separator: ", "))")
      }
      wanted = known
    }
    var filter = TraceFilter()
    if let tags {
      do throws(TraceFilter.ParseError) {
        filter = try TraceFilter.parse(tags, tagsAlone: true)
      } catch {
        throw UsageError("--tags cannot be read\n\(error.picture(of: tags))")
      }
    }
    return TraceQuery(
      service: service, operation: operation, kind: wanted, tags: filter.tags, minimumDuration: least,
      maximumDuration: most, limit: limit, window: try time.window(now: now, usual: usual))
  }
}

/// Traces as `obs-tui traces` prints them.
struct TracePrinter {
  let now: Timestamp
  let time: TimeDisplay
  var hasColour = false

  /// All traces, a line each; a table with a head where it is not JSON.
  func text(_ traces: [TraceSummary], asJSON: Bool) -> String {
    if asJSON { return traces.map { LogPrinter.escaped(json($0).text) + "\n" }.joined() }
    guard !traces.isEmpty else { return "" }
    let head = ["START", "DURATION", "SPANS", "ERRORS", "TRACE", "ROOT"]
    let lines = ReportOutput.table(head, traces.map(cells), numbers: [1, 2, 3])
    var text = lines[0] + "\n"
    for (line, trace) in zip(lines.dropFirst(), traces) {
      text += (hasColour && trace.errorCount > 0 ? "\u{1B}[31m\(line)\u{1B}[0m" : line) + "\n"
    }
    return text
  }

  private func cells(_ trace: TraceSummary) -> [String] {
    [
      Formatting.time(trace.start, as: time, now: now, withDate: true), Formatting.duration(trace.duration),
      "\(trace.spanCount)", trace.errorCount == 0 ? "-" : "\(trace.errorCount)", trace.id.description,
      LogPrinter.visible(TraceRow.rootText(trace)),
    ]
  }

  private func json(_ trace: TraceSummary) -> JSONTree {
    .object([
      ("trace_id", .string(trace.id.description)),
      ("root_service", trace.rootService.map(JSONTree.string) ?? .null),
      ("root_operation", trace.rootOperation.map(JSONTree.string) ?? .null),
      ("start_us", .int(trace.start.microseconds)), ("duration_us", .int(trace.duration.nanoseconds / 1_000)),
      ("span_count", .int(Int64(trace.spanCount))), ("error_count", .int(Int64(trace.errorCount))),
      ("services", .array(trace.services.map { .string($0.name) })),
    ])
  }
}
