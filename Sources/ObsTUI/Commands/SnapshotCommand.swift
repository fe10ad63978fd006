import ArgumentParser
import Foundation
import ObsData
import ObsDemo

/// `obs-tui snapshot`: the dashboard without a terminal.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "Print one frame of the dashboard as text, without a terminal.",
    discussion: """
      It waits until every store in view has answered, presses the keys, waits again, and prints the frame. It begins \
      with the newest log line selected. Exits 3 when a store failed or did not answer in time, 2 when one refused the query; the frame is printed \
      all the same.
      """)

  @Flag(name: .customLong("demo"), help: "On the embedded demo stack instead of a context.")
  var isDemo = false

  @Option(help: ArgumentHelp("Width and height in cells.", valueName: "WxH"))
  var size = "120x40"

  @Option(
    help: ArgumentHelp(
      "Keys to press, separated by spaces: \"tab j enter\"; \"quoted text\" is typed.", valueName: "keys"))
  var keys = ""

  @Flag(help: "With colours, as escape sequences.")
  var ansi = false

  @Option(help: ArgumentHelp("Write the frame as SVG, in the theme's colours, too.", valueName: "file"))
  var svg: String?

  @Option(
    help: ArgumentHelp(
      "Let it be this time, for a picture that is the same every time (with --demo).", valueName: "time"))
  var at: String?

  @Option(help: ArgumentHelp("How long to wait for answers, in all.", valueName: "duration"))
  var deadline = "10s"

  @OptionGroup var demo: DemoOptions
  @OptionGroup var view: ViewOptions
  @OptionGroup var files: FileOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var stores: StoreOptions

  func run() throws {
    let size = try parsedSize()
    guard let patience = DurationText.parse(deadline) else {
      throw UsageError("--deadline \(deadline): not a duration such as 10s")
    }
    let script: [Key]
    do throws(KeyError) { script = try Key.script(keys) } catch { throw UsageError("--keys: \(error.description)") }
    let time = try parsedTime()
    var clock = WallClock.now
    if let time { clock = { time } }
    let running = try isDemo ? DemoCommand.start(demo.demo(time: time)) : nil
    let setup = try Setup(settings, stores: stores, demo: running?.urls, files: files.files)
    let logFiles = try files.open(setup, keyboard: false)
    guard let mailbox = Mailbox() else { throw UsageError("too many open files") }
    let session = Session(
      settings: setup.settings, themes: setup.themes, keymap: setup.keymap, firstSteps: Setup.firstSteps,
      logger: setup.logger, files: logFiles, clock: clock, post: { mailbox.post($0) })
    var dashboard = try setup.dashboard(session: session, size: size, now: clock(), glyphs: .unicode)
    if let logFiles { FileOptions.prepare(&dashboard, for: logFiles) }
    try view.apply(to: &dashboard)
    session.enter(setup.settings.currentContext.value)
    let program = DashboardProgram(dashboard: dashboard, theme: setup.theme, session: session)
    var snapshot = Snapshot(program: program, mailbox: mailbox, patience: patience, isClockFixed: at != nil)
    snapshot.play(script)
    try print(snapshot.program)
    try report(snapshot.program.dashboard)
  }

  /// Says on standard error what the frame lacks, and ends with the code for it: a refused query is the caller's to mend.
  private func report(_ dashboard: Dashboard) throws {
    func names(_ stores: [Store]) -> String { stores.map(\.displayName).joined(separator: ", ") }
    let failed = dashboard.failedStores
    let refused = failed.filter { dashboard.storeStates[$0]?.isOnlyRefusing ?? false }
    let silent = failed.filter { !refused.contains($0) }
    let missing = Set(dashboard.subscriptions.subtracting(dashboard.answered).map(\.store))
    let late = dashboard.configuration.stores.map(\.store).filter { missing.contains($0) && !failed.contains($0) }
    var lines: [String] = []
    if !refused.isEmpty { lines.append("\(names(refused)) refused the query") }
    if !silent.isEmpty { lines.append("no answer from \(names(silent))") }
    if !late.isEmpty { lines.append("\(names(late)) did not answer within \(deadline)") }
    guard !lines.isEmpty else { return }
    lines.forEach { ReportOutput.complain([$0]) }
    throw ExitCode(silent.isEmpty && late.isEmpty ? 2 : 3)
  }

  private func print(_ program: DashboardProgram) throws {
    let frame = program.frame()
    let text = ansi ? AnsiRenderer.render(frame.canvas, theme: frame.theme, depth: .indexed256) : frame.canvas.text
    try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    guard let svg else { return }
    do {
      try Data(SVGRenderer.render(frame.canvas, theme: frame.theme).utf8).write(to: URL(filePath: svg))
    } catch {
      throw UsageError("--svg \(svg): the file cannot be written: \(error.localizedDescription)")
    }
  }

  private func parsedSize() throws(UsageError) -> Size {
    let parts = size.split(separator: "x").map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1], (1...1_000).contains(width),
      (1...1_000).contains(height)
    else { throw UsageError("--size \(size): not a size such as 120x40, up to 1000x1000") }
    return Size(width: width, height: height)
  }

  private func parsedTime() throws(UsageError) -> Timestamp? {
    guard let at else { return nil }
    guard let time = TimeText.parse(at, now: WallClock.now(), display: .utc) else {
      throw UsageError("--at \(at): not a time such as 2026-11-22T12:03:00Z")
    }
    return time
  }
}
