/// A label set in the order of its names, ready to be compared, hashed and sorted.
struct PromLabels: Hashable {
  struct Label: Hashable {
    let name, value: String
  }

  private(set) var list: [Label]

  init(_ labels: [String: String]) {
    list = labels.compactMap { $0.value.isEmpty ? nil : Label(name: $0.key, value: $0.value) }
      .sorted { $0.name < $1.name }
  }

  private init(list: [Label]) { self.list = list }

  static let empty = PromLabels(list: [])

  subscript(name: String) -> String { list.first { $0.name == name }?.value ?? "" }

  /// These labels with one set; an empty value takes it away.
  func setting(_ name: String, _ value: String) -> PromLabels {
    var list = list.filter { $0.name != name }
    if !value.isEmpty {
      let index = list.firstIndex { $0.name > name } ?? list.endIndex
      list.insert(Label(name: name, value: value), at: index)
    }
    return PromLabels(list: list)
  }

  func keeping(_ names: Set<String>) -> PromLabels { PromLabels(list: list.filter { names.contains($0.name) }) }
  func removing(_ names: Set<String>) -> PromLabels { PromLabels(list: list.filter { !names.contains($0.name) }) }

  static let nameLabel = "__name__"
  var withoutName: PromLabels {
    list.contains { $0.name == PromLabels.nameLabel } ? removing([PromLabels.nameLabel]) : self
  }

  /// `{__name__="up", job="node"}`, as messages write a series.
  var description: String {
    "{" + list.map { $0.name + "=" + PromToken.quoted($0.value) }.joined(separator: ", ") + "}"
  }

  static func precedes(_ a: PromLabels, _ b: PromLabels) -> Bool {
    for (x, y) in zip(a.list, b.list) {
      if x.name != y.name { return x.name < y.name }
      if x.value != y.value { return x.value < y.value }
    }
    return a.list.count < b.list.count
  }
}

/// One matcher of a selector.
struct PromMatcher: Sendable, Equatable {
  enum Operation: String { case equal = "=", notEqual = "!=", matches = "=~", notMatches = "!~" }
  let label: String
  let operation: Operation
  let value: String

  /// The matcher as a test of a label's value; an absent label has an empty one.
  func test() throws(PromError) -> (String) -> Bool {
    let value = value
    switch operation {
    case .equal: return { $0 == value }
    case .notEqual: return { $0 != value }
    case .matches: return try PromPattern.test(value)
    case .notMatches:
      let test = try PromPattern.test(value)
      return { !test($0) }
    }
  }
}

/// Regular expressions as Prometheus matches them: the whole value, `.` also a newline.
enum PromPattern {
  static func test(_ pattern: String) throws(PromError) -> (String) -> Bool {
    switch pattern {
    case ".*": return { _ in true }
    case ".+": return { !$0.isEmpty }
    default: break
    }
    if !pattern.contains(where: { "\\.+*?()[]{}^$".contains($0) }) {
      let alternatives = Set(pattern.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
      return { alternatives.contains($0) }
    }
    let regex = try compiled(pattern)
    // The same values come again and again, from one series to the next.
    var known: [String: Bool] = [:]
    return { value in
      if let answer = known[value] { return answer }
      let answer = (try? regex.wholeMatch(in: value)) != nil
      known[value] = answer
      return answer
    }
  }

  static func compiled(_ pattern: String) throws(PromError) -> Regex<AnyRegexOutput> {
    do {
      // RE2 writes named groups as `(?P<name>…)`.
      let text = pattern.replacing("(?P<", with: "(?<")
      return try Regex("(?:\(text))").dotMatchesNewlines().matchingSemantics(.unicodeScalar)
    } catch {
      throw PromError(.badData, "error parsing regexp: \(explanation(pattern)): `^(?:\(pattern))$`")
    }
  }

  /// What is most likely wrong, in the words of RE2.
  private static func explanation(_ pattern: String) -> String {
    let opening = pattern.count { $0 == "(" }
    let closing = pattern.count { $0 == ")" }
    if pattern.contains("[") && !pattern.contains("]") { return "missing closing ]" }
    if opening > closing { return "missing closing )" }
    if closing > opening { return "unexpected )" }
    if let first = pattern.first, "*+?".contains(first) { return "missing argument to repetition operator" }
    return "invalid or unsupported Perl syntax"
  }
}
