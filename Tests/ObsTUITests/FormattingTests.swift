import ObsData
import Testing

@testable import ObsTUI

struct FormattingTests {
  @Test(arguments: [
    (0, "0s"), (1, "1ns"), (999, "999ns"), (1_000, "1.00µs"), (780_000, "780µs"), (45_600_000, "45.6ms"),
    (999_999_999, "999ms"), (1_234_000_000, "1.23s"), (59_999_000_000, "59.9s"), (125_000_000_000, "2m05s"),
    (7_800_000_000_000, "2h10m"), (273_600_000_000_000, "3d04h"), (-45_600_000, "-45.6ms"),
    (Int64.max, "292y"), (Int64.min, "-292y"),
  ])
  func `a duration has three digits, or two figures above a minute`(nanoseconds: Int64, text: String) {
    #expect(Formatting.duration(.nanoseconds(nanoseconds)) == text)
  }

  @Test func `a terminal without UTF-8 gets us for microseconds`() {
    #expect(Formatting.duration(.microseconds(780), glyphs: .ascii) == "780us")
  }

  @Test(arguments: [
    (0, "0s"), (999, "0s"), (12_900, "12s"), (245_000, "4m05s"), (7_800_000, "2h10m"), (-12_000, "-12s"),
  ])
  func `an age is in whole seconds`(milliseconds: Int64, text: String) {
    #expect(Formatting.age(.milliseconds(milliseconds)) == text)
  }

  @Test(arguments: [(540, "0.5s"), (4_299, "4.2s"), (59_999, "59.9s"), (125_000, "2m05s"), (-5, "0.0s")])
  func `a delay has tenths of a second`(milliseconds: Int64, text: String) {
    #expect(Formatting.delay(.milliseconds(milliseconds)) == text)
  }

  @Test(arguments: [
    (0, "0", "0"), (812, "812", "812"), (4_311, "4,311", "4,311"), (12_345, "12,345", "12.3k"),
    (123_456, "123,456", "123k"), (1_204_311, "1,204,311", "1.2M"), (-12_345, "-12,345", "-12.3k"),
    (Int.max, "9,223,372,036,854,775,807", "9.2E"), (Int.min, "-9,223,372,036,854,775,808", "-9.2E"),
  ])
  func `a count is exact or short`(value: Int, exact: String, short: String) {
    #expect(Formatting.count(value, style: .exact) == exact)
    #expect(Formatting.count(value) == short)
  }

  @Test(arguments: [
    (12.34, MetricUnit.perSecond, "12.3/s"), (0, .perSecond, "0/s"), (1_234, .perSecond, "1.23k/s"),
    (0.0042, .ratio, "0.42%"), (1, .ratio, "100%"), (0.000_01, .ratio, "<0.01%"), (42.5, .percent, "42.5%"),
    (0.23, .seconds, "230ms"), (0, .seconds, "0s"), (230, .milliseconds, "230ms"), (1e-12, .seconds, "<1ns"),
    (-0.5, .seconds, "-500ms"), (90, .seconds, "1m30s"), (1e300, .seconds, "292y"), (1.5, .none, "1.50"),
    (5, .none, "5"), (9.996, .none, "10.0"), (99.96, .none, "100"), (999.7, .none, "1.00k"), (812, .bytes, "812B"),
    (12_595, .bytes, "12.3KiB"), (1_020, .bytes, "1.00KiB"), (1_610_612_736, .bytesPerSecond, "1.50GiB/s"),
    (1e300, .none, "1e300"), (-1e300, .bytesPerSecond, "-1e300B/s"), (.nan, .perSecond, "NaN"),
    (.infinity, .seconds, "+Inf"), (-.infinity, .none, "-Inf"), (.greatestFiniteMagnitude, .ratio, "1e308%"),
  ])
  func `a value carries its unit in a few cells`(value: Double, unit: MetricUnit, text: String) {
    #expect(Formatting.value(value, unit) == text)
  }

