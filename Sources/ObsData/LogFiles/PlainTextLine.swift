/// What a line of plain text tells of itself.
struct PlainTextLine {
  /// When it was written, by its own account.
  let time: Timestamp?
  let level: LogLevel
  /// The program, where the line follows syslog.
  let service: String?
  /// Where the text begins behind a time at the line's start.
  let textStart: Int
  /// Whether the line does nothing but name the time of those below it: `Log started: 2025-06-24  14:36:25`.
  let isHeading: Bool

  private static let standardOutput = Array("stdout F ".utf8)
  private static let standardError = Array("stderr F ".utf8)
  /// How much of a line is looked at.
  private static let reach = 160

  /// Reads a line that is no JSON.
  init(_ line: UnsafeBufferPointer<UInt8>, _ around: PlainTextTime.Surroundings) {
    let priority = SyslogHeader.priority(line)
    let found = PlainTextTime.find(in: line, around)
    time = found?.time
    isHeading = found.map { PlainTextLine.isHeading(line, with: $0.range) } ?? false
    var start = 0
    if let range = found?.range, range.lowerBound == priority?.end ?? 0 {
      start = range.upperBound
      while start < line.count, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
      // `stdout F`, as container runtimes write before a whole line.
      let rest = line[start...]
      if rest.starts(with: PlainTextLine.standardOutput) || rest.starts(with: PlainTextLine.standardError) {
        start += PlainTextLine.standardOutput.count
      }
    }
    textStart = start
    let isKlog = found != nil && start > 0 && "IWEF".utf8.contains(line[0]) && line[1] &- 48 < 10
    service = start > 0 && !isKlog ? SyslogHeader.program(line, from: start, priority) : nil
    if isKlog {
      level = PlainTextLine.klog(line[0])
    } else if let priority, start > 0 {
      level = LevelScale.syslog.level(Int64(priority.value & 7))
    } else {
      let named = PlainTextLine.level(in: line, from: start)
      let end = found?.range.upperBound ?? 0
      level =
        named != .unknown || end == 0 || start > 0
        ? named : PlainTextLine.redis(line, from: end) ?? PlainTextLine.status(line, from: end)
    }
  }

  /// Whether the time ends the line, behind a colon.
  private static func isHeading(_ line: UnsafeBufferPointer<UInt8>, with range: Range<Int>) -> Bool {
    guard range.lowerBound > 1, line[range.upperBound...].allSatisfy({ $0 <= 0x20 }) else { return false }
    return line[..<range.lowerBound].last { $0 != 0x20 } == 0x3A
  }

  private static func klog(_ letter: UInt8) -> LogLevel {
    switch letter {
    case UInt8(ascii: "I"): .info
    case UInt8(ascii: "W"): .warning
    case UInt8(ascii: "E"): .error
    default: .critical
    }
  }

  /// The first word that names a level: in capitals, in brackets, before a colon or behind `level=`. A word in the middle of a
  /// sentence names none.
  private static func level(in line: UnsafeBufferPointer<UInt8>, from start: Int) -> LogLevel {
    var position = 0
    let end = min(line.count, start + reach)
    while position < end {
      guard isLetter(line[position]) else {
        position += 1
        continue
      }
      let begin = position
      while position < line.count, isLetter(line[position]) { position += 1 }
      // One letter stands for too much.
      guard position - begin >= 3, position - begin <= 13 else { continue }
      let word = UnsafeBufferPointer(rebasing: line[begin..<position])
      let found = LogLevel(reading: word, scale: .common)
      let before = begin > 0 ? line[begin - 1] : 0
      let after = position < line.count ? line[position] : 0
      // PostgreSQL's `LOG:  checkpoint starting`.
      let isLog = after == 0x3A && word.elementsEqual("LOG".utf8)
      guard found != .unknown, isLog || !isNoLevel(word) else { continue }
      // `[core:error]` of Apache names the module first.
      let isBracketed = "[<(|:".utf8.contains(before) && "]>)|".utf8.contains(after) || before == 0x5B && after == 0x3A
      let isCapital = word.allSatisfy { $0 < 0x60 } && before != 0x2F && after != 0x2F
      let isAssigned = (before == 0x3D || before == 0x22 && begin > 1 && line[begin - 2] == 0x3D)
      // `error: …`; in `info:amd64` it is a name.
      let isHeading =
        after == 0x3A && begin <= start + 24 && (position + 1 == line.count || line[position + 1] <= 0x20)
      if isBracketed || isCapital || isHeading || isAssigned && namesLevel(line, before: begin) { return found }
    }
    return .unknown
  }

