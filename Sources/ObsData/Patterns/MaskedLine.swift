/// A message as patterns compare it: split into tokens, and in each token what differs from line to line masked. Numbers, dates,
/// durations, addresses, identifiers and quoted texts are one mask each, whatever their kind. The request of an access log is no
/// quoted text: its method and the status behind it are what tells its lines apart.
///
/// A token ends at white space, behind `=`, behind a mark of Chinese punctuation, and where Chinese text meets other text: Chinese
/// is written without spaces, and a name or number inside it must not make a new word of the whole sentence.
struct MaskedLine: Sendable {
  /// What stands for a mask in `text`: a byte that no printed message holds.
  static let mask: UInt8 = 0
  /// The hash of a token that is nothing but a mask, and of a place in a template where any token fits.
  static let wildcard: UInt64 = 1
  /// What is looked at of a line: its first line with anything in it, as far as this.
  static let maximumBytes = 2_048
  static let maximumTokens = 128

  struct Token: Sendable {
    var hash: UInt64
    /// Where it ends in `text`.
    var end: Int
    /// Whether white space stands before it.
    var isSpaced: Bool
    var hasMask: Bool
    /// Whether lines with another text here are another matter, however much else they share.
    var isKey = false
  }

  private(set) var tokens: [Token] = []
  private(set) var text: [UInt8] = []
  /// The hash of the whole line; lines of one hash are the same to every pattern.
  private(set) var hash: UInt64 = 0
  private var isSpaced = false

  init() {}

  init(_ message: String) { read(message) }

  /// Takes another message in; what the line has of memory is used again.
  mutating func read(_ message: String) {
    tokens.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    isSpaced = false
    let isRead: Void? = message.utf8.withContiguousStorageIfAvailable { scan($0) }
    if isRead == nil {
      Array(message.utf8.prefix(MaskedLine.maximumBytes)).withUnsafeBufferPointer { scan($0) }
    }
    var hash = FNV1a.start
    for token in tokens { hash = FNV1a.mixed(hash, token.hash) }
    self.hash = hash
  }

  /// A token's bytes.
  func bytes(of index: Int) -> ArraySlice<UInt8> {
    text[(index > 0 ? tokens[index - 1].end : 0)..<tokens[index].end]
  }

  private mutating func scan(_ whole: UnsafeBufferPointer<UInt8>) {
    var start = 0
    while start < whole.count, whole[start] <= 32 { start += 1 }
    let bytes = UnsafeBufferPointer(rebasing: whole[start..<min(whole.count, start + MaskedLine.maximumBytes)])
    var index = 0
    while index < bytes.count, tokens.count < MaskedLine.maximumTokens {
      let byte = bytes[index]
      switch ByteKind.of[Int(byte)] {
      case .lineBreak:
        closeToken()
        return
      case .space:
        closeToken()
        isSpaced = true
        index += 1
      case .alphanumeric: index = word(bytes, from: index)
      case .quote: index = quoted(bytes, from: index)
      case .sign:
        // The sign of a number belongs to it.
        let isFree = index == 0 || ByteKind.of[Int(bytes[index - 1])] != .alphanumeric
        let isSign = isFree && index + 1 < bytes.count && isDigit(bytes[index + 1])
        if !isSign { text.append(byte) }
        index += 1
      case .equals:
        text.append(byte)
        closeToken()
        index += 1
      case .other:
        // A mask's own byte in a message would be taken for a mask.
        text.append(byte == MaskedLine.mask ? 1 : byte)
        index += 1
      case .wide: index = wide(bytes, from: index)
      }
    }
    closeToken()
  }

  /// A run of letters and digits, or a longer value that begins here.
  private mutating func word(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    if let end = ValueShape.end(in: bytes, from: start) {
      appendMask()
      return end
    }
    var end = start
    while end < bytes.count, ByteKind.of[Int(bytes[end])] == .alphanumeric {
      if isDigit(bytes[end]) {
        appendMask()
        repeat { end += 1 } while end < bytes.count && isDigit(bytes[end])
      } else {
        text.append(bytes[end])
        end += 1
      }
    }
    return end
  }

