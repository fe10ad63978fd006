import ObsData

/// What the data layer has to offer for the query that is being typed.
struct QueryOffers: Equatable, Sendable {
  /// The fields of the log store; empty until they are known.
  var fields: [CompletionAnswer.Field] = []
  /// The values that came last, and what they are an answer to.
  private(set) var values: (query: CompletionQuery, answer: CompletionAnswer)?

  mutating func receive(_ query: CompletionQuery, _ answer: CompletionAnswer) {
    switch query {
    case .fields: fields = answer.fields
    case .values: values = (query, answer)
    }
  }

  /// The values of a field; those of a shorter beginning serve until the answer to the present one comes.
  func values(of field: String) -> CompletionAnswer? {
    guard case .values(field, _, _) = values?.query else { return nil }
    return values?.answer
  }

  static func == (a: QueryOffers, b: QueryOffers) -> Bool {
    a.fields == b.fields && a.values?.query == b.values?.query && a.values?.answer == b.values?.answer
  }
}

extension Dashboard {
  /// Where the cursor stands in a log query that is being typed; nil while none is.
  var queryCursor: KQLCursor? {
    guard let prompt, prompt.kind == .query, focus == .logs || focus == .pushed else { return nil }
    let text = String(prompt.editor.characters.prefix(prompt.editor.cursor))
    guard text.trimmingSpaces().prefix(7).lowercased() != "lucene:" else { return nil }
    return KQLCursor(before: text)
  }

  /// What the prompt wants to know. While Tab goes through what is offered, nothing new is.
  var completionQueries: Set<CompletionQuery> {
    guard let cursor = queryCursor else { return [] }
    guard prompt?.editor.completion == nil, case .value(let field) = cursor.place else { return [.fields] }
    return [.fields, .values(field: field, prefix: cursor.text, window: window)]
  }

  /// What `Tab` puts into the query.
  var queryCompletion: LineEditor.Completion? {
    guard let cursor = queryCursor else { return nil }
    return LineEditor.Completion(start: cursor.start, candidates: candidates(at: cursor).map(\.insertion))
  }

  private func candidates(at cursor: KQLCursor) -> [KQLCompletion.Candidate] {
    var values: [String] = []
    if case .value(let field) = cursor.place { values = offers.values(of: field)?.values ?? [] }
    return KQLCompletion.candidates(at: cursor, fields: offers.fields, values: values)
  }

  /// The list above a query's prompt: what Tab offers, the one that stands in the line marked.
  func placeOffers(under x: Int, on canvas: inout Canvas, layout: ScreenLayout) {
    if let offers = traceOfferRows ?? promQLOfferRows {
      return placeOffers(offers.names, from: offers.start, under: x, on: &canvas, layout: layout)
    }
    guard let prompt, let cursor = queryCursor else { return }
    var names: [(text: String, detail: String)]
    var start = cursor.start
    if let completion = prompt.editor.completion {
      let details = Dictionary(offers.fields.map { (KQLText.field($0.name) + ": ", $0.types) }) { first, _ in first }
      names = completion.candidates.map { ($0.trimmingSpaces(), details[$0]?.joined(separator: ", ") ?? "") }
      start = completion.start
    } else {
      names = candidates(at: cursor).map { ($0.insertion.trimmingSpaces(), $0.detail) }
    }
    if names.isEmpty {
      guard case .value(let field) = cursor.place, let notice = offers.values(of: field)?.notice else { return }
      names = [(notice, "")]
    }
    placeOffers(names, from: start, under: x, on: &canvas, layout: layout)
  }

  /// Draws a list of offers above the prompt; `start` is where in the line they would begin.
  private func placeOffers(
    _ names: [(text: String, detail: String)], from start: Int, under x: Int, on canvas: inout Canvas,
    layout: ScreenLayout
  ) {
    guard let prompt, !names.isEmpty else { return }
    let shown = min(names.count, layout.footer.y - 2, 8)
    let chosen = prompt.editor.chosen
    let first = max(0, min((chosen ?? 0) - shown / 2, names.count - shown))
    let rows = names[first..<(first + shown)]
    let texts = rows.map { CharacterWidth.cells(in: $0.text) }.max() ?? 0
    let details = rows.map { CharacterWidth.cells(in: $0.detail) }.max() ?? 0
    let width = min(texts + 2 + (details > 0 ? details + 2 : 0), size.width)
    var list = Canvas(size: Size(width: width, height: shown), style: Style(.completion, on: .completion))
    for (y, row) in rows.enumerated() {
      let role: Role = first + y == chosen ? .completionSelected : .completion
      list.fill(Rect(x: 0, y: y, width: width, height: 1), style: Style(role, on: role))
      list.write(" " + CharacterWidth.clipped(row.text, to: width - 2), x: 0, y: y, style: Style(role, on: role))
      if !row.detail.isEmpty { list.write(row.detail, x: texts + 3, y: y, style: Style(role, on: role)) }
    }
    // Under its first letter stands the place that it would take.
    let typed = String(prompt.editor.characters[start..<max(start, prompt.editor.cursor)])
    let left = max(0, min(x - CharacterWidth.cells(in: typed) - 1, size.width - width))
    canvas.place(list, at: Point(x: left, y: layout.footer.y - shown))
  }
}
