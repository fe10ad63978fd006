import Foundation
import ObsData

/// Changes an own dashboard's file: read anew, changed, checked, and put in the place of the old one in one step, so that nobody reads
/// half a file and what somebody else has written meanwhile is not lost.
struct OwnDashboardFile {
  let path: String

  /// What a change came to, in a sentence; throws with a sentence.
  func apply(_ edit: OwnDashboardEdit) throws -> String {
    // A link stays one: what it leads to is replaced.
    let url = URL(fileURLWithPath: (path as NSString).expandingTildeInPath).resolvingSymlinksInPath()
    let old = try String(contentsOf: url, encoding: .utf8)
    let new = try edit.apply(to: old)
    let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
    try Data(new.utf8).write(to: url, options: .atomic)
    // The new file takes the old one's permissions.
    if let mode = attributes?[.posixPermissions] {
      try? FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    }
    return switch edit {
    case .add(_, let title): "added “\(title)” to \(url.lastPathComponent)"
    case .remove: "removed the panel from \(url.lastPathComponent)"
    case .move: "moved the panel in \(url.lastPathComponent)"
    }
  }
}
