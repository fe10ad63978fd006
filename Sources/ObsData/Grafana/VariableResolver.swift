/// Finds what a dashboard's variables stand for: those that depend on others after them, the values of queries from Prometheus.
public struct VariableResolver: Sendable {
  private let client: PrometheusClient?
  private let range: TimeRange

  /// Makes a resolver; without a client the values that the file has must do.
  public init(client: PrometheusClient?, range: TimeRange) {
    self.client = client
    self.range = range
  }

  /// Resolves all variables; `wanted` has what the user chose, by name.
  public func resolve(
    _ definition: DashboardDefinition, wanted: [String: [String]] = [:]
  ) async -> ResolvedVariables {
    var result = ResolvedVariables()
    let (order, circle) = VariableResolver.order(definition.variables)
    if !circle.isEmpty {
      result.remarks.append(
        "the variables \(circle.joined(separator: ", ")) refer to one another: the values of the file stand for them")
    }
    for name in wanted.keys.sorted() where !definition.variables.contains(where: { $0.name == name }) {
      result.remarks.append("there is no variable \(name)")
      result.bindings[name] = VariableBinding(values: wanted[name] ?? [], texts: wanted[name] ?? [])
    }
    for variable in order {
      switch variable.kind {
      case .adHoc(let filters): result.filters += filters
      case .query where !circle.contains(variable.name):
        await ask(variable, wanted[variable.name], &result)
      case .query, .unknown:
        result.options[variable.name] = variable.options
        result.choose(variable, wanted: wanted[variable.name])
        if case .unknown(let word) = variable.kind, result.bindings[variable.name] == nil {
          result.remarks.append("the variable \(variable.name) is of the kind \(word), which is not known")
        }
      case .interval: interval(variable, wanted[variable.name], &result)
      case .textBox:
        result.options[variable.name] = []
        let value = wanted[variable.name] ?? (variable.current.isEmpty ? [variable.query] : variable.current)
        result.bindings[variable.name] = VariableBinding(values: value, texts: value)
      case .custom, .constant, .dataSource:
        result.options[variable.name] = variable.listedOptions
        result.choose(variable, wanted: wanted[variable.name])
      }
    }
    return result
  }

  /// A duration; `auto` is computed of the range, as for a step.
  private func interval(_ variable: DashboardVariable, _ wanted: [String]?, _ result: inout ResolvedVariables) {
    guard case .interval(let count, let minimum) = variable.kind else { return }
    var variable = variable
    var options = variable.listedOptions
    let automatic = max(
      QueryIntervals.rounded(.nanoseconds(range.duration.nanoseconds / Int64(max(count, 1)))),
      DurationText.parse(minimum) ?? .seconds(10))
    let text = DurationText.text(automatic)
    func isAutomatic(_ value: String) -> Bool { value == "auto" || value.hasPrefix("$__auto_interval") }
    if variable.current.contains(where: isAutomatic) { variable.current = ["auto"] }
    options.insert(DashboardVariable.Option(text: "auto", value: "auto"), at: 0)
    result.options[variable.name] = options
    // The first duration is what Grafana begins with, not the automatic one.
    if variable.current.isEmpty, options.count > 1 { variable.current = [options[1].value] }
    result.choose(variable, wanted: wanted)
    if result.bindings[variable.name]?.values == ["auto"] {
      result.bindings[variable.name] = VariableBinding(values: [text], texts: ["auto (\(text))"])
    }
    result.bindings["__auto_interval_\(variable.name)"] = VariableBinding(text)
  }

  private func ask(_ variable: DashboardVariable, _ wanted: [String]?, _ result: inout ResolvedVariables) async {
    guard let client else {
      result.options[variable.name] = variable.options
      result.choose(variable, wanted: wanted)
      // All of nothing, without a text for all, would be an empty expression.
      if let binding = result.bindings[variable.name], binding.values.isEmpty, binding.allValue == nil {
        result.bindings[variable.name] = nil
      }
      return
    }
    let intervals = QueryIntervals(range: range, points: 100)
    let names = Interpolation(result.bindings.merging(intervals.builtIns) { mine, _ in mine })
    let query = names.text(variable.query, format: .prometheus)
    var variable = variable
    variable.pattern = names.text(variable.pattern, format: .regex)
    do {
      let texts = try await VariableQuery(query).values(from: client, in: range)
      do throws(TextPattern.Refusal) {
        result.options[variable.name] = try variable.options(from: texts)
      } catch {
        result.remarks.append("the variable \(variable.name): its expression \(variable.pattern) is refused: \(error)")
        result.options[variable.name] = []
      }
      if texts.count >= ResolvedVariables.maximumOptions {
        result.remarks.append(
          "the variable \(variable.name) has \(texts.count) values or more: \(ResolvedVariables.maximumOptions) are kept"
        )
      }
      if result.options[variable.name]?.isEmpty != false, wanted == nil {
        let sentence = texts.isEmpty ? "Prometheus has none for it" : "its expression leaves none"
        result.remarks.append("the variable \(variable.name) has no value: \(sentence) (\(query))")
      }
    } catch {
      result.options[variable.name] = variable.options
      result.remarks.append("the variable \(variable.name): \(error.sentence)")
    }
    result.choose(variable, wanted: wanted)
    // What the file chose long ago and Prometheus does not have is no choice; an empty one keeps the query sound.
    if result.bindings[variable.name] == nil {
      result.bindings[variable.name] = VariableBinding(
        values: [], texts: [], isMulti: variable.isMulti || variable.includesAll)
    }
  }

