import ArgumentParser
import Foundation
import ObsData

/// The command line of obs-tui.
struct ObsTUI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "obs-tui",
    abstract: "Live logs, traces and metrics on one screen.",
    discussion: """
      Without a subcommand it shows the dashboard of the current context; see 'obs-tui help dashboard show'. \
      'obs-tui demo' shows it on an embedded demo stack.
      """,
    version: Release.description,
    subcommands: [
      DashboardGroup.self, LogsCommand.self, TracesCommand.self, TraceCommand.self, TraceDiffCommand.self,
      DependenciesCommand.self, AlertsCommand.self, WatchCommand.self, DoctorCommand.self, InitCommand.self,
      DemoCommand.self, SnapshotCommand.self, ConfigCommand.self,
    ],
    defaultSubcommand: DashboardGroup.self)
}

/// Where the process begins, and the only place that decides on its exit status: 0 ok, 1 internal, 2 usage, settings, query,
/// file or terminal, 3 a store failed or does not have what was asked for.
@main enum Main {
  static func main() {
    ProcessMemory.returnLargePieces()
    do {
      var command = try ObsTUI.parseAsRoot()
      try command.run()
    } catch {
      exit(status(of: error))
    }
  }

  private static func status(of error: any Error) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    if error is CleanExit || ObsTUI.exitCode(for: error) == .success {
      print(ObsTUI.fullMessage(for: error))
      return 0
    }
    let isUsage = ObsTUI.exitCode(for: error) == .validationFailure
    let message = isUsage ? ObsTUI.fullMessage(for: error) : "obs-tui: \(error)"
    // Names of files and words of servers are in it.
    let text = message.split(separator: "\n", omittingEmptySubsequences: false).map { LogPrinter.visible($0) }
    try? FileHandle.standardError.write(contentsOf: Data((text.joined(separator: "\n") + "\n").utf8))
    return isUsage || error is UsageError || error is TerminalError ? 2 : 1
  }
}
