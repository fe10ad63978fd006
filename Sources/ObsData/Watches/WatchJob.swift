/// Looks at a watch's condition.
struct WatchJob: PollJob {
  let watch: Watch
  let prometheus: PrometheusClient?
  let elasticsearch: ElasticsearchClient?

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.watch(try await reading(now: now)))
  }

  /// One look.
  func reading(now: Timestamp) async throws(FetchError) -> WatchReading {
    switch watch.condition {
    case .metrics(let expression):
      guard let prometheus else { throw absent }
      let answer = try await prometheus.instant(expression, at: now)
      let words = answer.warnings.isEmpty ? nil : FetchError.bounded(answer.warnings.joined(separator: "; "), to: 300)
      let samples = try samples(answer.value, of: expression)
      // Which of more series than are kept come back next time is chance: none of them is over for being left out.
      let isCut = samples.count >= prometheus.maximumSeries
      return WatchReading(samples: samples, partial: isCut ? words ?? "too many series" : nil, remark: words)
    case .lines(let query, let comparison, let threshold, let within):
      guard let elasticsearch else { throw absent }
      let (count, partial) = try await elasticsearch.count(LogQuery(filter: query, window: .live(within)), now: now)
      let value = Double(count)
      let isMet = comparison.isMet(value, threshold)
      // What was not counted could only be added: enough is enough even in an incomplete answer, too little is not.
      let isCertain = isMet && (comparison == .above || comparison == .atLeast)
      return WatchReading(samples: isMet ? [.init(value: value)] : [], partial: isCertain ? nil : partial)
    }
  }

  /// The alerts in an answer. A number alone holds unless it is zero, as `1 > bool 0` has it.
  private func samples(
    _ result: PrometheusResult, of expression: String
  ) throws(FetchError) -> [WatchReading.Sample] {
    switch result {
    case .vector(let elements): return elements.map { .init(labels: $0.labels, value: $0.value) }
    case .scalar(let sample): return sample.value == 0 || sample.value.isNaN ? [] : [.init(value: sample.value)]
    case .string, .matrix:
      throw FetchError(
        .badQuery, tried: "the watch \(watch.name): \(FetchError.bounded(expression, to: 200))",
        answer: "the expression gives a range or a text, not one number for each series",
        advice: "compare with a number: … > 5", isFinal: true)
    }
  }

  private var absent: FetchError {
    FetchError(
      .settings, tried: "the watch \(watch.name)", answer: "the context has no \(watch.store.displayName)",
      advice: "set \(watch.store.rawValue).url for it")
  }
}

extension AlertCondition.Comparison {
  /// Whether a value compares so with a number.
  func isMet(_ value: Double, _ threshold: Double) -> Bool {
    switch self {
    case .above: value > threshold
    case .below: value < threshold
    case .atLeast: value >= threshold
    case .atMost: value <= threshold
    case .equal: value == threshold
    case .unequal: value != threshold
    }
  }
}

extension ElasticsearchClient {
  /// How many lines a query meets, and why that may be too few.
  func count(_ query: LogQuery, now: Timestamp) async throws(FetchError) -> (count: Int, partial: String?) {
    let search = try await search(for: query, now: now)
    let body: JSONTree = [
      "size": 0, "track_total_hits": true, "timeout": "8s",
      "query": ["bool": ["filter": .array(search.filters(query, in: query.window.range(now: now)))]],
    ]
    do throws(FetchError) {
      let answer = try await answer(to: body)
      return (answer.total ?? 0, answer.partial)
    } catch {
      throw error.pointing(into: query.filter)
    }
  }
}

extension StoreClients {
  /// The job of a watch, whether its store is there or not.
  func watchJob(_ watch: Watch) -> (job: any PollJob, interval: Duration) {
    (WatchJob(watch: watch, prometheus: prometheus?.client, elasticsearch: elasticsearch), watch.every)
  }
}

extension StoreClients {
  /// Looks at a watch once, and says what came of it as a feed would.
  public func look(at watch: Watch, now: Timestamp) async -> Update {
    let job = WatchJob(watch: watch, prometheus: prometheus?.client, elasticsearch: elasticsearch)
    do throws(FetchError) {
      return Update(subscription: .watch(watch), at: now, body: .watch(try await job.reading(now: now)))
    } catch {
      let failure = FetchFailure(error: error, attempts: 1, retryAt: nil)
      return Update(subscription: .watch(watch), at: now, body: .failed(failure))
    }
  }
}
