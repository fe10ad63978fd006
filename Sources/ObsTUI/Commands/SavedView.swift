import Dispatch
import Foundation
import ObsData
import Synchronization

/// The file that remembers the last view, for `--resume`: one argument a line.
struct SavedView: Sendable {
  private static let name = "last-view"
  private let folder: StateFolder
  /// No more bytes are read: a view with all its marks and notes has fewer.
  private static let limit = 4 << 20

  /// In `$XDG_STATE_HOME/obs-tui`, or `~/.local/state/obs-tui`.
  init(environment: [String: String]) {
    folder = StateFolder(environment: environment)
  }

  /// Nil where there is none.
  func read() throws(UsageError) -> ViewArguments? {
    guard let path = folder.path, folder.has(SavedView.name) else { return nil }
    guard let text = folder.read(SavedView.name, limit: SavedView.limit), let arguments = ViewArguments(lines: text)
    else {
      throw UsageError("--resume: \(path)/\(SavedView.name) is not a view that obs-tui wrote")
    }
    return arguments
  }

  /// Writes it for the owner only; a file that cannot be written is no reason to disturb anybody.
  func write(_ arguments: ViewArguments) {
    let text =
      (arguments.words + arguments.lines.words).map { $0.replacing("\n", with: " ") }.joined(separator: "\n") + "\n"
    try? folder.write(text, to: SavedView.name)
  }
}

extension ViewArguments {
  /// Reads what `words` gave, one a line; nil for anything else.
  init?(lines: String) {
    let words = lines.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    guard words.count % 2 == 0 else { return nil }
    var values: [String: String] = [:]
    var lists: [String: [String]] = [:]
    for index in stride(from: 0, to: words.count, by: 2) {
      values[words[index]] = words[index + 1]
      lists[words[index], default: []].append(words[index + 1])
    }
    context = values["--context"]
    service = values["--service"]
    since = values["--since"].flatMap(DurationText.parse)
    filter = values["--filter"]
    columns = values["--columns"].map { $0.split(separator: ",").map(String.init) }
    trace = values["--trace"].flatMap { TraceID(hex: $0) }
    chips = lists["--chip"] ?? []
    files = lists["--file"] ?? []
    self.lines = RememberedLines(marks: lists["--mark"] ?? [], notes: lists["--note"] ?? [])
    if let from = values["--from"].flatMap({ Timestamp(iso8601: $0) }),
      let to = values["--to"].flatMap({ Timestamp(iso8601: $0) })
    {
      range = TimeRange(start: from, end: to)
    }
    let known: Set = [
      "--context", "--service", "--since", "--filter", "--columns", "--trace", "--from", "--to", "--chip", "--file",
      "--mark", "--note",
    ]
    guard known.isSuperset(of: values.keys), since != nil || range != nil else { return nil }
  }

  /// As options, where `given` on the command line goes before what was saved.
  func options(under given: ViewOptions) -> ViewOptions {
    var options = given
    options.service = given.service ?? service
    options.filter = given.filter ?? filter
    if given.chip.isEmpty { options.chip = chips }
    options.columns = given.columns ?? columns?.joined(separator: ",")
    options.trace = given.trace ?? trace?.description
    if given.since == nil, given.from == nil, given.to == nil {
      options.since = since.map(DurationText.text)
      options.from = range?.start.iso8601
      options.to = range?.end.iso8601
    }
    return options
  }
}

/// Writes the view when it has changed, away from the main thread, and once more at the end.
final class ViewSaver: Sendable {
  private let file: SavedView
  private let last = Mutex<ViewArguments?>(nil)
  private let queue = DispatchQueue(label: "obs-tui.view")

  init(_ file: SavedView) { self.file = file }

  func note(_ arguments: ViewArguments) {
    let isNew = last.withLock { last in
      defer { last = arguments }
      return last != arguments
    }
    guard isNew else { return }
    queue.async { [file] in file.write(arguments) }
  }

  /// Waits until what was noted is written.
  func finish() { queue.sync {} }
}
