import ArgumentParser
import Foundation
import ObsData

/// `obs-tui doctor`: walks from the services to the screen and says where the way is broken.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Find out why nothing shows: walk the ways of logs, traces, metrics and alerts.",
    discussion: """
      Each step of the context's ways is looked at and said to be in order, doubtful or broken, with what was seen and what to do \
      next. Nothing is written anywhere. Exits 0 when all is in order, 1 with warnings, 2 when something failed.
      """)

  @Option(help: ArgumentHelp("How far to look back: 15m, 2h.", valueName: "duration"))
  var since = "15m"

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Log files on this machine, as Filebeat has them in paths: '/var/log/rustim/*.log'. May be repeated.",
      valueName: "pattern"))
  var logPath: [String] = []

  @Flag(help: "One JSON object: {\"findings\":[{\"id\",\"step\",\"status\",\"evidence\",\"next\"}]}.")
  var json = false

  @Option(help: ArgumentHelp("Explain a finding by its id, and ask nothing.", valueName: "id"))
  var explain: String?

  @Flag(help: "Look at the embedded demo stack.")
  var demo = false

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var stores: StoreOptions

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    if let explain {
      try ReportOutput.write(try DoctorReport.explanation(of: explain))
      return
    }
    guard let window = DurationText.parse(since), window >= .seconds(1) else {
      throw UsageError("--since \(since): not a duration such as 15m or 2h")
    }
    let stack = try demo ? DemoCommand.start(DemoOptions.parse([]).demo()) : nil
    let setup = try Setup(settings, stores: stores, demo: stack?.urls)
    guard let context = setup.settings.current else {
      throw UsageError("there is no context “\(setup.settings.currentContext.value)”")
    }
    var options = Doctor.Options()
    options.window = window
    options.logPaths = logPath
    let doctor = Doctor(context: context, options: options, logger: setup.logger, clock: WallClock.now)
    let findings = try Blocking.run { await doctor.findings() }
    let environment = setup.environment
    let report = DoctorReport(
      context: context.name, findings: findings,
      hasColour: isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR"]?.isEmpty != false
        && environment["TERM"] != "dumb",
      isUnicode: DoctorCommand.isUTF8(environment))
    guard try ReportOutput.write(json ? report.json : report.text) else { return }
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  /// Whether the locale writes UTF-8; where it says nothing, what reads the output most likely does.
  private static func isUTF8(_ environment: [String: String]) -> Bool {
    ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
      .map { $0.lowercased().contains("utf") } ?? true
  }
}
