/// Parses the body of an answer, which grpc-gateway front ends may send as several JSON objects one after the other.
enum JaegerDocuments {
  /// One document for each object of the body; nil where the body is no JSON.
  static func parse(_ body: [UInt8]) -> [JSONDocument]? {
    if let document = try? JSONDocument(parsing: body) { return [document] }
    let objects = ranges(of: body)
    guard objects.count > 1 else { return nil }
    var documents: [JSONDocument] = []
    for range in objects {
      guard let document = try? JSONDocument(parsing: Array(body[range])) else { return nil }
      documents.append(document)
    }
    return documents
  }

  /// Where the objects of a stream lie: an object ends with the brace that closes its first one.
  private static func ranges(of body: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var depth = 0
    var start = 0
    var isInString = false
    var isEscaped = false
    for (position, byte) in body.enumerated() {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"):
        if depth == 0 { start = position }
        depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { ranges.append(start..<(position + 1)) }
        if depth < 0 { return [] }
      default: break
      }
    }
    return depth == 0 && !isInString ? ranges : []
  }
}
