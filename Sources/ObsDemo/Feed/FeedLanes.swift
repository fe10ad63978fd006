import ObsData

extension Feed {
  /// The ways that were chosen, each with the task that sends.
  struct Lanes: Sendable {
    private var bulk: FeedLane<BulkSink>?
    private var file: FeedLane<LineSink>?
    private var spans: FeedLane<OTLPSink>?
    private let tasks: [Task<Void, Never>]

    init(
      _ options: Options, seed: UInt64, pause: @escaping @Sendable (Duration) async throws -> Void,
      complain: @escaping @Sendable (String) -> Void
    ) {
      // Tasks of their own: who cancels the feed wants what waits to be sent yet.
      var tasks: [Task<Void, Never>] = []
      if let endpoint = options.elasticsearch {
        let lane = FeedLane(
          sink: BulkSink(transport: AsyncHTTPTransport(endpoint: endpoint), index: options.index),
          tally: FeedTally(unit: "lines", destination: "\(endpoint.address) (\(options.index))"), seed: seed,
          pause: pause, complain: complain)
        bulk = lane
        tasks.append(Task.detached { await lane.run() })
      }
      if let lines = options.lines {
        let lane = FeedLane(
          sink: LineSink(destination: lines.destination, write: lines.write),
          tally: FeedTally(unit: "lines", destination: lines.destination), seed: seed, pause: pause, complain: complain)
        file = lane
        tasks.append(Task.detached { await lane.run() })
      }
      if let endpoint = options.otlp {
        let lane = FeedLane(
          sink: OTLPSink(transport: AsyncHTTPTransport(endpoint: endpoint)),
          tally: FeedTally(unit: "spans", destination: "\(endpoint.address)"),
          limits: .init(waiting: 20_000, batch: 200), seed: seed, pause: pause, complain: complain)
        spans = lane
        tasks.append(Task.detached { await lane.run() })
      }
      self.tasks = tasks
    }

    /// Makes what each way needs of a second.
    func offer(_ source: inout FeedSource, second: Int, now: Timestamp) async {
      if let bulk { await bulk.offer(source.documents(of: second)) }
      if let file { await file.offer(source.serviceLines(of: second)) }
      if let spans { await spans.offer(source.traces(of: second, now: now)) }
    }

    /// Whether no way takes anything any more.
    var areDead: Bool {
      get async {
        if let bulk, await !bulk.isDead { return false }
        if let file, await !file.isDead { return false }
        if let spans, await !spans.isDead { return false }
        return true
      }
    }

    /// Sends what waits, for no longer than `limit`, and gives the accounts.
    func finish(within limit: Duration) async -> [FeedTally] {
      await bulk?.close()
      await file?.close()
      await spans?.close()
      let tasks = tasks
      let watch = Task.detached {
        try? await Task.sleep(for: limit)
        for task in tasks { task.cancel() }
      }
      for task in tasks { await task.value }
      watch.cancel()
      var tallies: [FeedTally] = []
      if let bulk { tallies.append(await bulk.tally) }
      if let file { tallies.append(await file.tally) }
      if let spans { tallies.append(await spans.tally) }
      return tallies
    }
  }
}
