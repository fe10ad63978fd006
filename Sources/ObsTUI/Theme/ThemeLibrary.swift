import Foundation
import ObsData

/// All themes: the user's own come first, those in the program after them.
struct ThemeLibrary: Sendable {
  /// The folder of the user's themes; nil for none.
  let folder: URL?

  /// Themes from `$XDG_CONFIG_HOME/obs-tui/themes`, or `~/.config/obs-tui/themes`.
  init(environment: [String: String]) {
    if let home = environment["XDG_CONFIG_HOME"], home.hasPrefix("/") {
      folder = URL(fileURLWithPath: home).appendingPathComponent("obs-tui/themes")
    } else if let home = environment["HOME"], !home.isEmpty {
      folder = URL(fileURLWithPath: home).appendingPathComponent(".config/obs-tui/themes")
    } else {
      folder = nil
    }
  }

  init(folder: URL?) { self.folder = folder }

  /// The themes that can be chosen, in alphabetical order, `default` first.
  var names: [String] {
    let files = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0.path) } ?? []
    let own = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    return ["default"] + Set(own + ThemeLibrary.builtIn.keys).subtracting(["default"]).sorted()
  }

  /// Reads a theme and what it inherits from.
  func theme(named name: String) throws(ThemeError) -> Theme {
    var files: [ThemeFile] = []
    var wanted = ThemeFile.Located(text: name, place: "")
    var seen: Set<String> = []
    while true {
      // A user's `nord` that inherits `nord` builds on the one in the program.
      let isOwnAgain = seen.contains(wanted.text)
      let key = isOwnAgain ? "built-in " + wanted.text : wanted.text
      let place = wanted.place.isEmpty ? "" : wanted.place + ": "
      guard seen.insert(key).inserted else {
        throw ThemeError(messages: ["\(place)the theme “\(wanted.text)” inherits from itself"])
      }
      guard let file = isOwnAgain ? ThemeLibrary.builtInFile(wanted.text) : file(wanted.text) else {
        let near = NearestName.suggestion(for: wanted.text, among: names)
        throw ThemeError(
          messages: ["\(place)there is no theme “\(wanted.text)”\(near) (themes: \(names.joined(separator: ", ")))"])
      }
      files.append(file)
      guard let parent = file.inherits else { break }
      wanted = parent
    }
    return try ThemeFile.theme(name: name, from: files)
  }

  private func file(_ name: String) -> ThemeFile? {
    if let folder, !name.contains("/"), !name.hasPrefix(".") {
      let url = folder.appendingPathComponent(name + ".yaml")
      if let data = try? Data(contentsOf: url) {
        return ThemeFile(yaml: String(decoding: data.prefix(1 << 20), as: UTF8.self), path: url.path)
      }
    }
    return ThemeLibrary.builtInFile(name)
  }

  private static func builtInFile(_ name: String) -> ThemeFile? {
    builtIn[name].map { ThemeFile(yaml: String(decoding: $0, as: UTF8.self), path: "themes/\(name).yaml") }
  }

  /// The files of `themes/`, compiled in.
  static let builtIn: [String: [UInt8]] = [
    "default": PackageResources.default_yaml,
    "light": PackageResources.light_yaml,
    "high-contrast": PackageResources.high_contrast_yaml,
    "colour-blind": PackageResources.colour_blind_yaml,
    "nord": PackageResources.nord_yaml,
    "gruvbox": PackageResources.gruvbox_yaml,
    "solarized": PackageResources.solarized_yaml,
    "mono": PackageResources.mono_yaml,
  ]
}

extension Theme {
  /// Emphasis without colours; a test proves that the file is whole.
  static let mono = builtIn("mono")
  static let standard = builtIn("default")

  private static func builtIn(_ name: String) -> Theme {
    (try? ThemeLibrary(folder: nil).theme(named: name))
      ?? Theme(
        name: name, summary: "", pictureForeground: .indexed(15), pictureBackground: .indexed(0), entries: [:])
  }
}
