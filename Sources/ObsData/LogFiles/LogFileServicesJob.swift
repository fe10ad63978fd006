/// Keeps the services that write to files fresh, with how many of their lines in the window are errors: reads the files once
/// from the start, piece by piece, and then what is added.
public struct LogFileServicesJob: PollJob {
  private let files: LogFiles
  private let window: TimeWindow
  private var readers: [LogFileReader]
  /// Errors by service and by the number of the bucket of time.
  private var errors: [String: [Int64: Int]] = [:]
  private var bucket = Duration.seconds(60)
  private var bucketCount = 0
  private var isThrough = false

  /// More services than these are no services, but identifiers.
  private static let maximumServices = 500
  private static let maximumBuckets = 100_000
  private static let stepBytes = 1 << 20

  /// Makes the job of one subscription.
  public init(_ files: LogFiles, _ window: TimeWindow) {
    self.files = files
    self.window = window
    readers = files.readers()
  }

  /// Reads on, and answers when all that is there has been read.
  public mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    var isAtEnd = true
    for index in readers.indices {
      readers[index].refresh()
      readers[index].begin(now: now, atStart: true)
      let batch = readers[index].readForward(LogFileServicesJob.stepBytes, now: now)
      for entry in batch.entries { count(entry) }
      isAtEnd = isAtEnd && (readers[index].isAtEnd || batch.count == 0)
    }
    isThrough = isThrough || isAtEnd
    guard isThrough else { return PollAnswer(nil, next: .after(.zero)) }
    return PollAnswer(.services(figures(now: now)), next: window.isLive ? .interval : .never)
  }

  private mutating func count(_ entry: LogEntry) {
    guard let service = entry.service, !service.isEmpty else { return }
    guard errors[service] != nil || errors.count < LogFileServicesJob.maximumServices else { return }
    guard entry.level >= .error else {
      if errors[service] == nil { errors[service] = [:] }
      return
    }
    let number = entry.timestamp.nanoseconds / bucket.nanoseconds
    if errors[service]?[number] == nil { bucketCount += 1 }
    errors[service, default: [:]][number, default: 0] += 1
    if bucketCount > LogFileServicesJob.maximumBuckets { coarsen() }
  }

  /// Larger buckets, when errors are spread over very long times.
  private mutating func coarsen() {
    bucket = bucket * 60
    bucketCount = 0
    for (service, buckets) in errors {
      let merged = Dictionary(buckets.map { ($0.key / 60, $0.value) }, uniquingKeysWith: +)
      errors[service] = merged
      bucketCount += merged.count
    }
  }

  private func figures(now: Timestamp) -> [ServiceFigures] {
    let newest = readers.compactMap(\.newestTime).max() ?? now
    let anchor = files.options.endsWithNewestLine && window.isLive ? min(newest, now) : now
    let range = window.range(now: anchor)
    let first = range.start.nanoseconds / bucket.nanoseconds
    let last = window.isLive ? Int64.max : range.end.nanoseconds / bucket.nanoseconds
    return errors.keys.sorted().map { service in
      let count = errors[service, default: [:]].reduce(0) { $0 + ($1.key >= first && $1.key <= last ? $1.value : 0) }
      return ServiceFigures(name: service, errorLines: count)
    }
  }
}
