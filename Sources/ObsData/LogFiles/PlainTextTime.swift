/// The time at which a line of plain text says it was written.
///
///     2025-06-24 14:36:25 status installed …             dpkg, logback, python: at the start
///     [2025-06-24T14:36:25.123+08:00] …                  in brackets
///     2015/05/17 08:05:32 [error] 123#0: …               nginx's error log, Go's log
///     ts=2025-06-24T14:36:25Z level=info …               logfmt
///     <34>1 2025-06-24T14:36:25Z host su - - …            syslog (RFC 5424)
///     1:M 24 Jun 2025 14:36:25.123 * Ready               redis
///     [Tue Jun 24 14:36:25.123 2025] [core:error] …      the error log of Apache
///     93.180.71.3 - - [17/May/2015:08:05:32 +0000] …     the access logs of nginx and Apache
///     Jun 24 14:36:25 host sshd[123]: …                  syslog (RFC 3164): no year
///     I0624 14:36:25.000001 123 file.go:7] …             klog: no year
struct PlainTextTime {
  let time: Timestamp
  /// Where the time stands in the line, with the brackets around it.
  let range: Range<Int>

  /// What is not in the line.
  struct Surroundings {
    /// Seconds east of UTC for times without a zone.
    var offset: Int = 0
    /// About when the file was written: it tells the year.
    var near: Timestamp
  }

  /// How far into the line a time is looked for.
  private static let reach = 96
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

  /// Finds the first time in a line; nil where there is none near its start.
  static func find(in line: UnsafeBufferPointer<UInt8>, _ around: Surroundings) -> PlainTextTime? {
    let end = min(line.count, reach)
    var start = 0
    var isBoundary = true
    while start < end {
      let byte = line[start]
      if isBoundary {
        if byte &- 48 < 10, let found = dated(line, start, around) { return found.widened(in: line) }
        if start < 10, (byte | 0x20) &- 97 < 26, let found = yearless(line, start, around) { return found }
      }
      // A time begins a line, or follows a space, a bracket, a quote, or a name and its sign.
      isBoundary = byte <= 32 || "[(<=|:\"'>".utf8.contains(byte)
      start += 1
    }
    return nil
  }

  /// With a year: `2025-06-24T…`, `2025/06/24 …`, `17/May/2015:08:05:32 +0000`, `17 May 2015 08:05:32`.
  private static func dated(
    _ line: UnsafeBufferPointer<UInt8>, _ start: Int, _ around: Surroundings
  ) -> PlainTextTime? {
    var reader = Reader(line: line, position: start)
    var (year, month, day) = (0, 0, 0)
    if let number = reader.digits(4), reader.take("-") || reader.take("/") {
      let sign = line[reader.position - 1]
      guard let second = reader.digits(2), reader.take(sign), let third = reader.digits(2) else { return nil }
      (year, month, day) = (number, second, third)
      guard reader.take("T") || reader.take("t") || reader.take(" ") || reader.take("_") else { return nil }
      while reader.take(" ") {}
    } else {
      reader.position = start
      guard let number = reader.digits(2), reader.take("/") || reader.take(" ") || reader.take("-") else { return nil }
      let sign = line[reader.position - 1]
      guard let name = reader.month(months), reader.take(sign), let last = reader.digits(4),
        reader.take(":") || reader.take(" ")
      else { return nil }
      (year, month, day) = (last, name, number)
    }
    guard let clock = reader.clock() else { return nil }
    let zone = reader.zone()
    return make(year, month, day, clock, zone ?? around.offset, start..<reader.position)
  }

