import ObsData

/// What the data layer cannot know of the settings: which commands there are.
enum ConfigChecks {
  static func problems(in settings: Settings) -> [SettingsProblem] {
    let names = Command.allCases.map(\.name)
    return settings.keys.compactMap { binding in
      let name = binding.command.value
      if names.contains(name) { return nil }
      let hint = SettingsSpelling.nearest(to: name, in: names).map { ", did you mean “\($0)”?" } ?? ""
      return SettingsProblem(binding.command.origin, "there is no command “\(name)”\(hint)")
    }
  }
}
