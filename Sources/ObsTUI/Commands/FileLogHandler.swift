import Foundation
import Logging
import ObsData
import Synchronization

/// Appends log lines to a file: what `--log-file` names. A line that cannot be written is lost, and the program goes on.
struct FileLogHandler: LogHandler {
  private final class File: Sendable {
    private let handle: Mutex<FileHandle>

    init(_ handle: FileHandle) { self.handle = Mutex(handle) }

    func append(_ line: String) {
      handle.withLock { try? $0.write(contentsOf: Data(line.utf8)) }
    }
  }

  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.debug
  private let file: File

  /// Opens the file, making it readable for its owner only; throws a sentence when that fails.
  init(path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      let isMade = FileManager.default.createFile(
        atPath: path, contents: nil, attributes: [.posixPermissions: NSNumber(value: 0o600)])
      guard isMade else { throw UsageError("cannot make the log file \(path)") }
    }
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw UsageError("cannot write to the log file \(path)")
    }
    try handle.seekToEnd()
    file = File(handle)
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let time = Timestamp(seconds: Date().timeIntervalSince1970)
    // What a server says must steer no terminal that the file is shown on, nor pass for a line of its own.
    file.append("\(time.iso8601) \(event.level) \(LogPrinter.visible("\(event.message)"))\n")
  }
}

/// Something in the command line, the settings or the terminal that keeps the program from starting: exit code 2.
struct UsageError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
