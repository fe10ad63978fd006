import ArgumentParser
import Foundation
import ObsData

/// How a Grafana dashboard is printed.
struct PrintingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Print only what fits into so many cells, and ask only for that; without it, all rows.", valueName: "WxH"))
  var size: String?

  @Option(
    name: .customLong("var"),
    help: ArgumentHelp("Choose a variable's value; repeated, several; All for all.", valueName: "name=value"))
  var variables: [String] = []

  @Flag(help: "Print the figures as JSON instead of the picture.")
  var json = false

  @Flag(help: "With colours, as escape sequences.")
  var ansi = false

  @Flag(help: "Open folded rows.")
  var expand = false

  @Flag(name: .customLong("demo"), help: "Ask the embedded demo stack instead of the context's Prometheus.")
  var isDemo = false

  /// Whether anything is said that only makes sense with a Grafana dashboard.
  var isEmpty: Bool { size == nil && variables.isEmpty && !json && !ansi && !expand && !isDemo }

  /// The width, and the height where one is given.
  func parsedSize() throws(UsageError) -> (width: Int, height: Int?) {
    guard let size else { return (PrintingOptions.terminalWidth ?? 120, nil) }
    let parts = size.split(separator: "x").map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1], (1...1_000).contains(width),
      (1...10_000).contains(height)
    else { throw UsageError("--size \(size): not a size such as 120x40, up to 1000x10000") }
    return (width, height)
  }

  /// The width of the terminal that is written to; nil where there is none.
  private static var terminalWidth: Int? {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col >= 20 else { return nil }
    return Int(window.ws_col)
  }
}

/// Prints one Grafana dashboard: reads it, asks Prometheus, draws.
struct DashboardPrinting {
  let source: String
  let options: PrintingOptions
  let setup: Setup
  let view: ViewOptions

  /// More lines than this are not printed where no size is asked for: nobody reads them.
  private static let maximumHeight = 5_000

  /// The picture, or its figures, with what failed.
  struct Outcome {
    var picture: DashboardPicture
    var failures: [String]
    var isRefused: Bool
  }

  func run() throws {
    guard let context = setup.settings.current else { throw UsageError("there is no context") }
    guard let endpoint = context.endpoint(for: .prometheus) else {
      throw UsageError(
        "the context \(context.name) has no Prometheus to ask: set prometheus.url or OBS_TUI_PROMETHEUS_URL, or use --demo"
      )
    }
    let wanted = try DashboardVariables.read(options.variables)
    let size = try options.parsedSize()
    let now = WallClock.now()
    let definition = try read(context)
    let range = try range(of: definition, now: now)
    let transport: any HTTPTransport = AsyncHTTPTransport(endpoint: endpoint)
    let client = PrometheusClient(
      transport: setup.logger.map { LoggingTransport(transport, logger: $0) } ?? transport, maximumSeries: 1_000,
      maximumBytes: 32 << 20, deadline: context.stores[.prometheus]?.timeout.value ?? .seconds(10))
    let opens = options.expand
    let outcome = try Blocking.run {
      await DashboardPrinting.ask(
        definition, client: client, range: range, wanted: wanted, size: size, opens: opens, now: now)
    }
    try print(outcome, size: size, now: now)
    guard let first = outcome.failures.first else { return }
    let more = outcome.failures.count > 1 ? " (and \(outcome.failures.count - 1) more)" : ""
    ReportOutput.complain(["\(first)\(more)"])
    throw ExitCode(outcome.isRefused ? 2 : 3)
  }

  /// Resolves the variables, lays the scene out, and asks for what is drawn of it.
  static func ask(
    _ definition: DashboardDefinition, client: PrometheusClient, range: TimeRange, wanted: [String: [String]],
    size: (width: Int, height: Int?), opens: Bool, now: Timestamp
  ) async -> Outcome {
    let variables = await VariableResolver(client: client, range: range).resolve(definition, wanted: wanted)
    let scene = DashboardScene(definition, variables: variables)
    let open = opens ? Set(scene.sections.indices) : []
    let layout = DashboardLayout(scene, width: size.width, open: open)
    let height = max(0, (size.height ?? DashboardPrinting.maximumHeight) - DashboardPicture.headerHeight)
    let items = DashboardPicture.visible(layout, from: 0, height: height)
    let requests = DashboardPicture.requests(items, in: scene, range: range)
    let data = await PanelLoader(client: client).load(requests, now: now)
    let picture = DashboardPicture(scene: scene, layout: layout, data: data, range: range)
    var failures: [String] = []
    var isRefused = true
    for item in items {
      guard let panel = data[item.panel.id] else { continue }
      failures += panel.failures.map { "“\(item.panel.panel.title)”: \($0)" }
      if !panel.failures.isEmpty, !panel.isRefused { isRefused = false }
    }
    return Outcome(picture: picture, failures: failures, isRefused: isRefused && !failures.isEmpty)
  }

