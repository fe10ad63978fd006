import CSimdjson

/// Parses one text after the other in the same memory, so that a large text can be read in parts which fit into a cache.
final class JSONPartParser {
  private let parser: OpaquePointer

  /// Nil when there is no memory.
  init?() {
    guard let parser = sj_parser_new() else { return nil }
    self.parser = parser
  }

  deinit { sj_parser_free(parser) }

  /// Parses `text`, elements of an array with commas between them, and calls `body` with a cursor on that array. Nothing of the
  /// cursor may be kept. Nil where the text is no such list.
  func withElements<Result>(
    of text: UnsafeBufferPointer<UInt8>, _ body: (JSONCursor) throws -> Result
  ) rethrows -> Result? {
    let length = text.count + 2
    guard let room = sj_parser_room(parser, length) else { return nil }
    room[0] = UInt8(ascii: "[")
    if let base = text.baseAddress { (room + 1).update(from: base, count: text.count) }
    room[length - 1] = UInt8(ascii: "]")
    var tape: UnsafePointer<UInt64>?
    var strings: UnsafePointer<UInt8>?
    guard sj_parser_parse(parser, length, &tape, &strings) == 0, let tape, let strings else { return nil }
    return try body(JSONCursor(tape: tape, strings: strings, index: 1))
  }
}
