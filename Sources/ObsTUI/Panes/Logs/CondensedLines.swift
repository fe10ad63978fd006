import ObsData

/// When two lines that follow each other are taken for a repetition. Level and service must be the same in any case.
enum CondenseMode: String, CaseIterable, Sendable {
  /// The message is the same.
  case exact
  /// The message is the same but for its numbers.
  case numbers
  /// The message is the same but for numbers, identifiers, addresses, durations and quoted texts.
  case pattern

  /// In words, for notices: what is taken for the same.
  var words: String {
    switch self {
    case .exact: "equal lines"
    case .numbers: "lines equal but for numbers"
    case .pattern: "lines of one pattern"
    }
  }

  func isRepetition(_ a: LogEntry, _ b: LogEntry) -> Bool {
    guard a.level == b.level, a.service == b.service else { return false }
    switch self {
    case .exact: return a.message == b.message
    case .numbers: return CondenseMode.isEqualButForNumbers(a.message, b.message)
    case .pattern: return a.message.isOfOnePattern(with: b.message)
    }
  }

  /// Compares side by side, a run of digits in one standing for any run in the other: mostly the first bytes tell.
  private static func isEqualButForNumbers(_ a: String, _ b: String) -> Bool {
    var left = a.utf8.makeIterator()
    var right = b.utf8.makeIterator()
    var x = left.next()
    var y = right.next()
    while let one = x, let other = y {
      let isDigit = one &- 48 < 10
      guard isDigit == (other &- 48 < 10) else { return false }
      if isDigit {
        while let digit = x, digit &- 48 < 10 { x = left.next() }
        while let digit = y, digit &- 48 < 10 { y = right.next() }
      } else {
        guard one == other else { return false }
        x = left.next()
        y = right.next()
      }
    }
    return x == nil && y == nil
  }
}

/// The lines without their repetitions: of lines that follow each other and say the same, only the first is listed, with their
/// number. Lines that say the same with others between are told apart, so that the order of events stays true.
struct CondensedLines: Equatable, Sendable {
  let mode: CondenseMode
  /// The first line of every group, in order.
  private(set) var heads: [LineKey] = []

  init(_ mode: CondenseMode, in buffer: LogBuffer) {
    self.mode = mode
    var previous: LogEntry?
    buffer.forEach { line in
      if previous.map({ !mode.isRepetition($0, line.entry) }) ?? true { heads.append(line.key) }
      previous = line.entry
    }
  }

  /// Takes lines into account that have been put into the buffer. Whether a line heads a group depends on the one before it alone:
  /// so only the new lines and those behind them are looked at.
  mutating func add(_ lines: [LogLine], in buffer: LogBuffer) {
    var index: Int?
    for line in lines {
      // A batch stands mostly in a row at the end.
      if let last = index, buffer[last + 1]?.key == line.key {
        index = last + 1
      } else {
        index = buffer.index(of: line.key)
      }
      guard let place = index, buffer[place]?.key == line.key else { continue }
      settle(line, behind: place > 0 ? buffer[place - 1] : nil)
      if let next = buffer[place + 1] { settle(next, behind: line) }
    }
  }

  private mutating func settle(_ line: LogLine, behind previous: LogLine?) {
    let isHead = previous.map { !mode.isRepetition($0.entry, line.entry) } ?? true
    if isHead, heads.last.map({ $0 < line.key }) ?? true {
      heads.append(line.key)
      return
    }
    let place = heads.lowerBound(of: line.key)
    let wasHead = place < heads.count && heads[place] == line.key
    if isHead, !wasHead { heads.insert(line.key, at: place) }
    if !isHead, wasHead { heads.remove(at: place) }
  }

  /// Forgets lines that are older than all that is held; the oldest line heads its group whatever stood before it.
  mutating func drop(before oldest: LineKey) {
    let place = heads.lowerBound(of: oldest)
    guard place > 0 else { return }
    let isHead = place < heads.count && heads[place] == oldest
    heads.removeFirst(place)
    if !isHead { heads.insert(oldest, at: 0) }
  }
}
