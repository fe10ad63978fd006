import ObsData

/// What the store and its answers have to offer for the trace search that is being typed.
struct TraceOffers: Equatable, Sendable {
  /// The operations that came last, and whose they are.
  private(set) var operations: (service: String, names: [String])?
  /// The tags of spans that came.
  private(set) var tags = SeenTags()

  /// What the search knows without having seen anything.
  static let usualTags = [
    "error", "http.method", "http.route", "http.status_code", "db.system", "rpc.service", "rpc.method",
  ]

  mutating func receive(_ update: Update) {
    switch (update.subscription, update.body) {
    case (.operations(let service), .operations(let operations)):
      var names: [String] = []
      for operation in operations where names.last != operation.name { names.append(operation.name) }
      self.operations = (service, names)
    case (_, .traces(let result)): tags.merge(result.tags)
    case (_, .trace(.found(let trace, _, _))): tags.note(trace)
    default: break
    }
  }

  /// A service's operations, as far as they are known.
  func operations(of service: String) -> [String] { operations?.service == service ? operations?.names ?? [] : [] }

  static func == (a: TraceOffers, b: TraceOffers) -> Bool {
    a.tags == b.tags && a.operations?.service == b.operations?.service && a.operations?.names == b.operations?.names
  }
}

/// The trace search: read as it is typed, sent only when it can be read.
extension Dashboard {
  /// Takes a search. One that cannot be read stays in its prompt, with the cursor on the place.
  mutating func setTraceFilter(_ text: String) {
    do throws(TraceFilter.ParseError) {
      traceFilter = try TraceFilter.parse(text)
    } catch {
      openPrompt(.traceQuery, text: text)
      prompt?.editor.move(to: error.offset)
      prompt?.complaint = error.sentence
    }
  }

  /// The words before the cursor of a trace search that is being typed; nil while none is.
  private var traceWords: (before: [TraceFilterWord], current: TraceFilterWord, cursor: Int)? {
    guard let prompt, prompt.kind == .traceQuery else { return nil }
    let characters = Array(prompt.editor.characters.prefix(prompt.editor.cursor))
    var words = TraceFilterWord.scan(characters)
    let isInWord = words.last.map { $0.isOpen || characters.last?.isWhitespace == false } ?? false
    let current = isInWord ? words.removeLast() : TraceFilterWord(start: characters.count, valueStart: characters.count)
    return (words, current, characters.count)
  }

  /// The service whose operations are offered: that of the search, else the chosen one, as Jaeger spells it.
  private var searchedService: String? {
    let typed = prompt.map { TraceFilterWord.scan($0.editor.characters) }?.first {
      $0.key == "service" && !$0.isKeyQuoted
    }
    return typed?.value ?? scope.services(in: .jaeger).first
  }

  /// What the prompt asks of Jaeger.
  var traceOfferQueries: Set<Subscription> {
    guard let words = traceWords, words.current.value != nil, TraceFilter.Parameter(words.current.key) == .operation,
      let service = searchedService, !service.isEmpty
    else { return [] }
    return [.operations(of: service)]
  }

  /// What may stand at the cursor.
  var traceCandidates: (start: Int, rows: [(insertion: String, detail: String)])? {
    guard let words = traceWords else { return nil }
    let current = words.current
    guard let typed = current.value else {
      let used = Set(words.before.map(\.key))
      let wanted = current.key.lowercased()
      var rows = TraceFilter.Parameter.allCases.map { (insertion: $0.rawValue + "=", detail: $0.help) }
      let seen = traceOffers.tags.keys
      rows += (seen + TraceOffers.usualTags.filter { !seen.contains($0) }).map {
        (TraceFilterWord.quotedKey($0) + "=", seen.contains($0) ? "tag" : "tag, not seen yet")
      }
      rows.removeAll { row in
        used.contains(String(row.insertion.dropLast())) || !row.insertion.holds(wanted)
      }
      let begin = rows.filter { $0.insertion.lowercased().hasPrefix(wanted) }
      return (current.start, begin + rows.filter { !$0.insertion.lowercased().hasPrefix(wanted) })
    }
    let wanted = typed.lowercased()
    let values = values(of: current).filter { $0.holds(wanted) }
    let sorted =
      values.filter { $0.lowercased().hasPrefix(wanted) } + values.filter { !$0.lowercased().hasPrefix(wanted) }
    return (current.valueStart, sorted.map { (TraceFilterWord.quoted($0) + " ", "") })
  }

  private func values(of word: TraceFilterWord) -> [String] {
    switch word.isKeyQuoted ? nil : TraceFilter.Parameter(word.key) {
    case .service: return directory.known[.jaeger] ?? []
    case .operation: return searchedService.map { traceOffers.operations(of: $0) } ?? []
    case .kind: return TraceFilter.kinds.map(\.rawValue)
    case .min, .max: return ["10ms", "100ms", "1s", "10s"]
    case .limit: return ["20", "100", "500", "1500"]
    case nil:
      let seen = traceOffers.tags.values(of: word.key)
      return word.key == "error" ? ["true", "false"] : seen
    }
  }

  /// What `Tab` puts into the search.
  var traceCompletion: LineEditor.Completion? {
    traceCandidates.map { LineEditor.Completion(start: $0.start, candidates: $0.rows.map(\.insertion)) }
  }

  /// The rows to offer above the prompt, and where in the line they would begin.
  var traceOfferRows: (names: [(text: String, detail: String)], start: Int)? {
    guard let prompt, prompt.kind == .traceQuery else { return nil }
    if let completion = prompt.editor.completion {
      return (completion.candidates.map { ($0.trimmingSpaces(), "") }, completion.start)
    }
    return traceCandidates.map { ($0.rows.map { ($0.insertion.trimmingSpaces(), $0.detail) }, $0.start) }
  }
}

extension TraceFilter.Parameter {
  /// What it means, in a word or two.
  fileprivate var help: String {
    switch self {
    case .service: "in place of the chosen one"
    case .operation: "exactly"
    case .kind: "server, client, …"
    case .min: "least duration of a span"
    case .max: "greatest duration of a span"
    case .limit: "traces of a service"
    }
  }
}

extension String {
  /// Whether a text in lower case is part of it, as everything holds no text at all.
  fileprivate func holds(_ wanted: String) -> Bool { wanted.isEmpty || lowercased().contains(wanted) }
}
