extension ElasticsearchClient {
  /// The lines of a query, counted by time and level.
  public func histogram(_ query: LogHistogramQuery, now: Timestamp) async throws(FetchError) -> LogHistogram {
    let search = try await search(for: query.logs, now: now)
    let range = query.range(now: now)
    return LogHistogram(try await answer(to: search.histogram(query, in: range)), of: range, step: query.step)
  }

  /// The most frequent values of a field among the lines of a query.
  public func statistics(_ query: FieldStatisticsQuery, now: Timestamp) async throws(FetchError) -> FieldStatistics {
    let search = try await search(for: query.logs, now: now)
    let range = query.logs.window.range(now: now)
    let names = [query.field, query.field + ".keyword"] + CountableField.parents(of: query.field)
    let catalogue = try await fields(names, now: now)
    var field = CountableField(query.field, in: catalogue)
    if !catalogue.isKnown { field.refusal = nil }
    do throws(FetchError) {
      return FieldStatistics(try await answer(to: search.statistics(query, of: field, in: range)), of: field)
    } catch {
      // Where the store does not tell what the field is, a text is refused; the keyword below it may be there.
      guard error.kind == .badQuery, !catalogue.isKnown else { throw error }
      field.name = query.field + ".keyword"
      return FieldStatistics(try await answer(to: search.statistics(query, of: field, in: range)), of: field)
    }
  }

  /// How many lines have what each filter asks for, in one request.
  public func counts(_ query: LogFilterCountsQuery, now: Timestamp) async throws(FetchError) -> LogFilterCounts {
    var all = query.logs
    all.filters = query.filters
    let search = try await search(for: all, now: now)
    let answer = try await answer(to: search.counts(query, in: query.logs.window.range(now: now)))
    let buckets = answer.aggregations?[path: "filters", "buckets"]
    return LogFilterCounts(
      total: answer.total ?? 0,
      matching: query.filters.indices.map { Int(clamping: max(0, buckets?[path: "f\($0)", "doc_count"]?.int ?? 0)) })
  }
}

/// Keeps the volume histogram fresh.
struct LogHistogramJob: PollJob {
  let client: ElasticsearchClient
  let query: LogHistogramQuery

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(
      .logHistogram(try await client.histogram(query, now: now)), next: query.logs.window.isLive ? .interval : .never)
  }
}

/// Keeps a field's statistics fresh.
struct FieldStatisticsJob: PollJob {
  let client: ElasticsearchClient
  let query: FieldStatisticsQuery

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(
      .fieldStatistics(try await client.statistics(query, now: now)),
      next: query.logs.window.isLive ? .interval : .never)
  }
}

/// Keeps the counts of filters fresh.
struct LogFilterCountsJob: PollJob {
  let client: ElasticsearchClient
  let query: LogFilterCountsQuery

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(
      .filterCounts(try await client.counts(query, now: now)), next: query.logs.window.isLive ? .interval : .never)
  }
}
