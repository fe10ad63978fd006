import Foundation

/// Function calls.
extension PromEvaluator {
  func evaluate(_ call: PromCall) throws(PromError) -> PromValue {
    let arguments = call.arguments
    switch call.function.body {
    case .window(let function):
      let isSecond = function == .quantile
      guard let vector = isSecond ? arguments.last : arguments.first else { return .vector([]) }
      let scalar = arguments.count < 2 ? nil : isSecond ? arguments.first : arguments.last
      let parameter = try scalar.map { node throws(PromError) in try scalars(node) } ?? []
      return .vector(try windows(function, vector, parameter: parameter))
    case .value(let function):
      guard let first = arguments.first else { return .vector([]) }
      var columns: [[Double]] = []
      for node in arguments.dropFirst() { columns.append(try scalars(node)) }
      return .vector(
        try mapped(try evaluate(first).series) { value, step in function(value, columns.map { $0[step] }) })
    case .calendar(let field):
      let series: [PromSeries]
      if let first = arguments.first {
        series = try evaluate(first).series
      } else {
        series = [PromSeries(labels: .empty, values: times.map { Double($0) / 1_000 })]
      }
      return .vector(try mapped(series) { value, _ in PromCalendar(seconds: value).map { Double(field($0)) } ?? .nan })
    case .special: return try special(call.function.name, arguments)
    }
  }

  /// Each value by itself; the result is another measure, so the name goes.
  func mapped(_ series: [PromSeries], _ body: (Double, Int) -> Double) throws(PromError) -> [PromSeries] {
    try merged(
      series.map { item in
        var item = item
        item.labels = item.labels.withoutName
        for index in item.values.indices where !PromSeries.isAbsent(item.values[index]) {
          item.values[index] = body(item.values[index], index)
        }
        return item
      })
  }

  private func special(_ name: String, _ arguments: [PromNode]) throws(PromError) -> PromValue {
    guard let first = arguments.first else {
      switch name {
      case "time": return .scalar(times.map { Double($0) / 1_000 })
      default: return .scalar(Array(repeating: .pi, count: times.count))
      }
    }
    switch name {
    case "vector": return .vector([PromSeries(labels: .empty, values: try scalars(first))])
    case "scalar": return .scalar(single(try evaluate(first).series))
    case "absent": return .vector(absent(try evaluate(first).series, first))
    case "absent_over_time": return .vector(absent(try windows(.present, first, parameter: []), first))
    case "timestamp":
      if case .selector(let selector) = first.withoutParentheses.expression {
        return .vector(
          try merged(try timestamps(selector).map { PromSeries(labels: $0.labels.withoutName, values: $0.values) }))
      }
      return .vector(try mapped(try evaluate(first).series) { _, step in Double(times[step]) / 1_000 })
    case "sort", "sort_desc":
      // Only an instant query has an order; a range's series are put in that of their labels.
      let series = try evaluate(first).series
      let isDescending = name == "sort_desc"
      return .vector(
        series.sorted { a, b in
          guard let x = a.values.first, let y = b.values.first else { return false }
          if x.isNaN || y.isNaN { return !x.isNaN }
          return isDescending ? x > y : x < y
        })
    case "clamp":
      let series = try evaluate(first).series
      let least = try scalars(arguments[1])
      let greatest = try scalars(arguments[2])
      let clamped = try mapped(series) { value, step in
        if greatest[step] < least[step] { return PromSeries.absent }
        if value.isNaN || least[step].isNaN || greatest[step].isNaN { return .nan }
        return max(least[step], min(greatest[step], value))
      }
      return .vector(clamped.filter { !$0.isEmpty })
    case "histogram_quantile": return .vector(histogramQuantile(try scalars(first), try evaluate(arguments[1]).series))
    case "label_replace": return .vector(try labelReplace(arguments))
    case "label_join": return .vector(try labelJoin(arguments))
    default: throw PromError(.execution, "function \(name) is not supported")
    }
  }

  private func single(_ series: [PromSeries]) -> [Double] {
    times.indices.map { step in
      var found: Double?
      for item in series where !PromSeries.isAbsent(item.values[step]) {
        if found != nil { return .nan }
        found = item.values[step]
      }
      return found ?? .nan
    }
  }

