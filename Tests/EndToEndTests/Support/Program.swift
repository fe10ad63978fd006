import Foundation

/// The program under test and the tools around it.
enum Program {
  /// The built `obs-tui`: it lies beside the test bundle, or where OBS_TUI_PROGRAM says.
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["OBS_TUI_PROGRAM"] { return path }
    let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    for folder in [bundle, bundle.deletingLastPathComponent()] {
      let candidate = folder.appending(path: "obs-tui").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
    }
    return root.appending(path: ".build/debug/obs-tui").path
  }()

  /// The project's folder.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Where a tool lies; nil when the machine has none.
  static func tool(_ name: String) -> String? {
    let folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"]
    return folders.map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// What a finished process left.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Runs a process to its end.
  @discardableResult
  static func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
  ) throws -> Outcome {
    let (output, errors, entry) = (Pipe(), Pipe(), Pipe())
    let child = try Child(
      path, arguments, environment: cleanEnvironment.merging(environment) { $1 }, input: entry.fileHandleForReading,
      output: output.fileHandleForWriting, errors: errors.fileHandleForWriting)
    for end in [entry.fileHandleForReading, output.fileHandleForWriting, errors.fileHandleForWriting] {
      try end.close()
    }
    if let input { try entry.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
    try entry.fileHandleForWriting.close()
    // What is written to errors here never fills a pipe.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    return Outcome(
      status: child.wait(), output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaint, as: UTF8.self))
  }

  /// The environment without what would lead the program elsewhere: settings, addresses, an outer tmux.
  static let cleanEnvironment: [String: String] = ProcessInfo.processInfo.environment.filter { name, _ in
    !name.hasPrefix("OBS_TUI_") && name != "TMUX" && name != "NO_COLOR" && !name.hasSuffix("_PROXY")
      && !name.hasSuffix("_proxy")
  }.merging(["XDG_CONFIG_HOME": "/nonexistent", "TZ": "UTC", "LC_ALL": "C.UTF-8"]) { $1 }

  /// A fresh folder that the caller removes.
  static func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "obs-tui-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
