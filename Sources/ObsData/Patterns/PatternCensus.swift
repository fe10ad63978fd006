import DequeModule

/// The patterns of the lines that are held: which there are, and how many lines each has, over time.
///
/// A line costs the same, however many are held. The lines of one second are sorted together, in an order that is theirs and not
/// that of their coming, so that a store that answers in another order leads to the same templates; `settle` says which seconds
/// are over. There are at most `capacity` patterns; lines beyond are counted as `unsorted`. A pattern goes with its last line.
public struct PatternCensus: Equatable, Sendable {
  /// A line that has been sorted.
  private struct Member: Sendable {
    let timestamp: Timestamp
    let sequence: Int
    /// Its pattern, -1 for none.
    let pattern: Int
  }

  private struct Waiting: Sendable {
    let entry: LogEntry
    let sequence: Int
  }

  /// What is known of the time before, to tell what is new.
  public struct Sample: Equatable, Sendable {
    /// How many lines were looked at.
    public let lines: Int
    /// How many there are in the store, where it said so.
    public let matched: Int?
    /// Whether there may be more than `matched`.
    public let isLowerBound: Bool
  }

  private var tree: DrainTree
  private var byNumber: [Int: LogPattern] = [:]
  private var members: Deque<Member> = []
  private var waiting: [Waiting] = []
  private var line = MaskedLine()
  /// Lines that are held and sorted.
  public private(set) var count = 0
  /// Lines that fit no pattern, because there were too many patterns already.
  public private(set) var unsorted = 0
  /// The length of a step of `LogPattern.steps`: a power of two, in seconds.
  public private(set) var step = Duration.seconds(1)
  /// The lines of the time before; nil while they are not known.
  public private(set) var before: Sample?

  /// So many lines at most wait for their second to be over.
  private static let maximumWaiting = 50_000
  /// A pattern's lines are spread over no more steps than this.
  private static let maximumSteps: Int64 = 512

  /// An empty census.
  public init(capacity: Int = 2_000) { tree = DrainTree(capacity: capacity) }

  /// Whether two censuses say the same.
  public static func == (a: PatternCensus, b: PatternCensus) -> Bool {
    a.count == b.count && a.unsorted == b.unsorted && a.before == b.before && a.byNumber == b.byNumber
  }

  /// The patterns that have lines, in order of appearance.
  public var patterns: [LogPattern] {
    byNumber.values.filter { $0.count > 0 }.sorted { $0.id < $1.id }.map { pattern in
      var pattern = pattern
      pattern.template = tree.templates[pattern.id]?.text ?? ""
      return pattern
    }
  }

  /// The steps that the lines fall into, from the oldest to the newest; nil where there are none.
  public var span: ClosedRange<Int64>? {
    guard let oldest = members.first, let newest = members.last else { return nil }
    return number(of: oldest.timestamp)...max(number(of: newest.timestamp), number(of: oldest.timestamp))
  }

  /// How many patterns have lines.
  public var patternCount: Int { byNumber.values.count { $0.count > 0 } }

  /// Takes lines in; `sequence` is the number of a line's arrival. They are counted once `settle` says that their second is over.
  public mutating func add(_ lines: some Sequence<(entry: LogEntry, sequence: Int)>) {
    for line in lines { waiting.append(Waiting(entry: line.entry, sequence: line.sequence)) }
  }

  /// Sorts the lines of every second that is over at `now`, a second at a time.
  public mutating func settle(at now: Timestamp) {
    let over = now.floored(to: .seconds(1))
    var due = waiting
    if waiting.count <= PatternCensus.maximumWaiting {
      due = waiting.filter { $0.entry.timestamp < over }
      waiting.removeAll { $0.entry.timestamp < over }
    } else {
      // Lines of the future do not wait for it.
      waiting = []
    }
    guard !due.isEmpty else { return }
    func second(_ line: Waiting) -> Timestamp { line.entry.timestamp.floored(to: .seconds(1)) }
    // The order of arrival goes for nothing but the numbers that lines have already.
    due.sort { a, b in
      a.entry.timestamp == b.entry.timestamp ? a.sequence < b.sequence : a.entry.timestamp < b.entry.timestamp
    }
    var start = 0
    while start < due.count {
      let time = second(due[start])
      var end = start + 1
      while end < due.count, second(due[end]) == time { end += 1 }
      let numbers = sort(due[start..<end].map(\.entry.message))
      for (index, number) in zip(start..<end, numbers) { note(due[index], number) }
      start = end
    }
  }

