import CPCRE2

/// An expression whose groups are wanted, as Grafana's settings have them: `/node-(.*)/i`, or without the strokes. Case counts
/// unless the flag says otherwise.
public struct CapturingPattern: Sendable {
  private let pattern: TextPattern

  /// What the groups of one match hold.
  public struct Match: Hashable, Sendable {
    /// The whole match and then its groups; nil for a group that took no part.
    public let groups: [String?]
    /// Where the match stands in the text, in bytes.
    public let range: Range<Int>
  }

  /// Compiles an expression; throws what the engine has against it.
  public init(_ text: String) throws(TextPattern.Refusal) {
    var body = text[...]
    var flags = ""
    if text.count > 1, text.hasPrefix("/"), let end = text.lastIndex(of: "/"), end != text.startIndex {
      let tail = text[text.index(after: end)...]
      if tail.allSatisfy({ "gimsuy".contains($0) }) {
        body = text[text.index(after: text.startIndex)..<end]
        flags = String(tail)
      }
    }
    // Capital letters decide on case elsewhere; here the flag does.
    let front = "(?" + (flags.contains("i") ? "i" : "") + (flags.contains("i") ? "-m)" : "-im)")
    pattern = try TextPattern(front + body, syntax: .expression)
  }

  /// The first match in a text; nil where there is none, or where looking for it would take too long.
  public func first(in text: String, from offset: Int = 0) -> Match? {
    var text = text
    return text.withUTF8 { bytes in
      guard let code = pattern.code, let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return nil }
      defer { pcre2_match_data_free_8(data) }
      let context = pcre2_match_context_create_8(nil)
      defer { pcre2_match_context_free_8(context) }
      pcre2_set_match_limit_8(context, TextMatcher.matchLimit)
      pcre2_set_heap_limit_8(context, 20_000)
      let empty: StaticString = ""
      let base = bytes.baseAddress ?? empty.utf8Start
      let count = pcre2_match_8(code, base, bytes.count, offset, UInt32(PCRE2_NO_UTF_CHECK), data, context)
      guard count > 0, let ends = pcre2_get_ovector_pointer_8(data), ends[0] <= ends[1] else { return nil }
      let all = Int(pcre2_get_ovector_count_8(data))
      let groups = (0..<all).map { index -> String? in
        guard index < Int(count) else { return nil }
        let (start, end) = (ends[2 * index], ends[2 * index + 1])
        guard start <= end, end <= bytes.count else { return nil }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
      }
      return Match(groups: groups, range: ends[0]..<ends[1])
    }
  }

  /// Whether the text holds a match.
  public func matches(_ text: String) -> Bool { first(in: text) != nil }

  /// The number of a named group; nil where there is none of that name.
  public func group(named name: String) -> Int? {
    let number = pcre2_substring_number_from_name_8(pattern.code, Array(name.utf8) + [0])
    return number > 0 ? Int(number) : nil
  }

  /// The text with its first match replaced; `$1` to `$9` in the replacement are the groups.
  public func replacingFirst(in text: String, with replacement: String) -> String {
    guard let match = first(in: text) else { return text }
    let bytes = Array(text.utf8)
    return String(decoding: bytes[..<match.range.lowerBound], as: UTF8.self)
      + CapturingPattern.filled(replacement, with: match.groups)
      + String(decoding: bytes[match.range.upperBound...], as: UTF8.self)
  }

  /// The replacement with its `$1` filled in.
  static func filled(_ replacement: String, with groups: [String?]) -> String {
    var result = ""
    var rest = replacement[...]
    while let character = rest.popFirst() {
      guard character == "$", let digit = rest.first?.wholeNumberValue, rest.first?.isASCII == true,
        groups.indices.contains(digit)
      else {
        result.append(character)
        continue
      }
      rest = rest.dropFirst()
      result += groups[digit] ?? ""
    }
    return result
  }
}
