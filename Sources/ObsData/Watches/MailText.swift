/// A message as sendmail takes it (RFC 5322). Date and identity are added by sendmail, which knows them.
enum MailText {
  /// Header and body. Every header is one line: what comes from labels cannot begin another one.
  static func text(_ message: WatchMessage, to target: MailTarget) -> String {
    let body = message.body
    // Lines over 998 bytes are cut by some servers, and not every one takes more than ASCII.
    let isPlain =
      body.utf8.allSatisfy { $0 < 0x80 } && body.split(separator: "\n").allSatisfy { $0.utf8.count <= 900 }
    var lines = ["To: " + target.to.joined(separator: ",\n ")]
    if let from = target.from { lines.append("From: \(from)") }
    lines += [
      "Subject: \(header("obs-tui: " + message.subject))", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: \(isPlain ? "7bit" : "base64")", "",
    ]
    return lines.joined(separator: "\n") + "\n" + (isPlain ? body : wrapped(Credentials.base64(body)))
  }

  /// A header's value: as it is where it is ASCII, else in encoded words (RFC 2047), each of whole characters and at most 75 bytes.
  static func header(_ text: String) -> String {
    let text = WatchMessage.plain(text)
    guard text.utf8.contains(where: { $0 >= 0x80 }) || text.contains("=?") else { return text }
    var words: [String] = []
    var word = ""
    for scalar in text.unicodeScalars {
      if word.utf8.count + String(scalar).utf8.count > 42 {
        words.append(word)
        word = ""
      }
      word.unicodeScalars.append(scalar)
    }
    words.append(word)
    return words.map { "=?utf-8?B?\(Credentials.base64($0))?=" }.joined(separator: "\n ")
  }

  /// In lines of 76 characters.
  private static func wrapped(_ text: String) -> String {
    let characters = Array(text.utf8)
    return stride(from: 0, to: characters.count, by: 76).map { start in
      String(decoding: characters[start..<min(start + 76, characters.count)], as: UTF8.self) + "\n"
    }.joined()
  }
}