  @Test func `no value is a dash`() { #expect(Formatting.value(nil, .seconds) == "-") }

  @Test func `no value is ever wider than its column`() {
    let extremes: [Double] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
      .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .ulpOfOne,
    ]
    let powers = (-320...308).flatMap { power -> [Double] in
      let value = Double("9.996e\(power)") ?? 0
      return [value, -value, Double("1e\(power)") ?? 0]
    }
    for unit in MetricUnit.allCases {
      for value in extremes + powers {
        let text = Formatting.value(value, unit)
        #expect(!text.isEmpty && text.count <= Formatting.valueWidth, "\(value) \(unit): \(text)")
      }
    }
    var number: Int64 = 1
    while number < Int64.max / 7 {
      for value in [number, number - 1, -number] {
        #expect(Formatting.duration(.nanoseconds(value)).count <= Formatting.durationWidth)
        #expect(Formatting.age(.nanoseconds(value)).count <= Formatting.durationWidth)
        #expect(Formatting.count(Int(value)).count <= Formatting.countWidth)
      }
      number = number * 7 / 3 + 1
    }
  }

  @Test func `a longer duration never reads as a shorter one`() {
    var last = 0.0
    var nanoseconds: Int64 = 1
    while nanoseconds < Int64.max / 2 {
      let read = seconds(Formatting.duration(.nanoseconds(nanoseconds)))
      #expect(read >= last, "\(nanoseconds)")
      last = read
      nanoseconds += max(1, nanoseconds / 97)
    }
  }

  /// Reads a duration back, as a person would.
  private func seconds(_ text: String) -> Double {
    let units: [(String, Double)] = [
      ("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("y", 31_536_000), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]
    var sum = 0.0
    var rest = Substring(text)
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest.removeFirst(digits.count)
      guard let unit = units.first(where: { rest.hasPrefix($0.0) }) else { return -1 }
      rest.removeFirst(unit.0.count)
      sum += (Double(digits) ?? -1) * unit.1
    }
    return sum
  }

  @Test func `a time is shown in UTC, in local time, or as a distance`() throws {
    let time = try #require(Timestamp(iso8601: "2026-11-22T08:53:10.123456Z"))
    let now = time + .seconds(245)
    let local = TimeDisplay.local(offset: -32_400, name: "AKST")
    func text(_ display: TimeDisplay, _ withDate: Bool, _ digits: Int, now: Timestamp = now) -> String {
      let text = Formatting.time(time, as: display, now: now, withDate: withDate, fractionDigits: digits)
      #expect(text.count <= Formatting.timeWidth(as: display, withDate: withDate, fractionDigits: digits))
      return text
    }
    #expect(text(.utc, false, 3) == "08:53:10.123")
    #expect(text(.utc, true, 0) == "2026-11-22 08:53:10")
    #expect(text(.utc, false, 99) == "08:53:10.123456000")
    #expect(text(local, true, 3) == "2026-11-21 23:53:10.123")
    #expect(text(.relative, true, 3) == "-4m05s")
    #expect(text(.relative, false, 3, now: time + .milliseconds(12_300)) == "-12.3s")
    #expect(text(.relative, false, 0, now: time - .seconds(12)) == "+12s")
    #expect(text(.relative, false, 3, now: time) == "0.0s")
    for extreme in [Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .max)] {
      let text = Formatting.time(extreme, as: local, now: now, withDate: true)
      #expect(text.count == 23)
      #expect(Formatting.time(extreme, as: .relative, now: Timestamp(nanoseconds: 0)).count <= 7)
    }
  }

  @Test func `sentences are broken at spaces, and inside words that are too long`() {
    #expect(TextWrap.lines("no error lines in the last 15m", width: 12) == ["no error", "lines in the", "last 15m"])
    #expect(TextWrap.lines("abcdefgh ij\nk", width: 4) == ["abcd", "efgh", "ij", "k"])
    #expect(TextWrap.lines("anything", width: 0) == [])
  }
}