  /// 1 where there is nothing, with the labels that the selector asks for by equality, each once.
  private func absent(_ series: [PromSeries], _ node: PromNode) -> [PromSeries] {
    let values = times.indices.map { step in
      series.contains { !PromSeries.isAbsent($0.values[step]) } ? PromSeries.absent : 1
    }
    var matchers: [PromMatcher] = []
    switch node.withoutParentheses.expression {
    case .selector(let selector), .range(let selector, _): matchers = selector.matchers
    default: break
    }
    var labels = PromLabels.empty
    var seen: Set<String> = []
    for matcher in matchers where matcher.label != PromLabels.nameLabel {
      let isFirst = seen.insert(matcher.label).inserted
      labels = labels.setting(matcher.label, isFirst && matcher.operation == .equal ? matcher.value : "")
    }
    let result = PromSeries(labels: labels, values: values)
    return result.isEmpty ? [] : [result]
  }

  private func histogramQuantile(_ quantiles: [Double], _ series: [PromSeries]) -> [PromSeries] {
    var order: [PromLabels] = []
    var groups: [PromLabels: [(bound: Double, values: [Double])]] = [:]
    for item in series {
      guard let bound = PromNumber.parse(item.labels["le"]) else { continue }
      let labels = item.labels.removing([PromLabels.nameLabel, "le"])
      if groups[labels] == nil { order.append(labels) }
      groups[labels, default: []].append((bound, item.values))
    }
    return order.map { labels in
      let buckets = (groups[labels] ?? []).sorted { $0.bound < $1.bound }
      let values = times.indices.map { step -> Double in
        let present = buckets.compactMap { PromSeries.isAbsent($0.values[step]) ? nil : ($0.bound, $0.values[step]) }
        return present.isEmpty ? PromSeries.absent : PromStatistics.quantile(quantiles[step], buckets: present)
      }
      return PromSeries(labels: labels, values: values)
    }.filter { !$0.isEmpty }
  }

  private func text(_ node: PromNode) throws(PromError) -> String {
    guard case .string(let text) = try evaluate(node) else { return "" }
    return text
  }

  private func labelReplace(_ arguments: [PromNode]) throws(PromError) -> [PromSeries] {
    let series = try evaluate(arguments[0]).series
    let target = try text(arguments[1])
    let template = try text(arguments[2])
    let source = try text(arguments[3])
    let pattern = try text(arguments[4])
    let regex: Regex<AnyRegexOutput>
    do throws(PromError) {
      regex = try PromPattern.compiled(pattern)
    } catch {
      throw PromError(.execution, "invalid regular expression in label_replace(): \(pattern)")
    }
    guard PrometheusLabel.isValid(target) else {
      throw PromError(.execution, "invalid destination label name in label_replace(): \(target)")
    }
    return try merged(
      series.map { item in
        guard let match = try? regex.wholeMatch(in: item.labels[source]) else { return item }
        let value = PromTemplate.expand(template) { name in
          if let index = Int(name) { return index < match.output.count ? match.output[index].substring : nil }
          return match.output.first { $0.name == name }?.substring
        }
        return PromSeries(labels: item.labels.setting(target, value), values: item.values)
      })
  }

  private func labelJoin(_ arguments: [PromNode]) throws(PromError) -> [PromSeries] {
    let series = try evaluate(arguments[0]).series
    let target = try text(arguments[1])
    let separator = try text(arguments[2])
    var sources: [String] = []
    for node in arguments.dropFirst(3) { sources.append(try text(node)) }
    guard PrometheusLabel.isValid(target) else {
      throw PromError(.execution, "invalid destination label name in label_join(): \(target)")
    }
    return try merged(
      series.map { item in
        let value = sources.map { item.labels[$0] }.joined(separator: separator)
        return PromSeries(labels: item.labels.setting(target, value), values: item.values)
      })
  }
}

extension PromNode {
  /// The expression inside of all parentheses.
  var withoutParentheses: PromNode {
    var node = self
    while case .parentheses(let inner) = node.expression { node = inner }
    return node
  }
}

/// `$1`, `${1}` and `${name}` in a replacement, `$$` for a dollar (Go's `Regexp.Expand`).
enum PromTemplate {
  static func expand(_ template: String, _ group: (String) -> Substring?) -> String {
    var result = ""
    var rest = template[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
        continue
      }
      let isBraced = rest.first == "{"
      let start = isBraced ? rest.dropFirst() : rest
      let name = start.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      let behind = start[name.endIndex...]
      guard !name.isEmpty, !isBraced || behind.first == "}" else {
        result += "$"
        continue
      }
      result += group(String(name)) ?? ""
      rest = isBraced ? behind.dropFirst() : behind
    }
    return result + rest
  }
}
