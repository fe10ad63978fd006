import Foundation
import Yams

/// What is wrong with a scenario: a line for each mistake, `FILE:LINE:COLUMN: message`.
struct ScenarioError: Error, CustomStringConvertible, Equatable {
  let messages: [String]
  var description: String { messages.joined(separator: "\n") }
}

extension Scenario {
  /// Reads a scenario from a file. Throws what is wrong with it, also where the file cannot be read.
  static func load(path: String) throws(ScenarioError) -> Scenario {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ScenarioError(messages: ["\(path):1:1: the file cannot be read"])
    }
    guard data.count <= 1 << 20 else { throw ScenarioError(messages: ["\(path):1:1: the file is larger than 1 MiB"]) }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ScenarioError(messages: ["\(path):1:1: the file is not UTF-8"])
    }
    return try parse(text, file: path)
  }

  /// Reads a scenario. `file` is its name in messages.
  static func parse(_ text: String, file: String) throws(ScenarioError) -> Scenario {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw ScenarioError(messages: [syntaxMessage(error, file: file)])
    }
    var reader = ScenarioReader(file: file)
    let scenario = reader.read(root)
    guard reader.messages.isEmpty else { throw ScenarioError(messages: reader.messages.map(\.text)) }
    return scenario
  }

  private static func syntaxMessage(_ error: any Error, file: String) -> String {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return "\(file):\(mark.line):\(mark.column): \(problem)"
    case .reader(let problem, _, _, _): return "\(file):1:1: \(problem)"
    case .duplicatedKeysInMapping(let keys, let context):
      return
        "\(file):\(context.mark.line):\(context.mark.column): the key \(keys.map { "\($0)" }.joined(separator: ", ")) is there twice"
    default: return "\(file):1:1: not YAML: \(error)"
    }
  }
}

/// Reads the nodes of a scenario and collects what is wrong with them.
private struct ScenarioReader {
  let file: String
  var messages: [(line: Int, column: Int, text: String)] = []

  private static let keys = [
    "name", "kind", "service", "operation", "dependency", "onset", "every", "duration", "strength", "summary",
  ]
  private static let maximumIncidents = 200

  init(file: String) { self.file = file }

  private mutating func complain(_ node: Node, _ message: String) {
    let (line, column) = (node.mark?.line ?? 1, node.mark?.column ?? 1)
    messages.append((line, column, "\(file):\(line):\(column): \(message)"))
  }

  mutating func read(_ root: Node?) -> Scenario {
    guard let root, root.null == nil || root.mapping != nil else {
      messages.append((1, 1, "\(file):1:1: the file is empty; it needs a list under `incidents`"))
      return Scenario(incidents: [])
    }
    guard let mapping = root.mapping else {
      complain(root, "a scenario is a mapping with the key `incidents`")
      return Scenario(incidents: [])
    }
    var incidents: [Incident] = []
    var isThere = false
    for (key, value) in mapping {
      guard key.string == "incidents" else {
        complain(key, "unknown key `\(key.string ?? "?")`; a scenario has the key `incidents`")
        continue
      }
      isThere = true
      guard let list = value.sequence else {
        complain(value, "`incidents` is a list")
        continue
      }
      if list.count > ScenarioReader.maximumIncidents {
        complain(value, "\(list.count) incidents are more than \(ScenarioReader.maximumIncidents)")
        continue
      }
      for node in list {
        if let incident = incident(node) { incidents.append(incident) }
      }
    }
    if !isThere, messages.isEmpty { complain(root, "the key `incidents` is missing") }
    return Scenario(incidents: incidents)
  }

  private mutating func incident(_ node: Node) -> Incident? {
    guard let mapping = node.mapping else {
      complain(node, "an incident is a mapping with the keys \(ScenarioReader.keys.joined(separator: ", "))")
      return nil
    }
    var values: [String: Node] = [:]
    for (key, value) in mapping {
      guard let name = key.string, ScenarioReader.keys.contains(name) else {
        let nearest = Spelling.nearest(key.string ?? "", among: ScenarioReader.keys)
        let advice =
          nearest.map { "; did you mean `\($0)`?" } ?? "; known are \(ScenarioReader.keys.joined(separator: ", "))"
        complain(key, "unknown key `\(key.string ?? "?")`\(advice)")
        continue
      }
      values[name] = value
    }
    let before = messages.count
    guard let kind = choice(values["kind"], "kind", Incident.Kind.self, in: node) else { return nil }
    var incident = Incident(name: kind.rawValue, kind: kind, onset: 0, duration: 0, strength: 0.5)
    if let name = text(values["name"]) { incident.name = name }
    incident.summary = text(values["summary"])
    incident.service = text(values["service"])
    incident.operation = text(values["operation"])
    if values["dependency"] != nil {
      incident.dependency = choice(values["dependency"], "dependency", Dependency.self, in: node)
    }
    incident.onset = seconds(values["onset"], "onset", in: node, range: -86_400...2_592_000, required: true) ?? 0
    incident.duration = seconds(values["duration"], "duration", in: node, range: 5...86_400, required: true) ?? 60
    incident.every = seconds(values["every"], "every", in: node, range: 60...2_592_000, required: false)
    if let every = incident.every, let value = values["every"], every <= incident.duration {
      complain(value, "`every` must be longer than `duration`: the incident would never end")
    }
    if let value = values["strength"] {
      if let number = value.float, number > 0, number <= 1 {
        incident.strength = number
      } else {
        complain(value, "`strength` is a number above 0 and up to 1, not `\(shown(value))`")
      }
    }
    checkTarget(&incident, values: values, node: node)
    return messages.count == before ? incident : nil
  }

