import ObsData

/// The lines of one pattern, listed alone until `Esc`.
struct PatternLines: Equatable, Sendable {
  let pattern: Int
  let template: String
  let keys: [LineKey]
}

/// The patterns of the lines that are held, as a list: how many lines each has, when, from which services, and whether it is new.
struct PatternBoard: Equatable, Sendable {
  /// What the rows are sorted by; what is the same there is sorted by count.
  enum Order: String, CaseIterable, Sendable {
    case count
    case firstSeen = "first seen"
    case new
  }

  /// Nil while the lines are read for the first time.
  private(set) var census: PatternCensus?
  private(set) var rows: [LogPattern] = []
  private(set) var order = Order.count
  /// Whether the board is laid over the lines; it is kept while the lines of one pattern are listed.
  var isShown = true
  /// Where the list of lines stood when a pattern's lines were listed in its place.
  var position = LogPosition()
  /// The time before the window, for the same question: what is not there is new. Nil where nothing is asked.
  private(set) var before: TimeRange?
  /// Why nothing is known of the time before.
  private(set) var failure: String?
  private var cursor = ListCursor()
  private var selectedID: Int?

  init(before: TimeRange?) { self.before = before }

  /// The selected pattern.
  var selection: LogPattern? { rows.indices.contains(cursor.selected) ? rows[cursor.selected] : nil }
  /// The time before, where it has still to be asked for.
  var wanted: TimeRange? { census?.before == nil ? before : nil }

  /// Takes what reading the held lines has come to, and the lines that have come meanwhile.
  mutating func receive(_ census: PatternCensus, arrived: [LogLine], now: Timestamp) {
    self.census = census
    add(arrived, now: now)
  }

  /// Takes new lines into account; those of the second that is running are counted when it is over.
  mutating func add(_ lines: [LogLine], now: Timestamp) {
    census?.add(lines.lazy.map { ($0.entry, $0.key.sequence) })
    census?.settle(at: now)
    refresh()
  }

  /// Forgets lines that are older than all that is held.
  mutating func drop(before oldest: LineKey) {
    census?.drop(before: oldest.timestamp, sequence: oldest.sequence)
    if census?.count != rows.reduce(0, { $0 + $1.count }) { refresh() }
  }

  /// Begins anew, for lines that are put in place of those held.
  mutating func restart(before: TimeRange?) {
    census = PatternCensus()
    rows = []
    failure = nil
    isShown = true
    self.before = before
  }

  /// Learns what there was before.
  mutating func compare(with batch: LogBatch) {
    census?.compare(with: batch.entries, matched: batch.matched, isLowerBound: batch.matchedIsLowerBound)
    failure = nil
    refresh()
  }

  /// Learns why the store says nothing of the time before.
  mutating func fail(_ reason: String) { failure = reason }

  /// Whether a pattern was not there before, by what was sampled and by the held lines that are older than the window.
  func isNew(_ pattern: LogPattern) -> Bool {
    guard let before, census?.isNew(pattern) == true else { return false }
    return pattern.firstSeen >= before.end
  }

  /// How many lines of a pattern are held.
  func count(of pattern: Int) -> Int { rows.first { $0.id == pattern }?.count ?? 0 }

  /// The lines of a pattern that are held.
  func lines(of pattern: Int) -> PatternLines? {
    guard let census, let row = rows.first(where: { $0.id == pattern }) else { return nil }
    return PatternLines(
      pattern: pattern, template: row.template,
      keys: census.lines(of: pattern).map { LineKey(timestamp: $0.timestamp, sequence: $0.sequence) })
  }

  /// The rows for a file: lines, first and last seen, services, whether it is new, and the pattern, with tabs between.
  var plainText: String {
    var text = "lines\tfirst\tlast\tlevel\tservices\tnew\tpattern\n"
    for row in rows {
      let services = row.services.map(\.name).joined(separator: ", ")
      let novelty = before == nil || census?.before == nil ? "unknown" : isNew(row) ? "new" : "old"
      let parts = [
        "\(row.count)", row.firstSeen.iso8601, row.lastSeen.iso8601, row.level.letter, services, novelty, row.template,
      ]
      text += parts.map { $0.replacing("\t", with: " ") }.joined(separator: "\t") + "\n"
    }
    return text
  }

  /// Makes the rows anew; the selected pattern stays selected where it stands in the view.
  private mutating func refresh() {
    rows = census?.patterns ?? []
    sort()
  }

  private mutating func sort() {
    let isNew = Dictionary(rows.map { ($0.id, self.isNew($0)) }, uniquingKeysWith: { first, _ in first })
    rows.sort { a, b in
      switch order {
      case .firstSeen where a.firstSeen != b.firstSeen: a.firstSeen > b.firstSeen
      case .new where isNew[a.id] != isNew[b.id]: isNew[a.id] ?? false
      default: (b.count, a.id) < (a.count, b.id)
      }
    }
    guard let selectedID, let index = rows.firstIndex(where: { $0.id == selectedID }) else {
      cursor = ListCursor(selected: min(cursor.selected, max(0, rows.count - 1)), top: cursor.top)
      return
    }
    cursor = ListCursor(selected: index, top: max(0, cursor.top + index - cursor.selected))
  }

  /// The cursor as a list of `height` rows shows it.
  func cursor(height: Int) -> ListCursor {
    var cursor = cursor
    cursor.reveal(count: rows.count, height: height)
    return cursor
  }

  /// Selects what is drawn in a row.
  mutating func select(row: Int, height: Int) {
    let shown = cursor(height: height)
    guard row >= 0, row < shown.visible(count: rows.count, height: height).count else { return }
    cursor = shown
    cursor.select(shown.top + row, count: rows.count, height: height)
    selectedID = selection?.id
  }

  /// Moves, sorts and searches; nil when the command is not the board's own business.
  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    cursor = cursor(height: height)
    if cursor.move(command, count: rows.count, height: height) {
      selectedID = selection?.id
      return []
    }
    switch command {
    case .sortPatterns:
      let orders = Order.allCases
      order = orders[((orders.firstIndex(of: order) ?? 0) + 1) % orders.count]
      selectedID = selection?.id
      sort()
      return [.notice("patterns sorted by \(order.rawValue)")]
    case .copy: return selection.map { [.copy($0.template, what: "the pattern")] } ?? []
    case .nextMatch: return [find(backwards: false, in: context, height) { $0.template }]
    case .previousMatch: return [find(backwards: true, in: context, height) { $0.template }]
    case .nextError, .previousError:
      return [
        step(backwards: command == .previousError, height) { $0.level >= .error } ?? .notice("no pattern of errors")
      ]
    default: return nil
    }
  }

  private mutating func find(
    backwards: Bool, in context: ViewContext, _ height: Int, text: (LogPattern) -> String
  ) -> Request {
    guard let search = context.search else { return .notice("nothing is searched: / asks what for") }
    return step(backwards: backwards, height) { search.matches(text($0)) }
      ?? .notice("no pattern holds \(search.pattern)")
  }

  /// Selects the next row that fits, going round at the end; nil where none does.
  private mutating func step(backwards: Bool, _ height: Int, where fits: (LogPattern) -> Bool) -> Request? {
    let count = rows.count
    for distance in stride(from: 1, through: count, by: 1) {
      let index = (cursor.selected + (backwards ? count - distance : distance)) % count
      guard fits(rows[index]) else { continue }
      cursor.select(index, count: count, height: height)
      selectedID = rows[index].id
      return .notice("pattern \(index + 1) of \(count)")
    }
    return nil
  }
}
