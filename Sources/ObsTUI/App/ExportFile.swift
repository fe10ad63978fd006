import Foundation

/// A file of log lines as it is written: beside the one that is meant, which it becomes when it is whole. What stood there before
/// stays until then.
struct ExportFile: Sendable {
  let url: URL
  private let part: URL

  /// A file by its path; `~` is the user's home.
  init(path: String) {
    url = URL(fileURLWithPath: (path as NSString).expandingTildeInPath)
    part = url.appendingPathExtension("part")
  }

  /// Why nothing is written there: a file that is to stay, or what a file must not take the place of. `command` is the one that
  /// replaces a file with `!`.
  func obstacle(replaces: Bool, command: String) -> String? {
    guard let found = try? FileManager.default.attributesOfItem(atPath: url.path) else { return nil }
    switch found[.type] as? FileAttributeType {
    case .typeDirectory: return "\(url.path) is a folder: name a file in it"
    case .typeRegular, .typeSymbolicLink:
      return replaces ? nil : "\(url.path) is there already: :\(command)! replaces it"
    default: return "\(url.path) is no ordinary file, and is not replaced"
    }
  }

  /// Writes lines behind those that are there; with `isFirst`, from the beginning.
  func append(_ export: LogExport, isFirst: Bool) throws {
    do {
      if isFirst { try Data().write(to: part) }
      let file = try FileHandle(forWritingTo: part)
      try file.seekToEnd()
      try export.forEachPiece { try file.write(contentsOf: Data($0.utf8)) }
      try file.close()
    } catch {
      drop()
      throw error
    }
  }

  /// Writes a whole text in pieces; `body` is given what adds one.
  func write(_ body: ((String) throws -> Void) throws -> Void) throws {
    do {
      try Data().write(to: part)
      let handle = try FileHandle(forWritingTo: part)
      try body { try handle.write(contentsOf: Data($0.utf8)) }
      try handle.close()
    } catch {
      drop()
      throw error
    }
    try finish()
  }

  /// Makes it the file that is meant.
  func finish() throws {
    guard rename(part.path, url.path) != 0 else { return }
    let reason = String(cString: strerror(errno))
    drop()
    throw CocoaError(.fileWriteUnknown, userInfo: [NSLocalizedDescriptionKey: reason])
  }

  /// Takes away what was written.
  func drop() { try? FileManager.default.removeItem(at: part) }
}
