import ArgumentParser
import Foundation
import Logging
import ObsData

/// Where to begin: the same options for the dashboard, the demo and snapshots, and what `:link` and `--resume` speak.
struct ViewOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Show only this service.", valueName: "name"))
  var service: String?

  @Option(help: ArgumentHelp("The length of the live window: 15m, 2h.", valueName: "duration"))
  var since: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Freeze the window: from this time (12:03, -2h, 2026-11-22T12:03:00Z).", valueName: "time"))
  var from: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Freeze the window: up to this time; now where only --from is given.", valueName: "time"))
  var to: String?

  @Option(help: ArgumentHelp("Show only log lines that match (KQL; lucene: in front for Lucene).", valueName: "query"))
  var filter: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A filter on a field: +user_id:12345 only these lines, -level:* none that have it, off… switched off. May be repeated.",
      valueName: "filter"))
  var chip: [String] = []

  @Option(help: ArgumentHelp("The columns of the log list: time,level,service,message,user_id.", valueName: "names"))
  var columns: String?

  @Option(help: ArgumentHelp("Open this trace.", valueName: "id"))
  var trace: String?

  @Option(help: ArgumentHelp("Begin at this alert: its start, its service, its expression.", valueName: "name"))
  var alert: String?

  @Option(help: ArgumentHelp("Open this Grafana dashboard, by its name or file.", valueName: "name"))
  var dashboard: String?

  /// Sets the dashboard up as the options say. Throws a sentence for what cannot be read.
  func apply(to dashboard: inout Dashboard) throws(UsageError) {
    if let since {
      guard let duration = DurationText.parse(since), duration > .zero else {
        throw UsageError("--since \(since): not a duration such as 15m or 2h")
      }
      dashboard.liveDuration = duration
      dashboard.window = .live(duration)
    }
    if from != nil || to != nil {
      let end = try to.map { (text) throws(UsageError) in try time(text, option: "--to", dashboard) } ?? dashboard.now
      let start = try from.map { (text) throws(UsageError) in try time(text, option: "--from", dashboard) }
      let range = TimeRange(start: start ?? end - dashboard.window.duration, end: end)
      guard (start ?? range.start) < end else { throw UsageError("--from must be earlier than --to") }
      dashboard.window = .frozen(range)
    }
    if let service { dashboard.chooseService(named: service) }
    if let filter {
      do throws(KQLError) {
        _ = try TypedFilter.parse(filter)
      } catch {
        throw UsageError("--filter cannot be read\n\(error.picture(of: filter))")
      }
      dashboard.filter = filter
    }
    if !chip.isEmpty { dashboard.chips = try FilterStack(arguments: chip) }
    if let columns {
      let names = columns.split { $0 == "," || $0.isWhitespace }.map(String.init)
      guard !names.isEmpty else { throw UsageError("--columns: no names, such as time,level,service,message") }
      dashboard.logColumns = LogColumn.columns(named: names)
    }
    if let alert {
      guard dashboard.configuration.stores.contains(where: { [.alertmanager, .prometheus].contains($0.store) }) else {
        throw UsageError("--alert \(alert): the context has no Alertmanager and no Prometheus")
      }
      dashboard.awaitedAlert = alert
    }
    if let name = self.dashboard { dashboard.openDashboards(named: name) }
    if let trace {
      guard let id = TraceID(hex: trace) else {
        throw UsageError("--trace \(trace): not a trace id of 16 or 32 hexadecimal digits")
      }
      dashboard.openTrace(id, span: nil, origin: nil)
    }
  }

  private func time(_ text: String, option: String, _ dashboard: Dashboard) throws(UsageError) -> Timestamp {
    guard let time = TimeText.parse(text, now: dashboard.now, display: dashboard.time) else {
      throw UsageError("\(option) \(text): not a time such as 12:03, -2h or 2026-11-22T12:03:00Z")
    }
    return time
  }
}

/// Which settings, and how they look.
struct SettingsOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The settings file.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("The context: prod, staging, …, as the settings name it.", valueName: "name"))
  var context: String?

  @Option(help: ArgumentHelp("The theme.", valueName: "name"))
  var theme: String?

  @Option(
    help: ArgumentHelp(
      "How many log lines are held (default: held_lines of the settings, or 100000).", valueName: "lines"))
  var held: Int?

  @Option(help: ArgumentHelp("Write a debug log (no secrets are written).", valueName: "file"))
  var logFile: String?
}

/// Where the stores of the context that is started with are, over the environment and the settings file.
struct StoreOptions: ParsableArguments {
  @Option(name: .customLong("elasticsearch-url"), help: StoreOptions.help("Elasticsearch"))
  var elasticsearch: String?

  @Option(name: .customLong("jaeger-url"), help: StoreOptions.help("Jaeger"))
  var jaeger: String?

