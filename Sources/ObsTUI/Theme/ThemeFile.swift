import Foundation
import ObsData
import Yams

/// What is wrong with a theme, each message with its place: `FILE:LINE:COLUMN: message`.
struct ThemeError: Error, Equatable, CustomStringConvertible {
  let messages: [String]
  var description: String { messages.joined(separator: "\n") }
}

/// A theme as it was written; themes/README.md describes the format.
struct ThemeFile {
  /// A text and where it stands.
  struct Located {
    let text: String
    let place: String
  }

  /// The file as messages name it.
  let path: String
  var summary = ""
  var inherits: Located?
  var palette: [String: Located] = [:]
  var roles: [String: Located] = [:]
  private(set) var errors: [String] = []

  /// The names that may stand under `roles`: roles and what they have in common.
  static let roleNames = Set(Role.allCases.flatMap { Theme.path(of: $0.name) })
  private static let keys = ["summary", "inherits", "palette", "roles"]
  /// Colours of pictures of the screen, set in the palette.
  static let pictureNames = ["picture-foreground", "picture-background"]

  init(yaml: String, path: String) {
    self.path = path
    do {
      if let node = try Yams.compose(yaml: yaml) { read(node) } else { errors.append("\(path):1:1: the file is empty") }
    } catch let error as YamlError {
      errors.append("\(path):\(ThemeFile.describe(error))")
    } catch {
      errors.append("\(path):1:1: \(error)")
    }
  }

  private mutating func read(_ root: Node) {
    guard let mapping = root.mapping else { return errors.append("\(place(root)): a theme is a list of `key: value`") }
    for (key, value) in mapping {
      switch key.string ?? "" {
      case "summary": summary = text(value)?.text ?? ""
      case "inherits": inherits = text(value)
      case "palette": palette = table(value)
      case "roles":
        roles = table(value)
        for (name, role) in roles where !ThemeFile.roleNames.contains(name) {
          let near = NearestName.suggestion(for: name, among: ThemeFile.roleNames)
          errors.append("\(role.place): there is no role “\(name)”\(near)")
        }
      case let name:
        let near = NearestName.suggestion(for: name, among: ThemeFile.keys)
        errors.append("\(place(key)): there is no key “\(name)” in a theme\(near)")
      }
    }
    // A mapping's order is the file's; a dictionary's is not.
    errors.sort { $0.compare($1, options: .numeric) == .orderedAscending }
  }

  private mutating func table(_ node: Node) -> [String: Located] {
    guard let mapping = node.mapping else {
      errors.append("\(place(node)): here belongs a list of `name: value`")
      return [:]
    }
    var table: [String: Located] = [:]
    for (key, value) in mapping {
      guard let name = key.string, let value = text(value) else { continue }
      if table.updateValue(value, forKey: name) != nil { errors.append("\(place(key)): “\(name)” is set twice") }
    }
    return table
  }

  private mutating func text(_ node: Node) -> Located? {
    guard let scalar = node.scalar else {
      errors.append("\(place(node)): here belongs a text such as “red bold on black”")
      return nil
    }
    if scalar.string.isEmpty || scalar.string == "~" {
      errors.append("\(place(node)): nothing is here; a colour that begins with # must stand in quotes")
      return nil
    }
    return Located(text: scalar.string, place: place(node))
  }

  private func place(_ node: Node) -> String { "\(path):\(node.mark?.line ?? 1):\(node.mark?.column ?? 1)" }

  private static func describe(_ error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return "\(mark.line):\(mark.column): \(problem)"
    default: return "1:1: \(error)"
    }
  }
}

extension ThemeFile {
  /// Makes a theme of a file and of those that it inherits from, the nearest first.
  static func theme(name: String, from files: [ThemeFile]) throws(ThemeError) -> Theme {
    var errors = files.flatMap(\.errors)
    var palette: [String: Located] = [:]
    var roles: [String: Located] = [:]
    for file in files.reversed() {
      palette.merge(file.palette) { $1 }
      roles.merge(file.roles) { $1 }
    }
    var colors: [String: Color] = [:]
    for (name, value) in palette {
      if let color = Color(value.text) {
        colors[name] = color
      } else {
        errors.append("\(value.place): “\(value.text)” is no colour: #rrggbb, a name such as bright-blue, 0…255")
      }
    }
    var entries: [String: Theme.Entry] = [:]
    for (name, value) in roles where ThemeFile.roleNames.contains(name) {
      entries[name] = entry(value, colors: colors, errors: &errors)
    }
    if !errors.isEmpty {
      throw ThemeError(messages: errors.sorted { $0.compare($1, options: .numeric) == .orderedAscending })
    }
    return Theme(
      name: name, summary: files.first?.summary ?? "",
      pictureForeground: colors[pictureNames[0]] ?? .rgb(red: 0xD8, green: 0xD8, blue: 0xD8),
      pictureBackground: colors[pictureNames[1]] ?? .rgb(red: 0x16, green: 0x18, blue: 0x1D), entries: entries)
  }

  /// `red bold on black`: a colour, words of emphasis, and a background behind `on`, each of which may be left out;
  /// `plain` takes the parent's emphasis away.
  private static func entry(_ value: Located, colors: [String: Color], errors: inout [String]) -> Theme.Entry {
    var entry = Theme.Entry()
    var isBackground = false
    for word in value.text.split(separator: " ").map(String.init) {
      if word == "on" {
        isBackground = true
      } else if word == "plain" {
        entry.emphasis = entry.emphasis ?? []
      } else if let emphasis = Emphasis.words.first(where: { $0.name == word })?.value {
        entry.emphasis = (entry.emphasis ?? []).union(emphasis)
      } else if let color = colors[word] ?? Color(word) {
        if isBackground { entry.background = color } else { entry.foreground = color }
      } else {
        let known = Array(colors.keys) + Color.names + Emphasis.words.map(\.name) + ["on", "plain", "default"]
        let near = NearestName.suggestion(for: word, among: known)
        errors.append("\(value.place): “\(word)” is neither a colour nor an emphasis\(near)")
      }
    }
    return entry
  }
}
