import ObsData

/// Work on all lines that are held which may take longer than a frame: it is done on another thread, on a copy of the buffer that
/// shares the lines, and its result comes back as an event. A newer one of the same kind, for the same pane, ends it.
struct LogWork: Sendable {
  /// What is to be found out.
  enum Task: Equatable, Sendable {
    case search(LineMatcher)
    case patterns(now: Timestamp)
    case condense(CondenseMode)

    /// Work of one kind takes the place of work of the same kind.
    var kind: Kind {
      switch self {
      case .search: .search
      case .patterns: .patterns
      case .condense: .condense
      }
    }
  }

  enum Kind: Hashable, Sendable { case search, patterns, condense }

  /// Whose work it is, and which: an answer to another question than the last one is passed over.
  struct Ticket: Hashable, Sendable {
    let subject: LogPane.Subject
    let kind: Kind
    let number: Int
    /// How many lines there are to look at.
    let lines: Int
  }

  /// What has come of it.
  enum Outcome: Equatable, Sendable {
    /// So many lines have been looked at.
    case progress(Int)
    case found(LineMatcher.Found)
    case sorted(PatternCensus)
    case condensed(CondensedLines)
  }

  let ticket: Ticket
  let task: Task
  let lines: LogBuffer

  /// Does it. `isWanted` is told now and then how many lines have been looked at; nil once it says that nobody waits any more.
  func run(isWanted: (Int) -> Bool) -> Outcome? {
    switch task {
    case .search(let matcher):
      return matcher.keys(in: LogRows(lines).sequence, isWanted: isWanted).map { .found($0) }
    case .patterns(let now):
      var census = PatternCensus()
      // In slices of time, so that it can be ended; a second must not be cut in two.
      var slice: [(entry: LogEntry, sequence: Int)] = []
      for (index, line) in LogRows(lines).sequence.enumerated() {
        if slice.count >= 4_096, let last = slice.last?.entry.timestamp.floored(to: .seconds(1)),
          last != line.key.timestamp.floored(to: .seconds(1))
        {
          guard isWanted(index) else { return nil }
          census.add(slice)
          census.settle(at: now)
          slice.removeAll(keepingCapacity: true)
        }
        slice.append((line.entry, line.key.sequence))
      }
      census.add(slice)
      census.settle(at: now)
      return .sorted(census)
    case .condense(let mode):
      return .condensed(CondensedLines(mode, in: lines))
    }
  }
}

extension LogWork: Equatable {
  /// Whether both find out the same about the same lines.
  static func == (a: LogWork, b: LogWork) -> Bool { a.ticket == b.ticket && a.task == b.task }
}
