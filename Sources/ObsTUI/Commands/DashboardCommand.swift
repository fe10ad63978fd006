import ArgumentParser
import Foundation
import ObsData

/// `obs-tui`: the dashboard on the stores of a context.
struct DashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the dashboard (the default), or print a Grafana dashboard from a file or by its uid.",
    discussion: """
      With a Grafana dashboard, Prometheus is asked for its panels and the picture is printed, without the screen: the range is \
      the dashboard's own unless --since, --from or --to say otherwise. Exits 3 when Prometheus failed, 2 when it refused a \
      query; the picture is printed all the same.
      """)

  @Argument(
    help: ArgumentHelp(
      "Print this dashboard: a file, Grafana's JSON or own YAML, or a uid on the context's server.",
      valueName: "dashboard"))
  var source: String?

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var stores: StoreOptions
  @OptionGroup var view: ViewOptions
  @OptionGroup var files: FileOptions
  @OptionGroup(title: "Options for a Grafana dashboard") var printing: PrintingOptions

  @Flag(help: "Begin with the view that the last run ended with, also after a dropped connection.")
  var resume = false

  func run() throws {
    if let source {
      let demo = try printing.isDemo ? DemoCommand.start(DemoOptions.parse([]).demo()) : nil
      let setup = try Setup(settings, stores: stores, demo: demo?.urls)
      try DashboardPrinting(source: source, options: printing, setup: setup, view: view).run()
      return
    }
    guard printing.isEmpty else {
      throw UsageError(
        "--size, --var, --json, --ansi, --expand and --demo go with a Grafana dashboard; see also 'obs-tui demo'")
    }
    var (settings, view, files) = (settings, view, files)
    var lines: ViewArguments?
    let saved = SavedView(environment: ProcessInfo.processInfo.environment)
    if resume {
      guard let last = try saved.read() else { throw UsageError("--resume: there is no view to come back to") }
      settings.context = settings.context ?? last.context
      view = last.options(under: view)
      if files.files.isEmpty { files.files = last.files }
      lines = last
    }
    let setup = try Setup(settings, stores: stores, files: files.files)
    let logFiles = try files.open(setup, keyboard: true)
    // A view of standard input is not written down: it could not be come back to without it.
    let isLasting = logFiles.map { !FileOptions.paths(of: $0).contains("-") } ?? true
    try DashboardRun(setup: setup, view: view, saved: isLasting ? saved : nil, files: logFiles, resumed: lines).run()
  }
}

/// Runs a dashboard in the terminal until it ends; throws its exit status when that is not 0.
struct DashboardRun {
  let setup: Setup
  let view: ViewOptions
  var saved: SavedView?
  var files: LogFiles?
  /// The view that is come back to.
  var resumed: ViewArguments?

  func run() throws {
    let terminal = try Terminal.open(environment: setup.environment)
    guard let mailbox = Mailbox() else { throw UsageError("too many open files") }
    let clock = WallClock.now
    let session = Session(
      settings: setup.settings, themes: setup.themes, keymap: setup.keymap, firstSteps: Setup.firstSteps,
      logger: setup.logger, files: files, sendsMessages: !setup.isDemo, clock: clock, post: { mailbox.post($0) })
    var dashboard = try setup.dashboard(session: session, size: terminal.size, now: clock(), glyphs: terminal.glyphs)
    if let files { FileOptions.prepare(&dashboard, for: files) }
    let folder = StateFolder(environment: setup.environment)
    let columns = ColumnsFile(folder: folder)
    dashboard.rememberedColumns = columns.read()
    dashboard.recallColumns()
    try view.apply(to: &dashboard)
    if let resumed, resumed.context == dashboard.configuration.context.name {
      resumed.lines.restore(to: &dashboard.logs)
    }
    let history = HistoryFile(folder: folder)
    restore(&dashboard, history: history)
    session.enter(setup.settings.currentContext.value)
    let ticker = Ticker(clock: clock) { mailbox.post(.tick($0)) }
    ticker.start()
    let program = DashboardProgram(dashboard: dashboard, theme: setup.theme, session: session)
    let wantsMouse = setup.settings.mouse.value
    var loop = EventLoop(program: program, terminal: terminal, mailbox: mailbox, environment: setup.environment)
    if wantsMouse { mailbox.post(.key(.function(2))) }
    let saver = saved.map { ViewSaver($0) }
    let historySaver = HistorySaver(history, known: dashboard.promptHistory)
    let columnsSaver = ColumnsSaver(columns, known: dashboard.rememberedColumns)
    let status = loop.run { program in
      saver?.note(program.dashboard.viewArguments)
      historySaver.note(program.dashboard.promptHistory)
      columnsSaver.note(program.dashboard.rememberedColumns)
      session.remember(program.dashboard.watches)
    }
    saver?.finish()
    historySaver.finish()
    columnsSaver.finish()
    session.finishWatches()
    if status != 0 { throw ExitCode(status) }
  }

  /// What is remembered of earlier runs. A file that is damaged is said to be, and no reason not to begin.
  private func restore(_ dashboard: inout Dashboard, history: HistoryFile) {
    dashboard.promptHistory = history.read()
    do throws(UsageError) {
      dashboard.savedQueries = try SavedQueries(folder: StateFolder(environment: setup.environment)).read()
    } catch {
      dashboard.say("\(error)", isError: true)
    }
  }
}
