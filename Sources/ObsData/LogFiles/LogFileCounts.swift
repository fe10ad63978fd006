/// What is counted over the lines of files: what a log store would count with an aggregation.
struct LogFileCounts: Sendable {
  /// What is asked.
  enum Question: Sendable {
    case histogram(LogHistogramQuery)
    case statistics(FieldStatisticsQuery)
    case filters(LogFilterCountsQuery)

    /// Whose lines are counted.
    var logs: LogQuery {
      switch self {
      case .histogram(let query): query.logs
      case .statistics(let query): query.logs
      case .filters(let query): query.logs
      }
    }
  }

  private let question: Question
  private let conditions: [KQLMatcher]
  private var total = 0
  private var matching: [Int]
  /// Lines by time, finer than the histogram: its bounds are known only when all has been read.
  private var moments: [Int64: LogCounts] = [:]
  private var unit = Duration.seconds(1)
  private var values: [String: Int] = [:]
  private var present = 0
  private var left = 0
  private var numbers: [Double] = []
  private var isNumber = true

  /// More distinct values, numbers or moments than these are not kept.
  private static let most = 100_000
  /// So many values are told, as a store is asked for.
  private static let told = 50
  /// The bars of a histogram over all times: its query cannot tell how many there is room for.
  private static let bars = 100

  init(_ question: Question, fields: FieldNames) {
    self.question = question
    if case .filters(let query) = question {
      conditions = query.filters.map { LogFileFilter.matcher($0, isExcluding: false, fields: fields) }
    } else {
      conditions = []
    }
    matching = conditions.map { _ in 0 }
  }

  /// Takes a line that the query finds.
  mutating func add(_ entry: DecodedLine, _ document: JSONValue) {
    total += 1
    switch question {
    case .histogram: add(entry)
    case .statistics(let query): add(document.value(at: query.field), entry, query.field)
    case .filters:
      for (index, condition) in conditions.enumerated() where condition.matches(document) { matching[index] += 1 }
    }
  }

  private mutating func add(_ entry: DecodedLine) {
    moments[entry.timestamp.nanoseconds / unit.nanoseconds, default: LogCounts()].add(entry.level)
    guard moments.count > LogFileCounts.most else { return }
    unit = unit * 60
    moments = Dictionary(moments.map { ($0.key / 60, $0.value) }, uniquingKeysWith: +)
  }

  private mutating func add(_ value: JSONValue?, _ entry: DecodedLine, _ field: String) {
    // What is shown of a line without a document: its text and time.
    guard let value = value ?? (field == "message" ? JSONTree.string(entry.message).value : nil), !value.isNull else {
      return
    }
    present += 1
    let items = value.kind == .array ? value.elements : [value]
    for item in items where item.kind != .object && item.kind != .array && !item.isNull {
      if let number = item.kind == .string ? nil : item.double {
        if numbers.count < LogFileCounts.most { numbers.append(number) }
      } else {
        isNumber = false
      }
      let text = item.string ?? item.tree.text
      if values[text] == nil, values.count >= LogFileCounts.most { left += 1 } else { values[text, default: 0] += 1 }
    }
  }

  /// The answer so far; `window` is what was counted.
  func answer(window: TimeRange) -> Update.Body {
    switch question {
    case .histogram(let query): .logHistogram(histogram(query, window))
    case .statistics(let query): .fieldStatistics(statistics(query))
    case .filters: .filterCounts(LogFilterCounts(total: total, matching: matching))
    }
  }

