/// What is held of a line besides its time and level, behind its document in a block:
///
///     … document │ flags │ stored │ trace │ span │ index │ service │ identity │ document's place │ message or its place │ …
///                ▲
///                an entry points here
///
/// It is read when it is looked at; that takes less time than to find the line.
struct HeldRecord {
  /// Where the document is.
  enum Place: UInt8 {
    /// There is none: a line of plain text.
    case none
    /// Before the record, packed.
    case block
    /// In the block's file.
    case file
  }

  struct Flags: OptionSet {
    let rawValue: UInt8
    static let stored = Flags(rawValue: 1)
    static let trace = Flags(rawValue: 2)
    static let span = Flags(rawValue: 4)
    static let service = Flags(rawValue: 8)
    /// The message is a string of the packed document.
    static let messageInDocument = Flags(rawValue: 16)
    static let inBlock = Flags(rawValue: 32)
    static let inFile = Flags(rawValue: 64)
  }

  /// A name: by number, or as it is.
  enum Name {
    case number(Int)
    case text(UnsafeBufferPointer<UInt8>)
  }

  private(set) var stored: Timestamp?
  private(set) var trace: TraceID?
  private(set) var span: SpanID?
  let index: Name
  private(set) var service: Name?
  let identity: UnsafeBufferPointer<UInt8>
  let message: UnsafeBufferPointer<UInt8>
  /// The packed document; empty where there is none here.
  private(set) var document: UnsafeBufferPointer<UInt8>
  let isMessageInDocument: Bool
  /// Where the document stands in the block's file, counted from the block's base.
  private(set) var fileRange: Range<Int64>?
  /// The bytes of the block that are this line's.
  let range: Range<Int>

  /// Reads the record at `offset` of a block's bytes.
  init(_ base: UnsafePointer<UInt8>, at offset: Int) {
    var reader = PackedReader(base, at: offset)
    let flags = Flags(rawValue: reader.byte())
    if flags.contains(.stored) { stored = Timestamp(nanoseconds: Int64(bitPattern: reader.word())) }
    if flags.contains(.trace) {
      let high = reader.word()
      trace = TraceID(high: high, low: reader.word())
    }
    if flags.contains(.span) { span = SpanID(value: reader.word()) }
    index = HeldRecord.name(&reader)
    if flags.contains(.service) { service = HeldRecord.name(&reader) }
    identity = reader.bytes()
    var start = offset
    document = UnsafeBufferPointer(start: nil, count: 0)
    if flags.contains(.inBlock) {
      let length = reader.count()
      start = offset - length
      document = UnsafeBufferPointer(start: base + start, count: length)
    } else if flags.contains(.inFile) {
      let lower = Int64(bitPattern: reader.number())
      fileRange = lower..<lower + Int64(bitPattern: reader.number())
    }
    isMessageInDocument = flags.contains(.messageInDocument)
    if isMessageInDocument {
      let place = reader.count()
      message = UnsafeBufferPointer(start: base + start + place, count: reader.count())
    } else {
      message = reader.bytes()
    }
    range = start..<reader.position
  }

  private static func name(_ reader: inout PackedReader) -> Name {
    let number = reader.count()
    return number == 0 ? .text(reader.bytes()) : .number(number - 1)
  }
}

extension HeldRecord.Name {
  var text: String {
    switch self {
    case .number(let number): NameTable.name(number)
    case .text(let bytes): bytes.text
    }
  }
}
