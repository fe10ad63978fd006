import ObsData

/// What happened in the window: asked once, drawn below every chart.
extension Dashboard {
  /// The question that all charts share; nil where no chart with a time axis has room on the screen.
  var markerQuery: MarkerQuery? {
    guard !window.isEverything else { return nil }
    let names = chosenService.map { directory.names(of: $0)[.prometheus] ?? [$0] } ?? []
    return MarkerQuery(services: names, window: window)
  }

  /// Takes the marks; whether the update was about them. A chart is whole without marks, so that a store that refuses the question
  /// is not told as failing.
  mutating func receiveMarkers(_ update: Update) -> Bool {
    guard case .markers = update.subscription else { return false }
    if case .markers(let markers) = update.body { self.markers = markers }
    return true
  }

  /// `◆ 12:03:10 msg-server restarted`: what happened where the cursor stands, for the footer; nil where nothing did.
  var markerSentence: String? {
    guard let time = cursor?.time else { return nil }
    let range = window.range(now: now)
    let width = layout?.innerSizes[focus]?.width ?? 80
    // As near as a column or two: the mark below the chart is not sharper.
    let near = max(range.duration.nanoseconds / Int64(max(width, 1)), 1_000_000_000).magnitude
    let hits = markers.filter { ($0.time - time).nanoseconds.magnitude <= near }
      .sorted { ($0.time - time).nanoseconds.magnitude < ($1.time - time).nanoseconds.magnitude }
    guard let first = hits.first else { return nil }
    let clock = Formatting.time(first.time, as: self.time, now: now, fractionDigits: 0)
    let more = hits.count > 1 ? " (and \(hits.count - 1) more)" : ""
    return "\(glyphs == .unicode ? "◆" : "*") \(clock) \(first.text)\(more)"
  }
}
