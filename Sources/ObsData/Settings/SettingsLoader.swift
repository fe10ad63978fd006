/// Turns the tree of a settings file, the environment and the command line into settings.
struct SettingsLoader {
  var reader: SettingsReader
  let overrides: SettingsOverrides
  /// The channels that are read first: watches name them.
  var channels = NotificationChannel.builtIn
  var channelRows: [SettingRow] = []

  init(reader: SettingsReader, overrides: SettingsOverrides) {
    self.reader = reader
    self.overrides = overrides
  }

  /// The settings, sound only where `reader` has no problems.
  mutating func settings(_ root: SettingsNode?, file: String?) -> Settings {
    let members = reader.members(root, keys: SettingsSchema.root, of: "settings")
    readChannels(members["channels"])
    let shared = names(members, base: Names())
    let entries = reader.entries(members["contexts"], of: "contexts")
    let current = selectedContext(members["current_context"], among: entries.map(\.key))
    var contexts: [ContextSettings] = []
    for entry in entries {
      contexts.append(
        context(entry.key, entry.value, base: shared, isSelected: entry.key == current.value, hasDefaults: false))
    }
    if contexts.isEmpty { contexts = [context("default", nil, base: shared, isSelected: true, hasDefaults: true)] }

    var theme = reader.text(members["theme"], "theme")
    if let name = overrides.theme { theme = Sourced(name, .flag("--theme")) }
    let display = reader.choice(
      members["time_display"], "time_display", of: TimeDisplaySetting.allCases.map(\.rawValue))
    var settings = Settings(
      file: file, contexts: contexts, currentContext: current, theme: theme,
      timeDisplay: Sourced(
        display.flatMap { TimeDisplaySetting(rawValue: $0.value) } ?? .local, display?.origin ?? .standard),
      window: reader.duration(members["window"], "window", in: .seconds(10) ... .seconds(30 * 86_400))
        ?? Sourced(.seconds(900)),
      mouse: reader.bool(members["mouse"], "mouse") ?? Sourced(false),
      heldLines: heldLines(members["held_lines"]),
      dashboards: reader.path(members["dashboards"], "dashboards"),
      keys: keys(members["keys"]))
    settings.channels = channels
    settings.channelRows = channelRows
    return settings
  }

  /// `--held`, the file's `held_lines`, or what an hour of a busy system writes.
  private mutating func heldLines(_ node: SettingsNode?) -> Sourced<Int> {
    let set = reader.int(node, "held_lines", in: 100...1_000_000) ?? Sourced(100_000)
    guard let held = overrides.held else { return set }
    if !(1...1_000_000).contains(held) { reader.report(.flag("--held"), "from 1 to 1000000 lines, not \(held)") }
    return Sourced(held, .flag("--held"))
  }

  /// `--context`, `OBS_TUI_CONTEXT`, the file's `current_context`, or the first one.
  private mutating func selectedContext(_ node: SettingsNode?, among names: [String]) -> Sourced<String> {
    let names = names.isEmpty ? ["default"] : names
    var chosen = reader.text(node, "current_context")
    if let name = reader.environment["OBS_TUI_CONTEXT"], !name.isEmpty {
      chosen = Sourced(name, .environment("OBS_TUI_CONTEXT"))
    }
    if let name = overrides.context { chosen = Sourced(name, .flag("--context")) }
    guard let chosen else { return Sourced(names[0]) }
    if !names.contains(chosen.value) {
      reader.report(
        chosen.origin, "there is no context “\(reader.shown(chosen.value))”; there is \(names.joined(separator: ", "))")
    }
    return chosen
  }

  private mutating func keys(_ node: SettingsNode?) -> [KeyBindingSetting] {
    var bindings: [KeyBindingSetting] = []
    for entry in reader.entries(node, of: "keys") {
      guard let keys = reader.list(entry.value, "keys.\(entry.key)") else { continue }
      bindings.append(KeyBindingSetting(command: Sourced(entry.key, entry.keyOrigin), keys: keys))
    }
    return bindings
  }

  private mutating func context(
    _ name: String, _ node: SettingsNode?, base: Names, isSelected: Bool, hasDefaults: Bool
  ) -> ContextSettings {
    let members = reader.members(node, keys: SettingsSchema.context, of: "settings of context \(name)")
    let color = reader.choice(members["color"], "color", of: SettingsSchema.colors)
    var stores: [Store: StoreSettings] = [:]
    for store in Store.allCases {
      stores[store] = self.store(
        store, members[store.rawValue], isSelected: isSelected, hasDefaults: hasDefaults, context: name)
    }
    let names = names(members, base: base)
    return ContextSettings(
      name: name,
      color: Sourced(color.flatMap { ContextColor(rawValue: $0.value) } ?? .plain, color?.origin ?? .standard),
      writable: reader.bool(members["writable"], "writable") ?? Sourced(false), stores: stores, fields: names.fields,
      services: names.services, metrics: names.metrics,
      logColumns: names.logColumns, watches: names.watches, nameRows: names.rows)
  }

