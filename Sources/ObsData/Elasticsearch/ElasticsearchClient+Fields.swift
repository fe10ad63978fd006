extension ElasticsearchClient {
  /// What is known of the fields that queries name: kept for a while, and for so many queries.
  struct KnownTypes {
    /// By the names that were asked about.
    var types: [[String]: (types: FieldTypes, at: Timestamp)] = [:]
    /// Every field of the pattern.
    var all: (types: FieldTypes, at: Timestamp)?
    /// Whether the server has refused to tell a field's terms.
    var refusesTermsEnum = false

    /// So many questions are remembered.
    static let capacity = 32
    static let lifetime = Duration.seconds(60)
    /// The whole catalogue may be megabytes.
    static let wholeLifetime = Duration.seconds(300)

    mutating func remember(_ types: FieldTypes, of names: [String], at now: Timestamp) {
      if self.types.count >= KnownTypes.capacity, let oldest = self.types.min(by: { $0.value.at < $1.value.at }) {
        self.types[oldest.key] = nil
      }
      self.types[names] = (types, now)
    }
  }

  /// A filter that was read, with what is known of its fields.
  struct PreparedFilter: Sendable {
    var filter = TypedFilter.none
    var types = FieldTypes.unknown
  }

  /// Reads a query's filter and finds out what its fields are. What cannot be read never reaches the server.
  func prepare(_ query: LogQuery, now: Timestamp) async throws(FetchError) -> PreparedFilter {
    let filter: TypedFilter
    do throws(KQLError) {
      filter = try TypedFilter.parse(query.filter)
    } catch {
      throw FetchError(error, in: query.filter)
    }
    guard let fields = filter.node?.fields, !fields.isEmpty else { return PreparedFilter(filter: filter) }
    return PreparedFilter(filter: filter, types: try await types(of: fields, now: now))
  }

  /// The types of the fields that a query names. Where the store does not tell, nothing is known.
  func types(of fields: [KQLTerm], now: Timestamp) async throws(FetchError) -> FieldTypes {
    // A comma would be read as two names, and a query of hundreds of fields can do without their types.
    let names = Set(fields.map(\.text)).filter { !$0.contains(",") && !$0.isEmpty }.sorted().prefix(200)
    guard !names.isEmpty else { return .unknown }
    let key = Array(names)
    if let known = knownTypes.withLock({ $0.types[key] }), KnownTypes.lifetime > now - known.at, known.at <= now {
      return known.types
    }
    guard var types = try await askTypes(of: key) else { return .unknown }
    if fields.contains(where: { $0.pieces != nil }) {
      // Whether a field is nested is told by its parents, which a wildcard does not always cover.
      let parents = Array(types.unaskedParents.prefix(100))
      if !parents.isEmpty, let more = try await askTypes(of: parents) { types.add(more) }
    }
    knownTypes.withLock { [types] in $0.remember(types, of: key, at: now) }
    return types
  }

  /// Every field of the pattern; nil where the store does not tell.
  func allTypes(now: Timestamp) async throws(FetchError) -> FieldTypes? {
    if let known = knownTypes.withLock({ $0.all }), KnownTypes.wholeLifetime > now - known.at, known.at <= now {
      return known.types
    }
    guard let types = try await askTypes(of: ["*"]) else { return nil }
    knownTypes.withLock { $0.all = (types, now) }
    return types
  }

  /// Asks in as many requests as the length of a request's first line makes necessary (4,096 bytes by default).
  private func askTypes(of names: [String]) async throws(FetchError) -> FieldTypes? {
    var types: FieldTypes?
    var rest = names[...]
    while !rest.isEmpty {
      var length = 0
      let part = rest.prefix { name in
        length += name.utf8.count * 3 + 3
        return length < 3_000
      }
      let asked = part.isEmpty ? rest.prefix(1) : part
      rest = rest.dropFirst(asked.count)
      guard let answer = try await fieldCapabilities(of: asked) else { continue }
      let more = FieldTypes(answer, asked: asked)
      if types == nil { types = more } else { types?.add(more) }
    }
    return types
  }

  /// What to say of a query's fields although the search was answered: one that no index has, or that indices do not agree on.
  func notice(on prepared: PreparedFilter, now: Timestamp) async -> String? {
    guard let fields = prepared.filter.node?.fields else { return nil }
    let types = prepared.types
    if let missing = fields.first(where: { types.isMissing($0) }) {
      guard missing.pieces == nil else { return "no index has a field that \(missing.text) stands for" }
      let names = (try? await allTypes(now: now))?.types.keys.filter { !$0.hasPrefix("_") } ?? []
      let near = FieldSuggestion.nearest(to: missing.text, among: names)
      return "no index has a field \(missing.text)" + (near.map { "; did you mean \($0)?" } ?? "")
    }
    for field in fields where types.kind(of: field.text) == .conflict {
      let kinds = types.types[field.text, default: []].sorted()
      return "\(field.text) is \(kinds.joined(separator: " in some indices and ")) in others: some lines may be missing"
    }
    return nil
  }
}

/// Which field somebody meant who named one that does not exist.
enum FieldSuggestion {
  /// The field that ends or begins with the same word (`level` for `log.level`), else the one with the fewest edits.
  static func nearest(to name: String, among names: [String]) -> String? {
    let wanted = name.lowercased()
    let folded = names.filter { $0.lowercased() == wanted }
    let word = wanted.split(separator: ".").last.map(String.init) ?? wanted
    let sameWord = names.filter { $0.lowercased().split(separator: ".").last.map(String.init) == word }
    if let best = folded.min() ?? NearestName.nearest(to: name, among: names) { return best }
    return sameWord.min { ($0.count, $0) < ($1.count, $1) }
  }
}

extension FetchError {
  /// A filter that is no query: refused before anything was asked.
  init(_ error: KQLError, in filter: String) {
    self.init(
      .badQuery, tried: "read the filter \(FetchError.bounded(FetchError.singleLine(filter), to: 200))",
      answer: error.description, advice: "mend the filter; \"lucene:\" in front takes Lucene's syntax",
      excerpt: error.picture(of: filter, width: 76))
  }
}
