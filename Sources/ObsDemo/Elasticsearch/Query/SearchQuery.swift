import ObsData

/// A query, bound to the mapping: what is left to do is to look at documents.
indirect enum SearchQuery: Sendable {
  case all
  case none
  case bool(BoolQuery)
  /// A query whose score counts `boost` times; `constant` gives every match the boost itself.
  case boosted(SearchQuery, boost: Double, constant: Bool)
  /// The best of several: what `multi_match` and several default fields make.
  case best([SearchQuery])
  /// `@timestamp`, both ends included, in milliseconds.
  case time(ClosedRange<Int64>)
  case exists(field: String)
  case ids(Set<String>)
  /// One value of the field, or one token where it is text, passes the test.
  case field(String, isText: Bool, ValueTest)
  case phrase(field: String, PhraseTest)

  struct BoolQuery: Sendable {
    var must: [SearchQuery] = []
    var filter: [SearchQuery] = []
    var should: [SearchQuery] = []
    var mustNot: [SearchQuery] = []
    var minimumShouldMatch: MinimumShouldMatch?

    /// How many of `should` must match: none where something else must, else at least one.
    var required: Int {
      let least = must.isEmpty && filter.isEmpty && !should.isEmpty ? 1 : 0
      return max(minimumShouldMatch?.count(of: should.count) ?? 0, least)
    }
  }
}

/// What a single value must be.
enum ValueTest: Sendable {
  case oneOf(Set<FieldValue>)
  /// Bounds with whether they are included.
  case range(low: FieldValue?, includesLow: Bool, high: FieldValue?, includesHigh: Bool)
  case prefix(String, caseInsensitive: Bool)
  case wildcard(WildcardPattern)
  case regexp(LuceneRegexp)
  case fuzzy(String, edits: Int, prefixLength: Int)
  /// As `oneOf`, without regard to case.
  case folded(String)

  func matches(_ value: FieldValue) -> Bool {
    switch self {
    case .oneOf(let values): return values.contains(value)
    case .range(let low, let includesLow, let high, let includesHigh):
      if let low, includesLow ? value < low : value <= low { return false }
      if let high, includesHigh ? value > high : value >= high { return false }
      return true
    case .prefix(let prefix, let folds):
      guard let text = value.string else { return false }
      return folds ? text.lowercased().hasPrefix(prefix.lowercased()) : text.utf8.starts(with: prefix.utf8)
    case .wildcard(let pattern): return value.string.map(pattern.matches) ?? false
    case .regexp(let pattern): return value.string.map(pattern.matches) ?? false
    case .fuzzy(let term, let edits, let prefixLength):
      guard let text = value.string else { return false }
      return EditDistance.isWithin(edits, term, text, prefixLength: prefixLength)
    case .folded(let text): return value.string?.lowercased() == text.lowercased()
    }
  }
}

/// Words that must follow one another in a text.
struct PhraseTest: Sendable {
  /// Each with its place in the phrase.
  let words: [(text: String, position: Int)]
  /// How far words may be moved.
  var slop = 0
  /// Whether the last word may be the beginning of one.
  var endsWithPrefix = false

  /// The tokens of the first place where the phrase stands.
  func firstMatch(in tokens: [AnalyzedToken]) -> [Int]? { matches(in: tokens, limit: 1).first }

  /// Every place where the phrase stands, as indices of tokens.
  func matches(in tokens: [AnalyzedToken], limit: Int = .max) -> [[Int]] {
    let candidates = words.indices.map { index in tokens.indices.filter { accepts(tokens[$0].text, at: index) } }
    guard let first = candidates.first, candidates.allSatisfy({ !$0.isEmpty }) else { return [] }
    var result: [[Int]] = []
    for start in first where result.count < limit {
      // A word's shift is where it stands less where it should; the spread of the shifts is what slop bounds.
      let shift = tokens[start].position - words[0].position
      var chosen = [start]
      var steps = 10_000
      if extend(&chosen, low: shift, high: shift, candidates, tokens, &steps) { result.append(chosen) }
    }
    return result
  }

  private func extend(
    _ chosen: inout [Int], low: Int, high: Int, _ candidates: [[Int]], _ tokens: [AnalyzedToken], _ steps: inout Int
  ) -> Bool {
    let index = chosen.count
    guard index < words.count else { return true }
    for candidate in candidates[index] where steps > 0 && !chosen.contains(candidate) {
      steps -= 1
      let shift = tokens[candidate].position - words[index].position
      guard max(high, shift) - min(low, shift) <= slop else { continue }
      chosen.append(candidate)
      if extend(&chosen, low: min(low, shift), high: max(high, shift), candidates, tokens, &steps) { return true }
      chosen.removeLast()
    }
    return false
  }

  private func accepts(_ token: String, at index: Int) -> Bool {
    if endsWithPrefix, index == words.count - 1 { return token.utf8.starts(with: words[index].text.utf8) }
    return token == words[index].text
  }
}

/// `minimum_should_match`: `2`, `-1`, `75%`, `-25%`, `2<75%`, `2<-25% 9<-3`.
struct MinimumShouldMatch: Sendable {
  private let conditions: [(above: Int, value: Int, isPercent: Bool)]

  init?(_ text: String) {
    var conditions: [(above: Int, value: Int, isPercent: Bool)] = []
    for part in text.split(separator: " ") {
      let sides = part.split(separator: "<", omittingEmptySubsequences: false)
      guard let last = sides.last, sides.count <= 2, let above = sides.count == 2 ? Int(sides[0]) : -1 else {
        return nil
      }
      let isPercent = last.hasSuffix("%")
      guard let value = Int(isPercent ? last.dropLast() : last), abs(value) < 1_000_000 else { return nil }
      conditions.append((above, value, isPercent))
    }
    guard !conditions.isEmpty else { return nil }
    self.conditions = conditions
  }

  /// More than there are clauses is never met.
  func count(of total: Int) -> Int {
    guard let condition = conditions.last(where: { total > $0.above }) else { return total }
    guard condition.isPercent else { return condition.value < 0 ? max(total + condition.value, 0) : condition.value }
    let share = total * condition.value / 100
    return max(share < 0 ? total + share : share, 0)
  }
}

/// The distance of fuzzy queries: insertions, deletions, substitutions, and neighbours that changed places.
enum EditDistance {
  static func isWithin(_ limit: Int, _ a: String, _ b: String, prefixLength: Int) -> Bool {
    let a = Array(a.unicodeScalars)
    let b = Array(b.unicodeScalars)
    guard abs(a.count - b.count) <= limit, a.prefix(prefixLength) == b.prefix(prefixLength) else { return false }
    var before = [Int](repeating: 0, count: b.count + 1)
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
        current.append(cost)
      }
      before = previous
      previous = current
    }
    return previous[b.count] <= limit
  }

  /// `fuzziness: AUTO`: none up to two characters, one up to five, else two.
  static func automatic(_ word: String) -> Int {
    let length = word.unicodeScalars.count
    return length < 3 ? 0 : length < 6 ? 1 : 2
  }
}
