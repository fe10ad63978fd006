import Foundation

/// What a terminal showed at one moment.
struct Screen: Equatable {
  let text: String
  /// The same with its colours and attributes, as escape sequences.
  let coloured: String

  var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

  var header: String { lines.first ?? "" }

  /// The last row, where the program says what can be pressed and what happened.
  var footer: String { lines.last { !$0.isEmpty } ?? "" }

  /// The rows of the first pane below its title, up to the next title or the footer.
  var firstPane: [String] {
    let below = lines.dropFirst(2).drop { !Screen.isRule($0) }
    guard let title = below.first else { return [] }
    return [title] + below.dropFirst().prefix { !Screen.isRule($0) }
  }

  /// Whether a row is a pane's title: a rule that carries words.
  static func isRule(_ line: String) -> Bool {
    ["━ ", "─ ", "━━", "──"].contains { line.hasPrefix($0) } || line.hasPrefix("- ") || line.hasPrefix("--")
  }

  /// The first row below the panes' titles that is drawn as selected: on another background, or reversed. The service bar
  /// above has a selection of its own.
  var selection: String? {
    guard let title = lines.indices.dropFirst(2).first(where: { Screen.isRule(lines[$0]) }) else { return nil }
    var pen = Pen()
    for (index, row) in coloured.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let isMarked = pen.draw(row)
      if index > title, index < lines.count, isMarked { return lines[index] }
    }
    return nil
  }

  /// What a terminal draws with; it goes on from row to row.
  private struct Pen {
    var isReverse = false
    var hasBackground = false

    /// Follows a row's sequences; whether its first cell stands out.
    mutating func draw(_ row: Substring) -> Bool {
      var isFirstMarked: Bool?
      for part in row.split(separator: "\u{1B}[", omittingEmptySubsequences: false).enumerated() {
        guard part.offset > 0 else {
          if !part.element.isEmpty { isFirstMarked = isReverse || hasBackground }
          continue
        }
        let end = part.element.firstIndex(of: "m") ?? part.element.endIndex
        var numbers = part.element[..<end].split(separator: ";").map { Int($0) ?? 0 }[...]
        while let number = numbers.popFirst() {
          switch number {
          case 0: (isReverse, hasBackground) = (false, false)
          case 7: isReverse = true
          case 27: isReverse = false
          case 38, 48:
            if number == 48 { hasBackground = true }
            numbers = numbers.dropFirst(numbers.first == 2 ? 4 : 2)
          case 40...47, 100...107: hasBackground = true
          case 49: hasBackground = false
          default: break
          }
        }
        if isFirstMarked == nil, end < part.element.endIndex, part.element.index(after: end) < part.element.endIndex {
          isFirstMarked = isReverse || hasBackground
        }
      }
      return isFirstMarked ?? false
    }
  }

  /// The width of a line in cells; the demo's wide characters are all in these two blocks.
  static func cells(_ line: some StringProtocol) -> Int {
    line.unicodeScalars.reduce(0) {
      $0 + ((0x2E80...0x9FFF).contains($1.value) || (0xFF00...0xFF60).contains($1.value) ? 2 : 1)
    }
  }
}