  private func read(_ context: ContextSettings) throws -> DashboardDefinition {
    if DashboardReader.exists(source) {
      do throws(DashboardError) {
        return try DashboardReader.read(file: source)
      } catch {
        throw UsageError("\(source) \(error.description)")
      }
    }
    guard !source.contains("/"), !source.hasSuffix(".json"), !OwnDashboardReader.isOwn(source),
      let endpoint = context.endpoint(for: .grafana)
    else {
      throw UsageError(
        "\(source): there is no such file, and no Grafana server to ask for a dashboard of this uid (grafana.url); "
          + "'obs-tui help' lists the commands")
    }
    let client = GrafanaClient(transport: AsyncHTTPTransport(endpoint: endpoint))
    let uid = source
    let result = try Blocking.run { () -> Result<DashboardDefinition, FetchError> in
      do throws(FetchError) { return .success(try await client.dashboard(uid)) } catch { return .failure(error) }
    }
    switch result {
    case .success(let definition): return definition
    case .failure(let error):
      ReportOutput.complain(["\(uid): \(error.sentence)"])
      throw ExitCode(error.kind == .notFound ? 2 : 3)
    }
  }

  /// The range of the command line, else the dashboard's own.
  private func range(of definition: DashboardDefinition, now: Timestamp) throws(UsageError) -> TimeRange {
    let own = DashboardTime.range(of: definition, now: now)
    let display = LocalTime.display(at: now)
    func time(_ text: String, _ option: String) throws(UsageError) -> Timestamp {
      guard
        let time = TimeText.parse(text, now: now, display: display)
          ?? DashboardTime.parse(text, now: now, isEnd: option == "--to")
      else { throw UsageError("\(option) \(text): not a time such as 12:03, -2h, now-6h or 2026-11-22T12:03:00Z") }
      return time
    }
    let end =
      try view.to.map { (text) throws(UsageError) in try time(text, "--to") }
      ?? (view.from == nil && view.since == nil ? own.end : now)
    if let since = view.since {
      guard let duration = DurationText.parse(since) else {
        throw UsageError("--since \(since): not a duration such as 15m or 2h")
      }
      return TimeRange(start: end - duration, end: end)
    }
    let start = try view.from.map { (text) throws(UsageError) in try time(text, "--from") } ?? end - own.duration
    guard start < end else { throw UsageError("--from must be earlier than --to") }
    return TimeRange(start: start, end: end)
  }

  private func print(_ outcome: Outcome, size: (width: Int, height: Int?), now: Timestamp) throws {
    let picture = outcome.picture
    if options.json {
      try LineOutput.write(
        Array((LogPrinter.escaped(DashboardFigures(picture, now: now).json.text) + "\n").utf8), to: STDOUT_FILENO)
      return
    }
    let display: TimeDisplay = setup.settings.timeDisplay.value == .utc ? .utc : LocalTime.display(at: now)
    let isUTF8 =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { setup.environment[$0] }.first { !$0.isEmpty }
      .map { $0.lowercased().contains("utf") } ?? true
    let context = ViewContext(
      now: now, window: picture.range, isLive: false, time: display, glyphs: isUTF8 ? .unicode : .ascii,
      isFocused: false)
    let height = min(
      size.height ?? DashboardPrinting.maximumHeight, picture.layout.height + DashboardPicture.headerHeight)
    let canvas = picture.canvas(Size(width: size.width, height: height), in: context)
    let text = options.ansi ? AnsiRenderer.render(canvas, theme: setup.theme, depth: .indexed256) : canvas.text
    try LineOutput.write(Array((text + "\n").utf8), to: STDOUT_FILENO)
  }
}
