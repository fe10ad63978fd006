import Foundation

/// A process that serves the tests. It ends with `stop()`, and also with this process, however that ends: a shell in between
/// waits for the end of its input, and then stops it.
struct Background: Sendable {
  /// What it prints, and complains of.
  let output: URL
  private let shell: Child
  private let lifeline: FileHandle
  private let folder: URL

  init(_ path: String, _ arguments: [String]) throws {
    folder = try Program.temporaryFolder()
    output = folder.appending(path: "output")
    let entry = Pipe()
    let script = "output=$1; shift; \"$@\" > \"$output\" 2>&1 & read line; kill $!; wait $!"
    shell = try Child(
      "/bin/sh", ["-c", script, "sh", output.path, path] + arguments, environment: Program.cleanEnvironment,
      input: entry.fileHandleForReading, output: nil, errors: nil)
    try entry.fileHandleForReading.close()
    lifeline = entry.fileHandleForWriting
  }

  /// Waits until it has printed a text; all that it has printed.
  func wait(for text: String) async throws -> String {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      let printed = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
      if printed.contains(text) { return printed }
      guard ContinuousClock.now < deadline else {
        throw Failure(description: "waited for \"\(text)\", but this was printed:\n\(printed)")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Stops it and waits until it is gone.
  func stop() {
    try? lifeline.close()
    _ = shell.wait()
    try? FileManager.default.removeItem(at: folder)
  }
}
