import Yams

/// Reads a settings file's YAML into nodes, and refuses what would take forever.
enum SettingsYAML {
  private typealias Place = (line: Int, column: Int)
  /// No settings hold more values than this, even with aliases followed.
  private static let maximumNodes = 50_000
  /// No settings nest deeper; the parser and the release of its tree recurse.
  private static let maximumDepth = 100

  /// The document's root; nil for a file without content.
  static func parse(_ text: String, file: String) throws(SettingsError) -> SettingsNode? {
    func problem(_ mark: Place?, _ message: String) -> SettingsError {
      SettingsError([SettingsProblem(.file(path: file, line: mark?.line ?? 1, column: mark?.column ?? 1), message)])
    }
    if let line = SettingsYAML.tooDeep(text) { throw problem((line, 1), "this is nested too deeply") }
    if let line = SettingsYAML.tooManyAliases(text) {
      throw problem((line, 1), "too many anchors and aliases that may contain each other")
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: text, .default, .default, .utf8)
    } catch let error as YamlError {
      let (mark, message) = SettingsYAML.words(error)
      throw problem(mark, message)
    } catch {
      throw problem(nil, "this is not YAML: \(error)")
    }
    guard let root else { return nil }
    var budget = maximumNodes
    guard let node = convert(root, file: file, at: nil, budget: &budget) else {
      throw problem(place(root.mark), "too much: more than \(maximumNodes) values once its aliases are followed")
    }
    return node
  }

  private static func place(_ mark: Mark?) -> Place? { mark.map { ($0.line, $0.column) } }

  /// Nil when the budget is used up.
  private static func convert(_ node: Node, file: String, at outer: Mark?, budget: inout Int) -> SettingsNode? {
    budget -= 1
    guard budget > 0 else { return nil }
    let mark = node.mark ?? outer
    let origin = SettingOrigin.file(path: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
    switch node {
    case .scalar(let scalar):
      let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return SettingsNode(content: isNull ? .empty : .text(scalar.string), origin: origin)
    case .sequence(let items):
      var list: [SettingsNode] = []
      for item in items {
        guard let converted = convert(item, file: file, at: mark, budget: &budget) else { return nil }
        list.append(converted)
      }
      return SettingsNode(content: .list(list), origin: origin)
    case .mapping(let mapping):
      var entries: [SettingsNode.Entry] = []
      var merged: [SettingsNode.Entry] = []
      for (key, value) in mapping {
        guard let converted = convert(value, file: file, at: key.mark ?? mark, budget: &budget) else { return nil }
        let name = key.scalar?.string ?? ""
        if name == "<<", key.scalar?.style == .plain {
          merged += mergeSources(converted)
          continue
        }
        let keyMark = key.mark ?? mark
        entries.append(
          SettingsNode.Entry(
            key: name, keyOrigin: .file(path: file, line: keyMark?.line ?? 1, column: keyMark?.column ?? 1),
            value: converted))
      }
      // YAML's merge key: what is written in the map itself wins, then the first that is merged.
      var seen = Set(entries.map(\.key))
      for entry in merged where seen.insert(entry.key).inserted { entries.append(entry) }
      return SettingsNode(content: .map(entries), origin: origin)
    case .alias:
      return SettingsNode(content: .empty, origin: origin)
    }
  }

  private static func mergeSources(_ node: SettingsNode) -> [SettingsNode.Entry] {
    switch node.content {
    case .map(let entries): entries
    case .list(let nodes):
      nodes.flatMap { node -> [SettingsNode.Entry] in
        if case .map(let entries) = node.content { entries } else { [] }
      }
    default: []
    }
  }

  /// Yams' errors with their place, without the excerpt of the file that it appends.
  private static func words(_ error: YamlError) -> (Place?, String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let start = context.map { " (\($0.text) from line \($0.mark.line))" } ?? ""
      let hint = problem.contains("cannot start any token") ? "; a value that begins with it must stand in quotes" : ""
      return (place(mark), "\(problem)\(start)\(hint)")
    case .reader(let problem, let offset, _, let yaml):
      guard let offset else { return (nil, problem) }
      let before = yaml.prefix(offset)
      let line = before.count(where: \.isNewline) + 1
      let column = before.unicodeScalars.reversed().prefix { $0 != "\n" && $0 != "\r" }.count + 1
      return ((line, column), problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return (place(context.mark), "written twice in this map: \(duplicates.sorted().joined(separator: ", "))")
    default: return (nil, "\(error)")
    }
  }

  /// The line in which brackets or indentation nest deeper than any settings do; text in quotes and comments is passed over.
  private static func tooDeep(_ text: String) -> Int? {
    var depth = 0
    var line = 1
    var isLeading = true
    var leading = 0
    var quote: UInt8 = 0
    var previous: UInt8 = 0x0A
    var isComment = false
    for byte in text.utf8 {
      if byte == 0x0A {
        line += 1
        (isLeading, leading, isComment, quote) = (true, 0, false, 0)
      } else if isComment {
        continue
      } else if quote != 0 {
        if byte == quote { quote = 0 }
      } else {
        if isLeading, " -?:\t".utf8.contains(byte) { leading += 1 } else { isLeading = false }
        switch byte {
        case UInt8(ascii: "#") where previous <= 0x20: isComment = true
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
          if previous <= 0x20 || ":,[{".utf8.contains(previous) { quote = byte }
        case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(depth - 1, 0)
        default: break
        }
        if depth > maximumDepth || leading > 2 * maximumDepth { return line }
      }
      previous = byte
    }
    return nil
  }

  /// The last line with an anchor, where anchors and aliases could unfold to more than a million nodes: `n` anchors that
  /// contain each other and `a` aliases make at most the largest of `(a/k)^k`, k up to n.
  private static func tooManyAliases(_ text: String) -> Int? {
    var anchors = 0
    var aliases = 0
    var line = 1
    var last = 1
    var previous: UInt8 = 0x0A
    var mark: UInt8 = 0
    for byte in text.utf8 {
      if byte == 0x0A { line += 1 }
      if mark != 0, byte > 0x20 {
        if mark == UInt8(ascii: "*") {
          aliases += 1
        } else {
          anchors += 1
          last = line
        }
      }
      mark = (previous <= 0x20 || "[{,:-?".utf8.contains(previous)) && (byte == 0x2A || byte == 0x26) ? byte : 0
      previous = byte
    }
    guard anchors > 0, aliases > 0 else { return nil }
    var largest = 1.0
    for count in 1...min(anchors, 64) {
      var product = 1.0
      for _ in 0..<count { product *= max(Double(aliases) / Double(count), 1) }
      largest = max(largest, product)
    }
    return largest > 1_000_000 ? last : nil
  }
}
