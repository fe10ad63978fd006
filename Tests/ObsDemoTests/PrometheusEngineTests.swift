import Foundation
import ObsData
import Testing

@testable import ObsDemo

/// PromQL on a handful of samples, each value worked out by hand.
struct PrometheusEngineTests {
  /// One scrape every 10 s from 0 to 100 s.
  private var source: PrometheusTestSource {
    var source = PrometheusTestSource()
    let times = stride(from: Int64(0), through: 100_000, by: 10_000)
    source.add("c_total", ["job": "a"], times.map { ($0, Double($0) / 1_000) })
    source.add("c_total", ["job": "b"], times.map { ($0, Double($0) / 500 - ($0 >= 50_000 ? 90 : 0)) })
    source.add("g", ["job": "a"], [(0, 1), (10_000, .nan), (20_000, .infinity)])
    source.add("once", [:], [(50_000, 5)])
    source.add("http.requests", ["service.name": "x"], times.map { ($0, 1) })
    return source
  }

  /// The result as `{labels} value …`, one series a line.
  private func text(_ query: String, at seconds: Double) -> String {
    let time = Int64(seconds * 1_000)
    let evaluator = PromEvaluator(source: source, start: time, end: time, step: 1, now: time)
    do throws(PromError) {
      switch try evaluator.evaluate(try PromParser.parse(query)) {
      case .scalar(let values): return values.map(PromNumber.text).joined(separator: " ")
      case .string(let text): return text
      case .vector(let series):
        return series.map { $0.labels.description + " " + $0.values.map(PromNumber.text).joined(separator: " ") }
          .joined(separator: "\n")
      }
    } catch { return error.message }
  }

