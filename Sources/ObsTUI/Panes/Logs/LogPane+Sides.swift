import ObsData

/// What the log pane shows beside its lines, each with a question of its own to the store.
extension LogPane {
  /// The pane's place on the screen.
  private var place: PaneID { if case .tail = subject { .logs } else { .pushed } }

  /// What is asked beside the lines.
  func sideSubscriptions(in scope: Scope) -> Set<Subscription> {
    var wanted: Set<Subscription> = []
    let query = query(in: scope)
    let size = scope.paneSizes[place]
    if let volume = volume.query(query, size: size) { wanted.insert(.logHistogram(volume)) }
    if case .tail = subject, let counts = ChipBar.query(scope.chips, logs: query) {
      wanted.insert(.filterCounts(counts))
    }
    if let statistics { wanted.insert(.fieldStatistics(FieldStatisticsQuery(logs: query, field: statistics.field))) }
    return wanted
  }

  /// Learns what is asked for and in what room.
  mutating func adoptSides(_ scope: Scope) {
    let query = query(in: scope)
    manner.room = scope.paneSizes[place]
    if manner.columns != scope.logColumns { manner.columns = scope.logColumns }
    volume.adopt(query, size: scope.paneSizes[place])
    chips.adopt(scope.chips, logs: query)
    statistics?.adopt(query)
  }

  /// Folds an answer in that is not about lines.
  mutating func receiveSides(_ update: Update) {
    volume.receive(update)
    chips.receive(update)
    statistics?.receive(update)
  }

  /// Where the lines begin, below the filters and the histogram.
  func listTop(_ height: Int) -> Int {
    chipHeight(height) + volume.height(in: height) + (hasHeader(height) && !buffer.isEmpty ? 1 : 0)
  }

  private func chipHeight(_ height: Int) -> Int {
    guard case .tail = subject else { return 0 }
    return chips.stack.isEmpty || height < 4 ? 0 : 1
  }

  /// Draws what stands above the lines.
  func drawSides(on canvas: inout Canvas, in context: ViewContext) {
    let size = canvas.size
    let chipRows = chipHeight(size.height)
    if chipRows > 0 { canvas.place(chips.row(width: size.width), at: Point(x: 0, y: 0)) }
    let rows = volume.height(in: size.height)
    guard rows > 0 else { return }
    let strip = volume.view(Size(width: size.width, height: rows), cursor: context.cursor ?? cursorTime, in: context)
    canvas.place(strip, at: Point(x: 0, y: chipRows))
  }

  /// Draws the list of filters where it is open: over the lines, which stay below it.
  func drawChipList(on canvas: inout Canvas, in context: ViewContext) {
    guard chips.cursor != nil else { return }
    let top = listTop(canvas.size.height)
    let list = chips.list(Size(width: canvas.size.width, height: max(canvas.size.height - top, 2)), in: context)
    canvas.place(list, at: Point(x: 0, y: top))
  }
}
