/// Where a value of the settings comes from. Later cases win over earlier ones.
public enum SettingOrigin: Hashable, Sendable {
  /// Built in.
  case standard
  /// A place in a settings file; line and column count from 1.
  case file(path: String, line: Int, column: Int)
  /// An environment variable, by its name.
  case environment(String)
  /// An option of the command line, by its name.
  case flag(String)

  /// How the place is written before an error: `config.yaml:3:5`, `OBS_TUI_JAEGER_URL`, `--context`.
  public var description: String {
    switch self {
    case .standard: "default"
    case .file(let path, let line, let column): "\(path):\(line):\(column)"
    case .environment(let name): name
    case .flag(let name): name
    }
  }

  /// The same without the column, for `config show`.
  public var short: String {
    if case .file(let path, let line, _) = self { "\(path):\(line)" } else { description }
  }

  var rank: Int {
    switch self {
    case .standard: 0
    case .file: 1
    case .environment: 2
    case .flag: 3
    }
  }
}

/// A value and where it comes from.
public struct Sourced<Value: Sendable & Equatable>: Sendable, Equatable {
  /// The value.
  public let value: Value
  /// Where it comes from.
  public let origin: SettingOrigin

  /// Makes a value with its origin.
  public init(_ value: Value, _ origin: SettingOrigin = .standard) {
    self.value = value
    self.origin = origin
  }
}

/// One thing that is wrong with the settings.
public struct SettingsProblem: Hashable, Sendable, CustomStringConvertible {
  /// Where.
  public let origin: SettingOrigin
  /// What, in a sentence without a full stop.
  public let message: String

  /// Makes a problem.
  public init(_ origin: SettingOrigin, _ message: String) {
    self.origin = origin
    self.message = message
  }

  /// Reads back a line that was written as `FILE:LINE:COLUMN: message`; any other line has its first word before a colon as
  /// the place.
  public init(line: String) {
    let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
    let place = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    message = parts.count > 1 ? String(parts[1]) : line
    if place.count >= 3, let row = Int(place[place.count - 2]), let column = Int(place[place.count - 1]) {
      origin = .file(path: place.dropLast(2).joined(separator: ":"), line: row, column: column)
    } else {
      origin = parts.count > 1 ? .flag(String(parts[0])) : .standard
    }
  }

  /// `FILE:LINE:COLUMN: message`.
  public var description: String { "\(origin.description): \(message)" }
}

/// Everything that is wrong with the settings, in the order of the file.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The problems, at least one.
  public let problems: [SettingsProblem]

  /// Makes an error; problems are put in the order of file, environment, flags, and of lines.
  public init(_ problems: [SettingsProblem]) {
    self.problems = problems.enumerated().sorted { a, b in
      let (left, right) = (SettingsError.key(a.element), SettingsError.key(b.element))
      return left == right ? a.offset < b.offset : left < right
    }.map(\.element)
  }

  /// A line for each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }

  private static func key(_ problem: SettingsProblem) -> (Int, Int, Int) {
    if case .file(_, let line, let column) = problem.origin { return (1, line, column) }
    return (problem.origin.rank, 0, 0)
  }
}
