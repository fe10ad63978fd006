/// A bar that lies: eighths of a cell from the left, whole cells without UTF-8.
enum LevelBar {
  private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

  /// The text of a bar for a share from 0 to 1, `width` cells with its empty part. Only nothing is empty: the least share shows.
  static func text(_ share: Double, width: Int, glyphs: GlyphSet) -> (full: String, empty: String) {
    guard width > 0 else { return ("", "") }
    let share = share.isNaN ? 0 : min(max(share, 0), 1)
    if glyphs == .ascii {
      let cells = share > 0 ? max(1, Int((share * Double(width)).rounded())) : 0
      return (String(repeating: "#", count: cells), String(repeating: ".", count: width - cells))
    }
    let steps = share > 0 ? max(1, Int((share * Double(width * 8)).rounded())) : 0
    var full = String(repeating: "█", count: steps / 8)
    if steps % 8 > 0 { full.append(eighths[steps % 8 - 1]) }
    return (full, String(repeating: "░", count: max(0, width - full.count)))
  }
}
