import ObsData

/// The measurements with traces on the panels that ask for them, and where the time cursor moves.
extension DashboardPane {
  /// What exemplars are asked for: of the panels in view, a few at most, for each is a question of its own.
  var exemplarExpressions: [String] {
    var expressions: [String] = []
    for entry in visible {
      for query in data[entry.item.panel.id]?.queries ?? [] where query.showsExemplars {
        if !expressions.contains(query.expression) { expressions.append(query.expression) }
      }
    }
    return Array(expressions.prefix(4))
  }

  /// The exemplars on the panel that the user is at.
  func focusedExemplars(in context: ViewContext) -> [Exemplar] {
    guard case .panel(let item) = focused, let queries = data[item.panel.id]?.queries else { return [] }
    return Exemplar.of(queries, within: item.panel.range(within: range ?? context.window), in: context)
  }

  /// Opens the trace of the exemplar at the cursor, or says why there is none.
  func openExemplar(in context: ViewContext) -> Request {
    if let chosen = Exemplar.chosen(of: focusedExemplars(in: context), at: context.cursor) {
      return .openExemplar(chosen)
    }
    guard case .panel(let item) = focused else { return .notice("a row has no exemplars") }
    let asked = (data[item.panel.id]?.queries ?? []).filter(\.showsExemplars)
    guard let first = asked.first else { return .notice("the panel asks for no exemplars") }
    guard let answer = context.exemplars[first.expression] else {
      return .notice("the exemplars have not come yet")
    }
    return .notice(answer.remark ?? "no exemplars lie in this window")
  }

  /// From one column of the panel that the user is at to the next, in whole steps of its series.
  var cursorStep: Duration? {
    guard case .panel(let item) = focused, let data = data[item.panel.id],
      let step = DataSeries.all(data.frames).first?.step, step > .zero
    else { return nil }
    let width = visible.first { $0.item.panel.id == item.panel.id }?.width ?? item.rect.width
    let length = (data.queries.first?.grid).map { $0.end - $0.start } ?? .zero
    let column = length.nanoseconds / Int64(max(width - 8, 1))
    return step * Int(max(1, (column + step.nanoseconds - 1) / step.nanoseconds))
  }
}

extension Exemplar {
  /// What is known for queries that show exemplars, within a range.
  static func of(_ queries: [PanelQuery], within range: TimeRange, in context: ViewContext) -> [Exemplar] {
    queries.filter(\.showsExemplars).flatMap { context.exemplars[$0.expression]?.exemplars ?? [] }
      .filter { $0.time >= range.start && $0.time <= range.end }
  }
}

extension PanelPicture {
  /// What is said of exemplars behind the title; nil for a panel that asks for none, or while they have not come.
  func exemplarNote(_ context: ViewContext) -> String? {
    guard let queries = data?.queries.filter(\.showsExemplars), let first = queries.first,
      let answer = context.exemplars[first.expression]
    else { return nil }
    if answer.remark != nil { return "(no exemplars)" }
    let count = Exemplar.of(queries, within: window, in: context).count
    return count == 0 ? nil : "\(context.glyphs == .unicode ? "◇" : "o") \(count)"
  }
}
