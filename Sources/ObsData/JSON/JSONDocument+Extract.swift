extension JSONDocument {
  /// A document of its own that holds only these values of this one, and the values in it, in the same order: so that a few
  /// lines that are kept do not keep the whole answer they came in.
  func extracting(_ values: [JSONValue]) -> (document: JSONDocument, values: [JSONValue]) {
    var tape: [UInt64] = [UInt64(UInt8(ascii: "r")) << 56, 0]
    var strings: [UInt8] = []
    var starts: [Int] = []
    tape.reserveCapacity(values.reduce(4) { $0 + $1.next - $1.index })
    withTape { words in
      for value in values where value.document === self {
        starts.append(tape.count)
        copy(words, value.index..<value.next, to: &tape, strings: &strings)
      }
    }
    tape[1] = JSONDocument.word("[", UInt64(min(starts.count, 0xFF_FFFF)) << 32 | UInt64(tape.count + 1))
    tape.append(JSONDocument.word("]", 1))
    tape.append(JSONDocument.word("r", 0))
    tape[0] = JSONDocument.word("r", UInt64(tape.count))
    let document = JSONDocument(tape: tape, strings: strings)
    return (document, starts.map { JSONValue(document: document, index: $0) })
  }

  private static func word(_ tag: Unicode.Scalar, _ payload: UInt64) -> UInt64 { UInt64(tag.value) << 56 | payload }

  /// Copies words, moving what points into the tape, and the strings that they point to.
  private func copy(
    _ tape: UnsafePointer<UInt64>, _ words: Range<Int>, to copy: inout [UInt64], strings: inout [UInt8]
  ) {
    let shift = copy.count - words.lowerBound
    var index = words.lowerBound
    while index < words.upperBound {
      let word = tape[index]
      let payload = word & JSONDocument.payloadMask
      switch UInt8(truncatingIfNeeded: word >> 56) {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let end = UInt64(Int(payload & 0xFFFF_FFFF) + shift)
        copy.append(word & ~0xFFFF_FFFF | end)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        copy.append(word & ~JSONDocument.payloadMask | UInt64(Int(payload) + shift))
      case UInt8(ascii: "\""):
        copy.append(word & ~JSONDocument.payloadMask | UInt64(strings.count))
        withStringBytes(at: Int(payload)) { bytes in
          withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { strings.append(contentsOf: $0) }
          strings.append(contentsOf: bytes)
          strings.append(0)
        }
      case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"):
        copy.append(word)
        index += 1
        copy.append(tape[index])
      default: copy.append(word)
      }
      index += 1
    }
  }
}
