import ObsData

/// Marks and notes on lines.
extension LogPane {
  mutating func toggleMark() {
    guard let id = selectedLine?.entry.id else { return }
    if marks.remove(id) == nil { marks.insert(id) }
  }

  /// Goes to the next or the previous line with a mark or a note.
  mutating func findMark(backwards: Bool, height: Int) -> [Request] {
    guard !marks.isEmpty || !notes.isEmpty else { return [.notice("no line is marked: m marks one")] }
    guard let from = selectedKey else { return [] }
    let (marks, notes) = (marks, notes)
    guard
      let line = buffer.next(
        from: from, backwards: backwards, where: { marks.contains($0.entry.id) || notes[$0.entry.id] != nil })
    else { return [.notice(backwards ? "no earlier mark" : "no later mark")] }
    select(line.key, height: height)
    return [.notice(notes[line.entry.id].map { "note: \($0)" } ?? "marked")]
  }

  /// Writes a note on the selected line; an empty one takes it off.
  mutating func note(_ text: String) -> [Request] {
    guard let line = selectedLine else { return [.notice("there is no line to write a note on")] }
    guard !text.isEmpty else {
      return [.notice(notes.removeValue(forKey: line.entry.id) == nil ? "the line has no note" : "the note is off")]
    }
    guard notes.count < 1_000 || notes[line.entry.id] != nil else {
      return [.notice("there are 1,000 notes already", isError: true)]
    }
    stay(at: line)
    notes[line.entry.id] = text
    return [.notice("noted; u and U find it again")]
  }
}
