import ObsData

/// What a log pane has found out about all lines that it holds, and what it is still finding out: matches of a search, repeated
/// lines, patterns. Each is made once, by work on another thread where there are many lines, and kept up to date batch by batch.
struct LogReading: Equatable, Sendable {
  /// Work under way.
  struct Job: Equatable, Sendable {
    let ticket: LogWork.Ticket
    let task: LogWork.Task
    /// How many lines have been looked at.
    var done = 0
    /// Lines that have come since it began.
    var arrived: [LogLine] = []
    /// Which way the reader wanted to go when he asked for a search.
    var backwards = false
  }

  /// Up to so many bytes of lines are looked through at once: that takes less than a frame.
  static let mostAtOnce = 4 << 20

  var tally: SearchTally?
  var condensed: CondensedLines?
  /// The board of patterns, once it has been asked for.
  var board: PatternBoard?
  /// The pattern whose lines are listed alone.
  var only: PatternLines?
  private(set) var jobs: [LogWork.Kind: Job] = [:]
  private var number = 0

  /// How the work of a kind stands, in words for the title: `searching 45%`.
  func progress(of kind: LogWork.Kind, _ verb: String) -> String? {
    guard let job = jobs[kind] else { return nil }
    return "\(verb) \(job.done * 100 / max(job.ticket.lines, 1))%"
  }

  /// Begins work in place of any of the same kind that is under way.
  mutating func begin(_ task: LogWork.Task, for subject: LogPane.Subject, on buffer: LogBuffer, backwards: Bool = false)
    -> LogWork
  {
    number += 1
    let ticket = LogWork.Ticket(subject: subject, kind: task.kind, number: number, lines: buffer.count)
    jobs[task.kind] = Job(ticket: ticket, task: task, backwards: backwards)
    return LogWork(ticket: ticket, task: task, lines: buffer)
  }

  /// Ends work that is under way: nobody waits for it any more.
  mutating func cancel(_ kind: LogWork.Kind) -> LogWork.Ticket? { jobs.removeValue(forKey: kind)?.ticket }

  /// The job that an outcome belongs to, taken off the list where it is done; nil where it is not awaited.
  mutating func take(_ outcome: LogWork.Outcome, of ticket: LogWork.Ticket) -> Job? {
    guard var job = jobs[ticket.kind], job.ticket == ticket else { return nil }
    if case .progress(let done) = outcome {
      job.done = done
      jobs[ticket.kind] = job
      return nil
    }
    jobs[ticket.kind] = nil
    return job
  }

  /// Takes lines into account that have been put into the buffer; `now` is when they came.
  mutating func add(_ lines: [LogLine], to buffer: LogBuffer, now: Timestamp) {
    for kind in jobs.keys { jobs[kind]?.arrived += lines }
    tally?.add(lines)
    condensed?.add(lines, in: buffer)
    board?.add(lines, now: now)
    if let oldest = buffer.first?.key {
      tally?.drop(before: oldest)
      condensed?.drop(before: oldest)
      board?.drop(before: oldest)
    }
    if let only, let board, board.count(of: only.pattern) != only.keys.count {
      self.only = board.lines(of: only.pattern) ?? only
    }
  }

  /// Other lines are held: what was found out goes, how the reader wants to read stays. `before` is the time before their window.
  mutating func restart(before: TimeRange?) {
    tally = nil
    jobs = [:]
    only = nil
    if let mode = condensed?.mode { condensed = CondensedLines(mode, in: LogBuffer(capacity: 1)) }
    board?.restart(before: before)
  }
}
