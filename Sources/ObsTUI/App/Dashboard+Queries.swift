import ObsData

/// The log query: taken, named, and taken again by its name.
extension Dashboard {
  /// Keeps the query, with the filters that lie upon it, by a name.
  mutating func saveQuery(as name: String) -> [Effect] {
    let query = chips.queryText(behind: filter)
    guard !query.isEmpty else {
      say("there is no query and no filter to save", isError: true)
      return []
    }
    guard name.count <= 64 else {
      say("a name may have 64 characters", isError: true)
      return []
    }
    guard savedQueries[name] != nil || savedQueries.count < SavedQueries.capacity else {
      say("there are \(savedQueries.count) saved queries already; \(SavedQueries.name) can be edited", isError: true)
      return []
    }
    savedQueries[name] = query
    return [.saveQuery(query, name: name)]
  }

  /// Whether the list of saved queries has the focus.
  var isQueryListShown: Bool {
    if focus == .pushed, case .queries = pushed.last { true } else { false }
  }

  /// Lists the saved queries.
  mutating func openQueryList() {
    if case .queries = pushed.last { pushed.removeLast() }
    push(.queries(SavedQueryList(savedQueries)))
  }

  /// Forgets a query by its name; what it was is said, so that it can be saved again.
  mutating func removeQuery(_ name: String) -> [Effect] {
    guard let query = savedQueries.removeValue(forKey: name) else { return [] }
    say("removed \(name), which was \(query)")
    return [.removeQuery(name: name)]
  }

  /// Takes a query by its name, in the place of the present one and the filters upon it.
  mutating func openQuery(_ name: String) {
    guard let query = savedQueries[name] else {
      let names = savedQueries.keys.sorted()
      let near = NearestName.suggestion(for: name, among: names)
      let list =
        names.isEmpty
        ? ": :save NAME keeps the present one" : near.isEmpty ? ": \(names.joined(separator: ", "))" : near
      say("no query is saved as “\(name)”\(list)", isError: true)
      return
    }
    setFilter(query)
    guard prompt == nil else { return }
    chips = FilterStack()
    say("\(name): \(query)")
  }
}