  static let expressions: [(String, Double, String)] = [
    // A window is open to the left: [20s] at 100 s holds the samples of 90 and 100 s alone.
    (#"count_over_time(c_total{job="a"}[20s])"#, 100.0, #"{job="a"} 2"#),
    (#"count_over_time(c_total{job="a"}[20s])"#, 99, #"{job="a"} 2"#),
    (#"sum_over_time(c_total{job="a"}[25s])"#, 100, #"{job="a"} 270"#),
    // A sample is current for five minutes, the left end not included.
    ("once", 349.999, #"{__name__="once"} 5"#), ("once", 350, ""),
    ("timestamp(once)", 100, "{} 50"), ("timestamp(once + 0)", 100, "{} 100"),
    // 90 and 100 s are 10 s apart and 10 s from the window's start: the slope is taken to both ends.
    (#"rate(c_total{job="a"}[20s])"#, 100, #"{job="a"} 1"#),
    (#"increase(c_total{job="a"}[20s])"#, 100, #"{job="a"} 20"#),
    // b falls from 80 to 10 at 50 s: 60 → 80 → 10 → 30 is an increase of 20 + 10 + 20.
    (#"increase(c_total{job="b"}[31s])"#, 60, #"{job="b"} 51.666666666666"#),
    (#"resets(c_total{job="b"}[1m40s])"#, 100, #"{job="b"} 1"#),
    (#"irate(c_total{job="b"}[30s])"#, 50, #"{job="b"} 1"#),
    (#"delta(c_total{job="b"}[20s])"#, 50, #"{job="b"} -140"#),
    (#"idelta(c_total{job="b"}[30s])"#, 50, #"{job="b"} -70"#),
    // A counter is never taken below zero.
    (#"increase(c_total{job="a"}[15s])"#, 14, #"{job="a"} 14"#),
    ("rate(once[1m])", 60, ""), ("g", 15, #"{__name__="g",job="a"} NaN"#.replacing(",job", with: ", job")),
    ("g", 25, #"{__name__="g", job="a"} +Inf"#), ("max_over_time(g[30s])", 25, #"{job="a"} +Inf"#),
    ("min_over_time(g[30s])", 25, #"{job="a"} 1"#), ("sum(c_total) by (job) > 150", 40, ""),
    ("sum(c_total)", 40, "{} 120"), ("sum(c_total) / 0", 40, "{} +Inf"), ("-c_total > -50", 40, #"{job="a"} -40"#),
    ("topk(1, c_total)", 40, #"{__name__="c_total", job="b"} 80"#), ("count_values(\"v\", c_total)", 0, #"{v="0"} 2"#),
    ("quantile(0.5, c_total)", 40, "{} 60"), ("stddev(c_total)", 40, "{} 20"), ("avg(c_total)", 40, "{} 60"),
    ("2 ^ 3 ^ 2", 0, "512"), ("-2 ^ 2", 0, "-4"), ("1 - 2 - 3", 0, "-4"), ("5 % 3 * 2", 0, "4"),
    ("0x1F + 1_0", 0, "41"),
    ("1 == bool 1 and vector(1)", 0, "1:1: parse error: set operator \"and\" not allowed"),
    ("\"a\\nb\"", 0, "a\nb"), ("`a\\n`", 0, "a\\n"), ("time()", 12.5, "12.5"),
    (#"{"http.requests"}"#, 50, #"{__name__="http.requests", service.name="x"} 1"#),
    (#"{"http.requests","service.name"=~"x|y"}"#, 50, #"{__name__="http.requests", service.name="x"} 1"#),
    (#"sum by ("service.name") ({"http.requests"})"#, 50, #"{service.name="x"} 1"#),
    ("c_total offset 20s", 60, "{__name__=\"c_total\", job=\"a\"} 40\n{__name__=\"c_total\", job=\"b\"} 80"),
    (#"c_total{job="a"} offset -20s"#, 60, #"{__name__="c_total", job="a"} 60"#),
    ("once @ 55", 1_000, #"{__name__="once"} 5"#),
    (#"max_over_time(c_total{job="a"}[30s:10s])"#, 60, #"{job="a"} 60"#),
    (#"count_over_time(c_total{job="a"}[30s:10s])"#, 60, #"{job="a"} 3"#),
    ("absent(nothing{a=\"b\"})", 0, #"{a="b"} 1"#), ("scalar(once)", 60, "5"), ("scalar(c_total)", 60, "NaN"),
    ("label_replace(once, \"x\", \"a-$1\", \"__name__\", \"o(.*)\")", 60, #"{__name__="once", x="a-nce"} 5"#),
    (
      "year(vector(951782400)) * 10000 + month(vector(951782400)) * 100 + day_of_month(vector(951782400))", 0,
      "{} 20000229"
    ),
    ("c_total / on() c_total", 40, "found duplicate series for the match group {} on the right hand-side"),
    ("histogram_quantile(0.5, c_total)", 40, ""), ("sum_over_time(vector(1)[10y:1ms])", 0, "too many samples"),
    ("once[5m:1m][5m:1m]", 60, "subquery is only allowed on instant vector, got matrix instead"),
  ]

  @Test(arguments: expressions) func `expressions have Prometheus's values`(
    query: String, time: Double, expected: String
  ) {
    let result = text(query, at: time)
    #expect(result == expected || (expected.count > 12 && result.contains(expected)), "\(result)")
  }

  @Test func `a range query gives each step what an instant query gives`() throws {
    let queries = [
      "c_total", "rate(c_total[35s])", "sum by (job) (c_total) > 70", "topk(1, c_total)", "once or c_total",
      "c_total and on() once", "max_over_time(c_total[30s:7s] offset 3s)", "quantile_over_time(0.3, c_total[1m])",
      "absent(once)", "c_total @ end() - c_total @ start()", "count_values(\"v\", c_total)", "scalar(once) + time()",
    ]
    for query in queries {
      let node = try PromParser.parse(query)
      let whole = PromEvaluator(source: source, start: 0, end: 400_000, step: 7_000, now: 400_000)
      let value = try whole.evaluate(node)
      for (index, time) in whole.times.enumerated() where !query.contains("@") {
        let single = PromEvaluator(source: source, start: time, end: time, step: 1, now: 400_000)
        let expected = try single.evaluate(node)
        if case .scalar(let values) = value, case .scalar(let one) = expected {
          #expect(PromNumber.text(values[index]) == PromNumber.text(one[0]), "\(query) at \(time)")
          continue
        }
        func lines(_ series: [PromSeries], _ index: Int) -> [String] {
          series.filter { !PromSeries.isAbsent($0.values[index]) }
            .map { $0.labels.description + " " + PromNumber.text($0.values[index]) }.sorted()
        }
        #expect(lines(value.series, index) == lines(expected.series, 0), "\(query) at \(time)")
      }
    }
  }

  static let numbers: [(Double, String)] = [

    (0.0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (1e-6, "0.000001"), (9.9e-7, "9.9e-07"),
    (1e20, "100000000000000000000"),
    (1e21, "1e+21"), (1.5e22, "1.5e+22"), (0.1 + 0.2, "0.30000000000000004"), (123_456_789.125, "123456789.125"),
    (1.7976931348623157e308, "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "5e-324"),
    (1.25e17, "125000000000000000"),
    (12_345e-8, "0.00012345"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
  ]

  @Test(arguments: numbers) func `numbers are written as Go writes them`(value: Double, text: String) {
    #expect(PromNumber.text(value) == text)
  }

  static let durations: [(String, Int64?)] = [
    ("5m", 300_000), ("1h30m", 5_400_000), ("1y2w3d4h5m6s7ms", 33_019_506_007), ("30m1h", nil), ("1.5m", nil),
    ("5", nil),
    ("", nil), ("5x", nil), ("1m1m", nil), ("99999999999y", nil), ("0", 0), ("250ms", 250),
  ]

  @Test(arguments: durations) func `durations are those of Prometheus`(text: String, milliseconds: Int64?) {
    #expect(PromDuration.milliseconds(text) == milliseconds)
  }

  @Test func `no text makes the parser or the evaluator fall over`() {
    let pieces = [
      "sum", "(", ")", "{", "}", "[", "]", "5m", ":", "by", "on", "offset", "@", "-", "+", "^", "\"", "'", "`", "a",
      "=~", "=",
      "!", ",", "1e", "0x", "start", "(1)", "9e99", "\\", "\u{FFFF}", "你", "\n", "#", "bool", "group_left",
      "rate(c_total[5m])",
      "inf", "nan", "1_", "..", "topk(NaN,", "c_total", "%", "count_values(\"\",", "@ end()", "offset -99y",
      "[100y:1ms]",
    ]
    var state: UInt64 = 7
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    for _ in 0..<3_000 {
      let query = (0..<(1 + next(9))).map { _ in pieces[next(pieces.count)] }.joined(separator: next(2) == 0 ? "" : " ")
      _ = text(query, at: 50)
    }
    for deep in ["(", "-", "sum(", "a[5m:1m]", "1+", "a^", "{a=\"b\",", "abs("] {
      #expect(text(String(repeating: deep, count: 5_000), at: 50).contains("parse error"))
    }
    #expect(text((0..<5_000).map { _ in "1" }.joined(separator: "+"), at: 50).contains("nested too deeply"))
  }
}
