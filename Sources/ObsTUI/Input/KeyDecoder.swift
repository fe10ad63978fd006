/// Turns what the terminal sends into keys. curses has told most keys already; what is left are characters, `Esc` with a
/// character behind it, sequences that the terminal's description does not know, and pasted text.
struct KeyDecoder {
  /// What is read.
  enum Input: Equatable {
    case scalar(UInt32)
    /// A key that curses recognised.
    case key(Key)
    /// Nothing more has come for now: an `Esc` at the end stands for itself.
    case end
  }

  /// More of a pasted text than this is left out.
  static let pasteLimit = 65_536
  private static let pasteEnd: [UInt32] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]  // ESC [ 2 0 1 ~

  private enum State {
    case idle, escape, singleShift
    /// Inside `ESC [`, with what has come of it.
    case sequence([UInt8])
    /// Inside a paste: its text, its scalars, and how much of the end mark has come.
    case paste(String.UnicodeScalarView, bytes: Int, matched: Int)
  }
  private var state = State.idle

  /// The keys that this input completes.
  mutating func feed(_ input: Input) -> [Key] {
    switch state {
    case .idle: return idle(input)
    case .escape: return escape(input)
    case .singleShift: return singleShift(input)
    case .sequence(let bytes): return sequence(input, bytes)
    case .paste(let text, let bytes, let matched): return paste(input, text, bytes, matched)
    }
  }

  private mutating func idle(_ input: Input) -> [Key] {
    state = .idle
    switch input {
    case .end: return []
    case .key(let key): return [key]
    case .scalar(0x1B):
      state = .escape
      return []
    case .scalar(let value): return KeyDecoder.plain(value).map { [$0] } ?? []
    }
  }

  private mutating func escape(_ input: Input) -> [Key] {
    switch input {
    case .scalar(0x5B):
      state = .sequence([])
      return []
    case .scalar(0x4F):
      state = .singleShift
      return []
    // Two in a row: the first was one of its own.
    case .scalar(0x1B): return [.escape]
    case .scalar(0x7F), .scalar(0x08), .key(.backspace):
      state = .idle
      return [.alt("\u{7F}")]
    case .scalar(let value):
      state = .idle
      guard value >= 0x20, case .character(let character)? = KeyDecoder.plain(value) else {
        return [.escape] + (KeyDecoder.plain(value).map { [$0] } ?? [])
      }
      return [.alt(character)]
    case .key, .end: return [.escape] + idle(input)
    }
  }

  private mutating func singleShift(_ input: Input) -> [Key] {
    state = .idle
    guard case .scalar(let value) = input else { return [.alt("O")] + idle(input) }
    switch value {
    case 0x50...0x53: return [.function(Int(value) - 0x4F)]
    case 0x4D: return [.enter]
    default: return KeyDecoder.cursorKey(value, modifier: 1).map { [$0] } ?? []
    }
  }

  private mutating func sequence(_ input: Input, _ bytes: [UInt8]) -> [Key] {
    state = .idle
    switch input {
    case .end: return bytes.isEmpty ? [.alt("[")] : []
    case .key(let key): return [key]
    case .scalar(0x1B): return idle(input)
    case .scalar(let value):
      if (0x20...0x3F).contains(value), bytes.count < 32 {
        state = .sequence(bytes + [UInt8(value)])
        return []
      }
      guard (0x40...0x7E).contains(value) else { return [] }
      return finish(String(decoding: bytes, as: UTF8.self), final: value)
    }
  }

  /// A control sequence (ECMA-48) with its parameters and its last character; an unknown one is nothing, not typed text.
  private mutating func finish(_ text: String, final: UInt32) -> [Key] {
    if text.hasPrefix("<") { return KeyDecoder.mouse(text.dropFirst(), final: final).map { [$0] } ?? [] }
    let numbers = text.split(separator: ";", omittingEmptySubsequences: false).map { $0.isEmpty ? 1 : Int($0) ?? 0 }
    guard final == 0x7E else {
      return KeyDecoder.cursorKey(final, modifier: numbers.count > 1 ? numbers[1] : 1).map { [$0] } ?? []
    }
    switch numbers.first ?? 0 {
    case 1, 7: return [.home]
    case 2: return [.insert]
    case 3: return [.delete]
    case 4, 8: return [.end]
    case 5: return [.pageUp]
    case 6: return [.pageDown]
    case let number where (11...15).contains(number): return [.function(number - 10)]
    case let number where (17...21).contains(number): return [.function(number - 11)]
    case let number where (23...24).contains(number): return [.function(number - 12)]
    case 200:
      state = .paste(String.UnicodeScalarView(), bytes: 0, matched: 0)
      return []
    default: return []
    }
  }

  private mutating func paste(
    _ input: Input, _ text: String.UnicodeScalarView, _ bytes: Int, _ matched: Int
  ) -> [Key] {
    var (text, bytes) = (text, bytes)
    // The state must not hold a second reference while the text grows.
    state = .idle
    func finished() -> [Key] { [.paste(String(text))] }
    func append(_ value: UInt32) {
      guard let scalar = Unicode.Scalar(value == 0x0D ? 0x0A : value), bytes < KeyDecoder.pasteLimit else { return }
      bytes += UTF8.width(scalar)
      if bytes <= KeyDecoder.pasteLimit { text.append(scalar) }
    }
    var matchedNow = 0
    switch input {
    // An Esc with nothing behind it was pressed: the end mark got lost.
    case .end where matched == 1: return finished()
    case .end: matchedNow = matched
    case .key(.enter): append(0x0A)
    case .key: break
    case .scalar(let value) where value == KeyDecoder.pasteEnd[matched]:
      matchedNow = matched + 1
      if matchedNow == KeyDecoder.pasteEnd.count { return finished() }
    case .scalar(let value):
      // What looked like the end mark was text; its Esc is not kept.
      for kept in KeyDecoder.pasteEnd.prefix(matched).dropFirst() { append(kept) }
      if value == 0x1B { matchedNow = 1 } else { append(value) }
    }
    state = .paste(text, bytes: bytes, matched: matchedNow)
    return []
  }

  /// A character, or what its control code means.
  static func plain(_ value: UInt32) -> Key? {
    switch value {
    case 0x0D: return .enter
    case 0x09: return .tab
    case 0x1B: return .escape
    case 0x08, 0x7F: return .backspace
    case 0x00: return .control(" ")
    case 0x01...0x1A: return .control(Character(Unicode.Scalar(UInt8(value) + 0x60)))
    case 0x1C...0x1F: return .control(Character(Unicode.Scalar(UInt8(value) + 0x40)))
    case 0x80..<0xA0: return nil
    default: return Unicode.Scalar(value).map { .character(Character($0)) }
    }
  }

  /// `modifier` is xterm's: 2 shift, 3 alt, 5 ctrl. With ctrl or alt, left and right go by words, as `alt-b` and `alt-f` do.
  private static func cursorKey(_ final: UInt32, modifier: Int) -> Key? {
    switch (Unicode.Scalar(final), modifier) {
    case ("A", _): return .up
    case ("B", _): return .down
    case ("C", 2): return .shiftRight
    case ("D", 2): return .shiftLeft
    case ("C", 3), ("C", 5): return .alt("f")
    case ("D", 3), ("D", 5): return .alt("b")
    case ("C", _): return .right
    case ("D", _): return .left
    case ("H", _): return .home
    case ("F", _): return .end
    case ("Z", _): return .backTab
    case ("P", _), ("Q", _), ("R", _), ("S", _): return .function(Int(final) - 0x4F)
    default: return nil
    }
  }

  /// xterm's SGR encoding: `<button;column;row`, then `M` for a press.
  private static func mouse(_ text: Substring, final: UInt32) -> Key? {
    let numbers = text.split(separator: ";").compactMap { Int($0) }
    guard final == 0x4D, numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
    let point = Point(x: numbers[1] - 1, y: numbers[2] - 1)
    switch numbers[0] {
    case 0: return .click(point)
    case 64: return .wheelUp(point)
    case 65: return .wheelDown(point)
    default: return nil
    }
  }
}