  /// The variables in an order in which each comes after those that it refers to, and the names of those that go round in circles.
  static func order(_ variables: [DashboardVariable]) -> (order: [DashboardVariable], circle: [String]) {
    var known: [String: DashboardVariable] = [:]
    for variable in variables { known[variable.name] = variable }
    func needs(_ variable: DashboardVariable) -> Set<String> {
      Interpolation.names(in: variable.query + " " + variable.pattern).filter { known[$0] != nil }
    }
    var order: [DashboardVariable] = []
    var done: Set<String> = []
    var waiting = variables
    while !waiting.isEmpty {
      let ready = waiting.filter { needs($0).isSubset(of: done) }
      guard !ready.isEmpty else {
        // What waits for a circle without being in it comes after it.
        return (order + waiting, circular(waiting, needs))
      }
      order += ready
      done.formUnion(ready.map(\.name))
      waiting.removeAll { done.contains($0.name) }
    }
    return (order, [])
  }

  /// Those of the variables that can reach themselves.
  private static func circular(
    _ variables: [DashboardVariable], _ needs: (DashboardVariable) -> Set<String>
  ) -> [String] {
    var edges: [String: Set<String>] = [:]
    for variable in variables { edges[variable.name] = needs(variable) }
    return variables.map(\.name).filter { start in
      var reached: Set<String> = []
      var next = edges[start] ?? []
      while !next.isEmpty {
        reached.formUnion(next)
        let further = next.flatMap { edges[$0] ?? [] }
        next = Set(further).subtracting(reached)
      }
      return reached.contains(start)
    }
  }
}

/// The question of a query variable: `label_values(up, job)` and its kin.
enum VariableQuery: Equatable {
  case labelValues(selector: String?, label: String)
  case labelNames(matching: String?)
  case metrics(pattern: String)
  case result(expression: String)
  case series(selector: String)
  case nothing

  init(_ text: String) {
    let text = text.trimmingBlanks()
    func arguments(of name: String) -> String? {
      guard text.hasPrefix(name + "("), text.hasSuffix(")") else { return nil }
      return text.dropFirst(name.count + 1).dropLast().trimmingBlanks()
    }
    if text.isEmpty {
      self = .nothing
    } else if let inside = arguments(of: "label_values") {
      // The label is behind the last comma that stands outside of braces and quotes.
      let comma = inside.lastIndex(of: ",").flatMap { index in
        inside[index...].contains(where: { "})".contains($0) }) ? nil : index
      }
      func name(_ text: some StringProtocol) -> String { text.trimmingBlanks().trimming("\"") }
      if let comma {
        let selector = inside[..<comma].trimmingBlanks()
        self = .labelValues(
          selector: selector.isEmpty ? nil : selector, label: name(inside[inside.index(after: comma)...]))
      } else {
        self = .labelValues(selector: nil, label: name(inside))
      }
    } else if let inside = arguments(of: "label_names") {
      self = .labelNames(matching: inside.isEmpty ? nil : inside)
    } else if let inside = arguments(of: "metrics") {
      self = .metrics(pattern: inside)
    } else if let inside = arguments(of: "query_result") {
      self = .result(expression: inside)
    } else {
      self = .series(selector: text)
    }
  }

  /// The texts that Prometheus answers with.
  func values(from client: PrometheusClient, in range: TimeRange) async throws(FetchError) -> [String] {
    let limit = ResolvedVariables.maximumOptions
    switch self {
    case .nothing: return []
    case .labelValues(let selector, let label):
      return try await client.values(of: label, matching: selector.map { [$0] } ?? [], in: range, limit: limit).value
    case .labelNames(let pattern):
      let names = try await client.labels(in: range, limit: limit).value
      guard let pattern = pattern.flatMap({ try? CapturingPattern($0) }) else { return names }
      return names.filter(pattern.matches)
    case .metrics(let pattern):
      let names = try await client.values(of: "__name__", in: range, limit: limit).value
      guard let pattern = try? CapturingPattern(pattern) else { return [] }
      return names.filter(pattern.matches)
    case .result(let expression):
      switch try await client.instant(expression, at: range.end).value {
      case .scalar(let sample): return [UnitFormat.plain(sample.value)]
      case .string(let text, _): return [text]
      case .vector(let elements):
        return elements.map {
          "\(VariableQuery.metric($0.labels)) \(UnitFormat.plain($0.value)) \($0.time.milliseconds)"
        }
      case .matrix(let series): return series.map { VariableQuery.metric($0.labels) }
      }
    case .series(let selector):
      return try await client.series(matching: [selector], in: range, limit: 1_000).value.map(VariableQuery.metric)
    }
  }

  /// `name{a="b",c="d"}`, as Grafana writes it for the variable's expression.
  private static func metric(_ labels: [String: String]) -> String {
    let pairs = labels.filter { $0.key != "__name__" }.sorted { $0.key < $1.key }
    let text = pairs.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
    return (labels["__name__"] ?? "") + "{" + text + "}"
  }
}

extension String {
  /// The text without this character at its ends.
  fileprivate func trimming(_ character: Character) -> String {
    var rest = self[...]
    while rest.first == character { rest = rest.dropFirst() }
    while rest.last == character { rest = rest.dropLast() }
    return String(rest)
  }
}
