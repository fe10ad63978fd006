import Testing

@testable import ObsData

struct UnitFormatTests {
  struct Row: Sendable {
    let value: Double
    let unit: String?
    var decimals: Int?
    let text: String

    init(_ value: Double, _ unit: String?, _ text: String, decimals: Int? = nil) {
      (self.value, self.unit, self.text, self.decimals) = (value, unit, text, decimals)
    }
  }

  static let rows: [Row] = [
    Row(1, nil, "1"), Row(1.2345, "none", "1.23"), Row(12.345, "none", "12.3"), Row(123.45, "none", "123"),
    Row(0.012345, "none", "0.0123"), Row(0, "none", "0"), Row(-0.0001, "none", "0.0", decimals: 1),
    Row(1_234, "short", "1.23 K"), Row(1_500_000, "short", "1.50 Mil"), Row(999, "short", "999"),
    Row(1_536, "bytes", "1.50 KiB"), Row(0, "bytes", "0 B"), Row(1_536, "decbytes", "1.54 kB"),
    Row(3, "mbytes", "3 MiB"), Row(2_048, "gbytes", "2 TiB"), Row(1_000, "Bps", "1 kB/s"),
    Row(1_024, "binBps", "1 KiB/s"),
    Row(2_500, "bps", "2.50 kb/s"), Row(42, "pps", "42 p/s"), Row(1_200, "ops", "1.20K ops/s"),
    Row(7, "reqps", "7 req/s"),
    Row(0.5, "s", "500 ms"), Row(0.0000123, "s", "12.3 µs"), Row(90, "s", "1.50 min"), Row(7_200, "s", "2 hours"),
    Row(3_600, "s", "1 hour"), Row(172_800, "s", "2 days"), Row(1_500, "ms", "1.50 s"), Row(0, "ms", "0 s"),
    Row(250, "µs", "250 µs"), Row(90_061, "dtdurations", "1 day"),
    Row(90_061, "dtdurations", "1 day, 1 hour", decimals: 1),
    Row(90_061, "clocks", "1 d 01:01:01"), Row(500, "clockms", "00:00:00"), Row(0.4567, "percentunit", "45.7%"),
    Row(45.67, "percent", "45.7%"), Row(45.67, "percent", "46%", decimals: 0), Row(0.003, "hertz", "3 mHz"),
    Row(2_400_000_000, "hertz", "2.40 GHz"), Row(21.5, "celsius", "21.5 °C"), Row(1, "bool_yes_no", "Yes"),
    Row(0, "bool", "False"), Row(1_234.5, "currencyUSD", "$1.23K"), Row(1_234_567.8, "locale", "1,234,568"),
    Row(255, "hex0x", "0xFF"), Row(12_345, "sci", "1.23e+04"), Row(3, "cores", "3 cores"),
    Row(5, "suffix: pods", "5 pods"),
    Row(5, "prefix:#", "#5"), Row(5_000, "si:W", "5 kW"),
    Row(1_594_671_549_254, "dateTimeAsIso", "2020-07-13 20:19:09"),
    Row(1_594_671_549_254, "time:HH:mm", "20:19"), Row(.nan, "bytes", "NaN"), Row(.infinity, "s", "+Inf"),
    Row(-.infinity, "short", "-Inf"), Row(1e300, "bytes", "8.27e+275 YiB"), Row(-1_536, "bytes", "-1.50 KiB"),
    Row(1e25, "none", "1.00e+25"), Row(1e18, "dtdurations", "1.00e+18 s"), Row(1e18, "clocks", "1.00e+18 s"),
  ]

  @Test(arguments: rows)
  func `a value reads as in the browser`(row: Row) {
    #expect(UnitFormat.text(row.value, unit: row.unit, decimals: row.decimals) == row.text)
  }

  @Test func `instants are told by their distance`() {
    let now = Timestamp(seconds: 1_000_000)
    #expect(UnitFormat.distance(1_000_000_000 - 7_200_000, now: now) == "2 hours ago")
    #expect(UnitFormat.distance(1_000_000_000 + 90_000, now: now) == "in 1 minute")
    #expect(UnitFormat.distance(1_000_000_000, now: now) == "now")
    #expect(UnitFormat.distance(.nan, now: now) == "-")
  }

  @Test func `thresholds are steps, or shares of the range`() {
    let steps = [Thresholds.Step(value: -.infinity, color: "green"), Thresholds.Step(value: 80, color: "red")]
    #expect(Thresholds(steps: steps).step(of: 79, minimum: nil, maximum: nil)?.color == "green")
    #expect(Thresholds(steps: steps).step(of: 80, minimum: nil, maximum: nil)?.color == "red")
    let shares = Thresholds(isPercentage: true, steps: steps)
    #expect(shares.step(of: 9, minimum: 0, maximum: 10)?.color == "red")
    #expect(shares.step(of: 9, minimum: 5, maximum: 5)?.color == "green")
    #expect(Thresholds().step(of: 1, minimum: nil, maximum: nil) == nil)
  }
}
