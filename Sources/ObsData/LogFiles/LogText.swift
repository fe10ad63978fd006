/// Where a line's document stands in its file. It is read and decoded when it is looked at: a line that is held keeps no bytes
/// of it.
struct LogText: Hashable, Sendable {
  let file: OpenFile
  let offset: Int64
  let length: Int32

  /// What is shown of a line that the file has lost since: it was cut short or written over.
  private static let gone: JSONValue = {
    let note: JSONTree = ["note": "the file no longer holds this line"]
    return ((try? JSONDocument(parsing: Array(note.text.utf8))) ?? JSONDocument.nothing).root
  }()

  /// The document; a sentence in its place where the file no longer has it.
  var document: JSONValue {
    let bytes = file.read(at: offset, count: Int(length) + 1)
    let behind = bytes.count > Int(length) ? bytes[Int(length)] : 10
    // Another line may have come to stand here: it would hardly begin and end at the same places.
    guard bytes.count >= Int(length), behind == 10 || behind == 13 || behind == 32,
      let read = try? JSONReader.read(Array(bytes.prefix(Int(length)))), read.document.root.kind == .object
    else { return LogText.gone }
    return read.document.root
  }

  /// The bytes of the document as they stand in the file.
  var bytes: [UInt8] { file.read(at: offset, count: Int(length)) }

  static func == (a: LogText, b: LogText) -> Bool { a.file === b.file && a.offset == b.offset }
  func hash(into hasher: inout Hasher) { hasher.combine(offset) }
}

extension JSONDocument {
  /// A document that is `null`: that of a line of plain text.
  static let nothing = JSONDocument(
    tape: [0x7200_0000_0000_0003, 0x6E00_0000_0000_0000, 0x7200_0000_0000_0000], strings: [])
}
