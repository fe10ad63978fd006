extension Settings {
  /// The same settings with a single context, whose stores are at these addresses and need no credentials: those of the user's own
  /// contexts must not go there. Throws where an address is none.
  public func with(
    onlyContext name: String, urls: [Store: String], watches: [Watch] = []
  ) throws(SettingsError) -> Settings {
    let plain = try Settings.parse(nil, file: "", environment: [:], overrides: SettingsOverrides(urls: urls))
    var settings = self
    settings.contexts = plain.contexts.prefix(1).map { context in
      ContextSettings(
        name: name, color: Sourced(.plain), writable: Sourced(true),
        stores: context.stores.filter { urls[$0.key] != nil },
        fields: context.fields,
        services: context.services, metrics: context.metrics, logColumns: context.logColumns,
        watches: watches, nameRows: context.nameRows
      )
    }
    settings.currentContext = Sourced(name)
    return settings
  }

  /// The same settings without the stores that nobody named, such as those of this machine that are tried by default.
  public var withNamedStoresAlone: Settings {
    var settings = self
    settings.contexts = contexts.map { context in
      ContextSettings(
        name: context.name, color: context.color, writable: context.writable,
        stores: context.stores.filter { $0.value.urlOrigin != .standard },
        fields: context.fields, services: context.services, metrics: context.metrics, logColumns: context.logColumns,
        watches: context.watches, nameRows: context.nameRows)
    }
    return settings
  }
}
