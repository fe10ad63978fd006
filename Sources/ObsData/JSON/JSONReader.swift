/// Reads JSON that a server sent, also where one odd value in it makes simdjson refuse the whole: the text is then passed over
/// once more, only the odd value is replaced, and what was done is said.
public enum JSONReader {
  /// Reads one value. Further values behind it are left out, and that is one of the repairs. Throws where the text is truncated
  /// or no JSON.
  public static func read(
    _ bytes: [UInt8]
  ) throws(JSONSyntaxError) -> (document: JSONDocument, repairs: [JSONRepair]) {
    if let document = try? JSONDocument(parsing: bytes) { return (document, []) }
    let repaired = try JSONRepairPass.run(bytes)
    guard let first = repaired.values.first else {
      throw JSONSyntaxError(offset: bytes.count, reason: "there is no value")
    }
    var repairs = repaired.repairs
    if repaired.values.count > 1 {
      let others = repaired.values.count - 1
      repairs.append(
        JSONRepair(
          kind: .severalValues, offset: first.source.upperBound,
          summary: "\(others) more value\(others == 1 ? " follows" : "s follow") the first: not read"))
      repairs.removeAll { $0.kind != .severalValues && $0.offset >= first.source.upperBound }
    }
    return (try document(of: first, in: repaired.bytes), repairs)
  }

  /// Reads values that stand one after the other, with or without white space between them, such as lines of JSON. An empty text
  /// has none. Throws where the text is truncated or no JSON.
  public static func stream(
    _ bytes: [UInt8]
  ) throws(JSONSyntaxError) -> (documents: [JSONDocument], repairs: [JSONRepair]) {
    if let document = try? JSONDocument(parsing: bytes) { return ([document], []) }
    let repaired = try JSONRepairPass.run(bytes)
    var documents: [JSONDocument] = []
    documents.reserveCapacity(repaired.values.count)
    for value in repaired.values { documents.append(try document(of: value, in: repaired.bytes)) }
    return (documents, repaired.repairs)
  }

  private static func document(
    of value: JSONRepairPass.Value, in bytes: [UInt8]
  ) throws(JSONSyntaxError) -> JSONDocument {
    do {
      return try JSONDocument(parsing: Array(bytes[value.output]))
    } catch {
      throw JSONSyntaxError(offset: value.source.lowerBound, reason: error.reason)
    }
  }
}

/// A value that could not be kept as it came, and what stands there instead.
public struct JSONRepair: Hashable, Sendable {
  /// What was wrong with it.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A number beyond what a double holds: shown as text.
    case numberTooLarge
    /// A whole number of more than 64 bits: its digits are kept as text.
    case integerTooLarge
    /// `NaN` or `Infinity`, which JSON does not have: shown as text.
    case notANumber
    /// Half of a surrogate pair: U+FFFD.
    case loneSurrogate
    /// Bytes that are not UTF-8: U+FFFD.
    case invalidUTF8
    /// A control character that should have been escaped: kept.
    case controlCharacter
    /// A backslash before a character that it does not escape: both kept.
    case unknownEscape
    /// Objects or arrays inside each other beyond what is read: text stands in their place.
    case tooDeep
    /// A byte order mark before the text: left out.
    case byteOrderMark
    /// More values behind the first, where one was expected.
    case severalValues
  }

  /// What was wrong.
  public let kind: Kind
  /// Where, in bytes from the start of the text.
  public let offset: Int
  /// What was wrong and what was done, in a few words: `number too large: 1e999 shown as text`.
  public let summary: String
}

/// Why a text is no JSON, and where.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// In bytes from the start of the text.
  public let offset: Int
  /// What is wrong there.
  public let reason: String

  /// The error as a sentence.
  public var description: String { "\(reason) (byte \(offset))" }
}
