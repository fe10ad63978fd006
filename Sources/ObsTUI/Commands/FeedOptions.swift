import ArgumentParser
import Foundation
import ObsData
import ObsDemo

/// Where `obs-tui demo --feed` sends the world.
struct FeedOptions: ParsableArguments {
  @Flag(help: "Send the demo's world into a real stack instead of showing it.")
  var feed = false

  @Option(
    help: ArgumentHelp(
      "Log lines by _bulk to this Elasticsearch. Credentials stand in the settings or the environment.",
      valueName: "url"))
  var feedElasticsearch: String?

  @Option(help: ArgumentHelp("The index or data stream that lines go into.", valueName: "name"))
  var feedIndex = "rustim-logs"

  @Option(help: ArgumentHelp("Log lines as JSON into this file, or - for standard output.", valueName: "file"))
  var feedLogs: String?

  @Option(
    help: ArgumentHelp(
      "Traces by OTLP over HTTP to this collector or Jaeger, such as http://127.0.0.1:4318. Default: TELEMETRY_ENDPOINT.",
      valueName: "url"))
  var feedOtlp: String?

  @Option(
    help: ArgumentHelp(
      "The share of traces that is sent, 0 to 1. Default: TELEMETRY_SAMPLING_RATIO, or 1.", valueName: "ratio"))
  var samplingRatio: Double?

  @Option(help: ArgumentHelp("Metrics as a page to scrape: :9464, or 127.0.0.1:9464.", valueName: "address"))
  var feedMetrics: String?

  @Option(help: ArgumentHelp("How long to feed: 90s, 10m. Default: until ctrl-C.", valueName: "duration"))
  var duration: String?

  /// Whether anything of it was asked for.
  var isWanted: Bool {
    feed || feedElasticsearch != nil || feedLogs != nil || feedOtlp != nil || feedMetrics != nil
  }

  /// What was chosen, read and checked, with sentences about choices that were made for the user.
  func options(_ world: Demo.Options, settings: SettingsOptions, environment: [String: String]) throws
    -> (options: Feed.Options, notes: [String])
  {
    var notes: [String] = []
    var options = Feed.Options(world: world)
    options.elasticsearch = try feedElasticsearch.map { try elasticsearch($0, settings, environment) }
    options.index = try index()
    if let address = feedOtlp {
      options.otlp = try FeedOptions.otlp(address, option: "--feed-otlp")
    } else if environment["TELEMETRY_ENABLED"]?.lowercased() != "false",
      let address = environment["TELEMETRY_ENDPOINT"], !address.isEmpty
    {
      let (usual, note) = FeedOptions.overHTTP(address)
      options.otlp = try FeedOptions.otlp(usual, option: "TELEMETRY_ENDPOINT")
      notes.append(note)
    }
    options.samplingRatio = try ratio(environment)
    options.metrics = try feedMetrics.map(FeedOptions.place)
    options.duration = try duration.map { text in
      guard let duration = DurationText.parse(text) else {
        throw UsageError("--duration \(text): not a duration such as 90s or 10m")
      }
      return duration
    }
    options.lines = try feedLogs.map(FeedOptions.writer)
    guard options.elasticsearch != nil || options.lines != nil || options.otlp != nil || options.metrics != nil else {
      throw UsageError(
        """
        --feed: say where to: --feed-elasticsearch URL, --feed-logs FILE or -, --feed-otlp URL (or TELEMETRY_ENDPOINT), \
        --feed-metrics :PORT
        """)
    }
    return (options, notes)
  }

  /// The address that was given, with the credentials of the settings and the environment.
  private func elasticsearch(
    _ url: String, _ options: SettingsOptions, _ environment: [String: String]
  ) throws -> Endpoint {
    let settings: Settings
    do {
      settings = try Settings.load(
        file: options.config, environment: environment,
        overrides: SettingsOverrides(context: options.context, urls: [.elasticsearch: url]),
        check: ConfigChecks.problems)
    } catch {
      throw UsageError(error.description)
    }
    guard let endpoint = settings.current?.endpoint(for: .elasticsearch) else {
      throw UsageError("--feed-elasticsearch \(url): the settings have no such store")
    }
    return endpoint
  }

  private func index() throws(UsageError) -> String {
    let isName =
      !feedIndex.isEmpty && feedIndex.utf8.count <= 255 && feedIndex == feedIndex.lowercased()
      && !feedIndex.contains { "*,\"<>|\\/? #:".contains($0) } && !"-_+.".contains(feedIndex.prefix(1))
    guard isName else { throw UsageError("--feed-index \(feedIndex): not an index's name, such as rustim-logs") }
    return feedIndex
  }

