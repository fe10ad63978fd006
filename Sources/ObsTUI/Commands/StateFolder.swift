import Foundation

/// The folder for what is remembered from one run to the next: `$XDG_STATE_HOME/obs-tui`, or `~/.local/state/obs-tui`. Its files
/// are their owner's alone, because queries and views tell what somebody looked for.
struct StateFolder: Sendable {
  /// Nil where there is no home.
  let path: String?

  init(environment: [String: String]) {
    if let home = environment["XDG_STATE_HOME"], home.hasPrefix("/") {
      path = home + "/obs-tui"
    } else {
      path = environment["HOME"].map { $0 + "/.local/state/obs-tui" }
    }
  }

  /// The text of a file; nil where there is none, or one of more than `limit` bytes.
  func read(_ name: String, limit: Int) -> String? {
    guard let path, let file = FileHandle(forReadingAtPath: "\(path)/\(name)") else { return nil }
    defer { try? file.close() }
    guard let data = try? file.read(upToCount: limit + 1), data.count <= limit else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  func has(_ name: String) -> Bool { path.map { FileManager.default.fileExists(atPath: "\($0)/\(name)") } ?? false }

  /// Puts a file in the place of the one that is there, as a whole.
  func write(_ text: String, to name: String) throws {
    guard let path else { throw CocoaError(.fileNoSuchFile) }
    let folder = FileManager.default
    try folder.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: NSNumber(value: 0o700)])
    let draft = "\(path)/.\(name).\(ProcessInfo.processInfo.processIdentifier)"
    guard
      folder.createFile(
        atPath: draft, contents: Data(text.utf8), attributes: [.posixPermissions: NSNumber(value: 0o600)])
    else { throw CocoaError(.fileWriteNoPermission) }
    guard rename(draft, "\(path)/\(name)") == 0 else {
      let reason = String(cString: strerror(errno))
      try? folder.removeItem(atPath: draft)
      throw CocoaError(.fileWriteUnknown, userInfo: [NSLocalizedDescriptionKey: reason])
    }
  }
}
