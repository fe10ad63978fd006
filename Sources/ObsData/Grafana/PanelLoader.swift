/// What Prometheus said for a panel, ready to be drawn.
public struct PanelData: Equatable, Sendable {
  /// The frames, transformed, with the settings of each column laid on.
  public var frames: [DataFrame] = []
  /// What was asked.
  public var queries: [PanelQuery] = []
  /// Why a query gave nothing, a sentence each.
  public var failures: [String] = []
  /// Whether one of the failures was a query that the server refuses.
  public var isRefused = false
  /// What the server or we have to say beside it.
  public var remarks: [String] = []

  /// Makes the data of a panel that nothing has been asked for.
  public init() {}

  /// The columns of numbers that are drawn.
  public var series: [DataField] {
    frames.flatMap { frame in frame.fields.filter { $0.isNumber && $0.settings.isHidden != true } }
  }
}

/// Asks Prometheus for panels: each question once, so many at a time.
public struct PanelLoader: Sendable {
  private let client: PrometheusClient
  private let width: Int

  /// Makes a loader that has at most `width` requests open at once.
  public init(client: PrometheusClient, width: Int = 4) {
    self.client = client
    self.width = max(1, width)
  }

  /// One panel with its questions.
  public struct Request: Sendable {
    /// The panel.
    public let panel: ScenePanel
    /// What is asked for it.
    public let queries: [PanelQuery]

    /// Makes a request.
    public init(panel: ScenePanel, queries: [PanelQuery]) {
      self.panel = panel
      self.queries = queries
    }
  }

  private enum Reply: Sendable {
    case series([TimeSeries], [String])
    case instant(PrometheusResult, [String])
    case failure(FetchError)
  }

  /// Asks for panels; the answers by the panels' names.
  public func load(_ requests: [Request], now: Timestamp) async -> [String: PanelData] {
    var questions: [PanelQuery.Question] = []
    var seen: Set<PanelQuery.Question> = []
    for query in requests.flatMap(\.queries) where seen.insert(query.question).inserted {
      questions.append(query.question)
    }
    let replies = await ask(questions)
    var result: [String: PanelData] = [:]
    for request in requests { result[request.panel.id] = PanelLoader.data(request, replies) }
    return result
  }

  private func ask(_ questions: [PanelQuery.Question]) async -> [PanelQuery.Question: Reply] {
    await withTaskGroup(of: (PanelQuery.Question, Reply).self) { group in
      var replies: [PanelQuery.Question: Reply] = [:]
      var waiting = questions[...]
      for _ in 0..<width {
        if let question = waiting.popFirst() { group.addTask { (question, await reply(question)) } }
      }
      while let (question, reply) = await group.next() {
        replies[question] = reply
        if let question = waiting.popFirst() { group.addTask { (question, await self.reply(question)) } }
      }
      return replies
    }
  }

  private func reply(_ question: PanelQuery.Question) async -> Reply {
    do throws(FetchError) {
      if question.isInstant {
        let answer = try await client.instant(question.expression, at: question.grid.end)
        return .instant(answer.value, answer.warnings)
      }
      let answer = try await client.range(question.expression, on: question.grid)
      return .series(answer.value, answer.warnings)
    } catch {
      return .failure(error)
    }
  }

  private static func data(_ request: Request, _ replies: [PanelQuery.Question: Reply]) -> PanelData {
    var data = PanelData()
    data.queries = request.queries
    var frames: [DataFrame] = []
    let tables = request.queries.count { $0.format == .table }
    for query in request.queries {
      if !query.unknown.isEmpty {
        data.remarks.append("nothing stands for \(query.unknown.map { "$" + $0 }.joined(separator: ", "))")
      }
      switch replies[query.question] {
      case .series(let series, let warnings):
        frames += FrameBuilder(query, tables: tables).frames(series)
        data.remarks += warnings
      case .instant(let result, let warnings):
        frames += FrameBuilder(query, tables: tables).frames(result)
        data.remarks += warnings
      case .failure(let error):
        data.failures.append(error.sentence)
        data.isRefused = data.isRefused || error.kind == .badQuery
      case nil: break
      }
    }
    let (transformed, remarks) = Transformation.apply(request.panel.panel.transformations, to: frames)
    data.remarks += remarks
    if let shortfall = request.panel.shortfall { data.remarks.append(shortfall) }
    data.frames = FieldSettings.laid(on: transformed, of: request.panel.panel)
    return data
  }
}

/// Makes frames of Prometheus's answers.
struct FrameBuilder {
  private let query: PanelQuery
  private let valueName: String

  /// `tables` is how many of the panel's queries answer as tables: their values are told apart by letters then.
  init(_ query: PanelQuery, tables: Int) {
    self.query = query
    valueName = query.format == .table && tables > 1 ? "Value #\(query.refID)" : "Value"
  }

