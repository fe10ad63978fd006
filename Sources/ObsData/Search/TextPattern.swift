import CPCRE2

/// A text to look for, compiled: a literal one or a regular expression in PCRE2's syntax, translated to machine code where the
/// processor allows it. Case counts for nothing unless the pattern says a capital letter.
public final class TextPattern: Sendable {
  /// How a pattern is read.
  public enum Syntax: Hashable, Sendable {
    /// Every character stands for itself.
    case literal
    /// A regular expression: https://www.pcre.org/current/doc/html/pcre2syntax.html
    case expression
  }

  /// Why a pattern was refused.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The engine's sentence.
    public let reason: String
    /// In front of which character it stopped, counted from 0.
    public let offset: Int

    /// A sentence for the user: what is wrong, and where.
    public var description: String { "\(reason), at character \(offset + 1)" }
  }

  /// The pattern as it was written.
  public let text: String
  /// How it is read.
  public let syntax: Syntax
  /// Whether capital letters are those of small ones.
  public let ignoresCase: Bool
  /// Where the compiled pattern lies. Nothing changes it once it is made, so that threads may share it (pcre2api, MULTITHREADING);
  /// it is kept as a number because a pointer does not say so much.
  private let address: UInt

  /// Compiles a pattern; throws what the engine has against it.
  public init(_ text: String, syntax: Syntax) throws(Refusal) {
    self.text = text
    self.syntax = syntax
    ignoresCase = TextPattern.ignoresCase(text, syntax)
    var options: UInt32 = ignoresCase ? UInt32(PCRE2_CASELESS) : 0
    switch syntax {
    case .literal:
      options |= UInt32(PCRE2_LITERAL)
      // Bytes of ASCII stand for themselves anywhere. Other letters have a case that only Unicode knows, and may be looked for
      // in memory that holds more than text.
      if ignoresCase, !text.utf8.allSatisfy({ $0 < 0x80 }) {
        options |= UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF)
      }
    case .expression:
      options |= UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_MULTILINE) | UInt32(PCRE2_NEVER_BACKSLASH_C)
    }
    var code: Int32 = 0
    var offset = 0
    let bytes = Array(text.utf8)
    guard let compiled = pcre2_compile_8(bytes, bytes.count, options, &code, &offset, nil) else {
      let front = String(decoding: bytes.prefix(offset), as: UTF8.self)
      throw Refusal(reason: TextPattern.sentence(code), offset: front.count)
    }
    // Where there is no translator the pattern is interpreted: slower, and the same.
    _ = pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
    address = UInt(bitPattern: compiled)
  }

  deinit { pcre2_code_free_8(OpaquePointer(bitPattern: address)) }

  var code: OpaquePointer? { OpaquePointer(bitPattern: address) }

  /// Letters behind a backslash are no letters of the text: `\S`, `\x4A` and `\p{Lu}` ask for no capital.
  private static func ignoresCase(_ text: String, _ syntax: Syntax) -> Bool {
    var rest = text[...]
    while let character = rest.popFirst() {
      if syntax == .expression, character == "\\" {
        let escaped = rest.popFirst()
        guard let escaped, "xopPNgk".contains(escaped) else { continue }
        if rest.first == "{" { rest = rest.drop { $0 != "}" } } else { rest = rest.dropFirst(2) }
      } else if character.isUppercase {
        return false
      }
    }
    return true
  }

  private static func sentence(_ code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(code, &buffer, buffer.count)
    return length > 0 ? String(decoding: buffer.prefix(Int(length)), as: UTF8.self) : "error \(code)"
  }
}

extension TextPattern: Hashable {
  /// Whether both look for the same.
  public static func == (a: TextPattern, b: TextPattern) -> Bool { a.text == b.text && a.syntax == b.syntax }
  /// Hashes what is looked for.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(text)
    hasher.combine(syntax)
  }
}

/// What a thread needs to look for a pattern: never shared, used again for every text.
public struct TextMatcher: ~Copyable {
  /// What came of looking.
  public enum Outcome: Equatable, Sendable {
    /// The bytes that were found.
    case match(Range<Int>)
    case none
    /// The expression was given up: it went back and forth for too long.
    case undecided
  }

  /// The pattern that is looked for.
  public let pattern: TextPattern
  private let data: OpaquePointer?
  private let context: OpaquePointer?
  private let stack: OpaquePointer?

  /// How often the engine may go back on one text: about two milliseconds.
  public static let matchLimit: UInt32 = 1_000_000

  /// Makes what is needed for one thread; an expression is given up on a text after going back `matchLimit` times.
  public init(_ pattern: TextPattern, matchLimit: UInt32 = TextMatcher.matchLimit) {
    self.pattern = pattern
    data = pcre2_match_data_create_8(1, nil)
    context = pcre2_match_context_create_8(nil)
    pcre2_set_match_limit_8(context, matchLimit)
    pcre2_set_heap_limit_8(context, 20_000)
    // The machine code's own stack: it takes of it what it needs. A literal text needs none.
    stack = pattern.syntax == .expression ? pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil) : nil
    if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
  }

  deinit {
    pcre2_match_data_free_8(data)
    pcre2_match_context_free_8(context)
    pcre2_jit_stack_free_8(stack)
  }

  /// Looks in `bytes`, which for an expression must be valid UTF-8, from an offset on.
  public func find(in bytes: UnsafeBufferPointer<UInt8>, from offset: Int = 0) -> Outcome {
    let empty: StaticString = ""
    let base = bytes.baseAddress ?? empty.utf8Start
    let options = pattern.syntax == .expression ? UInt32(PCRE2_NO_UTF_CHECK) : 0
    let result = pcre2_match_8(pattern.code, base, bytes.count, offset, options, data, context)
    if result == PCRE2_ERROR_NOMATCH { return .none }
    guard result >= 0, let ends = pcre2_get_ovector_pointer_8(data) else { return .undecided }
    // \K may set the start behind the end.
    return .match(min(ends[0], ends[1])..<max(ends[0], ends[1]))
  }

  /// Every match in a text, from left to right; empty ones are left out.
  public func ranges(in text: String) -> [Range<String.Index>] {
    var text = text
    let offsets = text.withUTF8 { bytes in
      var offsets: [Range<Int>] = []
      var place = 0
      while place <= bytes.count, case .match(let range) = find(in: bytes, from: place) {
        if !range.isEmpty { offsets.append(range) }
        guard range.upperBound <= place || range.isEmpty else {
          place = range.upperBound
          continue
        }
        // Behind an empty match the search goes on at the next character.
        place = max(range.upperBound, place) + 1
        while place < bytes.count, bytes[place] & 0xC0 == 0x80 { place += 1 }
      }
      return offsets
    }
    return offsets.map { range in
      let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
      return start..<text.utf8.index(start, offsetBy: range.count)
    }
  }
}
