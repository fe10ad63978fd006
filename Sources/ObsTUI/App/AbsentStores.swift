import ObsData

/// The stores that the context does not name, and what a pane says that has nothing to show for that.
struct AbsentStores: Equatable, Sendable {
  /// The context's name.
  var context = ""
  var stores: Set<Store> = []

  init() {}

  /// Those of the four polled stores that are not among a context's.
  init(context: String, present: [StoreLabel]) {
    self.context = context
    stores = Set(Store.allCases.filter(\.isPolled)).subtracting(present.map(\.store))
  }

  /// That the store is not there, what is missing without it, and how to add it; nil where the context has it.
  func explanation(of store: Store, without what: String) -> [String]? {
    guard stores.contains(store) else { return nil }
    let name = store.rawValue
    return [
      "Context \(context) has no \(store.displayName): no \(what) here.",
      "To add it: contexts.\(context).\(name).url in the settings, the environment variable "
        + "OBS_TUI_\(name.uppercased())_URL, or --\(name)-url.",
    ]
  }
}
