import ArgumentParser
import Foundation
import ObsData

/// `obs-tui dashboard`: what shows a dashboard and what looks at one. Without a word behind it, it shows.
struct DashboardGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard", abstract: "Show the dashboard (the default), print or check Grafana dashboards.",
    discussion: "The options are those of 'obs-tui help dashboard show', which may be left out.",
    subcommands: [DashboardCommand.self, DashboardCheckCommand.self], defaultSubcommand: DashboardCommand.self)
}

/// `obs-tui dashboard check`: what of Grafana dashboards would be drawn.
struct DashboardCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say which panels of Grafana dashboards are drawn, and what would be asked.",
    discussion: """
      Nobody is asked: variables have the values that the file holds, and those that only Prometheus knows stay in the \
      expressions. Exits 0 also where panels are not drawn, 2 for a file that cannot be read or is no dashboard.
      """)

  @Argument(help: ArgumentHelp("Dashboards: Grafana's classic JSON or schema v2, or own YAML.", valueName: "file"))
  var files: [String]

  @Option(
    name: .customLong("var"),
    help: ArgumentHelp("Choose a variable's value; several, or repeated, for several.", valueName: "name=value"))
  var variables: [String] = []

  @Flag(help: "As a JSON array, one object a file.")
  var json = false

  func run() throws {
    let wanted = try DashboardVariables.read(variables)
    let now = WallClock.now()
    let reports = try Blocking.run {
      var reports: [DashboardReport] = []
      for file in files { reports.append(await DashboardCheckCommand.report(file, wanted: wanted, now: now)) }
      return reports
    }
    let output =
      json
      ? LogPrinter.escaped(JSONTree.array(reports.map(\.json)).text) + "\n"
      : reports.flatMap(\.lines).map { LogPrinter.visible($0) + "\n" }.joined()
    try LineOutput.write(Array(output.utf8), to: STDOUT_FILENO)
    if reports.contains(where: { $0.failure != nil }) { throw ExitCode(2) }
  }

  /// Looks at one file.
  static func report(_ file: String, wanted: [String: [String]], now: Timestamp) async -> DashboardReport {
    do throws(DashboardError) {
      let definition = try DashboardReader.read(file: file)
      let range = DashboardTime.range(of: definition, now: now)
      let variables = await VariableResolver(client: nil, range: range).resolve(definition, wanted: wanted)
      return DashboardReport(file, definition, variables: variables, range: range)
    } catch {
      return DashboardReport(file, failure: error.description)
    }
  }
}

/// Values of variables from the command line.
enum DashboardVariables {
  /// Reads `name=value`; the same name again adds a value.
  static func read(_ texts: [String]) throws(UsageError) -> [String: [String]] {
    var values: [String: [String]] = [:]
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw UsageError("--var \(text): not of the form name=value")
      }
      let name = text[..<equals].drop { $0 == "$" }
      values[String(name), default: []].append(String(text[text.index(after: equals)...]))
    }
    return values
  }
}
