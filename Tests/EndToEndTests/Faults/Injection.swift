import Foundation

/// What a stranger might put into data to steer the terminal of who looks at it.
enum Injection {
  /// As JSON writes them, and as bytes that no JSON should hold.
  static let corpus: [[UInt8]] = escapes.map { Array($0.utf8) } + bytes

  private static let escapes: [String] = [
    #"\u001b]0;PWNED\u0007"#, #"\u001b]8;;http://evil.example\u001b\\PWNED\u001b]8;;\u001b\\"#,
    #"\u001b]52;c;UFdORUQ=\u0007"#, #"\u001b[1337z\u001b[?1337hPWNED"#, #"\u001bP1337;PWNED\u001b\\"#,
    #"\u009b1337zPWNED"#, #"\u009d0;PWNED\u009c"#, #"\u0090PWNED\u009c\u0085\u0084"#, #"\u202ePWNED\u202c\u2066\u200f"#,
    #"P\u200bW\u200dN\ufeffE\u2060D\u00ad"#, #"PWNED\r\n\b\u0000\u0007\u000e\u000fPWNED"#,
    "PWNED" + String(repeating: #"\u0301\u0489"#, count: 400), #"PWNED\udead\ud800"#, #"\u2028PWNED\u2029\u0085"#,
  ]
  private static let bytes: [[UInt8]] = [
    [0x1B] + word("]0;PWNED") + [0x07], [0x9B] + word("1337zPWNED"), [0xFF, 0xFE, 0xC0, 0x80] + word("PWNED"),
    [0xC2, 0x9B] + word("1337zPWNED"), [0xE2, 0x80, 0xAE] + word("PWNED"), word("PWNED") + [0xE2, 0x82],
  ]

  private static func word(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let members: Set<String> = [
    "message", "operationName", "value", "summary", "description", "alertname", "severity", "error", "title", "pod",
    "hostname", "thread_name", "logger", "name", "rootOperationName", "stringValue",
  ]

  /// A store's answer with these in it: before each message, name, title and value.
  static func poisoned(_ body: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    var result: [UInt8] = []
    result.reserveCapacity(body.count * 2)
    var rest = body[...]
    var turn = 0
    while let open = rest.firstIndex(of: quote) {
      let inside = rest[(open + 1)...]
      guard let close = inside.firstIndex(of: quote) else { break }
      result += rest[...close]
      rest = rest[(close + 1)...]
      guard rest.first == UInt8(ascii: ":"), members.contains(String(decoding: body[(open + 1)..<close], as: UTF8.self))
      else { continue }
      let value = rest.dropFirst().first == UInt8(ascii: " ") ? rest.dropFirst(2) : rest.dropFirst()
      guard value.first == quote else { continue }
      result += [UInt8(ascii: ":"), quote] + corpus[turn % corpus.count]
      turn += 1
      // A value that begins here has its closing quote further on.
      let behind = value.dropFirst()
      let end = behind.firstIndex(of: quote) ?? behind.endIndex
      result += behind[..<end]
      rest = behind[end...]
      if rest.first == quote {
        result.append(quote)
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }

  /// What of it is in what was written to a terminal; empty where all of it was made harmless.
  static func trespasses(in written: [UInt8]) -> [String] {
    let signs: [(String, String)] = [
      ("OSC 0", "\u{1B}]0;"), ("OSC 8", "\u{1B}]8;"), ("OSC 52", "\u{1B}]52;"), ("CSI", "\u{1B}[1337"),
      ("CSI ?", "\u{1B}[?1337"), ("DCS", "\u{1B}P"), ("a C1", "\u{9B}"), ("OSC as C1", "\u{9D}"),
      ("DCS as C1", "\u{90}"),
      ("NEL", "\u{85}"), ("bidi", "\u{202E}"), ("bidi isolate", "\u{2066}"), ("zero width", "\u{200B}"),
      ("BOM", "\u{FEFF}"),
      ("word joiner", "\u{2060}"), ("line separator", "\u{2028}"), ("BEL", "\u{7}"), ("NUL", "\u{0}"),
      ("shift out", "\u{E}"),
      ("a flood of marks", String(repeating: "\u{301}\u{489}", count: 4)),
    ]
    let text = Data(written)
    var found = signs.filter { text.range(of: Data($0.1.utf8)) != nil }.map(\.0)
    if String(validating: written, as: UTF8.self) == nil { found.append("invalid UTF-8") }
    return found
  }

  /// The same for text that a command prints, which moves no cursor: of the controls it has line ends and colours.
  static func trespasses(inPrinted printed: [UInt8]) -> [String] {
    var found = trespasses(in: printed)
    let text = String(decoding: printed, as: UTF8.self).replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    let controls = text.unicodeScalars.filter {
      $0.value < 0x20 && $0 != "\n" && $0 != "\r" || (0x7F...0x9F).contains($0.value)
    }
    if let control = controls.first { found.append("U+\(String(control.value, radix: 16))") }
    return found
  }
}
