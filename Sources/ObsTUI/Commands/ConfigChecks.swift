import ObsData

/// What the data layer cannot know of the settings: which commands and keys there are.
enum ConfigChecks {
  static func problems(in settings: Settings) -> [SettingsProblem] {
    do throws(KeymapError) {
      _ = try Keymap(bindings: bindings(of: settings))
      return []
    } catch {
      return error.messages.map { SettingsProblem(line: $0) }
    }
  }

  /// The keys that the settings bind anew.
  static func bindings(of settings: Settings) -> [KeyBinding] {
    settings.keys.map { binding in
      KeyBinding(
        command: binding.command.value, keys: binding.keys.map(\.value), location: binding.command.origin.description)
    }
  }
}
