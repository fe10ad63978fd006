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
    let rows = coloured.split(separator: "\n", omittingEmptySubsequences: false)
    guard let title = lines.indices.dropFirst(2).first(where: { Screen.isRule(lines[$0]) }) else { return nil }
    return zip(rows, lines).dropFirst(title + 1).first { row, _ in Screen.beginsSelected(row) }?.1
  }

  private static func beginsSelected(_ row: Substring) -> Bool {
    guard row.hasPrefix("\u{1B}[") else { return false }
    let numbers = row.dropFirst(2).prefix { $0 != "m" }.split(separator: ";")
    // 48;5;N is a background of 256 colours; 40 to 47 of 8, 100 to 107 of 16; 7 is reverse.
    return numbers.first == "48" || numbers.contains("7") || numbers.contains { (40...47).contains(Int($0) ?? 0) }
      || numbers.contains { (100...107).contains(Int($0) ?? 0) }
  }

  /// The width of a line in cells; the demo's wide characters are all in these two blocks.
  static func cells(_ line: some StringProtocol) -> Int {
    line.unicodeScalars.reduce(0) {
      $0 + ((0x2E80...0x9FFF).contains($1.value) || (0xFF00...0xFF60).contains($1.value) ? 2 : 1)
    }
  }
}
