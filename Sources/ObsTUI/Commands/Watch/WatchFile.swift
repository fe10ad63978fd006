import Dispatch
import Foundation
import ObsData
import Synchronization

/// What is remembered of a context's watches, in `watches-CONTEXT` of the state folder, and whose task it is to send their messages: of
/// several obs-tui of one user the one that holds the lock beside it.
final class WatchFile: Sendable {
  private let folder: StateFolder
  private let name: String
  private let lock = Mutex<Int32?>(nil)

  init(context: String, folder: StateFolder = StateFolder(environment: ProcessInfo.processInfo.environment)) {
    self.folder = folder
    name = "watches-" + PercentEncoding.segment(context)
  }

  deinit {
    // Closing gives the lock back.
    lock.withLock { if let file = $0 { _ = close(file) } }
  }

  /// Nil where there is nothing, or nothing that can be read.
  func read() -> WatchMemory? { folder.read(name, limit: WatchMemory.maximumBytes).flatMap { WatchMemory($0) } }

  /// Writes it, where the messages are ours to send. What cannot be written is no reason to send nothing.
  func write(_ memory: WatchMemory) {
    guard takeLock() else { return }
    try? folder.write(memory.text, to: name)
  }

  /// Whether the messages are ours to send from now on. Where there is no state folder nobody else can be known of.
  func takeLock() -> Bool {
    lock.withLock { held in
      if held != nil { return true }
      guard let path = folder.path else { return true }
      try? FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: NSNumber(value: 0o700)])
      let file = open("\(path)/\(name).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard file >= 0 else { return true }
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        let isTaken = errno == EWOULDBLOCK
        close(file)
        return !isTaken
      }
      held = file
      return true
    }
  }
}

/// Sends a context's messages, unless another obs-tui does, and keeps what the watches have found.
final class WatchPost: Sendable {
  private let notifier: Notifier
  private let file: WatchFile
  private let last = Mutex<WatchMemory?>(nil)
  private let queue = DispatchQueue(label: "obs-tui.watches")

  init(_ channels: [NotificationChannel], context: String, file: WatchFile? = nil) {
    notifier = Notifier(
      channels: channels, context: context, environment: ProcessInfo.processInfo.environment)
    self.file = file ?? WatchFile(context: context)
  }

  func send(_ delivery: WatchDelivery) async -> DeliveryOutcome {
    guard file.takeLock() else { return .leftToAnother }
    return await notifier.send(delivery)
  }

  /// Whether another obs-tui sends the messages.
  var isElsewhere: Bool { !file.takeLock() }

  /// Writes what a board has to know after a restart, where that has changed.
  func note(_ board: WatchBoard) {
    let memory = WatchMemory(board)
    let isNew = last.withLock { last in
      defer { last = memory }
      return last != memory
    }
    if isNew { queue.async { [file] in file.write(memory) } }
  }

  /// Waits until what was noted is written.
  func finish() { queue.sync {} }
}
