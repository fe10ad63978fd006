/// Everything that the user can set, read and checked. A value; nothing in it is read from a file any more, but for secrets
/// that live in files and commands of their own.
public struct Settings: Sendable, Equatable {
  /// The file that was read, nil where there was none.
  public internal(set) var file: String?
  /// The contexts in the order of the file; a single `default` where the file has none.
  public internal(set) var contexts: [ContextSettings]
  /// The name of the context to start with.
  public internal(set) var currentContext: Sourced<String>
  /// The name of the theme; nil leaves the choice to the program.
  public internal(set) var theme: Sourced<String>?
  /// How times are shown at the start.
  public internal(set) var timeDisplay: Sourced<TimeDisplaySetting>
  /// The length of the live window at the start.
  public internal(set) var window: Sourced<Duration>
  /// Whether the mouse is listened to at the start.
  public internal(set) var mouse: Sourced<Bool>
  /// How many log lines are held in memory.
  public internal(set) var heldLines: Sourced<Int>
  /// The folder of Grafana dashboards in files; nil for none.
  public internal(set) var dashboards: Sourced<String>?
  /// The ways of telling somebody, the built-in ones first.
  public internal(set) var channels: [NotificationChannel] = NotificationChannel.builtIn
  /// What `config show` prints of channels.
  var channelRows: [SettingRow] = []
  /// Keys that are bound anew, as they are written: who knows the commands checks them (see `load`).
  public internal(set) var keys: [KeyBindingSetting]
  /// A sentence for each file with a secret in it that everybody on the machine can read.
  public internal(set) var exposedSecrets: [String] = []

  /// The context of that name.
  public func context(named name: String) -> ContextSettings? { contexts.first { $0.name == name } }
  /// The context to start with.
  public var current: ContextSettings? { context(named: currentContext.value) }

  /// Where the settings file lies when none is named: `$XDG_CONFIG_HOME/obs-tui/config.yaml`, else in `~/.config`. Nil where
  /// the environment knows no home.
  public static func standardFile(environment: [String: String]) -> String? {
    // The XDG base directory specification says that a relative path there is to be ignored.
    if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") { return base + "/obs-tui/config.yaml" }
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    return home + "/.config/obs-tui/config.yaml"
  }
}

/// How times are shown.
public enum TimeDisplaySetting: String, Sendable, CaseIterable {
  case local, utc, relative
}

/// The colour of a context's name on the screen.
public enum ContextColor: String, Sendable, CaseIterable {
  case plain, red, yellow, green, blue, magenta, cyan
}

/// A command's keys as the settings file has them.
public struct KeyBindingSetting: Sendable, Equatable {
  /// The command's name.
  public let command: Sourced<String>
  /// Its keys; empty takes all keys away.
  public let keys: [Sourced<String>]

  /// Makes a binding.
  public init(command: Sourced<String>, keys: [Sourced<String>]) {
    self.command = command
    self.keys = keys
  }
}

/// What the command line sets, over everything else.
public struct SettingsOverrides: Sendable, Equatable {
  /// `--context`.
  public var context: String?
  /// `--theme`.
  public var theme: String?
  /// `--elasticsearch-url` and so on.
  public var urls: [Store: String]
  /// `--index`.
  public var index: String?
  /// `--held`.
  public var held: Int?

  /// Makes overrides; none by default.
  public init(
    context: String? = nil, theme: String? = nil, urls: [Store: String] = [:], index: String? = nil,
    held: Int? = nil
  ) {
    self.context = context
    self.theme = theme
    self.urls = urls
    self.index = index
    self.held = held
  }
}

/// One line of `config show`.
public struct SettingRow: Sendable, Equatable {
  /// The key with those it lies in: `elasticsearch.url`.
  public let path: String
  /// The value as it would be written; secrets masked.
  public let value: String
  /// Where it comes from.
  public let origin: SettingOrigin

  init(_ path: String, _ value: String, _ origin: SettingOrigin) {
    self.path = path
    self.value = value
    self.origin = origin
  }
}
