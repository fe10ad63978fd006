/// Where the log pane stands: at the end of the tail, or at a line. Lines are named by their keys, so that nothing that is
/// inserted or dropped moves what the reader looks at.
struct LogPosition: Equatable, Sendable {
  /// Whether the newest line is selected, whichever that is.
  var isFollowing = true
  /// The selected line, where the pane does not follow.
  var selected: LineKey?
  /// The line at the top of the view; nil for the selected line at its bottom.
  var top: LineKey?
  /// How many lines have come since the pane stopped following.
  var arrivals = 0

  /// Selection and scroll as rows of the list.
  func cursor(in rows: LogRows, height: Int) -> ListCursor {
    guard !isFollowing, let selected else {
      // A gap below the newest line is in view, but it is the line that is selected.
      var cursor = ListCursor(selected: rows.last, top: max(rows.count - height, 0))
      cursor.reveal(count: rows.count, height: height)
      return cursor
    }
    let row = min(rows.index(of: selected), max(rows.count - 1, 0))
    var cursor = ListCursor(selected: row, top: top.map { rows.index(of: $0) } ?? row - height + 1)
    cursor.reveal(count: rows.count, height: height)
    return cursor
  }

  /// Stops following, and stays where the cursor is.
  mutating func stay(at cursor: ListCursor, in rows: LogRows, height: Int) {
    if isFollowing { arrivals = 0 }
    isFollowing = false
    selected = rows.key(at: cursor.selected)
    top = rows.key(at: cursor.top)
    // The newest line is in view: nothing that came is unseen.
    if cursor.visible(count: rows.count, height: height).upperBound == rows.count { arrivals = 0 }
  }
}