  /// Learns which patterns there were before: those that none of `entries` fits are new. `matched` is how many lines the store has
  /// of that time.
  public mutating func compare(with entries: [LogEntry], matched: Int?, isLowerBound: Bool = false) {
    for number in byNumber.keys { byNumber[number]?.countBefore = 0 }
    for (entry, number) in zip(entries, sort(entries.map(\.message))) {
      guard let number else { continue }
      byNumber[number, default: LogPattern(id: number, at: entry.timestamp)].countBefore += 1
    }
    for (number, pattern) in byNumber where pattern.count == 0 && pattern.countBefore == 0 { forget(number) }
    before = Sample(lines: entries.count, matched: matched, isLowerBound: isLowerBound)
  }

  /// Whether a pattern was not there before; nil while that is not known.
  public func isNew(_ pattern: LogPattern) -> Bool? {
    before == nil ? nil : byNumber[pattern.id].map { $0.countBefore == 0 }
  }

  /// Forgets lines that are older than all that is held.
  public mutating func drop(before timestamp: Timestamp, sequence: Int) {
    while let first = members.first,
      first.timestamp == timestamp ? first.sequence < sequence : first.timestamp < timestamp
    {
      members.removeFirst()
      count -= 1
      guard byNumber[first.pattern] != nil else {
        unsorted -= 1
        continue
      }
      byNumber[first.pattern]?.count -= 1
      let place = number(of: first.timestamp)
      let rest = (byNumber[first.pattern]?.steps[place] ?? 1) - 1
      byNumber[first.pattern]?.steps[place] = rest > 0 ? rest : nil
      if let pattern = byNumber[first.pattern], pattern.count == 0, pattern.countBefore == 0 {
        forget(first.pattern)
      }
    }
    waiting.removeAll { line in
      line.entry.timestamp == timestamp ? line.sequence < sequence : line.entry.timestamp < timestamp
    }
  }

  private mutating func forget(_ number: Int) {
    byNumber[number] = nil
    tree.remove(number)
  }

  /// The lines of a pattern, the oldest first: each one's time and the number of its arrival.
  public func lines(of pattern: Int) -> [(timestamp: Timestamp, sequence: Int)] {
    members.lazy.filter { $0.pattern == pattern }.map { ($0.timestamp, $0.sequence) }
  }

  /// The templates of messages that belong together in time. Each different one is sorted once, in the order of its hash.
  private mutating func sort(_ messages: [String]) -> [Int?] {
    var hashes: [UInt64] = []
    hashes.reserveCapacity(messages.count)
    var first: [UInt64: Int] = [:]
    for (index, message) in messages.enumerated() {
      line.read(message)
      hashes.append(line.hash)
      if first[line.hash] == nil { first[line.hash] = index }
    }
    var numbers: [UInt64: Int] = [:]
    for (hash, index) in first.sorted(by: { $0.key < $1.key }) {
      line.read(messages[index])
      numbers[hash] = tree.sort(line)
    }
    return hashes.map { numbers[$0] }
  }

  private mutating func note(_ line: Waiting, _ number: Int?) {
    let member = Member(timestamp: line.entry.timestamp, sequence: line.sequence, pattern: number ?? -1)
    if let last = members.last, last.timestamp > member.timestamp {
      var place = members.count
      while place > 0, members[place - 1].timestamp > member.timestamp { place -= 1 }
      members.insert(member, at: place)
    } else {
      members.append(member)
    }
    count += 1
    guard let number else {
      unsorted += 1
      return
    }
    widenSteps(for: line.entry.timestamp)
    let step = self.number(of: line.entry.timestamp)
    byNumber[number, default: LogPattern(id: number, at: line.entry.timestamp)].note(line.entry, step: step)
  }

  private func number(of time: Timestamp) -> Int64 {
    time.floored(to: step).nanoseconds / max(step.nanoseconds, 1)
  }

  /// Doubles the steps when the lines would be spread over too many of them.
  private mutating func widenSteps(for time: Timestamp) {
    guard let oldest = members.first?.timestamp, let newest = members.last?.timestamp else { return }
    let span = max(newest, time).nanoseconds.subtractingReportingOverflow(min(oldest, time).nanoseconds)
    let length = span.overflow ? Int64.max : span.partialValue
    while length / max(step.nanoseconds, 1) > PatternCensus.maximumSteps, step < .seconds(1 << 32) {
      step = step * 2
      for number in byNumber.keys {
        let finer = byNumber[number]?.steps ?? [:]
        byNumber[number]?.steps = [:]
        for (place, lines) in finer { byNumber[number]?.steps[place >> 1, default: 0] += lines }
      }
    }
  }
}
