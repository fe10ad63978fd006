/// The parts of a request's target, percent-decoded.
enum RequestTarget {
  /// `/a%2Fb//c/` is `["a/b", "c"]`: empty segments say nothing.
  static func segments(_ path: String) -> [String] {
    path.split(separator: "/").map { decode($0, plusIsSpace: false) }
  }

  /// `a=1&b=%20&c` is `[("a", "1"), ("b", " "), ("c", "")]`; also the form of a body.
  static func items(_ query: String) -> [(name: String, value: String)] {
    query.split(separator: "&").map { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (
        decode(parts.first ?? "", plusIsSpace: true), parts.count > 1 ? decode(parts[1], plusIsSpace: true) : ""
      )
    }
  }

  /// Percent-decoding; what is no escape stays as it is, and bytes that are no UTF-8 are replaced.
  private static func decode(_ text: Substring, plusIsSpace: Bool) -> String {
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var index = 0
    while index < source.count {
      let byte = source[index]
      if byte == UInt8(ascii: "%"), index + 2 < source.count, let high = digit(source[index + 1]),
        let low = digit(source[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
        continue
      }
      bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      index += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
