import ObsData

/// The services that any of the stores knows, joined by name. Their order is that of the bar and never changes under the
/// finger: by name until every store has answered once, later arrivals at the end.
struct ServiceDirectory: Equatable, Sendable {
  /// One service of the bar.
  struct Entry: Equatable, Sendable {
    let name: String
    /// What each store says of it; a store may know it by several names.
    var figures: [Store: [ServiceFigures]] = [:]
    /// Every name it has had in each store, also when the last answer left it out: a quiet service can still be asked for.
    var names: [Store: [String]] = [:]

    /// Requests a second, from the metrics.
    var requestRate: Double? { sum { $0.requestRate } }
    /// Error lines in the window, from the logs.
    var errorLines: Int? {
      let counts = figures[.elasticsearch, default: []].compactMap(\.errorLines)
      return counts.isEmpty ? nil : counts.reduce(0, +)
    }
    /// The worst error ratio of its names, from the metrics.
    var errorRatio: Double? { figures[.prometheus, default: []].compactMap(\.errorRatio).filter { !$0.isNaN }.max() }

    private func sum(_ value: (ServiceFigures) -> Double?) -> Double? {
      let values = figures[.prometheus, default: []].compactMap(value).filter { !$0.isNaN }
      return values.isEmpty ? nil : values.reduce(0, +)
    }

    /// Its error state: errors from 5 % of the requests on; warnings from 1 % on or with error lines in the window;
    /// unknown where no store has figures.
    var health: Health {
      if let errorRatio, errorRatio >= 0.05 { return .error }
      if let errorRatio, errorRatio >= 0.01 { return .warning }
      if let errorLines, errorLines > 0 { return .warning }
      return requestRate == nil && errorLines == nil ? .unknown : .good
    }
  }

  enum Health: Sendable { case unknown, good, warning, error }

  private(set) var entries: [Entry] = []
  private var answered: Set<Store> = []
  var naming = ServiceNaming()
  /// The stores whose answer is waited for before the order is settled.
  var expected: Set<Store> = [.elasticsearch, .jaeger, .prometheus]

  private var isSettled: Bool { answered.isSuperset(of: expected) }

  /// Folds in what a store knows; services that it no longer names keep their place, without its figures.
  mutating func receive(_ services: [ServiceFigures], from store: Store) {
    for index in entries.indices { entries[index].figures[store] = nil }
    for service in services where !service.name.isEmpty {
      let name = naming.canonical(service.name)
      let index = entries.firstIndex { $0.name == name } ?? entries.count
      if index == entries.count { entries.append(Entry(name: name)) }
      entries[index].figures[store, default: []].append(service)
      if !entries[index].names[store, default: []].contains(service.name) {
        entries[index].names[store, default: []].append(service.name)
      }
    }
    if !isSettled { entries.sort { $0.name < $1.name } }
    answered.insert(store)
  }

  /// A store that cannot be asked does not hold up the order.
  mutating func storeFailed(_ store: Store) { answered.insert(store) }

  /// A service's names in each store, for queries; stores that do not know it have an empty list, which asks for the name
  /// as it is shown.
  func names(of service: String) -> [Store: [String]] {
    guard let entry = entries.first(where: { $0.name == service }) else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: Store.allCases.map { store in
        (store, entry.names[store] ?? [service])
      })
  }

  /// All names that each store knows.
  var known: [Store: [String]] {
    var known: [Store: [String]] = [:]
    for entry in entries {
      for (store, names) in entry.names { known[store, default: []] += names }
    }
    return known.mapValues { $0.sorted() }
  }
}
