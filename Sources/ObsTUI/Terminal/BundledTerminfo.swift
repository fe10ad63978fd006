import Foundation
import Glibc

/// The descriptions of common terminals that a distributed obs-tui has beside it, for machines that have no terminfo database.
enum BundledTerminfo {
  /// Where they lie, seen from the program's own folder.
  private static let place = "../share/obs-tui/terminfo"

  /// Lets ncurses look there last. Whoever says where to look is obeyed.
  static func offer(_ environment: [String: String]) {
    guard environment["TERMINFO_DIRS"] == nil, let path = directories(program: programPath) else { return }
    setenv("TERMINFO_DIRS", path, 1)
  }

  /// The value of TERMINFO_DIRS: the empty part stands for what ncurses was built with. Nil where nothing lies beside the program.
  static func directories(program: String?) -> String? {
    guard let program else { return nil }
    let folder = URL(filePath: program).deletingLastPathComponent().appending(path: place).standardizedFileURL.path
    // A colon would make two folders of it.
    guard !folder.contains(":"), FileManager.default.fileExists(atPath: folder) else { return nil }
    return ":" + folder
  }

  private static var programPath: String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  }
}
