import ObsData

/// Takes lines from a stream and prints them, until the stream ends, the reader goes away or the work is cancelled.
struct LogsSession: Sendable {
  var stream: any LogStream
  var printer: LogPrinter
  let follows: Bool
  /// How often a stream that follows is asked for more.
  let interval: Duration
  /// What the store is called in sentences.
  let storeName: String
  let clock: @Sendable () -> Timestamp
  /// Waits; throws when the work is cancelled.
  var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  private var tally = FollowTally()
  private var schedule: PollSchedule

  init(
    stream: any LogStream, printer: LogPrinter, follows: Bool, interval: Duration, storeName: String,
    clock: @escaping @Sendable () -> Timestamp
  ) {
    self.stream = stream
    self.printer = printer
    self.follows = follows
    self.interval = interval
    self.storeName = storeName
    self.clock = clock
    schedule = PollSchedule(interval: interval, seed: UInt64(bitPattern: clock().nanoseconds))
  }

  /// Runs to the end and returns the exit status: 0, or 2 where the query was refused, or 3 where the store failed or its answer
  /// is incomplete, 130 where it was interrupted before its end. `saysNothing` says whether an empty result gets a word.
  mutating func run(
    write: @Sendable ([UInt8]) throws -> Void, complain: @Sendable (String) -> Void,
    hasReader: @Sendable () -> Bool = { true }, saysNothing: Bool
  ) async -> Int32 {
    let began = clock()
    var status: Int32 = 0
    var notices: Set<String> = []
    do {
      let head = printer.header
      if !head.isEmpty { try write(Array(head.utf8)) }
      reading: while !Task.isCancelled {
        let batch: LogBatch?
        do throws(FetchError) {
          batch = try await stream.next(now: clock())
        } catch {
          if error.kind == .cancelled || Task.isCancelled { break }
          guard follows, tally.hasBegun, error.kind != .badQuery else {
            complain(LogsSession.sentence(error, storeName))
            return error.kind == .badQuery ? 2 : 3
          }
          tally.failed(error, at: clock(), of: storeName).map(complain)
          do { try await pause(schedule.failed(retryAfter: error.retryAfter)) } catch { break reading }
          continue
        }
        guard let batch else { break }
        _ = schedule.succeeded()
        tally.answered(at: clock(), of: storeName).map(complain)
        if let notice = batch.notice, notices.insert(notice).inserted, notices.count < 100 { complain(notice) }
        if let partial = batch.partial {
          complain("incomplete: \(partial)")
          status = follows ? 0 : 3
        }
        try print(batch, write)
        tally.isLevel = stream.isLevel
        // A stream that is being read through has more at once, and so has one that gave much; else it is asked again later.
        guard stream.isLevel ? batch.entries.count < 5_000 : batch.entries.isEmpty else { continue }
        guard follows || !stream.isLevel else { continue }
        guard hasReader() else { break }
        do { try await pause(stream.isLevel ? interval : .milliseconds(20)) } catch { break }
      }
    } catch {
      // Whoever read the lines has gone, as `head` does: no failure. A full disk is one.
      if case .failed(let reason) = error as? LineOutput.Failure {
        complain("the output cannot be written: \(reason)")
        return 1
      }
    }
    if follows { complain(tally.summary(for: clock() - began, of: stream, store: storeName, time: printer.time)) }
    if Task.isCancelled, !follows { return 130 }
    if tally.count == 0, saysNothing, !follows, status == 0 { complain("no line matches") }
    return status
  }

  private mutating func print(_ batch: LogBatch, _ write: ([UInt8]) throws -> Void) throws {
    var bytes: [UInt8] = []
    for entry in batch.entries {
      bytes.append(contentsOf: printer.line(entry, lateness: tally.note(entry)).utf8)
      guard bytes.count >= 256 << 10 else { continue }
      try write(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    tally.endOfBatch()
    if !bytes.isEmpty { try write(bytes) }
  }

  /// A failure in words for standard error.
  private static func sentence(_ error: FetchError, _ store: String) -> String {
    if let excerpt = error.excerpt { return "the query cannot be read\n\(excerpt)" }
    return "\(store) \(error.kind == .badQuery ? "refused the query" : "gave no answer")\n\(error.paragraph)"
  }
}
