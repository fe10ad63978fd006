/// How values that differ from line to line look: where one that begins at a byte ends.
enum ValueShape {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// The end of a value that begins with the word at `start`; nil where the word is none. The word begins at `start`: what
  /// stands before it is no letter and no digit.
  static func end(in bytes: Bytes, from start: Int) -> Int? {
    let runEnd = run(bytes, from: start)
    var digits = 0
    var switches = 0
    var isHex = true
    for index in start..<runEnd {
      let isDigit = isDigit(bytes[index])
      if isDigit { digits += 1 } else if !isHexLetter(bytes[index]) { isHex = false }
      if index > start, isDigit != self.isDigit(bytes[index - 1]) { switches += 1 }
    }
    let length = runEnd - start
    if length == 8, isHex, let end = uuid(bytes, from: start) { return end }
    if isHex, length <= 4, let end = addressV6(bytes, from: start) { return end }
    if digits == 0 { return nil }
    if isDigit(bytes[start]) {
      if length > 2, bytes[start] == 48, bytes[start + 1] | 0x20 == UInt8(ascii: "x") { return runEnd }
      return date(bytes, from: start) ?? namedDate(bytes, from: start) ?? clock(bytes, from: start)
        ?? number(bytes, from: start)
    }
    // Eight hexadecimal digits and more, or letters and digits in turns: an identifier, no word with a number in it.
    return (isHex && length >= 8) || (switches >= 3 && length >= 8) ? runEnd : nil
  }

  /// A number with decimals, groups or dots (ranges, IPv4 addresses and Debian's versions are of this shape), its unit, its port,
  /// its per cent.
  private static func number(_ bytes: Bytes, from start: Int) -> Int {
    var end = run(bytes, from: start)
    while end + 1 < bytes.count {
      switch bytes[end] {
      case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"):
        guard isDigit(bytes[end + 1]) else { break }
        end = run(bytes, from: end + 1)
        continue
      case UInt8(ascii: "+"), UInt8(ascii: "~"):
        guard ByteKind.of[Int(bytes[end + 1])] == .alphanumeric else { break }
        end = run(bytes, from: end + 1)
        continue
      default: break
      }
      break
    }
    // Microseconds, with either of Unicode's two signs.
    if end + 2 < bytes.count, bytes[end + 2] == UInt8(ascii: "s"),
      (bytes[end] == 0xC2 && bytes[end + 1] == 0xB5) || (bytes[end] == 0xCE && bytes[end + 1] == 0xBC)
    {
      return end + 3
    }
    if end < bytes.count, bytes[end] == UInt8(ascii: "%") { end += 1 }
    return end
  }