  /// Words that loggers write for a level, but that lines begin with for other reasons.
  private static func isNoLevel(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let text = String(decoding: word, as: UTF8.self).lowercased()
    return ["log", "config", "fine", "failure"].contains(text)
  }

  /// Whether `level=`, `lvl=` or `severity=` stands before.
  private static func namesLevel(_ line: UnsafeBufferPointer<UInt8>, before end: Int) -> Bool {
    var last = end
    while last > 0, !isLetter(line[last - 1]) { last -= 1 }
    var first = last
    while first > 0, isLetter(line[first - 1]) { first -= 1 }
    let name = String(decoding: line[first..<last], as: UTF8.self).lowercased()
    return ["level", "lvl", "severity", "loglevel"].contains(name)
  }

  /// An access log's status, behind the quoted request: 5xx is an error, 4xx a warning.
  private static func status(_ line: UnsafeBufferPointer<UInt8>, from start: Int) -> LogLevel {
    guard start < line.count, let open = line[start...].firstIndex(of: 0x22), open < start + 4 else { return .unknown }
    var close = open + 1
    while close < line.count, line[close] != 0x22 { close += line[close] == 0x5C ? 2 : 1 }
    guard close + 4 < line.count, line[close + 1] == 0x20,
      line[close + 2..<close + 5].allSatisfy({ $0 &- 48 < 10 })
    else { return .unknown }
    switch line[close + 2] {
    case UInt8(ascii: "5"): return .error
    case UInt8(ascii: "4"): return .warning
    default: return .info
    }
  }

  /// Redis's mark behind the time of `123:M 25 Nov 2026 10:00:00.123 * Ready`; nil where the line is none of its.
  /// https://github.com/redis/redis/blob/7.2/src/server.c, `serverLogRaw`
  private static func redis(_ line: UnsafeBufferPointer<UInt8>, from end: Int) -> LogLevel? {
    let process = line.prefix { $0 &- 48 < 10 }.count
    guard process > 0, process + 2 < line.count, line[process] == 0x3A, "MSCX".utf8.contains(line[process + 1]),
      end + 2 < line.count, line[end] == 0x20, line[end + 2] == 0x20
    else { return nil }
    switch line[end + 1] {
    case UInt8(ascii: "."): return .debug
    case UInt8(ascii: "-"): return .info
    case UInt8(ascii: "*"): return .notice
    case UInt8(ascii: "#"): return .warning
    default: return nil
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }

  /// Whether a line without a time goes on with the one before it: indented, or one of the sentences that link stack traces.
  static func continues(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = line.first else { return false }
    if first == 0x20 || first == 0x09 { return true }
    return links.contains { line.starts(with: $0) }
  }

  private static let links: [[UInt8]] = [
    "Caused by:", "Suppressed:", "Traceback (most recent", "During handling of", "The above exception",
    "stack backtrace:",
    "goroutine ", "---- ", "... ",
  ].map { Array($0.utf8) }
}

/// Escape sequences of terminals: logs that were written for one are full of colours.
enum EscapeSequences {
  /// The text without them; as it is where there are none.
  static func stripped(_ line: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard line.contains(0x1B) else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(line.count)
    var position = 0
    while position < line.count {
      guard line[position] == 0x1B, position + 1 < line.count, line[position + 1] == 0x5B else {
        result.append(line[position])
        position += 1
        continue
      }
      // ECMA-48: parameters and intermediates up to a final byte from @ to ~. A sequence that is cut off stays.
      var end = position + 2
      while end < line.count, (0x20...0x3F).contains(line[end]) { end += 1 }
      guard end < line.count, (0x40...0x7E).contains(line[end]) else {
        result.append(line[position])
        position += 1
        continue
      }
      position = end + 1
    }
    return result
  }
}