  /// Without a year: the latest one that does not lie behind the file's own time.
  private static func yearless(
    _ line: UnsafeBufferPointer<UInt8>, _ start: Int, _ around: Surroundings
  ) -> PlainTextTime? {
    var reader = Reader(line: line, position: start)
    var (month, day) = (0, 0)
    if let name = reader.month(months), reader.take(" ") {
      while reader.take(" ") {}
      guard let number = reader.digits(2) ?? reader.digits(1), reader.take(" ") else { return nil }
      (month, day) = (name, number)
    } else {
      reader.position = start
      guard start == 0, "IWEFD".utf8.contains(line[0]) else { return nil }
      reader.position = 1
      guard let number = reader.digits(2), let second = reader.digits(2), reader.take(" ") else { return nil }
      (month, day) = (number, second)
    }
    guard let clock = reader.clock() else { return nil }
    // `Tue Jun 24 14:36:25 2025`, as C's `ctime` writes.
    var behind = reader
    if behind.take(" "), let year = behind.digits(4), behind.position == line.count || line[behind.position] == 0x5D {
      return make(year, month, day, clock, around.offset, start..<behind.position)
    }
    let year = CivilTime(around.near, offset: around.offset).year
    let range = start..<reader.position
    guard let found = make(year, month, day, clock, around.offset, range) else { return nil }
    if found.time > around.near + .seconds(86_400) { return make(year - 1, month, day, clock, around.offset, range) }
    return found
  }

  private static func make(
    _ year: Int, _ month: Int, _ day: Int, _ clock: (seconds: Int, nanoseconds: Int64), _ offset: Int,
    _ range: Range<Int>
  ) -> PlainTextTime? {
    guard (1_900...2_200).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    let days = Timestamp.daysFromCivil(year: year, month: month, day: day)
    let seconds = Int64(days) * 86_400 + Int64(clock.seconds - offset)
    return PlainTextTime(time: Timestamp(nanoseconds: seconds * 1_000_000_000 + clock.nanoseconds), range: range)
  }

  /// With the brackets or quotes around it, where it begins the line.
  private func widened(in line: UnsafeBufferPointer<UInt8>) -> PlainTextTime {
    guard range.lowerBound == 1, range.upperBound < line.count else { return self }
    let pair = (line[0], line[range.upperBound])
    let isPair = pair == (0x5B, 0x5D) || pair == (0x28, 0x29) || pair == (0x3C, 0x3E) || pair == (0x22, 0x22)
    return isPair ? PlainTextTime(time: time, range: 0..<range.upperBound + 1) : self
  }

  /// Takes parts of a time off the front of bytes.
  private struct Reader {
    let line: UnsafeBufferPointer<UInt8>
    var position: Int

    mutating func digits(_ count: Int) -> Int? {
      guard position + count <= line.count else { return nil }
      var value = 0
      for byte in line[position..<position + count] {
        guard byte &- 48 < 10 else { return nil }
        value = value * 10 + Int(byte - 48)
      }
      position += count
      return value
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool { take(UInt8(truncatingIfNeeded: character.value)) }

    mutating func take(_ byte: UInt8) -> Bool {
      guard position < line.count, line[position] == byte else { return false }
      position += 1
      return true
    }

    /// `May` as 5.
    mutating func month(_ names: [String]) -> Int? {
      guard position + 3 <= line.count else { return nil }
      let text = String(decoding: line[position..<position + 3], as: UTF8.self).lowercased()
      guard let index = names.firstIndex(of: text) else { return nil }
      position += 3
      return index + 1
    }

    /// `08:05:32`, with a fraction behind a point or comma.
    mutating func clock() -> (seconds: Int, nanoseconds: Int64)? {
      guard let hour = digits(2), take(":"), let minute = digits(2), take(":"), let second = digits(2), hour < 24,
        minute < 60, second <= 60
      else { return nil }
      var fraction: Int64 = 0
      let point = position
      if take(".") || take(",") {
        var unit: Int64 = 100_000_000
        while let digit = digits(1) {
          fraction += Int64(digit) * unit
          unit /= 10
        }
        if position == point + 1 { position = point }
      }
      return (hour * 3_600 + minute * 60 + second, fraction)
    }

    /// `Z`, `+08:00`, `+0800`, ` +0800`, ` UTC`: seconds east; nil where none is named.
    mutating func zone() -> Int? {
      if take("Z") || take("z") { return 0 }
      let start = position
      while take(" ") {}
      if position - start <= 1 {
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        if sign != 0, let hours = digits(2), hours < 15 {
          _ = take(":")
          if let minutes = digits(2), position == line.count || !(line[position] &- 48 < 10) {
            return sign * (hours * 3_600 + minutes * 60)
          }
        }
        position = start
        if take(" "), take("U"), take("T"), take("C") { return 0 }
      }
      position = start
      return nil
    }
  }
}
