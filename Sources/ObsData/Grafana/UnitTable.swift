/// Grafana's unit ids (`packages/grafana-data/src/valueFormats/categories.ts`), as far as a value's text goes.
enum UnitTable {
  /// Names for powers of a factor.
  struct Scale: Sendable {
    let factor: Double
    let names: [String]
    /// Which of the names is for the value as it comes.
    var start = 0
    var goesDown = false
    var isSpaced = true

    /// The scale for values that come in the unit so many steps up.
    func from(_ step: Int) -> Scale {
      var scale = self
      scale.start += step
      return scale
    }
  }

  /// How a unit is written.
  enum Kind: Sendable {
    case plain
    case suffix(String)
    /// A share; the factor makes percent of it.
    case percent(Double)
    case scaled(Scale, String)
    /// `1.2K ops/s`.
    case counted(String)
    case currency(String)
    /// A length of time; the seconds that one of the value is.
    case duration(Double)
    case words(Double)
    case clock(Double)
    case bool(String, String)
    case scientific
    case hexadecimal(String)
    case separated
  }

  static let short = Scale(factor: 1_000, names: ["", "K", "Mil", "Bil", "Tri", "Quadr", "Quint", "Sext", "Sept"])
  static let counting = Scale(factor: 1_000, names: ["", "K", "M", "B", "T"], isSpaced: false)
  static let binary = Scale(factor: 1_024, names: ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"])
  static let decimal = Scale(factor: 1_000, names: ["", "k", "M", "G", "T", "P", "E", "Z", "Y"])
  static let metric = Scale(
    factor: 1_000, names: ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"], start: 5,
    goesDown: true)

  static let kinds: [String: Kind] = {
    var kinds: [String: Kind] = [
      "": .plain, "none": .plain, "string": .plain, "short": .scaled(short, ""), "percent": .percent(1),
      "percentunit": .percent(100), "humidity": .suffix("%H"), "dB": .suffix(" dB"), "dBm": .suffix(" dBm"),
      "hex": .hexadecimal(""), "hex0x": .hexadecimal("0x"), "sci": .scientific, "locale": .separated,
      "pixel": .suffix(" px"), "sishort": .scaled(metric, ""),
      "bool": .bool("True", "False"), "bool_yes_no": .bool("Yes", "No"), "bool_on_off": .bool("On", "Off"),
      "celsius": .suffix(" °C"), "fahrenheit": .suffix(" °F"), "kelvin": .suffix(" K"), "degree": .suffix("°"),
      "radian": .suffix(" rad"), "rotrpm": .suffix(" rpm"), "rothz": .scaled(metric, "Hz"),
      "hertz": .scaled(metric, "Hz"),
      "s": .duration(1), "ms": .duration(1e-3), "µs": .duration(1e-6), "us": .duration(1e-6), "ns": .duration(1e-9),
      "m": .duration(60), "h": .duration(3_600), "d": .duration(86_400), "timeticks": .duration(0.01),
      "dtdurations": .words(1), "dtdurationms": .words(1e-3), "dthms": .clock(1), "dtdhms": .clock(1),
      "clocks": .clock(1), "clockms": .clock(1e-3),
      "bytes": .scaled(binary, "B"), "bits": .scaled(binary, "b"), "kbytes": .scaled(binary.from(1), "B"),
      "mbytes": .scaled(binary.from(2), "B"), "gbytes": .scaled(binary.from(3), "B"),
      "tbytes": .scaled(binary.from(4), "B"), "pbytes": .scaled(binary.from(5), "B"),
      "decbytes": .scaled(decimal, "B"), "decbits": .scaled(decimal, "b"), "deckbytes": .scaled(decimal.from(1), "B"),
      "decmbytes": .scaled(decimal.from(2), "B"), "decgbytes": .scaled(decimal.from(3), "B"),
      "dectbytes": .scaled(decimal.from(4), "B"), "decpbytes": .scaled(decimal.from(5), "B"),
      "Bps": .scaled(decimal, "B/s"), "binBps": .scaled(binary, "B/s"), "bps": .scaled(decimal, "b/s"),
      "binbps": .scaled(binary, "b/s"), "pps": .scaled(decimal, "p/s"),
      "KBs": .scaled(decimal.from(1), "B/s"), "MBs": .scaled(decimal.from(2), "B/s"),
      "GBs": .scaled(decimal.from(3), "B/s"), "TBs": .scaled(decimal.from(4), "B/s"),
      "KiBs": .scaled(binary.from(1), "B/s"), "MiBs": .scaled(binary.from(2), "B/s"),
      "GiBs": .scaled(binary.from(3), "B/s"), "TiBs": .scaled(binary.from(4), "B/s"),
      "Kbits": .scaled(decimal.from(1), "b/s"), "Mbits": .scaled(decimal.from(2), "b/s"),
      "Gbits": .scaled(decimal.from(3), "b/s"), "Kibits": .scaled(binary.from(1), "b/s"),
      "Mibits": .scaled(binary.from(2), "b/s"), "Gibits": .scaled(binary.from(3), "b/s"),
      "watt": .scaled(metric, "W"), "kwatt": .scaled(metric.from(1), "W"), "watth": .scaled(metric, "Wh"),
      "kwatth": .scaled(metric.from(1), "Wh"), "joule": .scaled(metric, "J"), "amp": .scaled(metric, "A"),
      "volt": .scaled(metric, "V"), "voltamp": .scaled(metric, "VA"), "ohm": .scaled(metric, "Ω"),
      "lengthm": .scaled(metric, "m"), "lengthkm": .scaled(metric.from(1), "m"), "massg": .scaled(metric, "g"),
      "masskg": .scaled(metric.from(1), "g"), "pressurepa": .scaled(metric, "Pa"),
      "pressurebar": .scaled(metric, "bar"),
      "flops": .scaled(decimal, "FLOPS"), "Hs": .scaled(decimal, "H/s"), "velocityms": .suffix(" m/s"),
      "velocitykmh": .suffix(" km/h"), "ppm": .suffix(" ppm"), "litre": .scaled(metric, "L"),
    ]
    for (id, suffix) in [
      ("ops", "ops/s"), ("reqps", "req/s"), ("rps", "rd/s"), ("wps", "wr/s"), ("iops", "io/s"), ("eps", "evt/s"),
      ("mps", "msg/s"), ("cps", "c/s"), ("recps", "rec/s"), ("rowsps", "rows/s"), ("opm", "ops/m"), ("rpm", "rd/m"),
      ("reqpm", "req/m"), ("wpm", "wr/m"), ("cpm", "c/m"),
    ] { kinds[id] = .counted(suffix) }
    for (id, sign) in [
      ("currencyUSD", "$"), ("currencyEUR", "€"), ("currencyGBP", "£"), ("currencyJPY", "¥"), ("currencyCHF", "CHF "),
      ("currencyBTC", "₿"), ("currencyINR", "₹"), ("currencyRUB", "₽"),
    ] { kinds[id] = .currency(sign) }
    return kinds
  }()
}
