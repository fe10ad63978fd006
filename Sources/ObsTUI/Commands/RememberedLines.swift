import ObsData

/// The marks and notes on the lines of a view, by the lines' documents: they come back with `--resume`.
struct RememberedLines: Equatable, Sendable {
  private(set) var marks: Set<LogEntry.ID> = []
  private(set) var notes: [LogEntry.ID: String] = [:]

  /// No more marks, and no more notes, are remembered.
  static let capacity = 500
  private static let longestNote = 500

  init() {}

  /// What a pane holds; of too many, any that are within the bounds.
  init(_ pane: LogPane) {
    marks = pane.marks
    notes = pane.notes
  }

  /// Puts the marks and notes back.
  func restore(to pane: inout LogPane) {
    pane.marks.formUnion(marks)
    pane.notes.merge(notes) { own, _ in own }
  }

  /// As words of the saved view, in pairs of a name and a value.
  var words: [String] {
    func place(_ id: LogEntry.ID) -> String? {
      let isPlain = [id.index, id.document].allSatisfy { text in
        text.utf8.count < 1_024 && !text.contains { $0 == "\t" || $0.isNewline }
      }
      return isPlain ? "\(id.index)\t\(id.document)" : nil
    }
    var words: [String] = []
    for place in marks.prefix(RememberedLines.capacity).compactMap(place).sorted() { words += ["--mark", place] }
    let lines = notes.prefix(RememberedLines.capacity).compactMap { id, note in
      place(id).map { "\($0)\t\(note.prefix(RememberedLines.longestNote).filter { !$0.isNewline })" }
    }
    for line in lines.sorted() { words += ["--note", line] }
    return words
  }

  /// Reads what `words` gave; what is none is passed over.
  init(marks: [String], notes: [String]) {
    for line in marks.prefix(RememberedLines.capacity) {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2 { self.marks.insert(LogEntry.ID(index: parts[0], document: parts[1])) }
    }
    for line in notes.prefix(RememberedLines.capacity) {
      let parts = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      if parts.count == 3 { self.notes[LogEntry.ID(index: parts[0], document: parts[1])] = parts[2] }
    }
  }
}
