import Glibc

/// Looks for a pattern in log lines: in the message, the service and every field of the document, shown or not. Names of fields are
/// not looked at.
///
/// A block's lines lie one after the other, so one look at all of them tells mostly that none holds a literal text; so it is with
/// lines that stay in a file.
public struct LineSearch: ~Copyable {
  private let matcher: TextMatcher
  private let mayBeNumber: Bool
  private let place = Place()

  /// The block that was looked at last: lines come in the order of their blocks.
  private final class Place {
    var block: LogBlock?
    /// The block's bytes, where they had to be made.
    var room: [UInt8] = []
    /// Whether the text is nowhere among the block's lines.
    var isAbsent = false
    /// Whether services hold the text, by their number.
    var services: [Int: Bool] = [:]
    /// A piece of a file, from where on, and whether the text is nowhere in it.
    var piece: (file: OpenFile, start: Int64, bytes: [UInt8], isAbsent: Bool)?
  }

  /// Makes a search for the use of one thread.
  public init(_ pattern: TextPattern) {
    matcher = TextMatcher(pattern)
    mayBeNumber = pattern.syntax == .expression || pattern.text.utf8.allSatisfy { "0123456789.-+e".utf8.contains($0) }
  }

  /// Whether the line holds the pattern; nil where the expression was given up on it.
  public func matches(_ entry: LogEntry) -> Bool? {
    let block = entry.block
    let isNew = place.block !== block
    place.block = block
    return block.withBytes(room: &place.room, isFilled: !isNew) { bytes in
      let isLiteral = matcher.pattern.syntax == .literal
      if isNew { place.isAbsent = isLiteral && matcher.find(in: bytes) == .none }
      guard let base = bytes.baseAddress else { return false }
      let record = HeldRecord(base, at: Int(entry.offset))
      return isLiteral ? containsText(record, bytes, block) : matchesExpression(record, block)
    }
  }

  // MARK: A literal text

  private func containsText(_ record: HeldRecord, _ bytes: UnsafeBufferPointer<UInt8>, _ block: LogBlock) -> Bool {
    if isInService(record) == true { return true }
    if let range = record.fileRange, isInFile(range, block) { return true }
    let line = UnsafeBufferPointer(rebasing: bytes[record.range])
    if !place.isAbsent, matcher.find(in: line) != .none {
      // It may have been found in the identity, or across two texts.
      if matcher.find(in: record.message) != .none { return true }
      if PackedDocument.containsText(record.document, .strings, where: { matcher.find(in: $0) != .none }) {
        return true
      }
    }
    return mayBeNumber && PackedDocument.containsText(record.document, .numbers) { matcher.find(in: $0) != .none }
  }

  /// Whether a document that stays in its file holds the text. It is decoded only where its bytes do, or where something in it is
  /// escaped.
  private func isInFile(_ range: Range<Int64>, _ block: LogBlock) -> Bool {
    guard let file = block.file else { return false }
    let text = LogText(file: file, offset: block.base + range.lowerBound, length: Int32(clamping: range.count))
    let piece = piece(with: text)
    guard !piece.isAbsent else { return false }
    let start = Int(text.offset - piece.start)
    let isDecoded = piece.bytes.withUnsafeBufferPointer { bytes in
      mayHold(UnsafeBufferPointer(rebasing: bytes[start..<min(start + Int(text.length), bytes.count)]))
    }
    return isDecoded && text.document.containsText(mayBeNumber ? .all : .strings) { matcher.find(in: $0) != .none }
  }

  /// Whether JSON may hold the text: as it is, or with something in it escaped.
  private func mayHold(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    return matcher.find(in: bytes) != .none || memchr(base, Int32(UInt8(ascii: "\\")), bytes.count) != nil
  }

  // MARK: An expression

  private func matchesExpression(_ record: HeldRecord, _ block: LogBlock) -> Bool? {
    var isUndecided = false
    func holds(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
      switch matcher.find(in: bytes) {
      case .match: return true
      case .none: return false
      case .undecided:
        isUndecided = true
        return false
      }
    }
    if holds(record.message) { return true }
    switch isInService(record) {
    case .some(true): return true
    case .some(false): break
    case .none: isUndecided = true
    }
    if PackedDocument.containsText(record.document, .all, where: holds) { return true }
    if let range = record.fileRange, let file = block.file {
      let text = LogText(file: file, offset: block.base + range.lowerBound, length: Int32(clamping: range.count))
      if text.document.containsText(.all, where: holds) { return true }
    }
    return isUndecided ? nil : false
  }

  // MARK: Both

  /// Whether the service's name holds the pattern; nil where that could not be decided. A name is looked at once.
  private func isInService(_ record: HeldRecord) -> Bool? {
    switch record.service {
    case .none: return false
    case .text(let bytes): return found(matcher.find(in: bytes))
    case .number(let number):
      if let known = place.services[number] { return known }
      var name = NameTable.name(number)
      let outcome = found(name.withUTF8 { matcher.find(in: $0) })
      place.services[number] = outcome
      return outcome
    }
  }

  private func found(_ outcome: TextMatcher.Outcome) -> Bool? {
    switch outcome {
    case .match: true
    case .none: false
    case .undecided: nil
    }
  }

  /// How much of a file is read at once.
  private static let pieceBytes: Int64 = 256 << 10

  /// The piece of a file that a text stands in: it is read once for many lines, as they stand beside each other.
  private func piece(with text: LogText) -> (file: OpenFile, start: Int64, bytes: [UInt8], isAbsent: Bool) {
    if let piece = place.piece, piece.file === text.file, text.offset >= piece.start,
      text.offset + Int64(text.length) <= piece.start + Int64(piece.bytes.count)
    {
      return piece
    }
    let count = max(LineSearch.pieceBytes, Int64(text.length))
    let bytes = text.file.read(at: text.offset, count: Int(count))
    let isAbsent = bytes.withUnsafeBufferPointer { !mayHold($0) }
    let piece = (file: text.file, start: text.offset, bytes: bytes, isAbsent: isAbsent)
    place.piece = piece
    return piece
  }
}
