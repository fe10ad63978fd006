/// A change of an own dashboard's file. It changes the lines that it must and leaves the others, comments among them, as they are.
public enum OwnDashboardEdit: Hashable, Sendable {
  /// A panel of an expression behind the last one.
  case add(expression: String, title: String)
  /// The panel of that number in the file goes.
  case remove(panel: Int)
  /// The panel of that number changes places with its neighbour before it, or behind it.
  case move(panel: Int, forward: Bool)

  /// The text with the change made, checked by reading it again. Throws where the file is written in a way that lines cannot be
  /// moved in.
  public func apply(to text: String) throws(DashboardError) -> String {
    let before = try OwnDashboardReader.read(text)
    let lines = try OwnDashboardLines(text)
    let changed: String
    let wanted: [String]
    let numbers = lines.items.count
    let titles = lines.items.indices.map { OwnDashboardEdit.name(of: $0 + 1, in: before) }
    switch self {
    case .add(let expression, let title):
      changed = lines.adding(expression: expression, title: title)
      wanted = titles + [title]
    case .remove(let panel):
      guard (1...max(numbers, 1)).contains(panel), numbers > 0 else { throw DashboardError("has no panel \(panel)") }
      changed = lines.removing(panel - 1)
      wanted = titles.enumerated().filter { $0.offset != panel - 1 }.map(\.element)
    case .move(let panel, let forward):
      let other = forward ? panel + 1 : panel - 1
      guard (1...max(numbers, 1)).contains(panel), (1...max(numbers, 1)).contains(other), numbers > 0 else {
        throw DashboardError("has no panel \(forward ? "behind" : "before") this one")
      }
      changed = lines.swapping(min(panel, other) - 1)
      var moved = titles
      moved.swapAt(panel - 1, other - 1)
      wanted = moved
    }
    // Never written without having been read: a mistake here must not cost anybody a dashboard.
    let after = try OwnDashboardReader.read(changed)
    let count = try OwnDashboardLines(changed).items.count
    guard count == wanted.count,
      (1...max(count, 1)).allSatisfy({ count == 0 || OwnDashboardEdit.name(of: $0, in: after) == wanted[$0 - 1] })
    else { throw DashboardError("is written in a way that cannot be changed from here: edit the file itself") }
    return changed
  }

  /// What tells an item of the file: the panel's title; rows have no number among the panels.
  private static func name(of number: Int, in definition: DashboardDefinition) -> String {
    definition.panels.first { $0.id == number }?.title ?? ""
  }
}

/// The lines of an own dashboard, with those that belong to each item of its list of panels.
struct OwnDashboardLines {
  let lines: [String]
  /// The lines of each item, with the comments right above it.
  let items: [Range<Int>]
  /// How far the dashes of the list are indented.
  private let indent: Int
  /// The line behind the list.
  private let end: Int

  /// Finds the items of `panels`, a list in YAML's block form.
  init(_ text: String) throws(DashboardError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.last == "\r" ? String($0.dropLast()) : String($0)
    }
    self.lines = lines
    guard let key = lines.firstIndex(where: { $0.hasPrefix("panels:") }) else {
      throw DashboardError("has no list of panels at its left edge")
    }
    let rest = lines[key].dropFirst("panels:".count).drop { $0 == " " }
    guard rest.isEmpty || rest.hasPrefix("#") else {
      throw DashboardError("has its panels on one line: write them one below the other, each behind a dash")
    }
    var starts: [Int] = []
    var indent = 2
    var end = lines.count
    for index in (key + 1)..<max(lines.count, key + 1) {
      let line = lines[index]
      let depth = line.prefix { $0 == " " }.count
      let content = line.dropFirst(depth)
      if content.isEmpty || content.hasPrefix("#") { continue }
      let isDash = content == "-" || content.hasPrefix("- ")
      if starts.isEmpty, isDash { indent = depth }
      if depth < indent || (depth == indent && !isDash) {
        end = index
        break
      }
      if depth == indent { starts.append(index) }
    }
    self.indent = indent
    // Blank lines and comments behind the last item, at the left edge, belong to what follows.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
      var upper = range.upperBound
      while upper > range.lowerBound + 1 {
        let line = lines[upper - 1]
        let depth = line.prefix { $0 == " " }.count
        let content = line.dropFirst(depth)
        guard content.isEmpty || (content.hasPrefix("#") && depth <= indent) else { break }
        upper -= 1
      }
      return range.lowerBound..<upper
    }
    self.end = starts.last.map { trimmed($0..<end).upperBound } ?? key + 1
    // A comment right above an item is about it.
    items = starts.enumerated().map { number, start in
      let upper =
        number + 1 < starts.count ? trimmed(start..<starts[number + 1]).upperBound : trimmed(start..<end).upperBound
      var lower = start
      let least = number > 0 ? starts[number - 1] + 1 : key + 1
      while lower > least {
        let line = lines[lower - 1]
        guard line.drop(while: { $0 == " " }).hasPrefix("#"), line.prefix(while: { $0 == " " }).count <= indent else {
          break
        }
        lower -= 1
      }
      return lower..<upper
    }
  }

  private func text(_ lines: [String]) -> String { lines.joined(separator: "\n") }

  func adding(expression: String, title: String) -> String {
    let space = String(repeating: " ", count: indent)
    let new = [
      "\(space)- title: \(OwnDashboardLines.quoted(title))", "\(space)  expr: \(OwnDashboardLines.quoted(expression))",
    ]
    var lines = lines
    lines.insert(contentsOf: new, at: end)
    if lines.last != "" { lines.append("") }
    return text(lines)
  }

  func removing(_ item: Int) -> String {
    var lines = lines
    lines.removeSubrange(items[item])
    return text(lines)
  }

  /// An item and the one behind it change places; what lies between them stays there.
  func swapping(_ item: Int) -> String {
    let (first, second) = (items[item], items[item + 1])
    let between = Array(lines[first.upperBound..<second.lowerBound])
    var result = Array(lines[..<first.lowerBound])
    result += lines[second] + between + lines[first] + lines[second.upperBound...]
    return text(result)
  }

  /// A text as YAML takes it whatever it holds: in single quotes, which double themselves inside.
  static func quoted(_ text: String) -> String {
    let flat = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return "'" + flat.replacing("'", with: "''") + "'"
  }
}