  private func ratio(_ environment: [String: String]) throws(UsageError) -> Double {
    let variable = environment["TELEMETRY_SAMPLING_RATIO"].flatMap { $0.isEmpty ? nil : $0 }
    let name = samplingRatio == nil ? "TELEMETRY_SAMPLING_RATIO" : "--sampling-ratio"
    guard let ratio = samplingRatio ?? variable.map({ Double($0) ?? .nan }) else { return 1 }
    guard ratio >= 0, ratio <= 1 else {
      throw UsageError("\(name) \(samplingRatio.map { "\($0)" } ?? variable ?? ""): a share from 0 to 1")
    }
    return ratio
  }

  /// Services send by gRPC, on 4317; what is sent here goes by HTTP, on 4318 of the same collector.
  private static func overHTTP(_ address: String) -> (address: String, note: String) {
    guard let parsed = try? BaseAddress.parse(address), parsed.address.port == 4_317 else {
      return (address, "traces go to \(address), as TELEMETRY_ENDPOINT says")
    }
    let own = parsed.address
    let usual = BaseAddress(scheme: own.scheme, host: own.host, port: 4_318, path: own.path)
    return (
      "\(usual)", "traces go to \(usual): TELEMETRY_ENDPOINT names 4317, the port of gRPC, and here they go by HTTP"
    )
  }

  private static func otlp(_ text: String, option: String) throws(UsageError) -> Endpoint {
    let parsed: BaseAddress.Parsed
    do throws(BaseAddress.Fault) { parsed = try BaseAddress.parse(text) } catch {
      throw UsageError("\(option): \(error.reason)")
    }
    var address = parsed.address
    guard address.port != 4_317 else {
      throw UsageError("\(option): 4317 is the port of OTLP over gRPC; over HTTP it is 4318")
    }
    // Whoever writes the whole path means the same.
    if address.path.hasSuffix("/v1/traces") {
      address = BaseAddress(
        scheme: address.scheme, host: address.host, port: address.port, path: String(address.path.dropLast(10)))
    }
    guard let username = parsed.username else { return Endpoint(address: address) }
    return Endpoint(address: address, credentials: .basic(username: username, password: parsed.password ?? Secret("")))
  }

  /// `:9464` is every address of this machine, as servers have it.
  private static func place(_ text: String) throws(UsageError) -> (host: String, port: Int) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else { throw UsageError("--feed-metrics \(text): not an address such as :9464 or 127.0.0.1:9464") }
    let host = text[..<colon].trimmingCharacters(in: ["[", "]"])
    return (host.isEmpty ? "0.0.0.0" : host, port)
  }

  private static func writer(
    _ path: String
  ) throws -> (destination: String, write: @Sendable ([UInt8]) throws(FeedWriteError) -> Void) {
    var descriptor = STDOUT_FILENO
    if path != "-" {
      descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        throw UsageError("--feed-logs \(path): cannot be opened for writing: \(String(cString: strerror(errno)))")
      }
    }
    let target = descriptor
    return (
      path == "-" ? "standard output" : path,
      { (bytes) throws(FeedWriteError) in
        do throws(LineOutput.Failure) {
          try LineOutput.write(bytes, to: target)
        } catch {
          switch error {
          case .closed: throw .closed
          case .failed(let reason): throw .failed(reason)
          }
        }
      }
    )
  }
}

/// `obs-tui demo --feed`: sends until it is told to stop, and says what became of it.
enum FeedSession {
  /// Runs a feed; the exit status is 0 where everything arrived, else 3.
  static func run(_ options: Feed.Options, notes: [String]) throws -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let say: @Sendable (String) -> Void = { text in
      ReportOutput.complain(text.split(separator: "\n").map(String.init))
    }
    let feed: Feed
    do {
      feed = try Feed(options, clock: WallClock.now, complain: say)
    } catch {
      throw UsageError(error.description)
    }
    for note in notes { say(note) }
    say("feeding; ctrl-C ends it")
    let began = WallClock.now()
    let outcome = try Blocking.runUntilSignal { () -> Result<Feed.Report, DemoError> in
      do throws(DemoError) { return .success(try await feed.run()) } catch { return .failure(error) }
    }
    let report: Feed.Report
    switch outcome {
    case .success(let value): report = value
    case .failure(let error): throw UsageError(error.description)
    }
    say("fed for \(Formatting.age(WallClock.now() - began))")
    for line in report.lines { say(line) }
    return report.isComplete ? 0 : 3
  }
}
