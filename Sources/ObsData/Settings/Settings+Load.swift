extension Settings {
  /// More than this is no settings file.
  private static let maximumBytes = 1 << 20

  /// Reads the settings. Flags win over the environment, the environment over the file, the file over the defaults; flags and
  /// environment speak of the selected context alone, so that a password never goes to another one.
  ///
  /// - `file` is what `--config` names and must exist then; nil is the standard place, where a missing file is fine.
  /// - `check` may add problems that only others can know: unknown commands, keys bound twice, an unknown theme.
  ///
  /// Throws everything that is wrong, at once.
  public static func load(
    file: String?, environment: [String: String], overrides: SettingsOverrides = SettingsOverrides(),
    check: (Settings) -> [SettingsProblem] = { _ in [] }
  ) throws(SettingsError) -> Settings {
    let path = file ?? standardFile(environment: environment)
    var text: String?
    if let path { text = try read(path, mustExist: file != nil) }
    return try parse(text, file: path ?? "", environment: environment, overrides: overrides, check: check)
  }

  /// Throws what is wrong with the text of a settings file, whatever the environment.
  public static func check(_ text: String) throws(SettingsError) { _ = try parse(text, file: "draft") }

  /// The settings in a text that was read already; nil is no file at all.
  static func parse(
    _ text: String?, file: String, environment: [String: String] = [:],
    overrides: SettingsOverrides = SettingsOverrides(), check: (Settings) -> [SettingsProblem] = { _ in [] }
  ) throws(SettingsError) -> Settings {
    var root: SettingsNode?
    if let text { root = try SettingsYAML.parse(text, file: file) }
    let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
    var loader = SettingsLoader(reader: SettingsReader(environment: environment, folder: folder), overrides: overrides)
    var settings = loader.settings(root, file: text == nil ? nil : file)
    settings.exposedSecrets = SecretExposure.sentences(file: settings.file, root: root, contexts: settings.contexts)
    loader.reader.report(check(settings))
    if !loader.reader.problems.isEmpty { throw SettingsError(loader.reader.problems) }
    return settings
  }

  private static func read(_ path: String, mustExist: Bool) throws(SettingsError) -> String? {
    func problem(_ reason: String) -> SettingsError { SettingsError([SettingsProblem(.flag(path), reason)]) }
    switch FileReading.read(path, maximumBytes: maximumBytes) {
    case .failure(let failure):
      if !mustExist, failure.isMissing { return nil }
      throw problem("the settings file \(failure.reason)")
    case .success(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw problem("the settings file is not UTF-8 text")
      }
      return text
    }
  }
}

extension Settings {
  /// What `config show` prints about a context: every value with where it comes from, secrets masked. Nil where there is no
  /// such context.
  public func rows(context name: String) -> [SettingRow]? {
    guard let context = context(named: name) else { return nil }
    var rows = [
      SettingRow("context", name, name == currentContext.value ? currentContext.origin : .flag("--context")),
      SettingRow("color", context.color.value.rawValue, context.color.origin),
      SettingRow("writable", "\(context.writable.value)", context.writable.origin),
    ]
    for store in Store.allCases {
      for row in context.stores[store]?.rows ?? [] {
        rows.append(SettingRow("\(store.rawValue).\(row.path)", row.value, row.origin))
      }
    }
    rows += context.nameRows
    if let dashboards { rows.append(SettingRow("dashboards", dashboards.value, dashboards.origin)) }
    if let theme { rows.append(SettingRow("theme", theme.value, theme.origin)) }
    rows += [
      SettingRow("time_display", timeDisplay.value.rawValue, timeDisplay.origin),
      SettingRow("window", DurationText.text(window.value), window.origin),
      SettingRow("mouse", "\(mouse.value)", mouse.origin),
      SettingRow("held_lines", "\(heldLines.value)", heldLines.origin),
    ]
    rows += channelRows
    for binding in keys {
      let keys = binding.keys.map(\.value).joined(separator: " ")
      rows.append(SettingRow("keys.\(binding.command.value)", keys.isEmpty ? "(none)" : keys, binding.command.origin))
    }
    for metric in context.metrics {
      rows.append(SettingRow("metrics.\(metric.id)", FetchError.singleLine(metric.expression), metric.origin))
    }
    return rows
  }
}
