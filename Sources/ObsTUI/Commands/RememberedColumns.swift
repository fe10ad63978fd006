import Dispatch
import Foundation
import Synchronization

/// The columns of the log list that were chosen last, in `columns` of the state folder: a line for each context, its name and the
/// columns' names.
struct ColumnsFile: Sendable {
  private let folder: StateFolder

  static let name = "columns"
  /// No more bytes are read, and no more contexts remembered.
  private static let limit = 64 << 10
  static let capacity = 200

  init(folder: StateFolder) { self.folder = folder }

  /// The columns by context. A damaged file remembers nothing: lines that are none are passed over.
  func read() -> [String: [String]] {
    var columns: [String: [String]] = [:]
    for line in (folder.read(ColumnsFile.name, limit: ColumnsFile.limit) ?? "").split(separator: "\n") {
      let parts = line.split(separator: "\t")
      guard parts.count > 1, parts.count <= LogColumn.maximum + 2, columns.count < ColumnsFile.capacity else {
        continue
      }
      columns[String(parts[0])] = parts.dropFirst().map(String.init)
    }
    return columns
  }

  /// Changes what is remembered of some contexts; nil forgets one. What cannot be written is no reason to disturb anybody.
  func change(_ changes: [String: [String]?]) {
    var columns = read()
    for (context, names) in changes where !context.contains(where: { $0 == "\t" || $0.isNewline }) {
      columns[context] = names
    }
    let lines = columns.sorted { $0.key < $1.key }.suffix(ColumnsFile.capacity).map { context, names in
      ([context] + names).joined(separator: "\t") + "\n"
    }
    try? folder.write(lines.joined(), to: ColumnsFile.name)
  }
}

/// Writes the columns when they were changed, away from the main thread.
final class ColumnsSaver: Sendable {
  private let file: ColumnsFile
  private let known: Mutex<[String: [String]]>
  private let queue = DispatchQueue(label: "obs-tui.columns")

  init(_ file: ColumnsFile, known: [String: [String]]) {
    self.file = file
    self.known = Mutex(known)
  }

  func note(_ columns: [String: [String]]) {
    let changes = known.withLock { known -> [String: [String]?] in
      guard known != columns else { return [:] }
      defer { known = columns }
      let changed = Set(known.keys).union(columns.keys).filter { known[$0] != columns[$0] }
      return Dictionary(uniqueKeysWithValues: changed.map { ($0, columns[$0]) })
    }
    guard !changes.isEmpty else { return }
    queue.async { [file] in file.change(changes) }
  }

  /// Waits until what was noted is written.
  func finish() { queue.sync {} }
}
