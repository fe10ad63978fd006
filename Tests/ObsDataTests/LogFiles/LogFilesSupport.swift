import Foundation

@testable import ObsData

/// A folder of log files that a test writes, gone with the value.
final class LogFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "obs-tui-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file anew, or adds to it.
  func write(_ text: String, to name: String = "app.log", adding: Bool = false) throws {
    try write(Array(text.utf8), to: name, adding: adding)
  }

  func write(_ bytes: [UInt8], to name: String = "app.log", adding: Bool = false) throws {
    let target = url.appending(path: name)
    if adding, let handle = FileHandle(forWritingAtPath: target.path) {
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(bytes))
      try handle.close()
    } else {
      try Data(bytes).write(to: target)
    }
  }

  func files(_ names: String..., options: LogFiles.Options = LogFiles.Options()) throws -> LogFiles {
    LogFiles(try names.map { try LogFile(path: path($0)) }, options: options)
  }
}

extension LogFileJob {
  /// Polls until the job has read all that is there; the lines in the order in which the screen would show them.
  mutating func readAll(now: Timestamp) async throws -> (batch: LogBatch, messages: [String]) {
    var entries: [LogEntry] = []
    var last = LogBatch(entries: [])
    while true {
      let answer = try await poll(now: now)
      if case .logs(let batch) = answer.body {
        last = batch
        entries = batch.older + entries + batch.entries
      }
      guard case .after = answer.next else { return (last, entries.map(\.message)) }
    }
  }

  /// What one more poll brings.
  mutating func more(now: Timestamp) async throws -> [String] {
    guard case .logs(let batch) = try await poll(now: now).body else { return [] }
    return batch.entries.map(\.message)
  }
}

extension LogQuery {
  static let everything = LogQuery(window: .everything)
}

/// Entries as lines of text: time, level, service, message.
func table(_ entries: [LogEntry]) -> [String] {
  entries.map { entry in
    "\(entry.timestamp.iso8601) \(entry.level.letter) \(entry.service ?? "-") | \(entry.message)"
  }
}

/// The entries of a text, as a file of that name would give them.
func decoded(_ text: String, service: String? = nil) -> [LogEntry] { decoded(Array(text.utf8), service: service) }

func decoded(_ bytes: [UInt8], service: String? = nil) -> [LogEntry] {
  let near = Timestamp(iso8601: "2026-11-22T12:00:00Z") ?? Timestamp(nanoseconds: 0)
  let decoder = RecordDecoder(matcher: FieldMatcher(FieldNames()), file: "app.log", service: service)
  return bytes.withUnsafeBufferPointer { buffer in
    let records = RecordScanner(around: PlainTextTime.Surroundings(near: near)).records(in: buffer)
    return decoder.decode(records[...], in: buffer, at: LogFilePosition(segment: 0, offset: 0), after: near).entries
  }
}
