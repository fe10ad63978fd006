import ArgumentParser
import Foundation
import ObsData

/// `obs-tui dependencies`: the service graph without the screen.
struct DependenciesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dependencies", abstract: "List which service calls which, without the screen.",
    discussion: """
      Jaeger's own figures are printed where it has some in the time asked for, or in the day before its end; else the calls are \
      counted in the newest traces of each service. The last column says which. Jaeger's own figures do not count errors. \
      Exits 3 when the store failed.
      """)

  @OptionGroup var time: TraceWindowOptions

  @Flag(help: "Count in traces, whatever figures Jaeger has: that tells of errors.")
  var fromTraces = false

  @Flag(help: "One JSON object a line: parent, child, call_count, error_count (null where it is not known), source.")
  var json = false

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var stores: StoreOptions

  func run() throws {
    let now = WallClock.now()
    let setup = try Setup(settings, stores: stores)
    let window = try time.window(now: now, usual: .seconds(86_400))
    guard let context = setup.settings.current else { throw UsageError("there is no context") }
    let clients = StoreClients(context: context, logger: setup.logger)
    let query = DependencyQuery(window: window, traces: TraceQuery(window: window), countsTraces: fromTraces)
    guard let work = clients.dependencyGraph(query, now: now) else { throw ReportOutput.absent(context.name) }
    signal(SIGPIPE, SIG_IGN)
    let graph: DependencyGraph
    switch try Blocking.run({ await work() }) {
    case .success(let found): graph = found
    case .failure(let error): throw ReportOutput.fail(error)
    }
    guard try ReportOutput.write(DependencyPrinter.text(graph, asJSON: json)) else { return }
    if let reason = graph.reason { ReportOutput.complain([reason]) }
    for warning in graph.warnings { ReportOutput.complain([warning]) }
    if graph.edges.isEmpty, isatty(STDOUT_FILENO) == 1 { ReportOutput.complain(["no service calls another"]) }
  }
}

/// A service graph as `obs-tui dependencies` prints it.
enum DependencyPrinter {
  /// All calls, a line each; a table with a head where it is not JSON.
  static func text(_ graph: DependencyGraph, asJSON: Bool) -> String {
    guard !graph.edges.isEmpty else { return "" }
    if asJSON { return graph.edges.map { LogPrinter.escaped(json($0, graph).text) + "\n" }.joined() }
    let rows = graph.edges.map { edge in
      [
        LogPrinter.visible(edge.parent), LogPrinter.visible(edge.child), "\(edge.callCount)",
        edge.errorCount.map { "\($0)" } ?? "-", source(graph),
      ]
    }
    return ReportOutput.table(["CALLER", "CALLEE", "CALLS", "ERRORS", "SOURCE"], rows, numbers: [2, 3])
      .map { $0 + "\n" }.joined()
  }

  private static func json(_ edge: TraceDependency, _ graph: DependencyGraph) -> JSONTree {
    .object([
      ("parent", .string(edge.parent)), ("child", .string(edge.child)), ("call_count", .int(edge.callCount)),
      ("error_count", edge.errorCount.map(JSONTree.int) ?? .null), ("source", .string(source(graph))),
    ])
  }

  /// `jaeger` or `traces`.
  private static func source(_ graph: DependencyGraph) -> String {
    if case .store = graph.source { "jaeger" } else { "traces" }
  }
}
