import ArgumentParser
import Foundation
import ObsData
import ObsDemo

/// What can be chosen of the demo.
struct DemoOptions: ParsableArguments {
  @Option(help: "The same seed tells the same story.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "The port of Elasticsearch; Jaeger, Prometheus, Alertmanager have the next three.", valueName: "port"))
  var portBase: Int?

  @Option(help: "How many services there are.")
  var services: Int = 7

  @Option(help: "Log lines a second, about.")
  var rate: Double = 20

  @Option(help: ArgumentHelp("A file of incidents to play; see docs/scenarios.md.", valueName: "file"))
  var scenario: String?

  /// The demo that was chosen, not yet started; `time` makes it stand still.
  func demo(time: Timestamp? = nil) throws(UsageError) -> Demo.Options {
    guard (1...100).contains(services) else { throw UsageError("--services \(services): 1 to 100") }
    guard rate > 0, rate <= 100_000 else {
      throw UsageError("--rate \(rate): more than 0, up to 100000 lines a second")
    }
    var options = Demo.Options()
    options.seed = seed
    options.portBase = portBase
    options.services = services
    options.rate = rate
    options.scenario = scenario
    options.time = time
    return options
  }
}

/// `obs-tui demo`: the dashboard on an embedded stack, or that stack alone.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show the dashboard on an embedded demo stack, serve that stack, or feed a real one.",
    discussion: """
      A simulated instant-messaging backend answers as Elasticsearch, Jaeger, Prometheus and Alertmanager. With --feed it \
      is sent into a real stack: log lines, traces and metrics, from now on, until ctrl-C. Then standard error says what \
      was sent and what was refused; exits 3 where anything was.
      """)

  @OptionGroup var demo: DemoOptions
  @OptionGroup var view: ViewOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var feed: FeedOptions

  @Flag(help: "Run the servers alone: prints their addresses, then 'ready'.")
  var serve = false

  func run() throws {
    let options = try demo.demo()
    if feed.isWanted {
      guard !serve, demo.portBase == nil else {
        throw UsageError("--feed goes with no --serve and no --port-base: it sends into servers that are there")
      }
      let (wanted, notes) = try feed.options(
        options, settings: settings, environment: ProcessInfo.processInfo.environment)
      let status = try FeedSession.run(wanted, notes: notes)
      if status != 0 { throw ExitCode(status) }
      return
    }
    guard settings.context == nil else { throw UsageError("--context: the demo is a context of its own") }
    let running = try DemoCommand.start(options)
    if serve { serve(running) }
    try DashboardRun(setup: Setup(settings, demo: running.urls), view: view).run()
  }

  /// Starts the servers; a port that is taken and a scenario that cannot be read are the user's to mend.
  static func start(_ options: Demo.Options) throws -> Demo {
    do {
      return try Blocking.run { try await Demo.start(options) }
    } catch let failure as DemoError {
      throw UsageError(failure.description)
    }
  }

  /// Prints the addresses and sleeps until a signal ends the process.
  private func serve(_ demo: Demo) -> Never {
    for (store, address) in demo.addresses { print("\(store.rawValue) \(address)") }
    print("ready")
    // Whoever waits for the line reads through a pipe.
    fflush(nil)
    while true { pause() }
  }
}

extension Demo {
  /// The addresses by store.
  var urls: [Store: String] { Dictionary(addresses.map { ($0.store, $0.address) }) { first, _ in first } }
}
