import ObsData

/// `filter_path`: keeps of an answer what the paths name; `*` stands for a part of a name, `**` for any number of names,
/// and a path with a minus is left out.
struct FilterPath {
  private let includes: [[String]]
  private let excludes: [[String]]

  init(_ text: String) {
    let paths = text.split(separator: ",").map(String.init)
    includes = paths.filter { !$0.hasPrefix("-") }.map(Self.names)
    excludes = paths.filter { $0.hasPrefix("-") }.map { Self.names(String($0.dropFirst())) }
  }

  /// A backslash keeps a dot from ending a name.
  private static func names(_ path: String) -> [String] {
    var names = [""]
    var isEscaped = false
    for character in path {
      if isEscaped {
        names[names.count - 1].append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "." {
        names.append("")
      } else {
        names[names.count - 1].append(character)
      }
    }
    return names
  }

  func apply(to tree: JSONTree) -> JSONTree {
    var result = tree
    if !includes.isEmpty { result = Self.including(result, includes) ?? .object([]) }
    if !excludes.isEmpty { result = Self.excluding(result, excludes) ?? .object([]) }
    return result
  }

  /// What is left of each path behind a name; an empty one means that all below is meant.
  private static func advanced(_ paths: [[String]], past name: String) -> [[String]] {
    var result: [[String]] = []
    for path in paths {
      guard let first = path.first else { continue }
      if first == "**" {
        result.append(path)
        let rest = Array(path.dropFirst())
        if let next = rest.first, WildcardPattern(names: next).matches(name) { result.append(Array(rest.dropFirst())) }
        if rest.isEmpty { result.append([]) }
      } else if WildcardPattern(names: first).matches(name) {
        result.append(Array(path.dropFirst()))
      }
    }
    return result
  }

  private static func including(_ tree: JSONTree, _ paths: [[String]]) -> JSONTree? {
    switch tree {
    case .object(let members):
      let kept = members.compactMap { member -> (key: String, value: JSONTree)? in
        let rest = advanced(paths, past: member.key)
        if rest.contains(where: \.isEmpty) { return member }
        if rest.isEmpty { return nil }
        return including(member.value, rest).map { (member.key, $0) }
      }
      return kept.isEmpty ? nil : .object(kept)
    case .array(let items):
      let kept = items.compactMap { including($0, paths) }
      return kept.isEmpty ? nil : .array(kept)
    default: return nil
    }
  }

  private static func excluding(_ tree: JSONTree, _ paths: [[String]]) -> JSONTree? {
    switch tree {
    case .object(let members):
      let kept = members.compactMap { member -> (key: String, value: JSONTree)? in
        let rest = advanced(paths, past: member.key)
        if rest.contains(where: \.isEmpty) { return nil }
        return excluding(member.value, rest).map { (member.key, $0) }
      }
      return kept.isEmpty ? nil : .object(kept)
    case .array(let items): return .array(items.compactMap { excluding($0, paths) })
    default: return tree
    }
  }
}
