import ObsData

/// A command with its argument, as `:theme nord` asks for it.
struct Invocation: Equatable, Sendable {
  var command: Command
  var argument = ""
}

/// What is wrong with a line, in words for the prompt.
struct CommandLineError: Error, Equatable, CustomStringConvertible {
  let description: String
}

/// The language of the `:` line: a command's name, or as much of it as is unique, and an argument.
enum CommandLine {
  /// Habits of other programs that an abbreviation would not lead to.
  private static let aliases: [String: Command] = ["q": .quit, "q!": .quit, "h": .help, "w": .write]

  /// Stands before the argument of a command that was written with it: `:write! FILE` and `:export! FILE` replace a file.
  static let force = "!"

  static func parse(_ line: String) throws(CommandLineError) -> Invocation {
    var (name, argument) = split(line)
    let isForced = isForced(name)
    if isForced { name.removeLast() }
    let command = try find(name)
    guard !isForced || [.write, .export].contains(command) else {
      throw CommandLineError(description: "\(command.name) takes no !: only write and export do, to replace a file")
    }
    let entry = Command.table[command]
    let wanted = entry?.argument
    if let wanted, argument.isEmpty, entry?.isArgumentOptional != true {
      throw CommandLineError(description: "\(command.name) needs a \(wanted)")
    }
    if wanted == nil, !argument.isEmpty {
      throw CommandLineError(description: "\(command.name) takes nothing behind it")
    }
    return Invocation(command: command, argument: isForced ? force + argument : argument)
  }

  /// The names that a line may become, in alphabetical order; empty once its argument has begun.
  static func completions(for line: String) -> [String] {
    let trimmed = line.drop { $0 == ":" || $0 == " " }
    guard !trimmed.contains(" ") else { return [] }
    return Command.allCases.map(\.name).filter { $0.hasPrefix(trimmed.lowercased()) }.sorted()
  }

  /// The command whose argument is being typed, and what there is of it; nil while the name is typed.
  static func argument(in line: String) -> Invocation? {
    guard line.drop(while: { $0 == ":" || $0 == " " }).contains(" ") else { return nil }
    var (name, argument) = split(line)
    if isForced(name) { name.removeLast() }
    return (try? find(name)).map { Invocation(command: $0, argument: argument) }
  }

  private static func split(_ line: String) -> (name: String, argument: String) {
    let line = line.drop { $0 == ":" || $0.isWhitespace }
    let name = line.prefix { !$0.isWhitespace }
    var argument = line.dropFirst(name.count).drop(while: \.isWhitespace)
    while argument.last?.isWhitespace == true { argument.removeLast() }
    return (name.lowercased(), String(argument))
  }

  /// Whether a command's name was written with `!` behind it.
  private static func isForced(_ name: String) -> Bool { name.hasSuffix(force) && aliases[name] == nil }

  private static func find(_ name: String) throws(CommandLineError) -> Command {
    guard !name.isEmpty else { throw CommandLineError(description: "no command") }
    if let command = Command.named(name) ?? aliases[name] { return command }
    let candidates = Command.allCases.map(\.name).filter { $0.hasPrefix(name) }.sorted()
    if candidates.count == 1, let command = Command.named(candidates[0]) { return command }
    if candidates.isEmpty {
      let near = NearestName.suggestion(for: name, among: Command.allCases.map(\.name))
      throw CommandLineError(description: "there is no command “\(name)”\(near)")
    }
    throw CommandLineError(description: "“\(name)” may be \(candidates.joined(separator: ", "))")
  }
}
