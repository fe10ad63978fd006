import ObsData

/// Tests lines against a search, also those that are not on the screen, and in them the fields that are not shown.
struct LineMatcher: Equatable, Sendable {
  let search: TextSearch
  let time: TimeDisplay
  private let pattern: TextPattern?
  /// Whether the pattern could be a time of day, so that the time column is worth printing.
  private let mayBeTime: Bool

  init(_ search: TextSearch, time: TimeDisplay) {
    self.search = search
    self.time = time
    pattern = search.expression ?? (try? TextPattern(search.pattern, syntax: .literal))
    mayBeTime = time != .relative && search.pattern.allSatisfy { "0123456789:.".contains($0) }
  }

  /// Whether a look through many lines may take long however few they are: an expression can be written so that it does.
  var isExpression: Bool { search.expression != nil }

  /// The keys of the lines that match, and how many lines an expression was given up on. `isWanted` is asked now and then, with the
  /// number of lines looked at; nil once it says no.
  func keys(in lines: some Sequence<LogLine>, isWanted: (Int) -> Bool = { _ in true }) -> Found? {
    guard let pattern else { return Found() }
    let search = LineSearch(pattern)
    var found = Found()
    var count = 0
    for line in lines {
      count += 1
      if count % 256 == 0, !isWanted(count) { return nil }
      switch search.matches(line.entry) {
      case .some(true): found.keys.append(line.key)
      case .some(false): if mayBeTime, matchesTime(line.entry) { found.keys.append(line.key) }
      case .none: found.undecided += 1
      }
      if found.undecided >= Found.mostUndecided { break }
    }
    return found
  }

  private func matchesTime(_ entry: LogEntry) -> Bool {
    search.matches(Formatting.time(entry.timestamp, as: time, now: entry.timestamp))
  }

  /// The field of a line that holds the match, where the row itself does not: its name for the notice.
  func hiddenField(of entry: LogEntry) -> String? {
    if search.matches(entry.message) || entry.service.map({ search.matches($0) }) ?? false { return nil }
    if mayBeTime, matchesTime(entry) { return nil }
    return LogFields(entry).lines.first { search.matches($0.value) && !$0.name.isEmpty }?.name
  }

  /// What came of a look through lines.
  struct Found: Equatable, Sendable {
    /// With so many lines given up on, a search ends: it would take forever.
    static let mostUndecided = 50
    var keys: [LineKey] = []
    var undecided = 0
  }
}
