/// A piece of the settings with the place where it was written: YAML's tree, or a single text from the environment or the
/// command line.
struct SettingsNode: Equatable, Sendable {
  /// A member of a map.
  struct Entry: Equatable, Sendable {
    let key: String
    let keyOrigin: SettingOrigin
    let value: SettingsNode
  }
  /// What it is.
  indirect enum Content: Equatable, Sendable {
    case empty
    case text(String)
    case list([SettingsNode])
    case map([Entry])
  }

  let content: Content
  let origin: SettingOrigin

  /// What it is, for a message: `a list`.
  var kind: String {
    switch content {
    case .empty: "nothing"
    case .text: "a single value"
    case .list: "a list"
    case .map: "a map"
    }
  }
}
