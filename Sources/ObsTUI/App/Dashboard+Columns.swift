import ObsData

/// The columns of the log list: chosen, told and remembered.
extension Dashboard {
  /// By what they are remembered: the context, or the files that stand in for its log store.
  private var columnsName: String { configuration.logFiles.map { "file \($0)" } ?? configuration.context.name }

  /// What the settings say, and none of the user's own.
  private var usualColumns: [LogColumn] { LogColumn.columns(named: configuration.logColumns) }

  /// Takes the columns that were chosen last in this context.
  mutating func recallColumns() {
    logColumns = rememberedColumns[columnsName].map { LogColumn.columns(named: $0) } ?? usualColumns
  }

  /// Takes columns by their names; without any it tells the present ones, with `default` it goes back to the usual ones.
  mutating func chooseColumns(_ argument: String) {
    let names = argument.split { $0 == "," || $0.isWhitespace }.map(String.init)
    let present = { (columns: [LogColumn]) in columns.map(\.name).joined(separator: " ") }
    guard !names.isEmpty else {
      let way = logColumns == usualColumns ? "" : "; :columns default brings back \(present(usualColumns))"
      return say("columns: \(present(logColumns))\(way)")
    }
    if names == ["default"] {
      logColumns = usualColumns
      rememberedColumns[columnsName] = nil
    } else {
      logColumns = LogColumn.columns(named: names)
      rememberedColumns[columnsName] = logColumns.map(\.name)
    }
    say("columns: \(present(logColumns))")
  }
}
