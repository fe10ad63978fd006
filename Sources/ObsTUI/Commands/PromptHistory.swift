import Dispatch
import Foundation
import Synchronization

/// What was typed in the prompts, in `history` of the state folder: a line each, the kind of prompt in front.
struct HistoryFile: Sendable {
  private let folder: StateFolder

  static let name = "history"
  /// No more bytes are read, and no more lines kept for each kind of prompt.
  private static let limit = 1 << 20
  static let capacity = 100

  init(folder: StateFolder) { self.folder = folder }

  /// What was typed, by kind, the newest last. A damaged file is no history: lines that are none are passed over.
  func read() -> [Prompt.Kind: [String]] {
    var history: [Prompt.Kind: [String]] = [:]
    for line in (folder.read(HistoryFile.name, limit: HistoryFile.limit) ?? "").split(separator: "\n") {
      guard let tab = line.firstIndex(of: "\t"), let kind = Prompt.Kind(rawValue: String(line[..<tab])) else {
        continue
      }
      history[kind, default: []].append(String(line[line.index(after: tab)...].prefix(LineEditor.limit)))
    }
    return history.mapValues { Array($0.suffix(HistoryFile.capacity)) }
  }

  /// Adds lines to what is there now; another instance may have added some. A history that cannot be written is no reason to
  /// disturb anybody.
  func append(_ added: [Prompt.Kind: [String]]) {
    var history = read()
    for (kind, lines) in added {
      for line in lines where !line.contains("\n") {
        history[kind, default: []].removeAll { $0 == line }
        history[kind, default: []].append(line)
      }
    }
    let kinds = history.keys.sorted { $0.rawValue < $1.rawValue }
    let text = kinds.flatMap { kind in
      history[kind, default: []].suffix(HistoryFile.capacity).filter { $0.utf8.count < 2_048 }
        .map { "\(kind.rawValue)\t\($0)\n" }
    }
    try? folder.write(text.joined(), to: HistoryFile.name)
  }
}

/// Writes what was typed when something was, away from the main thread.
final class HistorySaver: Sendable {
  private let file: HistoryFile
  private let known: Mutex<[Prompt.Kind: [String]]>
  private let queue = DispatchQueue(label: "obs-tui.history")

  init(_ file: HistoryFile, known: [Prompt.Kind: [String]]) {
    self.file = file
    self.known = Mutex(known)
  }

  func note(_ history: [Prompt.Kind: [String]]) {
    let added = known.withLock { known -> [Prompt.Kind: [String]] in
      guard known != history else { return [:] }
      defer { known = history }
      return HistorySaver.added(to: known, in: history)
    }
    guard !added.isEmpty else { return }
    queue.async { [file] in file.append(added) }
  }

  /// What is new at the ends: the front of a list goes when it is full.
  static func added(
    to known: [Prompt.Kind: [String]], in history: [Prompt.Kind: [String]]
  ) -> [Prompt.Kind: [String]] {
    var added: [Prompt.Kind: [String]] = [:]
    // Whose services are picked is no matter of another day's.
    for (kind, lines) in history where kind != .service {
      let old = known[kind, default: []]
      let kept =
        (0...min(old.count, lines.count)).reversed().first { old.suffix($0).elementsEqual(lines.prefix($0)) } ?? 0
      if kept < lines.count { added[kind] = Array(lines.dropFirst(kept)) }
    }
    return added
  }

  /// Waits until what was noted is written.
  func finish() { queue.sync {} }
}
