import Glibc

/// Whether log files on this machine are there and can be read by Filebeat.
enum LogFileCheck {
  /// A file as far as it matters here.
  struct Facts: Equatable {
    let path: String
    /// The file's permissions, or those of the first folder above it that others may not enter.
    let mode: UInt32
    let isFolder: Bool
  }

  /// No more files of a pattern are looked at.
  private static let limit = 1_000

  /// A finding for each pattern.
  static func findings(_ patterns: [String]) -> [Finding] {
    patterns.map { pattern in
      let paths = matches(pattern)
      return judgement(pattern, count: paths.count, closed: paths.prefix(limit).compactMap(closed))
    }
  }

  /// What it means that a pattern matches so many files, some of them closed to others.
  static func judgement(_ pattern: String, count: Int, closed: [Facts]) -> Finding {
    let step = "log files \(pattern)"
    guard count > 0 else {
      return Finding(
        .logPathNothing, .logs, step, .failed, "no file matches \(pattern)",
        next: "check the path: the service's log settings say where it writes; in a container it is another one")
    }
    guard let first = closed.first else {
      return Finding(.files, .logs, step, .ok, count == 1 ? "1 file, readable" : "\(count) files, readable")
    }
    let mode = String(first.mode, radix: 8)
    let what = first.isFolder ? "the folder \(first.path) may not be entered" : "\(first.path) may not be read"
    return Finding(
      .logFileUnreadable, .logs, step, .warning,
      "\(closed.count) of \(count) files cannot be read by everybody: \(what) by others (mode \(mode)), such as Filebeat's user",
      next: "chmod \(first.isFolder ? "o+x" : "644") \(first.path)")
  }

  /// The paths that a shell pattern matches.
  static func matches(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_BRACE, nil, &found) == 0, let list = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { list[$0].map { String(cString: $0) } }
  }

  /// What keeps others from reading a file; nil where nothing does.
  static func closed(_ path: String) -> Facts? {
    var resolved = path
    if let real = realpath(path, nil) {
      resolved = String(cString: real)
      free(real)
    }
    var folder = ""
    for part in resolved.split(separator: "/").dropLast() where resolved.hasPrefix("/") {
      folder += "/" + part
      if let mode = mode(folder), mode & S_IXOTH == 0 {
        return Facts(path: folder, mode: mode & 0o777, isFolder: true)
      }
    }
    guard let mode = mode(resolved), mode & S_IROTH == 0 else { return nil }
    return Facts(path: path, mode: mode & 0o777, isFolder: false)
  }

  private static func mode(_ path: String) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : nil
  }
}
