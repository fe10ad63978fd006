import Foundation

/// The user's clipboard, which may be on another machine than we are: the terminal passes text on to it (OSC 52).
enum Clipboard {
  /// xterm takes 100,000 characters of base64, the sequence included; others take that as their measure too.
  static let limit = 74_994

  /// The sequence that has the terminal copy the text, or as much of its front as terminals take.
  static func sequence(for text: String) -> String {
    "\u{1B}]52;c;\(Data(clipped(text).utf8).base64EncodedString())\u{7}"
  }

  static func notice(for text: String, what: String) -> String {
    let kept = clipped(text).utf8.count
    return kept == text.utf8.count
      ? "copied \(what)" : "copied the first \(kept) of \(text.utf8.count) bytes of \(what): terminals take no more"
  }

  static func isInsideTmux(_ environment: [String: String]) -> Bool { environment["TMUX"]?.isEmpty == false }

  private static func clipped(_ text: String) -> Substring {
    guard text.utf8.count > limit else { return text[...] }
    let end = text.utf8.index(text.startIndex, offsetBy: limit)
    // Not in the middle of a character.
    return text[..<text.unicodeScalars.index(before: text.unicodeScalars.index(after: end))]
  }

  /// With tmux's usual settings OSC 52 from inside does not arrive, wrapped or not; `load-buffer -w` does.
  static func loadTmuxBuffer(_ text: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["tmux", "load-buffer", "-w", "-"]
    let (input, errors) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let message = try errors.fileHandleForReading.read(upToCount: 500) ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw TmuxError(
        description:
          "tmux said “\(String(decoding: message, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))”")
    }
  }

  struct TmuxError: Error, CustomStringConvertible {
    let description: String
  }
}
