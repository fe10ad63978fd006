/// How numbers stand for levels; words are the same everywhere.
enum LevelScale: Sendable {
  /// 0 to 7 as syslog and GELF count, 10 to 60 as pino and bunyan, thousands as logback.
  case common
  /// 0 (emergency) to 7 (debug): RFC 5424, 6.2.1.
  case syslog
  /// 1 to 24: OpenTelemetry's `severity_number`, https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
  case openTelemetry
  /// 10 (debug) to 50 (critical): Python's `levelno`.
  case python

  /// The scale of the field of that name.
  init(field name: String) {
    let last = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    switch last {
    case "severity_number", "severitynumber": self = .openTelemetry
    case "levelno": self = .python
    case "priority", "code": self = .syslog
    default: self = .common
    }
  }

  private static let syslogLevels: [LogLevel] = [
    .critical, .critical, .critical, .error, .warning, .notice, .info, .debug,
  ]

  /// What a number means; `unknown` where it means nothing on this scale.
  func level(_ number: Int64) -> LogLevel {
    switch self {
    case .syslog: (0...7).contains(number) ? LevelScale.syslogLevels[Int(number)] : .unknown
    case .openTelemetry:
      switch number {
      case 1...4: .trace
      case 5...8: .debug
      case 9...12: .info
      case 13...16: .warning
      case 17...20: .error
      case 21...24: .critical
      default: .unknown
      }
    case .python:
      switch number {
      case 1..<10: .trace
      case 10..<20: .debug
      case 20..<30: .info
      case 30..<40: .warning
      case 40..<50: .error
      case 50..<1_000: .critical
      default: .unknown
      }
    case .common:
      switch number {
      case 0...7: LevelScale.syslogLevels[Int(number)]
      case 10..<20, 5_000..<10_000: .trace
      case 20..<30, 10_000..<20_000: .debug
      case 30..<40, 20_000..<30_000: .info
      case 40..<50, 30_000..<40_000: .warning
      case 50..<60, 40_000..<100_000: .error
      case 60..<1_000: .critical
      default: .unknown
      }
    }
  }

  /// The numbers that mean `minimum` or something more serious.
  func ranges(atLeast minimum: LogLevel) -> [ClosedRange<Int64>] {
    // Syslog counts down to what is serious, the others count up, from one of these steps to the last number.
    let syslog = LevelScale.syslogLevels.lastIndex { $0 >= minimum }.map { 0...Int64($0) }
    let scales: [(steps: [Int64], last: Int64)] =
      switch self {
      case .syslog: []
      case .openTelemetry: [([1, 5, 9, 13, 17, 21], 24)]
      case .python: [([1, 10, 20, 30, 40, 50], 999)]
      case .common: [([10, 20, 30, 40, 50, 60], 999), ([5_000, 10_000, 20_000, 30_000, 40_000], 99_999)]
      }
    let rising = scales.compactMap { scale in
      scale.steps.first { level($0) >= minimum }.map { $0...scale.last }
    }
    switch self {
    case .syslog, .common: return (syslog.map { [$0] } ?? []) + rising
    case .openTelemetry, .python: return rising
    }
  }
}

extension LogLevel {
  /// The words for each level that loggers write, in lower case.
  static let words: [(level: LogLevel, words: [String])] = [
    (.trace, ["trace", "verbose", "finest", "finer", "trc", "t", "v"]),
    (.debug, ["debug", "fine", "dbg", "d"]),
    (.info, ["info", "information", "informational", "inf", "i", "log", "config"]),
    (.notice, ["notice", "n"]),
    (.warning, ["warn", "warning", "wrn", "w"]),
    (.error, ["error", "err", "severe", "failure", "eror", "e"]),
    (.critical, ["fatal", "critical", "crit", "panic", "dpanic", "alert", "emerg", "emergency", "ftl", "f", "c"]),
  ]

  /// The words by their first eight bytes, which tell them all apart.
  private static let byStart: [UInt64: LogLevel] = Dictionary(
    words.flatMap { entry in
      entry.words.map { word in
        (word.utf8.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }, entry.level)
      }
    }, uniquingKeysWith: { first, _ in first })

  /// Reads a word in any case, also with digits behind it as PostgreSQL and OpenTelemetry write (`DEBUG5`, `INFO2`), or a number
  /// in decimal digits. `unknown` for anything else.
  init(reading text: UnsafeBufferPointer<UInt8>, scale: LevelScale) {
    self = .unknown
    var start = 0
    var end = text.count
    while start < end, !LogLevel.isLetterOrDigit(text[start]) { start += 1 }
    while end > start, !LogLevel.isLetterOrDigit(text[end - 1]) { end -= 1 }
    guard end > start, end - start <= 15 else { return }
    if text[start] &- 48 < 10 {
      var number: Int64 = 0
      for byte in text[start..<end] {
        guard byte &- 48 < 10 else { return }
        number = number * 10 + Int64(byte - 48)
      }
      self = scale.level(number)
      return
    }
    while end > start, text[end - 1] &- 48 < 10 { end -= 1 }
    var packed: UInt64 = 0
    for byte in text[start..<min(end, start + 8)] { packed = packed << 8 | UInt64(byte | 0x20) }
    self = LogLevel.byStart[packed] ?? .unknown
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || (byte | 0x20) &- 97 < 26
  }

  /// The spellings that a filter for this level or a more serious one looks for: lower case, upper case, capitalised.
  func spellingsAtLeast() -> [String] {
    LogLevel.words.filter { $0.level >= self }.flatMap { entry in
      entry.words.flatMap { word in
        word.count == 1
          ? [word.uppercased(), word] : [word, word.uppercased(), word.prefix(1).uppercased() + word.dropFirst()]
      }
    }
  }
}
