import Testing

@testable import ObsData

struct InterpolationTests {
  private let names = Interpolation([
    "plain": VariableBinding("a.b"),
    "quoted": VariableBinding(#"say "hi" \ there"#),
    "one": VariableBinding(values: ["a.b"], texts: ["A"], isMulti: true),
    "many": VariableBinding(values: ["a.b", "c|d"], texts: ["A", "C"], isMulti: true),
    "none": VariableBinding(values: [], texts: [], isMulti: true),
    "all": VariableBinding(values: ["x", "y"], texts: ["x", "y"], isMulti: true, isAll: true, allValue: ".*"),
    "every": VariableBinding(values: ["x", "y"], texts: ["x", "y"], isMulti: true, isAll: true),
    "__from": VariableBinding("1594671549254"),
  ])

  @Test(arguments: [
    (#"up{job="$plain"}"#, #"up{job="a.b"}"#), (#"up{job=~"$one"}"#, #"up{job=~"a\\.b"}"#),
    (#"up{job=~"$many"}"#, #"up{job=~"(a\\.b|c\\|d)"}"#), (#"up{job=~"$all"}"#, #"up{job=~".*"}"#),
    (#"up{job=~"${every}"}"#, #"up{job=~"(x|y)"}"#), (#"up{job=~"[[many]]"}"#, #"up{job=~"(a\\.b|c\\|d)"}"#),
    (#"up{job=~"$none"}"#, #"up{job=~""}"#), (#"up{job="$quoted"}"#, #"up{job="say \"hi\" \\ there"}"#),
    ("sum($quoted)", #"sum(say "hi" \ there)"#), (#"label_replace(up, "a", "$1", "b", "(.*)")"#, nil),
    (#"up{a="${many:pipe}"}"#, #"up{a="a.b|c|d"}"#), ("rate(x[$unknown])", nil), ("$", nil), ("${", nil),
    ("[[many", nil), ("${many:}", nil), ("5 $", nil), ("'$plain'$plain", "'a.b'a.b"),
  ])
  func `variables are written as Prometheus needs them`(template: String, result: String?) {
    let expected = result ?? (template == "${many:}" ? #"(a\\.b|c\\|d)"# : template)
    #expect(names.text(template, format: .prometheus) == expected)
  }

  @Test(arguments: [
    ("regex", #"(a\.b|c\|d)"#), ("pipe", "a.b|c|d"), ("csv", "a.b,c|d"), ("json", #"["a.b","c|d"]"#),
    ("glob", "{a.b,c|d}"), ("lucene", #"("a.b" OR "c\|d")"#), ("percentencode", "%7Ba.b%2Cc%7Cd%7D"),
    ("raw", "a.b,c|d"), ("singlequote", "'a.b','c|d'"), ("doublequote", #""a.b","c|d""#),
    ("sqlstring", "'a.b','c|d'"), ("text", "A + C"), ("queryparam", "var-many=a.b&var-many=c%7Cd"),
    ("distributed", "a.b,many=c|d"), ("html", "a.b, c|d"), ("nonsense", "a.b,c|d"),
  ])
  func `every format writes several values its way`(format: String, result: String) {
    #expect(names.text("${many:\(format)}") == result)
  }

  @Test(arguments: [
    ("${__from}", "1594671549254"), ("${__from:date}", "2020-07-13T20:19:09.254Z"),
    ("${__from:date:iso}", "2020-07-13T20:19:09.254Z"), ("${__from:date:seconds}", "1594671549"),
    ("${__from:date:YYYY-MM}", "2020-07"), ("${__from:date:HH:mm:ss}", "20:19:09"),
  ])
  func `an instant is written as a date`(template: String, result: String) {
    #expect(names.text(template) == result)
  }

  @Test func `what nothing stands for is named and left`() {
    let (text, unknown) = names.replaced("a $b ${c} $1 $plain", format: .prometheus)
    #expect(text == "a $b ${c} $1 a.b")
    #expect(unknown == ["b", "c"])
  }

  @Test(arguments: [
    ("up", #"up{a="1"}"#), (#"up{}"#, #"up{a="1"}"#), (#"up{b="2"}"#, #"up{a="1",b="2"}"#),
    ("sum by (job) (rate(up[5m]))", #"sum by (job) (rate(up{a="1"}[5m]))"#),
    ("sum(up) by (job)", #"sum(up{a="1"}) by (job)"#),
    ("a / on(x) group_left(y) b", #"a{a="1"} / on(x) group_left(y) b{a="1"}"#),
    (#"{__name__="up"}"#, #"{a="1",__name__="up"}"#), ("up offset 5m > bool 0", #"up{a="1"} offset 5m > bool 0"#),
    (#"count_values("v}{", up)"#, #"count_values("v}{", up{a="1"})"#), ("1e3 + 0x1f", "1e3 + 0x1f"),
    ("up{", #"up{a="1""#), ("max_over_time(up[1h:5m])", #"max_over_time(up{a="1"}[1h:5m])"#),
    ("a and b unless c", #"a{a="1"} and b{a="1"} unless c{a="1"}"#),
  ])
  func `an ad-hoc filter goes into every selector`(expression: String, result: String) {
    let filter = DashboardVariable.LabelFilter(label: "a", operation: "=", value: "1")
    #expect(AdHocFilters.apply([filter], to: expression) == result)
  }
}

struct QueryIntervalsTests {
  private func intervals(_ seconds: Int, points: Int, minimum: Duration? = nil, factor: Int = 1) -> QueryIntervals {
    let end = Timestamp(seconds: 1_000_000_000)
    return QueryIntervals(
      range: TimeRange(start: end - .seconds(seconds), end: end), points: points, minimum: minimum, factor: factor)
  }

  @Test(arguments: [
    (3_600, 240, nil, 1, "15s", "1m"), (21_600, 200, nil, 1, "2m", "2m15s"), (3_600, 100, 60, 1, "1m", "4m"),
    (3_600, 100, nil, 2, "1m", "1m15s"), (300, 1_000, 1, 1, "1s", "4s"),
    (31_536_000, 100_000, nil, 1, "47m46s909ms", "48m1s909ms"),
    (0, 0, nil, 1, "15s", "1m"),
  ])
  func `the step and the rate interval follow Grafana's formulas`(
    seconds: Int, points: Int, minimum: Int?, factor: Int, step: String, rate: String
  ) {
    let result = intervals(seconds, points: points, minimum: minimum.map { .seconds($0) }, factor: factor)
    #expect(result.builtIns["__interval"]?.values == [step])
    #expect(result.builtIns["__rate_interval"]?.values == [rate])
  }

  @Test func `the range has three names`() {
    let names = intervals(5_400, points: 100).builtIns
    #expect(names["__range"]?.values == ["5400s"])
    #expect(names["__range_s"]?.values == ["5400"])
    #expect(names["__range_ms"]?.values == ["5400000"])
  }

  @Test(arguments: [
    ("now", 1_795_337_400), ("now-6h", 1_795_315_800), ("now/d", 1_795_305_600), ("now-1d/d", 1_795_219_200),
    ("1594671549254", 1_594_671_549), ("2026-11-22T08:50:00Z", 1_795_337_400), ("now-", nil), ("yesterday", nil),
    ("now-9999999999999d", nil), ("now/q", nil),
  ])
  func `times are read as Grafana writes them`(text: String, seconds: Int64?) {
    #expect(
      DashboardTime.parse(text, now: Sample.now).map { $0.milliseconds / 1_000 } == seconds)
  }
}