  private mutating func checkTarget(_ incident: inout Incident, values: [String: Node], node: Node) {
    switch incident.kind {
    case .crash, .badDeploy:
      if incident.service == nil { complain(node, "a \(incident.kind.rawValue) needs a `service`") }
      for key in ["operation", "dependency"] {
        if let value = values[key], incident.kind == .crash || key == "dependency" {
          complain(value, "a \(incident.kind.rawValue) strikes a service, it has no `\(key)`")
        }
      }
    case .lag:
      if let value = values["dependency"], incident.dependency != .kafka {
        complain(value, "consumers lag behind kafka, not \(shown(value))")
      }
      if incident.service == nil { incident.service = "push-server" }
    default:
      if incident.service == nil, incident.operation == nil, incident.dependency == nil {
        complain(node, "an incident needs a `service`, an `operation` or a `dependency`")
      }
    }
    let services = CallGraph.serviceNames + CallGraph.furtherNames
    if let value = values["service"], let service = incident.service {
      let stem = services.first { service == $0 || service.hasPrefix($0 + "-") }
      if stem == nil {
        let nearest = Spelling.nearest(service, among: services)
        complain(
          value,
          "no service `\(service)`\(nearest.map { "; did you mean `\($0)`?" } ?? "; there are \(services.joined(separator: ", "))")"
        )
      }
    }
    if let value = values["operation"], let operation = incident.operation,
      !ScenarioReader.operations.contains(operation)
    {
      let nearest = Spelling.nearest(operation, among: ScenarioReader.operations.sorted())
      complain(value, "no operation `\(operation)`\(nearest.map { "; did you mean `\($0)`?" } ?? "")")
    }
  }

  /// All operations of a world with every further service, also without the service in front of a method.
  private static let operations: Set<String> = {
    var names: Set<String> = []
    for key in CallGraph(serviceCount: CallGraph.serviceNames.count + CallGraph.furtherNames.count).keys {
      names.insert(key.name)
      if key.name.contains("/"), !key.name.contains(" "), let last = key.name.split(separator: "/").last {
        names.insert(String(last))
      }
    }
    return names
  }()

  private func text(_ node: Node?) -> String? { node?.scalar?.string }

  private func shown(_ node: Node) -> String { String((node.scalar?.string ?? "a list or mapping").prefix(60)) }

  private mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ value: Node?, _ key: String, _ type: Choice.Type, in node: Node
  ) -> Choice? where Choice.RawValue == String {
    let known = Choice.allCases.map(\.rawValue)
    guard let value else {
      complain(node, "`\(key)` is missing: one of \(known.joined(separator: ", "))")
      return nil
    }
    if let choice = value.scalar.flatMap({ Choice(rawValue: $0.string) }) { return choice }
    let nearest = Spelling.nearest(shown(value), among: known)
    let advice = nearest.map { "did you mean `\($0)`?" } ?? "it is one of \(known.joined(separator: ", "))"
    complain(value, "no \(key) `\(shown(value))`; \(advice)")
    return nil
  }

  private mutating func seconds(
    _ value: Node?, _ key: String, in node: Node, range: ClosedRange<Int>, required: Bool
  ) -> Int? {
    guard let value else {
      if required { complain(node, "`\(key)` is missing") }
      return nil
    }
    guard let text = value.scalar?.string, let seconds = ScenarioReader.seconds(text) else {
      complain(value, "`\(key)` is a time such as `90s`, `-5m` or `1h30m`, not `\(shown(value))`")
      return nil
    }
    guard range.contains(seconds) else {
      complain(value, "`\(key)` must be \(range.lowerBound)s to \(range.upperBound)s")
      return nil
    }
    return seconds
  }

  private static func seconds(_ text: String) -> Int? {
    if let number = Int(text) { return abs(number) < 1_000_000_000 ? number : nil }
    guard let nanoseconds = try? GoDuration.parse(text) else { return nil }
    return Int(nanoseconds / 1_000_000_000)
  }
}

/// Finds what a misspelt word was meant to be.
enum Spelling {
  /// The nearest of the candidates by Levenshtein's distance; nil where none is near.
  static func nearest(_ word: String, among candidates: [String]) -> String? {
    guard word.count <= 100 else { return nil }
    let scored = candidates.map { (candidate: $0, distance: distance(word.lowercased(), $0.lowercased())) }
    guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(2, word.count / 3) ? best.candidate : nil
  }

  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var previous = Array(0...b.count)
    for (row, character) in a.enumerated() {
      var current = [row + 1]
      for (column, other) in b.enumerated() {
        current.append(
          min(current[column] + 1, previous[column + 1] + 1, previous[column] + (character == other ? 0 : 1)))
      }
      previous = current
    }
    return previous[b.count]
  }
}