  /// What can stand at the top for all contexts, and in a context over that.
  struct Names {
    var fields = FieldOverrides()
    var services = ServiceNaming()
    var metrics: [MetricOverride] = []
    var logColumns: [String] = []
    var watches: [Watch] = []
    /// What `config show` prints of all this.
    var rows: [SettingRow] = []

    mutating func show(_ path: String, _ values: [Sourced<String>]) {
      guard let first = values.first else { return }
      rows.removeAll { $0.path == path }
      rows.append(SettingRow(path, values.map(\.value).joined(separator: ", "), first.origin))
    }
  }

  private mutating func names(_ members: [String: SettingsNode], base: Names) -> Names {
    var names = base
    let fields = reader.members(members["fields"], keys: SettingsSchema.fields, of: "fields")
    let targets: [(String, WritableKeyPath<FieldOverrides, [String]?>)] = [
      ("time", \.time), ("message", \.message), ("level", \.level), ("service", \.service), ("trace_id", \.traceID),
      ("span_id", \.spanID),
    ]
    for (key, target) in targets {
      guard let list = reader.list(fields[key], key) else { continue }
      for name in list where name.value.isEmpty { reader.report(name.origin, "\(key): the name of a field is empty") }
      if !list.isEmpty { names.fields[keyPath: target] = list.map(\.value) }
      names.show("fields.\(key)", list)
    }
    if let list = reader.list(members["log_columns"], "log_columns") {
      for name in list where name.value.isEmpty {
        reader.report(name.origin, "log_columns: the name of a field is empty")
      }
      if !list.isEmpty { names.logColumns = list.map(\.value) }
      names.show("log_columns", list)
    }
    watches(members["watches"], into: &names)
    services(members["services"], into: &names)
    for override in metrics(members["metrics"]) {
      if let index = names.metrics.firstIndex(where: { $0.id == override.id }) {
        names.metrics[index] = override
      } else {
        names.metrics.append(override)
      }
    }
    return names
  }

  private mutating func services(_ node: SettingsNode?, into names: inout Names) {
    let members = reader.members(node, keys: SettingsSchema.services, of: "services")
    var owners: [String: String] = [:]
    for entry in reader.entries(members["aliases"], of: "aliases") {
      let others = reader.list(entry.value, "aliases.\(entry.key)") ?? []
      for name in others {
        if let owner = owners.updateValue(entry.key, forKey: name.value), owner != entry.key {
          reader.report(name.origin, "“\(reader.shown(name.value))” is already another name of \(owner)")
        }
      }
      names.services.aliases[entry.key] = others.map(\.value)
      names.show("services.aliases.\(entry.key)", others)
    }
    if let list = reader.list(members["strip_prefixes"], "strip_prefixes") {
      names.services.stripPrefixes = list.map(\.value)
      names.show("services.strip_prefixes", list)
    }
    if let list = reader.list(members["strip_suffixes"], "strip_suffixes") {
      names.services.stripSuffixes = list.map(\.value)
      names.show("services.strip_suffixes", list)
    }
  }

  private mutating func metrics(_ node: SettingsNode?) -> [MetricOverride] {
    var overrides: [MetricOverride] = []
    for entry in reader.entries(node, of: "metrics") {
      if case .text(let expression) = entry.value.content {
        overrides.append(
          MetricOverride(id: entry.key, title: nil, unit: nil, expression: expression, origin: entry.value.origin))
        continue
      }
      let members = reader.members(entry.value, keys: SettingsSchema.metric, of: "settings of metric \(entry.key)")
      let unit = reader.choice(members["unit"], "unit", of: SettingsSchema.units)
      // `${service}` is a placeholder of the expression, not a variable of the environment.
      guard let expression = reader.raw(members["expr"], "expr") else {
        if members["expr"] == nil { reader.report(entry.keyOrigin, "metric \(entry.key) has no expr") }
        continue
      }
      overrides.append(
        MetricOverride(
          id: entry.key, title: reader.text(members["title"], "title")?.value,
          unit: unit.flatMap { unit in MetricUnit.allCases.first { SettingsSchema.unitName($0) == unit.value } },
          expression: expression.value, origin: expression.origin))
    }
    return overrides
  }
}
