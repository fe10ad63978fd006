import Foundation

/// What a folder holds, for Tab behind a command that takes a file.
struct FolderListing: Equatable, Sendable {
  /// The folder as it was typed, with its slash; empty for the present one.
  let folder: String
  /// What lies in it, by name; folders end with a slash.
  let names: [String]

  /// More names than this are not offered: nobody goes through them.
  private static let capacity = 2_000

  /// The part of a path that names its folder.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// Reads a folder; empty where it cannot be read. `~` is the user's own.
  static func read(_ folder: String) -> FolderListing {
    let path = folder.isEmpty ? "." : (folder as NSString).expandingTildeInPath
    let found = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let names = found.sorted().prefix(capacity).map { name in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
      return isFolder.boolValue ? name + "/" : name
    }
    return FolderListing(folder: folder, names: Array(names))
  }

  /// The paths that go on as the typed one begins; what is hidden only where a dot was typed.
  func paths(beginningWith typed: String) -> [String] {
    guard FolderListing.folder(of: typed) == folder else { return [] }
    let start = typed.dropFirst(folder.count)
    return names.filter { $0.hasPrefix(start) && (start.hasPrefix(".") || !$0.hasPrefix(".")) }.map { folder + $0 }
  }
}

/// How far Tab has come with a path.
struct PathCompletion: Equatable, Sendable {
  /// The line and the key that wait for a folder to be read.
  fileprivate var awaited: (line: String, key: Key)?
  /// The folder that has been read; only while Tab goes on.
  fileprivate(set) var listing: FolderListing?

  static func == (a: PathCompletion, b: PathCompletion) -> Bool {
    a.awaited?.line == b.awaited?.line && a.awaited?.key == b.awaited?.key && a.listing == b.listing
  }
}

extension Dashboard {
  /// Asks for the folder that Tab needs; nil where the key is another one, or no path stands before the cursor.
  mutating func beginPathCompletion(_ key: Key) -> [Effect]? {
    guard key == .tab || key == .backTab, paths.listing == nil, let prompt, prompt.kind == .commandLine,
      prompt.editor.completion == nil, prompt.editor.cursor == prompt.editor.characters.count,
      let invocation = CommandLine.argument(in: prompt.editor.text), invocation.command.takesPath
    else { return nil }
    paths.awaited = (prompt.editor.text, key)
    return [.listFolder(FolderListing.folder(of: invocation.argument))]
  }

  /// Goes on with Tab, unless the line has changed since.
  mutating func receive(_ listing: FolderListing) -> [Effect] {
    guard let awaited = paths.awaited, prompt?.kind == .commandLine, prompt?.editor.text == awaited.line else {
      return []
    }
    paths = PathCompletion(listing: listing)
    let effects = pressInPrompt(awaited.key)
    paths = PathCompletion()
    return effects
  }
}

extension Command {
  /// Whether its argument is a file's path.
  var takesPath: Bool { self == .openTrace || self == .write || self == .export }
}