  /// `2026-11-22`, `2026/11/22`, and with a time of day behind it.
  private static func date(_ bytes: Bytes, from start: Int) -> Int? {
    guard start + 10 <= bytes.count, run(bytes, from: start) == start + 4 else { return nil }
    let separator = bytes[start + 4]
    guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/"), bytes[start + 7] == separator else {
      return nil
    }
    for index in [0, 1, 2, 3, 5, 6, 8, 9] where !isDigit(bytes[start + index]) { return nil }
    let end = start + 10
    guard end + 1 < bytes.count else { return end }
    if bytes[end] | 0x20 == UInt8(ascii: "t") || bytes[end] == 32, let end = clock(bytes, from: end + 1) { return end }
    return ByteKind.of[Int(bytes[end])] == .alphanumeric ? nil : end
  }

  /// `17/May/2015:08:05:32 +0000`, as access logs write, the zone with it.
  private static func namedDate(_ bytes: Bytes, from start: Int) -> Int? {
    guard start + 20 <= bytes.count, bytes[start + 2] == UInt8(ascii: "/"), bytes[start + 6] == UInt8(ascii: "/"),
      bytes[start + 11] == UInt8(ascii: ":"), let end = clock(bytes, from: start + 12)
    else { return nil }
    guard end + 6 <= bytes.count, bytes[end] == 32,
      bytes[end + 1] == UInt8(ascii: "+") || bytes[end + 1] == UInt8(ascii: "-"),
      bytes[end + 2..<end + 6].allSatisfy(isDigit)
    else { return end }
    return end + 6
  }

  /// `08:53:10`, with a fraction and a zone.
  private static func clock(_ bytes: Bytes, from start: Int) -> Int? {
    guard start + 8 <= bytes.count, bytes[start + 2] == UInt8(ascii: ":"), bytes[start + 5] == UInt8(ascii: ":") else {
      return nil
    }
    for index in [0, 1, 3, 4, 6, 7] where !isDigit(bytes[start + index]) { return nil }
    var end = start + 8
    if end + 1 < bytes.count, bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: ","),
      isDigit(bytes[end + 1])
    {
      end += 1
      while end < bytes.count, isDigit(bytes[end]) { end += 1 }
    }
    guard end < bytes.count else { return end }
    if bytes[end] | 0x20 == UInt8(ascii: "z") { return end + 1 }
    guard bytes[end] == UInt8(ascii: "+") || bytes[end] == UInt8(ascii: "-") else { return end }
    var zone = end + 1
    while zone < bytes.count, zone < end + 6, isDigit(bytes[zone]) || bytes[zone] == UInt8(ascii: ":") { zone += 1 }
    return zone >= end + 3 ? zone : end
  }

  /// `8-4-4-4-12` hexadecimal digits.
  private static func uuid(_ bytes: Bytes, from start: Int) -> Int? {
    guard start + 36 <= bytes.count else { return nil }
    for index in 0..<36 {
      let byte = bytes[start + index]
      let isDash = index == 8 || index == 13 || index == 18 || index == 23
      guard isDash ? byte == UInt8(ascii: "-") : isDigit(byte) || isHexLetter(byte) else { return nil }
    }
    let end = start + 36
    return end < bytes.count && ByteKind.of[Int(bytes[end])] == .alphanumeric ? nil : end
  }

  /// Groups of up to four hexadecimal digits with colons between: four of them at least, or two colons together.
  private static func addressV6(_ bytes: Bytes, from start: Int) -> Int? {
    var colons = 0
    var isShort = false
    var end = start
    while end < bytes.count, isDigit(bytes[end]) || isHexLetter(bytes[end]) || bytes[end] == UInt8(ascii: ":") {
      if bytes[end] == UInt8(ascii: ":") {
        colons += 1
        if end > start, bytes[end - 1] == UInt8(ascii: ":") { isShort = true }
      }
      end += 1
    }
    guard (isShort && colons >= 2) || colons >= 4, bytes[end - 1] != UInt8(ascii: ":") else { return nil }
    return end < bytes.count && ByteKind.of[Int(bytes[end])] == .alphanumeric ? nil : end
  }

  /// The place of the quote that closes the one at `start`: on the same line, and not further than a sentence.
  static func closingQuote(in bytes: Bytes, from start: Int) -> Int? {
    var index = start + 1
    let limit = min(bytes.count, start + 512)
    while index < limit, bytes[index] != 10 {
      if bytes[index] == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if bytes[index] == bytes[start] { return index }
      index += 1
    }
    return nil
  }

  /// The end of a text in Chinese quotes that begins at `start`: `“…”`, `「…」`, `『…』`, `《…》`.
  static func closingWideQuote(in bytes: Bytes, from start: Int) -> Int? {
    guard start + 2 < bytes.count else { return nil }
    let opening = (bytes[start], bytes[start + 1], bytes[start + 2])
    let isOpening =
      opening == (0xE2, 0x80, 0x9C)
      || (opening.0 == 0xE3 && opening.1 == 0x80 && [0x8A, 0x8C, 0x8E].contains(opening.2))
    guard isOpening else { return nil }
    var index = start + 3
    let limit = min(bytes.count, start + 512)
    while index + 2 < limit {
      if bytes[index] == opening.0, bytes[index + 1] == opening.1, bytes[index + 2] == opening.2 + 1 {
        return index + 3
      }
      index += 1
    }
    return nil
  }

  /// Whether the three bytes at `index` are Chinese, Japanese syllables or the punctuation of either.
  static func isWide(_ bytes: Bytes, at index: Int) -> Bool {
    let lead = bytes[index]
    return (0xE3...0xE9).contains(lead) || (lead == 0xEF && (bytes[index + 1] == 0xBC || bytes[index + 1] == 0xBD))
      || (lead == 0xE2 && bytes[index + 1] == 0x80)
  }

  /// Whether the three bytes at `index` are punctuation of Chinese text: `，。：；！？（）、—…`.
  static func isWidePunctuation(_ bytes: Bytes, at index: Int) -> Bool {
    let lead = bytes[index]
    return lead == 0xEF || (lead == 0xE3 && bytes[index + 1] == 0x80) || lead == 0xE2
  }

  private static func run(_ bytes: Bytes, from start: Int) -> Int {
    var end = start
    while end < bytes.count, ByteKind.of[Int(bytes[end])] == .alphanumeric { end += 1 }
    return end
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
  private static func isHexLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 6 }
}
