/// The request in a line of an access log, by its parts.
///
///     "GET /api/v1/users/17?page=2 HTTP/1.1" 503
///      ─── ───────────────────────           ───
///     method       path                     status
struct RequestShape {
  let method: Range<Int>
  /// Up to the parameters' question mark.
  let path: Range<Int>
  let hasParameters: Bool
  /// The three digits behind the closing quote.
  let status: Range<Int>?
  /// Where the line goes on.
  let end: Int

  /// Reads the text between the quotes at `start` and `close`; nil where it is no request.
  init?(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to close: Int) {
    var index = start + 1
    while index < close, bytes[index] &- 65 < 26 { index += 1 }
    method = start + 1..<index
    guard (3...7).contains(method.count), bytes[index] == 32 else { return nil }
    let begin = index + 1
    index = begin
    while index < close, bytes[index] != 32 { index += 1 }
    guard index > begin, index + 6 < close, bytes[index + 1..<index + 6].elementsEqual("HTTP/".utf8) else { return nil }
    let question = bytes[begin..<index].firstIndex(of: UInt8(ascii: "?"))
    path = begin..<(question.map { $0 + 1 } ?? index)
    hasParameters = question != nil
    let digits = close + 2..<close + 5
    let hasStatus =
      digits.upperBound <= bytes.count && bytes[close + 1] == 32 && bytes[digits].allSatisfy { $0 &- 48 < 10 }
      && (digits.upperBound == bytes.count || bytes[digits.upperBound] <= 32)
    status = hasStatus ? digits : nil
    end = hasStatus ? digits.upperBound : close + 1
  }
}
