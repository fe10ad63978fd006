/// What a dashboard's variables stand for, and what else could be chosen.
public struct ResolvedVariables: Equatable, Sendable {
  /// What each name stands for; a variable whose values nobody knows is missing.
  public var bindings: [String: VariableBinding] = [:]
  /// What can be chosen, by variable.
  public var options: [String: [DashboardVariable.Option]] = [:]
  /// The label filters of ad-hoc variables.
  public var filters: [DashboardVariable.LabelFilter] = []
  /// What could not be done, a sentence each.
  public var remarks: [String] = []

  /// More values of a variable than this are not kept.
  public static let maximumOptions = 10_000

  /// Makes a set of variables that says nothing.
  public init() {}

  /// Chooses among the options: what the user asked for, what the file says, or the first.
  mutating func choose(_ variable: DashboardVariable, wanted: [String]?) {
    let options = options[variable.name] ?? []
    let isMulti = variable.isMulti || variable.includesAll
    func bind(_ values: [String]) -> VariableBinding {
      let texts = values.map { value in options.first { $0.value == value }?.text ?? value }
      return VariableBinding(values: values, texts: texts, isMulti: isMulti)
    }
    func all() -> VariableBinding {
      VariableBinding(
        values: options.map(\.value), texts: options.map(\.text), isMulti: isMulti, isAll: true,
        allValue: variable.allValue)
    }
    func isAll(_ values: [String]) -> Bool {
      variable.includesAll && values.contains { [DashboardVariable.all, "All", "all"].contains($0) }
    }
    if let wanted {
      // A value may be named by its text.
      let values = wanted.map { value in
        options.contains { $0.value == value } ? value : options.first { $0.text == value }?.value ?? value
      }
      let odd = options.isEmpty ? [] : values.filter { value in !options.contains { $0.value == value } }
      if isAll(wanted) {
        bindings[variable.name] = all()
      } else {
        if let first = odd.first, variable.kind != .textBox {
          remarks.append("\(variable.name)=\(first): not among the variable's \(options.count) values")
        }
        bindings[variable.name] = bind(values)
      }
      return
    }
    if isAll(variable.current) {
      bindings[variable.name] = all()
      return
    }
    let kept =
      options.isEmpty
      ? variable.current
      : variable.current.filter { value in
        options.contains { $0.value == value }
      }
    if !kept.isEmpty {
      bindings[variable.name] = bind(variable.isMulti ? kept : [kept[0]])
    } else if variable.includesAll {
      bindings[variable.name] = all()
    } else if let first = options.first {
      bindings[variable.name] = bind([first.value])
    }
  }
}

extension DashboardVariable {
  /// What a variable's own text offers: the list of a custom one, the durations of an interval, the one value of a constant.
  var listedOptions: [Option] {
    switch kind {
    case .custom: return DashboardVariable.list(query).map(DashboardVariable.option)
    case .interval:
      return DashboardVariable.list(query).map { Option(text: $0, value: $0) }
    case .constant, .textBox:
      let value = query.isEmpty ? current.first ?? "" : query
      return [Option(text: value, value: value)]
    case .dataSource: return [Option(text: query, value: current.first ?? query)]
    default: return options
    }
  }

  /// The items between commas; `\,` is a comma.
  private static func list(_ text: String) -> [String] {
    var items: [String] = [""]
    var isEscaped = false
    for character in text {
      if isEscaped {
        items[items.count - 1] += character == "," ? "," : "\\" + String(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "," {
        items.append("")
      } else {
        items[items.count - 1].append(character)
      }
    }
    return items.map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
  }

  /// `text : value`, or a value that is its own text.
  private static func option(_ item: String) -> Option {
    guard let range = item.firstRange(of: " : ") else { return Option(text: item, value: item) }
    return Option(
      text: item[..<range.lowerBound].trimmingBlanks(), value: item[range.upperBound...].trimmingBlanks())
  }

  /// The options that an answer's texts come to: those that the pattern matches, each once, sorted.
  func options(from texts: [String]) throws(TextPattern.Refusal) -> [Option] {
    var seen: Set<String> = []
    var options: [Option] = []
    let pattern = pattern.isEmpty ? nil : try CapturingPattern(pattern)
    let valueGroup = pattern?.group(named: "value")
    let textGroup = pattern?.group(named: "text")
    for text in texts where options.count < ResolvedVariables.maximumOptions {
      var option = Option(text: text, value: text)
      if let pattern {
        guard let match = pattern.first(in: text) else { continue }
        let first = match.groups.count > 1 ? match.groups[1] ?? text : match.groups[0] ?? text
        let value = valueGroup.flatMap { match.groups[$0] }
        let shown = textGroup.flatMap { match.groups[$0] }
        option = Option(text: shown ?? value ?? first, value: value ?? shown ?? first)
      }
      if seen.insert(option.value).inserted { options.append(option) }
    }
    return sorted(options)
  }

  /// Sorted as Grafana numbers it: 1 and 2 by letters, 3 and 4 by the first number, 5 and 6 by letters whatever their case, 7 and 8
  /// with numbers inside by size.
  private func sorted(_ options: [Option]) -> [Option] {
    guard (1...8).contains(sorting) else { return options }
    func number(_ text: String) -> Double {
      Double(text.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? -1
    }
    let ascending: (Option, Option) -> Bool =
      switch sorting {
      case 1, 2: { $0.text < $1.text }
      case 3, 4: { number($0.text) < number($1.text) }
      case 5, 6: { $0.text.lowercased() < $1.text.lowercased() }
      default: { NaturalOrder.precedes($0.text, $1.text) }
      }
    let sorted = options.enumerated().sorted { a, b in
      if ascending(a.element, b.element) { return true }
      return !ascending(b.element, a.element) && a.offset < b.offset
    }.map(\.element)
    return sorting % 2 == 0 ? sorted.reversed() : sorted
  }
}

/// `node-2` before `node-10`.
enum NaturalOrder {
  static func precedes(_ a: String, _ b: String) -> Bool {
    var (a, b) = (a[...], b[...])
    while let x = a.first, let y = b.first {
      if x.isNumber, y.isNumber {
        let (left, right) = (a.prefix(while: \.isNumber), b.prefix(while: \.isNumber))
        let (m, n) = (Double(left) ?? 0, Double(right) ?? 0)
        if m != n { return m < n }
        (a, b) = (a[left.endIndex...], b[right.endIndex...])
        continue
      }
      if x != y { return x < y }
      (a, b) = (a.dropFirst(), b.dropFirst())
    }
    return a.isEmpty && !b.isEmpty
  }
}
