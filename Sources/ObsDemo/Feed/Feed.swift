import ObsData

/// Sends the demo's world into a real stack instead of serving it: lines to Elasticsearch or into a file, traces by OTLP, metrics
/// as a page to scrape. It begins with the second in which it is started, and runs with the clock.
public struct Feed: Sendable {
  /// What is sent, and where to.
  public struct Options: Sendable {
    /// The world; its ports play no part.
    public var world: Demo.Options
    /// Where documents go by `_bulk`.
    public var elasticsearch: Endpoint?
    /// The index or data stream that they go into.
    public var index = "rustim-logs"
    /// Where lines are written, for the account, with what writes them.
    public var lines: (destination: String, write: @Sendable ([UInt8]) throws(FeedWriteError) -> Void)?
    /// Where spans go: the endpoint without `/v1/traces`.
    public var otlp: Endpoint?
    /// The share of traces that is sent, 0 to 1.
    public var samplingRatio = 1.0
    /// The address and port that the metrics page is on.
    public var metrics: (host: String, port: Int)?
    /// How long it runs; nil until it is cancelled.
    public var duration: Duration?

    /// Sends nothing yet.
    public init(world: Demo.Options) { self.world = world }
  }

  /// What became of everything.
  public struct Report: Sendable, Equatable {
    /// An account for each way.
    public internal(set) var tallies: [FeedTally] = []
    /// The metrics page's address, and how often it was read; nil where there was none.
    public internal(set) var readings: Reading?
    /// Seconds of the world that were left out, because this machine could not make them in time.
    public internal(set) var skippedSeconds = 0

    /// How often a page was read.
    public struct Reading: Sendable, Equatable {
      /// `http://127.0.0.1:9464/metrics`.
      public let address: String
      /// Requests for it.
      public let count: Int
    }

    /// Whether everything arrived that was to be sent.
    public var isComplete: Bool { tallies.allSatisfy(\.isComplete) && skippedSeconds == 0 }

    /// The account, a line for each way.
    public var lines: [String] {
      var lines = tallies.map(\.summary)
      if let readings {
        lines.append("metrics on \(readings.address): read \(readings.count == 1 ? "once" : "\(readings.count) times")")
      }
      if skippedSeconds > 0 {
        lines.append("\(skippedSeconds) seconds were left out: this machine does not make so many lines in time")
      }
      return lines
    }
  }

  private let options: Options
  private let world: World
  private let clock: @Sendable () -> Timestamp
  private let pause: @Sendable (Duration) async throws -> Void
  private let complain: @Sendable (String) -> Void

  /// Prepares a feed. `complain` is given what the user should know at once. Throws where the scenario cannot be read.
  public init(
    _ options: Options, clock: @escaping @Sendable () -> Timestamp,
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    complain: @escaping @Sendable (String) -> Void
  ) throws(DemoError) {
    self.options = options
    self.clock = clock
    self.pause = pause
    self.complain = complain
    world = World(
      seed: options.world.seed, services: options.world.services, rate: options.world.rate,
      scenario: try Demo.scenario(options.world.scenario), origin: clock())
  }

  /// Sends until the duration is over, the task is cancelled, or nobody takes anything any more; then gives what waits a last
  /// five seconds. Throws where the metrics page's port cannot be had.
  public func run() async throws(DemoError) -> Report {
    let page = options.metrics.map { _ in MetricsPage(world: world, hasSpanMetrics: options.otlp == nil) }
    var server: DemoServer?
    if let page, let place = options.metrics {
      do {
        let clock = clock
        server = try await DemoServer.start(page, host: place.host, port: place.port) { clock().nanoseconds }
      } catch {
        throw DemoError(description: "the metrics page: \(error.description)")
      }
      complain("metrics are on http://\(place.host):\(server?.port ?? place.port)/metrics")
    }
    let lanes = Lanes(options, seed: world.seed, pause: pause, complain: complain)
    var report = Report()
    report.skippedSeconds = await send(into: lanes, hasPage: page != nil)
    // This task may be cancelled by now; what follows must not be.
    let stopped = server
    report.tallies = await Task.detached {
      await stopped?.stop()
      return await lanes.finish(within: .seconds(5))
    }.value
    if let page, let place = options.metrics {
      report.readings = Report.Reading(
        address: "http://\(place.host):\(server?.port ?? place.port)/metrics", count: page.count)
    }
    return report
  }

  /// Makes each second when it is over. Returns how many were left out.
  private func send(into lanes: Lanes, hasPage: Bool) async -> Int {
    var source = FeedSource(world: world, samplingRatio: options.samplingRatio)
    let began = clock()
    var second = Int(began.milliseconds / 1_000)
    var skipped = 0
    while !Task.isCancelled {
      let now = clock()
      let current = Int(now.milliseconds / 1_000)
      if current - second > 10 {
        if skipped == 0 { complain("this machine does not make so many lines in time: seconds are left out") }
        skipped += current - 1 - second
        second = current - 1
      }
      while second < current, !Task.isCancelled {
        await lanes.offer(&source, second: second, now: now)
        second += 1
      }
      if let duration = options.duration, now - began >= duration { break }
      if !hasPage, await lanes.areDead { break }
      let next = Timestamp(milliseconds: Int64(second + 1) * 1_000)
      do { try await pause(max(next - clock(), .milliseconds(10))) } catch { break }
    }
    return skipped
  }
}

/// Why a feed's lines cannot be written any more.
public enum FeedWriteError: Error, Equatable {
  /// Whoever read the other end has gone: no failure.
  case closed
  /// What the system says.
  case failed(String)
}
