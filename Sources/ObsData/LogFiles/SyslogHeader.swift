/// What stands before the text of a syslog message, besides its time.
///
///     <34>1 2026-11-25T10:00:00.003Z host su 77 ID47 - …       RFC 5424, 6.2
///     <34>Nov 25 10:00:00 host su[77]: …                       RFC 3164, 4.1
///     Nov 25 10:00:00 host su[77]: …                           the same as it is written to a file
///     2026-11-25T10:00:00.123456+00:00 host su[77]: …          rsyslog's own form of it
enum SyslogHeader {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// The number in angle brackets: eight times the facility, and the severity.
  struct Priority: Equatable {
    let value: Int
    let hasVersion: Bool
    /// Where the time begins.
    let end: Int
  }

  /// The priority at the start of a line; nil where there is none.
  static func priority(_ line: Bytes) -> Priority? {
    guard line.first == UInt8(ascii: "<") else { return nil }
    var value = 0
    var end = 1
    while end < line.count, end < 4, line[end] &- 48 < 10 {
      value = value * 10 + Int(line[end] - 48)
      end += 1
    }
    guard end > 1, end + 2 < line.count, line[end] == UInt8(ascii: ">"), value < 192 else { return nil }
    end += 1
    let hasVersion = line[end] == UInt8(ascii: "1") && line[end + 1] == 0x20
    return Priority(value: value, hasVersion: hasVersion, end: hasVersion ? end + 2 : end)
  }

  /// The program behind the time and the host; nil where the line is none of syslog.
  static func program(_ line: Bytes, from start: Int, _ priority: Priority?) -> String? {
    let host = word(line, from: start)
    let tag = word(line, from: host.upperBound)
    guard !tag.isEmpty, tag.count <= 64 else { return nil }
    if priority?.hasVersion == true {
      return line[tag].elementsEqual("-".utf8) ? nil : String(decoding: line[tag], as: UTF8.self)
    }
    let name = line[tag].prefix { !"[:(".utf8.contains($0) }
    guard !name.isEmpty, name.endIndex < tag.upperBound else { return nil }
    // After a time with a year, many loggers write two words and a colon; a number in brackets is what syslog writes.
    let isYearless = priority != nil || (line[0] | 0x20) &- 97 < 26
    let isNumbered = line[name.endIndex] == UInt8(ascii: "[") && line[tag.upperBound - 1] == UInt8(ascii: ":")
    guard isYearless || isNumbered && line[..<start].contains(UInt8(ascii: "T")) else { return nil }
    return String(decoding: name, as: UTF8.self)
  }

  private static func word(_ line: Bytes, from start: Int) -> Range<Int> {
    var begin = start
    while begin < line.count, line[begin] == 0x20 { begin += 1 }
    var end = begin
    while end < line.count, line[end] != 0x20 { end += 1 }
    return begin..<end
  }
}
