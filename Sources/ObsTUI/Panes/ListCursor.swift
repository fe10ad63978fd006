/// Selection and scroll of a list. The selected row is always inside the list and inside the view.
struct ListCursor: Hashable, Sendable {
  /// Index of the selected row; 0 in an empty list.
  private(set) var selected = 0
  /// Index of the first row in view.
  private(set) var top = 0

  /// A cursor on a row, with a row at the top; `reveal` puts both in order.
  init(selected: Int = 0, top: Int = 0) {
    self.selected = max(selected, 0)
    self.top = max(top, 0)
  }

  /// The rows in view.
  func visible(count: Int, height: Int) -> Range<Int> {
    let first = min(max(top, 0), max(0, count - 1))
    return first..<min(count, first + max(height, 0))
  }

  /// Selects a row and scrolls as little as needed to have it in view.
  mutating func select(_ index: Int, count: Int, height: Int) {
    selected = min(max(index, 0), max(0, count - 1))
    reveal(count: count, height: height)
  }

  /// Scrolls as little as needed to have the selection in view, and never past the list's end.
  mutating func reveal(count: Int, height: Int) {
    let height = max(height, 1)
    selected = min(max(selected, 0), max(0, count - 1))
    top = min(max(top, selected - height + 1), selected)
    top = min(max(top, 0), max(0, count - height))
  }

  /// Moves by a command of movement; false when the command is none.
  mutating func move(_ command: Command, count: Int, height: Int) -> Bool {
    let page = max(height - 1, 1)
    switch command {
    case .down: select(selected + 1, count: count, height: height)
    case .up: select(selected - 1, count: count, height: height)
    case .pageDown: select(selected + page, count: count, height: height)
    case .pageUp: select(selected - page, count: count, height: height)
    case .halfPageDown: select(selected + max(height / 2, 1), count: count, height: height)
    case .halfPageUp: select(selected - max(height / 2, 1), count: count, height: height)
    case .top: select(0, count: count, height: height)
    case .bottom: select(count - 1, count: count, height: height)
    default: return false
    }
    return true
  }

  /// Follows its row when `inserted` rows come in front of it.
  mutating func shift(by inserted: Int) {
    selected += inserted
    top += inserted
  }
}