  /// A quoted text, unless it is the name of a field (`"user": …`), which tells more than it varies.
  private mutating func quoted(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let isFree = start == 0 || ByteKind.of[Int(bytes[start - 1])] != .alphanumeric
    guard isFree, let close = ValueShape.closingQuote(in: bytes, from: start) else {
      text.append(bytes[start])
      return start + 1
    }
    if let request = RequestShape(in: bytes, from: start, to: close) {
      return self.request(request, bytes)
    }
    if close + 1 < bytes.count, bytes[close + 1] == UInt8(ascii: ":") {
      text.append(contentsOf: bytes[start...close])
    } else {
      appendMask()
    }
    return close + 1
  }

  /// A request, its quotes left out: the method, the path as words, and the status.
  private mutating func request(_ request: RequestShape, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    closeToken()
    isSpaced = true
    text.append(contentsOf: bytes[request.method])
    closeToken(isKey: true)
    isSpaced = true
    var index = request.path.lowerBound
    while index < request.path.upperBound {
      if ByteKind.of[Int(bytes[index])] == .alphanumeric {
        index = min(word(bytes, from: index), request.path.upperBound)
      } else {
        text.append(bytes[index] == MaskedLine.mask ? 1 : bytes[index])
        index += 1
      }
    }
    if request.hasParameters { appendMask() }
    closeToken()
    guard let status = request.status else { return request.end }
    isSpaced = true
    text.append(contentsOf: bytes[status])
    closeToken(isKey: true)
    return request.end
  }

  /// Chinese text and its punctuation.
  private mutating func wide(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard start + 2 < bytes.count else {
      text.append(contentsOf: bytes[start...])
      return bytes.count
    }
    if let end = ValueShape.closingWideQuote(in: bytes, from: start) {
      closeToken()
      appendMask()
      closeToken()
      return end
    }
    let isIdeographicSpace = bytes[start] == 0xE3 && bytes[start + 1] == 0x80 && bytes[start + 2] == 0x80
    if isIdeographicSpace {
      closeToken()
      isSpaced = true
      return start + 3
    }
    if start > 0, ByteKind.of[Int(bytes[start - 1])] != .wide, bytes[start - 1] < 0x80 { closeToken() }
    var end = start
    while end + 2 < bytes.count, ValueShape.isWide(bytes, at: end) {
      let isMark = ValueShape.isWidePunctuation(bytes, at: end)
      if end > start, ValueShape.closingWideQuote(in: bytes, from: end) != nil { break }
      text.append(contentsOf: bytes[end..<end + 3])
      end += 3
      if isMark {
        closeToken()
        return end
      }
    }
    if end == start {
      text.append(bytes[start])
      return start + 1
    }
    // What follows without a space is a token of its own.
    if end < bytes.count { closeToken() }
    return end
  }

  private mutating func appendMask() {
    // Values side by side are one.
    if text.last == MaskedLine.mask, text.count > (tokens.last?.end ?? 0) { return }
    text.append(MaskedLine.mask)
  }

  private mutating func closeToken(isKey: Bool = false) {
    let start = tokens.last?.end ?? 0
    guard text.count > start else { return }
    var hash = FNV1a.start
    var hasMask = false
    for index in start..<text.count {
      hash = FNV1a.mixed(hash, text[index])
      if text[index] == MaskedLine.mask { hasMask = true }
    }
    if hasMask, text.count == start + 1 { hash = MaskedLine.wildcard }
    tokens.append(Token(hash: hash, end: text.count, isSpaced: isSpaced, hasMask: hasMask, isKey: isKey))
    isSpaced = false
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
}

/// What a byte is to the scanner.
enum ByteKind: UInt8, Sendable {
  case other, space, lineBreak, alphanumeric, quote, sign, equals
  /// The first byte of three that may be Chinese or its punctuation.
  case wide

  static let of: [ByteKind] = (0..<256).map { value in
    switch UInt8(value) {
    case 10, 13: .lineBreak
    case 9, 32: .space
    case 48...57, 65...90, 97...122: .alphanumeric
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): .quote
    case UInt8(ascii: "-"), UInt8(ascii: "+"): .sign
    case UInt8(ascii: "="): .equals
    case 0xE2...0xE9, 0xEF: .wide
    default: .other
    }
  }
}

/// FNV-1a in 64 bits: the same in every run, which Swift's own hash is not. http://www.isthe.com/chongo/tech/comp/fnv/
enum FNV1a {
  static let start: UInt64 = 0xcbf2_9ce4_8422_2325

  @inline(__always)
  static func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }

  /// A whole word at once; the shift brings its upper half down, where the next multiplication reaches it.
  @inline(__always)
  static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
    return product ^ (product >> 32)
  }
}
