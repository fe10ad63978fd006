import ObsData

/// What the settings say of a command's keys, and where they say it (`FILE:LINE:COLUMN`).
struct KeyBinding: Equatable, Sendable {
  var command: String
  var keys: [String]
  var location: String
}

/// What is wrong with the keys in the settings: `LOCATION: message` each.
struct KeymapError: Error, Equatable, CustomStringConvertible {
  let messages: [String]
  var description: String { messages.joined(separator: "\n") }
}

/// Which key asks for which command. A key of the whole screen means the same in every pane; panes share the others.
struct Keymap: Equatable, Sendable {
  private var commands: [CommandScope: [Key: Command]] = [:]
  private var bound: [Command: [Key]] = [:]

  /// The defaults. A test proves that no two collide.
  static let standard = Keymap()

  private init() {
    for command in Command.allCases {
      guard let entry = Command.table[command] else { continue }
      bind(command, to: entry.keys.compactMap { try? Key.parse($0) })
    }
  }

  /// The defaults with the user's changes: the keys that a binding names replace the command's own.
  init(bindings: [KeyBinding]) throws(KeymapError) {
    var keys: [Command: [Key]] = [:]
    var locations: [Command: String] = [:]
    var errors: [String] = []
    for binding in bindings {
      guard let command = Command.named(binding.command) else {
        let near = NearestName.suggestion(for: binding.command, among: Command.allCases.map(\.name))
        errors.append("\(binding.location): there is no command “\(binding.command)”\(near)")
        continue
      }
      if let first = locations.updateValue(binding.location, forKey: command) {
        errors.append("\(binding.location): the keys of “\(command.name)” are already set at \(first)")
      }
      if let entry = Command.table[command], let argument = entry.argument, !entry.isArgumentOptional,
        !binding.keys.isEmpty
      {
        errors.append("\(binding.location): “\(command.name)” needs a \(argument), which a key cannot give")
      }
      keys[command] = binding.keys.compactMap { name in
        do {
          let key = try Key.parse(name)
          if key != .control("c") { return key }
          errors.append("\(binding.location): ctrl-c always ends the program")
        } catch {
          errors.append("\(binding.location): \(error)")
        }
        return nil
      }
    }
    for command in Command.allCases {
      bind(command, to: keys[command] ?? (Command.table[command]?.keys ?? []).compactMap { try? Key.parse($0) })
    }
    errors += collisions(locations)
    if !errors.isEmpty { throw KeymapError(messages: errors) }
  }

  /// Whether each service of the bar has its digit, and no other key.
  var hasServiceDigits: Bool {
    zip(Command.services, "123456789").allSatisfy { keys(for: $0) == [.character($1)] }
  }

  private mutating func bind(_ command: Command, to keys: [Key]) {
    bound[command] = keys
    for key in keys {
      for scope in Keymap.scopes(of: command) { commands[scope, default: [:]][key] = command }
    }
  }

  /// A command of the command line that has a key is heard everywhere.
  private static func scopes(of command: Command) -> Set<CommandScope> {
    guard let entry = Command.table[command], entry.scope != .commandLineOnly else { return [.global] }
    return Set([entry.scope] + entry.others)
  }

  /// Keys that two commands would answer to at once.
  private func collisions(_ locations: [Command: String]) -> [String] {
    var errors: [String] = []
    let all = Command.allCases
    for (index, first) in all.enumerated() {
      for second in all[(index + 1)...] where Keymap.meet(first, second) {
        for key in bound[first] ?? [] where (bound[second] ?? []).contains(key) {
          // The one that the settings name is at fault; of two, the later.
          let (culprit, other) = locations[second] != nil ? (second, first) : (first, second)
          errors.append(
            "\(locations[culprit] ?? "defaults"): “\(key.name)” is bound twice, to “\(culprit.name)” and to “\(other.name)”"
              + (locations[other] == nil ? " by default; give “\(other.name)” other keys, or []" : ""))
        }
      }
    }
    return errors
  }

  private static func meet(_ a: Command, _ b: Command) -> Bool {
    let (first, second) = (scopes(of: a), scopes(of: b))
    return !first.isDisjoint(with: second) || first.contains(.global) || second.contains(.global)
  }

  /// Two commands that a key would reach at once; empty in a sound map.
  var collisions: [String] { collisions([:]) }

  /// The command that a key asks for in a pane. Keys of the whole screen are never shadowed.
  func command(for key: Key, in scope: CommandScope) -> Command? {
    commands[.global]?[key] ?? commands[scope]?[key]
  }

  /// The keys as they are to be taken in a pane: `alt` with a character that nothing is bound to was `Esc` and the
  /// character, typed faster than a slow line could tell.
  func expand(_ key: Key, in scope: CommandScope) -> [Key] {
    guard case .alt(let character) = key, command(for: key, in: scope) == nil else { return [key] }
    return [.escape, character == "\u{7F}" ? .backspace : .character(character)]
  }

  /// A command's keys, the first the one to show in a footer.
  func keys(for command: Command) -> [Key] { bound[command] ?? [] }

  /// A command's keys by name, for help: `j down`.
  func keyNames(for command: Command) -> String { keys(for: command).map(\.name).joined(separator: " ") }
}

extension Keymap {
  /// A line of the help screen, or of the README's table.
  struct HelpRow: Equatable, Sendable {
    /// The keys by name, or `:name ARGUMENT` for what only the command line knows.
    var keys: String
    var help: String
  }

  /// What can be asked for in a scope, in the order of the commands; commands without a key are left out, those of the
  /// command line apart.
  func help(for scope: CommandScope) -> [HelpRow] {
    Command.allCases.compactMap { command in
      guard let entry = Command.table[command], entry.scope == scope || entry.others.contains(scope) else {
        return nil
      }
      if hasServiceDigits, Command.services.contains(command) {
        // Nine lines that differ in a digit are one.
        return command == .service1 ? HelpRow(keys: "1-9", help: "show that service of the bar") : nil
      }
      let line = ":" + command.name + (entry.argument.map { " " + $0 } ?? "")
      let keys = keyNames(for: command)
      if keys.isEmpty, scope != .commandLineOnly { return nil }
      return HelpRow(keys: keys.isEmpty ? line : keys, help: entry.help)
    }
  }
}

extension Command {
  /// A command by its name in the settings and on the command line.
  static func named(_ name: String) -> Command? { byName[name] }

  private static let byName: [String: Command] = Dictionary(
    allCases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
