/// Finds what somebody meant to write.
public enum SettingsSpelling {
  /// The name that is least changed to become `text`, when that is a slip: at most a third of it, and at least one letter.
  public static func nearest(to text: String, in names: [String]) -> String? {
    let limit = max(1, min(text.count, 40) / 3)
    var best: (name: String, distance: Int)?
    for name in names {
      let distance = distance(Array(text.lowercased().prefix(64)), Array(name.lowercased().prefix(64)))
      if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// Edits from `a` to `b`: insert, delete, replace, and swap two neighbours (optimal string alignment).
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for (i, character) in a.enumerated() {
      var current = [i + 1]
      for (j, other) in b.enumerated() {
        var cost = min(last[j] + (character == other ? 0 : 1), last[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, character == b[j - 1], a[i - 1] == other { cost = min(cost, beforeLast[j - 1] + 1) }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[b.count]
  }
}