  /// A frame for each series, or one table of all samples.
  func frames(_ series: [TimeSeries]) -> [DataFrame] {
    let instants = (0..<query.grid.count).map { query.grid.start + query.grid.step * $0 }
    if query.format == .table {
      var rows: [(labels: [String: String], time: Timestamp, value: Double)] = []
      for item in series {
        for (time, value) in zip(instants, item.values) where rows.count < Transformation.maximumRows {
          if let value { rows.append((item.labels, time, value)) }
        }
      }
      return [table(rows)]
    }
    let times = DataColumn.times(instants)
    let names = names(series.map(\.labels))
    return zip(series, names).map { item, name in
      DataFrame(
        refID: query.refID,
        fields: [
          DataField("Time", times),
          DataField(valueName, .numbers(item.values), labels: item.labels, legend: name),
        ])
    }
  }

  /// A frame for each element of a vector, or one table of all.
  func frames(_ result: PrometheusResult) -> [DataFrame] {
    switch result {
    case .scalar(let sample): return frames([PrometheusElement(labels: [:], time: sample.time, value: sample.value)])
    case .string(let text, let time):
      return [
        DataFrame(refID: query.refID, fields: [DataField("Time", .times([time])), DataField("Value", .texts([text]))])
      ]
    case .vector(let elements): return frames(elements)
    case .matrix(let series):
      let names = names(series.map(\.labels))
      return zip(series, names).map { item, name in
        DataFrame(
          refID: query.refID,
          fields: [
            DataField("Time", .times(item.samples.map(\.time))),
            DataField(valueName, .numbers(item.samples.map(\.value)), labels: item.labels, legend: name),
          ])
      }
    }
  }

  private func frames(_ elements: [PrometheusElement]) -> [DataFrame] {
    if query.format == .table { return [table(elements.map { ($0.labels, $0.time, $0.value) })] }
    let names = names(elements.map(\.labels))
    return zip(elements, names).map { element, name in
      DataFrame(
        refID: query.refID,
        fields: [
          DataField("Time", .times([element.time])),
          DataField(valueName, .numbers([element.value]), labels: element.labels, legend: name),
        ])
    }
  }

  private func table(_ rows: [(labels: [String: String], time: Timestamp, value: Double)]) -> DataFrame {
    let labels = Set(rows.flatMap(\.labels.keys)).sorted()
    var fields = [DataField("Time", .times(rows.map(\.time)))]
    fields += labels.map { label in DataField(label, .texts(rows.map { $0.labels[label] })) }
    fields.append(DataField(valueName, .numbers(rows.map(\.value))))
    return DataFrame(refID: query.refID, fields: fields)
  }

  private func names(_ series: [[String: String]]) -> [String] {
    LegendFormat.names(of: series, template: query.legend, expression: query.expression)
  }
}

extension FieldSettings {
  /// The frames with a panel's settings and overrides laid on their columns.
  static func laid(on frames: [DataFrame], of panel: DashboardPanel) -> [DataFrame] {
    let overrides = panel.overrides.map { override in
      (matcher: CompiledMatcher(override.matcher), settings: override.settings)
    }
    return frames.map { frame in
      var frame = frame
      for index in frame.fields.indices {
        let own = frame.fields[index].settings
        var base = panel.settings
        if !frame.fields[index].isNumber { base.displayName = nil }
        frame.fields[index].settings = base.overlaid(with: own)
        for override in overrides where override.matcher.matches(frame.fields[index], in: frame) {
          frame.fields[index].settings = frame.fields[index].settings.overlaid(with: override.settings)
        }
      }
      return frame
    }
  }
}

/// A matcher of overrides, its expression compiled once.
private struct CompiledMatcher {
  let matcher: FieldOverride.Matcher
  let pattern: CapturingPattern?

  init(_ matcher: FieldOverride.Matcher) {
    self.matcher = matcher
    pattern = if case .pattern(let text) = matcher { try? CapturingPattern(text) } else { nil }
  }

  func matches(_ field: DataField, in frame: DataFrame) -> Bool {
    switch matcher {
    case .name(let name): return field.displayName == name || field.name == name || field.legend == name
    case .names(let names, let isExclusion):
      if field.isTime { return false }
      return (names.contains(field.displayName) || names.contains(field.name)) != isExclusion
    case .pattern: return pattern?.matches(field.displayName) ?? false
    case .type(let type):
      return switch field.column {
      case .numbers: type == "number"
      case .texts: type == "string"
      case .times: type == "time"
      }
    case .query(let refID): return frame.refID == refID
    case .value(let calculation, let comparison, let limit):
      guard case .number(let value) = Reduction.value(calculation, of: field.column) else { return false }
      return switch comparison {
      case "gt": value > limit
      case "lt": value < limit
      case "lte": value <= limit
      case "eq": value == limit
      case "neq": value != limit
      default: value >= limit
      }
    case .unknown: return false
    }
  }
}
