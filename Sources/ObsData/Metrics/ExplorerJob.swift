/// Keeps one question of the explorer fresh. What changes with every key waits a moment first, and is then not asked at all
/// where the screen has moved on.
struct ExplorerJob: PollJob {
  let explorer: MetricExplorer
  let query: ExplorerQuery
  private var hasWaited = false

  init(_ explorer: MetricExplorer, _ query: ExplorerQuery) {
    self.explorer = explorer
    self.query = query
  }

  /// How long the screen must rest before what follows it is asked.
  static let pause = Duration.milliseconds(150)

  /// How often a question is asked again.
  static func interval(of query: ExplorerQuery, usual: Duration) -> Duration {
    switch query {
    case .names, .offers: .seconds(60)
    case .previews: max(usual, MetricExplorer.freshness)
    case .metric, .expression, .red: max(usual, .seconds(5))
    case .targets: max(usual, .seconds(30))
    case .rules: max(usual, .seconds(15))
    }
  }

  private var followsKeys: Bool {
    switch query {
    case .previews, .offers: true
    default: false
    }
  }

  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    if followsKeys, !hasWaited {
      hasWaited = true
      return PollAnswer(nil, next: .after(ExplorerJob.pause))
    }
    let next: PollAnswer.Next = query.window?.isLive ?? true ? .interval : .never
    switch query {
    case .names(let window):
      return PollAnswer(.explorer(.names(try await explorer.names(in: window.range(now: now)))), next: next)
    case .previews(let query):
      let (previews, isComplete) = try await explorer.previews(query, now: now)
      return PollAnswer(.explorer(.previews(previews)), next: isComplete ? next : .after(.milliseconds(1)))
    case .metric(let query):
      return PollAnswer(.explorer(.metric(try await explorer.detail(query, now: now))), next: next)
    case .expression(let query):
      return PollAnswer(.explorer(.expression(try await explorer.evaluate(query, now: now))), next: next)
    case .offers(let offer, let window):
      let range = window.range(now: now)
      return PollAnswer(.explorer(.offers(try await explorer.offers(offer, in: range))), next: .never)
    case .targets: return PollAnswer(.explorer(.targets(try await explorer.client.targets())))
    case .rules: return PollAnswer(.explorer(.rules(try await explorer.client.rules())))
    case .red(let query): return PollAnswer(.explorer(.red(try await explorer.red(query, now: now))), next: next)
    }
  }
}