  @Option(name: .customLong("prometheus-url"), help: StoreOptions.help("Prometheus"))
  var prometheus: String?

  @Option(name: .customLong("alertmanager-url"), help: StoreOptions.help("Alertmanager"))
  var alertmanager: String?

  @Option(help: ArgumentHelp("Elasticsearch's index pattern.", valueName: "pattern"))
  var index: String?

  private static func help(_ store: String) -> ArgumentHelp {
    ArgumentHelp("Where \(store) is. Credentials stand in the settings or the environment.", valueName: "url")
  }

  /// The addresses that were given.
  var urls: [Store: String] {
    let given: [(Store, String?)] = [
      (.elasticsearch, elasticsearch), (.jaeger, jaeger), (.prometheus, prometheus), (.alertmanager, alertmanager),
    ]
    return given.reduce(into: [:]) { $0[$1.0] = $1.1 }
  }

  var isEmpty: Bool { urls.isEmpty && index == nil }
}

extension SettingsOverrides {
  /// What the command line sets.
  init(_ options: SettingsOptions, stores: StoreOptions? = nil) {
    self.init(
      context: options.context, theme: options.theme, urls: stores?.urls ?? [:], index: stores?.index,
      held: options.held)
  }
}

/// Everything a command needs before it can show a dashboard.
struct Setup {
  let settings: Settings
  let themes: ThemeLibrary
  let theme: Theme
  let keymap: Keymap
  let environment: [String: String]
  let logger: Logger?
  /// Whether the stores are the demo's.
  let isDemo: Bool

  /// Reads settings, theme and keys; throws sentences.
  init(
    _ options: SettingsOptions, stores: StoreOptions? = nil, demo: [Store: String]? = nil, files: [String] = []
  ) throws {
    environment = ProcessInfo.processInfo.environment
    isDemo = demo != nil
    themes = ThemeLibrary(environment: environment)
    if demo != nil, let stores, !stores.isEmpty {
      throw UsageError("--demo brings its own stores: it goes with no --…-url and no --index")
    }
    let overrides = SettingsOverrides(options, stores: stores)
    do {
      let own = try Settings.load(
        file: options.config, environment: environment, overrides: overrides, check: ConfigChecks.problems)
      if let demo {
        settings = try own.with(onlyContext: "demo", urls: demo, watches: Watch.ofDemo)
      } else {
        settings = files.isEmpty ? own : own.withNamedStoresAlone
      }
    } catch {
      throw UsageError(error.description)
    }
    if demo == nil { settings.exposedSecrets.forEach { ReportOutput.complain([$0]) } }
    do {
      theme = try themes.theme(named: settings.theme?.value ?? "default")
      keymap = try Keymap(bindings: ConfigChecks.bindings(of: settings))
    } catch {
      throw UsageError("\(error)")
    }
    logger = try options.logFile.map { path in
      let handler = try FileLogHandler(path: path)
      return Logger(label: "obs-tui") { _ in handler }
    }
  }

  /// A dashboard of the current context, before anything has been asked.
  func dashboard(session: Session, size: Size, now: Timestamp, glyphs: GlyphSet) throws -> Dashboard {
    let name = settings.currentContext.value
    guard let configuration = session.configuration(of: name) else {
      throw UsageError(
        "there is no context “\(name)” (contexts: \(settings.contexts.map(\.name).joined(separator: ", ")))")
    }
    let local = LocalTime.display(at: now)
    let time: TimeDisplay =
      switch settings.timeDisplay.value {
      case .local: local
      case .utc: .utc
      case .relative: .relative
      }
    return Dashboard(
      configuration: configuration, size: size, now: now, window: .live(settings.window.value), time: time,
      localTime: local, glyphs: glyphs)
  }

  /// What the screen says while no store has answered.
  static let firstSteps = [
    "", "What to do:",
    "  obs-tui demo: the dashboard on an embedded demo stack",
    "  OBS_TUI_ELASTICSEARCH_URL, OBS_TUI_JAEGER_URL, OBS_TUI_PROMETHEUS_URL, OBS_TUI_ALERTMANAGER_URL: where yours are",
    "  ~/.config/obs-tui/config.yaml: contexts, credentials, field names; 'obs-tui config check' reads it over",
    "The stores are asked again by themselves.",
  ]
}

/// Local time, read once at the start: the offset of the moment, and the zone's name.
enum LocalTime {
  static func display(at now: Timestamp) -> TimeDisplay {
    let zone = TimeZone.current
    let date = Date(timeIntervalSince1970: now.seconds)
    let offset = zone.secondsFromGMT(for: date)
    let name = zone.abbreviation(for: date) ?? zone.identifier
    return offset == 0 && (name == "GMT" || name == "UTC") ? .utc : .local(offset: offset, name: name)
  }
}

/// The clock: read by the ticker and the data feed.
enum WallClock {
  static let now: @Sendable () -> Timestamp = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
