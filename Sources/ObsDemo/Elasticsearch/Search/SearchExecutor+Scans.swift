import ObsData

/// Looks at the world that are not searches.
extension SearchExecutor {
  /// Reads the segments of a time into the store, newest first.
  func warm(_ window: Duration) {
    let end = now.milliseconds.flooredQuotient(by: SegmentStore.minute) * SegmentStore.minute
    let start = max((now - window).milliseconds, store.extent(now: now).start)
    for minute in stride(from: end, to: start, by: -Int(SegmentStore.minute)) {
      if cancellation.isSet { return }
      _ = store.segment(at: minute, now: now)
    }
  }

  /// How many documents an index holds. An index of a day is counted by its day.
  func count(index: String) throws -> Int {
    let date = String(index.suffix(10)).replacing(".", with: "-")
    let dates = DateMath(now: now)
    if date.count == 10, let start = try? dates.milliseconds(date, roundsUp: false) {
      return store.source.documentCount(
        from: Timestamp(milliseconds: start), to: Timestamp(milliseconds: start + 86_400_000), now: now)
    }
    return try count(.all)
  }

  /// The distinct values of a keyword, newest first and no longer than `budget`, and whether all of the time was looked at:
  /// fields with many values are not kept in columns, and only the newest hour of them is read.
  func distinctValues(of field: String, where query: SearchQuery, budget: Duration) throws -> (
    values: Set<String>, isComplete: Bool
  ) {
    var values: Set<String> = []
    var isComplete = true
    let started = ContinuousClock.now
    let reach = now.milliseconds - 3_600_000
    try visit(restricted(query), newestFirst: true) { reader, _ in
      if let column = reader.segment.columns[field] {
        values.formUnion(column.values.compactMap { $0?.string })
      } else if reader.segment.others.contains(field) {
        guard reader.segment.end > reach else {
          isComplete = false
          return true
        }
        for row in 0..<reader.segment.count { values.formUnion(reader.values(of: field, row).compactMap(\.string)) }
      }
      if ContinuousClock.now - started > budget {
        isComplete = false
        return false
      }
      return true
    }
    return (values, isComplete)
  }
}
