/// What somebody who mistyped a name may have meant.
public enum NearestName {
  /// `; did you mean “…”?` for an error message, or nothing when no name is near.
  public static func suggestion(for name: String, among names: some Collection<String>) -> String {
    nearest(to: name, among: names).map { "; did you mean “\($0)”?" } ?? ""
  }

  /// The name with the fewest edits, at most a third of its length; ties go to the alphabet.
  public static func nearest(to name: String, among names: some Collection<String>) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars.prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in names.sorted() {
      let distance = edits(wanted, Array(candidate.unicodeScalars.prefix(64)))
      guard distance <= max(1, max(wanted.count, candidate.count) / 3) else { continue }
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours that make one text the other (optimal string alignment).
  private static func edits(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
