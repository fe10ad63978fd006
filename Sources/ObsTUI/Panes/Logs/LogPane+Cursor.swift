import ObsData

/// The log pane and the time cursor.
extension LogPane {
  /// Whether the lines at an instant are held, so far as the store has them.
  func holds(_ time: Timestamp) -> Bool {
    guard !isOutdated, let from = completeness.from, time >= from else { return false }
    return !completeness.gaps.contains { $0.range.contains(time) }
  }

  /// Goes to the first line from an instant on, and shows it in the middle.
  mutating func go(to time: Timestamp, height: Int, in context: ViewContext) {
    guard !buffer.isEmpty else { return }
    select(LineKey(timestamp: time, sequence: .min), height: listHeight(height, in: context))
    centre(in: height)
  }

  private mutating func centre(in height: Int) {
    guard let selected = position.selected else { return }
    let height = max(height - listTop(height), 1)
    position.top = buffer[max(0, buffer.index(of: selected) - height / 2)]?.key
  }
}