  private func histogram(_ query: LogHistogramQuery, _ window: TimeRange) -> LogHistogram {
    var range = window
    var step = query.step
    if query.logs.window.isEverything {
      // All times are those of the lines.
      let times = moments.keys
      let first = Timestamp(nanoseconds: (times.min() ?? 0) &* unit.nanoseconds)
      let last = Timestamp(nanoseconds: (times.max() ?? 0) &* unit.nanoseconds) + unit
      step = LogHistogramQuery.step(for: last - first, columns: LogFileCounts.bars)
      range = TimeRange(start: first, end: last)
    } else if query.logs.window.isLive {
      range = TimeRange(start: window.start.floored(to: step), end: window.start + query.logs.window.duration + step)
    }
    let start = range.start.floored(to: step)
    let width = max(step.nanoseconds, 1)
    let count = ((range.end - start).nanoseconds + width - 1) / width
    var buckets = [LogCounts](repeating: LogCounts(), count: Int(min(max(count, 1), 2_000)))
    for (moment, counts) in moments {
      let index = (Timestamp(nanoseconds: moment &* unit.nanoseconds) - start).nanoseconds / width
      if index >= 0, index < buckets.count { buckets[Int(index)] = buckets[Int(index)] + counts }
    }
    return LogHistogram(range: range, start: start, step: step, buckets: buckets)
  }

  private func statistics(_ query: FieldStatisticsQuery) -> FieldStatistics {
    var statistics = FieldStatistics(counted: query.field)
    statistics.total = total
    statistics.present = present
    let ordered = values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    statistics.values = ordered.prefix(LogFileCounts.told).map { FieldStatistics.Value($0.key, $0.value) }
    statistics.other = ordered.dropFirst(LogFileCounts.told).reduce(left) { $0 + $1.value }
    if left > 0 { statistics.partial = "only \(LogFileCounts.most) different values are counted" }
    if isNumber, let least = numbers.min(), let greatest = numbers.max() {
      let sorted = numbers.sorted()
      // Nearest rank.
      let percentiles = FieldStatistics.percents.map { percent in
        sorted[min(sorted.count - 1, max(0, Int((percent / 100 * Double(sorted.count)).rounded(.up)) - 1))]
      }
      statistics.numbers = FieldStatistics.Numbers(
        minimum: least, average: numbers.reduce(0, +) / Double(numbers.count), maximum: greatest,
        percentiles: percentiles)
    }
    return statistics
  }
}

extension LogCounts {
  /// Counts a line of a level.
  mutating func add(_ level: LogLevel) {
    switch level {
    case .critical: critical += 1
    case .error: error += 1
    case .warning: warning += 1
    case .notice, .info: information += 1
    case .debug, .trace, .unknown: other += 1
    }
  }
}

extension JSONTree {
  /// The tree as a parsed value.
  var value: JSONValue? { (try? JSONDocument(parsing: Array(text.utf8)))?.root }
}

/// Keeps a count over files fresh: reads them once from the start, piece by piece, and then what is added.
struct LogFileCountsJob: PollJob {
  private let files: LogFiles
  private let logs: LogQuery
  private var counts: LogFileCounts
  private var readers: [LogFileReader]
  private var filter: LogFileFilter?
  private var range: TimeRange?

  private static let stepBytes = 1 << 20

  init(_ files: LogFiles, _ question: LogFileCounts.Question) {
    self.files = files
    logs = question.logs
    counts = LogFileCounts(question, fields: files.options.fields)
    readers = files.readers()
  }

  /// Reads on, and answers when all that is there has been read.
  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let filter: LogFileFilter
    if let known = self.filter { filter = known } else { filter = try files.filter(logs, now: now) }
    self.filter = filter
    let window = range ?? files.window(logs.window, now: now)
    range = window
    var counts = counts
    var isThrough = true
    for index in readers.indices {
      readers[index].refresh()
      readers[index].begin(now: now, atStart: true)
      let batch = readers[index].readForward(LogFileCountsJob.stepBytes, now: now) { entry, document in
        if window.contains(entry.timestamp), filter.matches(entry, document) { counts.add(entry, document) }
        return false
      }
      isThrough = isThrough && (readers[index].isAtEnd || batch.count == 0)
    }
    self.counts = counts
    guard isThrough else { return PollAnswer(nil, next: .after(.zero)) }
    // A live window has moved on since the reading began.
    let present = logs.window.isEverything ? window : files.window(logs.window, now: now)
    return PollAnswer(counts.answer(window: present), next: logs.window.isLive ? .interval : .never)
  }
}
