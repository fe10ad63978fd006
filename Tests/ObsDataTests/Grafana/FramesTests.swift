import Testing

@testable import ObsData

/// Frames as small tables of text: what goes into a transformation and what comes out.
struct FramesTests {
  private func time(_ second: Int) -> Timestamp { Timestamp(seconds: Double(second)) }

  private func series(
    _ refID: String, _ labels: [String: String], _ values: [Double?], legend: String? = nil
  ) -> DataFrame {
    DataFrame(
      refID: refID,
      fields: [
        DataField("Time", .times(values.indices.map { time($0 * 60) })),
        DataField("Value", .numbers(values), labels: labels, legend: legend ?? LegendFormat.metric(labels)),
      ])
  }

  private func table(_ refID: String, _ columns: [(String, [DataValue])]) -> DataFrame {
    DataFrame(refID: refID, fields: columns.map { DataField($0.0, DataColumn($0.1)) })
  }

  private func picture(_ frames: [DataFrame]) -> [String] {
    frames.flatMap { frame in
      [frame.fields.map(\.displayName).joined(separator: " | ")]
        + (0..<frame.count).map { row in
          frame.fields.map { field in
            switch field.column[row] {
            case .null: "-"
            case .number(let number): UnitFormat.plain(number)
            case .text(let text): text
            case .time(let time): "t\(Int(time.seconds))"
            }
          }.joined(separator: " | ")
        }
    }
  }

  private func transformed(_ id: String, _ options: String, _ frames: [DataFrame]) throws -> [String] {
    let document = try JSONDocument(parsing: Array(options.utf8))
    return picture(Transformation.read(named: id, document.root).applied(to: frames))
  }

  private var pods: [DataFrame] {
    [
      table("A", [("pod", [.text("a"), .text("b")]), ("Value #A", [.number(1), .number(2)])]),
      table("B", [("pod", [.text("b"), .text("c")]), ("Value #B", [.number(20), .number(30)])]),
    ]
  }

  @Test func `merge makes one row of what agrees in the common columns`() throws {
    #expect(
      try transformed("merge", "{}", pods) == ["pod | Value #A | Value #B", "a | 1 | -", "b | 2 | 20", "c | - | 30"])
  }

  @Test func `columns are left out, ordered and named`() throws {
    let frame = table("A", [("a", [.number(1)]), ("b", [.number(2)]), ("c", [.text("x")])])
    let options =
      #"{"excludeByName":{"b":true,"a":false},"indexByName":{"c":0,"a":1},"renameByName":{"a":"Alpha","c":""}}"#
    #expect(try transformed("organize", options, [frame]) == ["c | Alpha", "x | 1"])
  }

  @Test func `rows are grouped and computed`() throws {
    let frame = table(
      "A", [("zone", [.text("x"), .text("y"), .text("x")]), ("load", [.number(1), .number(5), .number(3)])])
    let options =
      #"{"fields":{"zone":{"operation":"groupby"},"load":{"operation":"aggregate","aggregations":["mean","max"]}}}"#
    #expect(
      try transformed("groupBy", options, [frame]) == ["zone | load (mean) | load (max)", "x | 2 | 3", "y | 5 | 5"])
  }

  @Test(arguments: [
    (#"{"include":{"names":["a"]}}"#, "a"), (#"{"include":{"pattern":"/^b/"}}"#, "b1 | b2"),
    (#"{"exclude":{"names":["a"],"pattern":"2$"}}"#, "b1"), (#"{"include":{"pattern":"/(/"}}"#, "a | b1 | b2"),
  ])
  func `columns are kept by name`(options: String, columns: String) throws {
    let frame = table("A", [("a", [.number(1)]), ("b1", [.number(1)]), ("b2", [.number(1)])])
    #expect(try transformed("filterFieldsByName", options, [frame]).first == columns)
  }

  @Test(arguments: [
    (
      #"{"mode":"binary","alias":"free","binary":{"left":"all","operator":"-","right":"used"}}"#,
      ["all | used | free", "10 | 4 | 6", "8 | - | -"]
    ),
    (
      #"{"mode":"binary","binary":{"left":{"matcher":{"id":"byName","options":"used"}},"operator":"/","right":{"fixed":"2"}},"replaceFields":true}"#,
      ["used / 2", "2", "-"]
    ),
    (
      #"{"mode":"reduceRow","reduce":{"reducer":"sum","include":["all","used"]},"replaceFields":true}"#,
      ["Total", "14", "8"]
    ),
    (#"{"mode":"binary","binary":{"left":"all","operator":"-","right":"gone"}}"#, ["all | used", "10 | 4", "8 | -"]),
    (#"{"mode":"index"}"#, ["all | used | Row", "10 | 4 | 0", "8 | - | 1"]),
  ])
  func `a column is computed of others`(options: String, result: [String]) throws {
    let frame = table("A", [("all", [.number(10), .number(8)]), ("used", [.number(4), .null])])
    #expect(try transformed("calculateField", options, [frame]) == result)
  }

  @Test func `frames are joined by a column, or by time`() throws {
    #expect(
      try transformed("joinByField", #"{"byField":"pod","mode":"outer"}"#, pods)
        == ["pod | Value #A | Value #B", "a | 1 | -", "b | 2 | 20", "c | - | 30"])
    #expect(
      try transformed("joinByField", #"{"byField":"pod","mode":"inner"}"#, pods)
        == ["pod | Value #A | Value #B", "b | 2 | 20"])
    let two = [series("A", ["x": "1"], [1, 2]), series("B", ["x": "2"], [3])]
    #expect(
      try transformed("seriesToColumns", "{}", two) == [#"Time | {x="1"} | {x="2"}"#, "t0 | 1 | 3", "t60 | 2 | -"])
  }

  @Test func `series are reduced to rows, or to one row`() throws {
    let two = [series("A", ["x": "1"], [1, 4, nil], legend: "one"), series("B", ["x": "2"], [3], legend: "two")]
    #expect(
      try transformed("reduce", #"{"reducers":["lastNotNull","mean"]}"#, two)
        == ["Field | Last * | Mean", "one | 4 | 2.50", "two | 3 | 3"])
    #expect(
      try transformed("reduce", #"{"reducers":["max"],"labelsToFields":true}"#, two) == ["x | Max", "1 | 4", "2 | 3"])
    #expect(try transformed("reduce", #"{"reducers":["max"],"mode":"reduceFields"}"#, two) == ["one", "4", "two", "3"])
  }

  @Test func `rows are sorted with what is missing last, and filtered`() throws {
    let frame = table("A", [("a", [.number(2), .null, .number(10), .number(1)])])
    #expect(try transformed("sortBy", #"{"sort":[{"field":"a","desc":true}]}"#, [frame]) == ["a", "10", "2", "1", "-"])
    func filter(_ id: String, _ options: String, type: String = "include") throws -> [String] {
      try transformed(
        "filterByValue",
        #"{"type":"\#(type)","match":"any","filters":[{"fieldName":"a","config":{"id":"\#(id)","options":\#(options)}}]}"#,
        [frame])
    }
    #expect(try filter("greater", #"{"value":1}"#) == ["a", "2", "10"])
    #expect(try filter("isNull", "{}", type: "exclude") == ["a", "2", "10", "1"])
    #expect(try filter("between", #"{"from":1,"to":2}"#) == ["a", "2", "1"])
    #expect(try filter("regex", #"{"value":"^1"}"#) == ["a", "10", "1"])
  }

  @Test func `labels become columns, rows, or a table of figures`() throws {
    let two = [series("A", ["x": "1", "y": "a"], [1, 4]), series("A", ["x": "2", "y": "b"], [3, nil])]
    #expect(
      try transformed("labelsToFields", #"{"keepLabels":["x"]}"#, [two[0]])
        == ["Time | x | Value", "t0 | 1 | 1", "t60 | 1 | 4"])
    #expect(
      try transformed("labelsToFields", #"{"mode":"rows"}"#, [two[0]]) == ["label | value", "x | 1", "y | a"])
    #expect(
      try transformed("timeSeriesTable", "{}", two) == ["x | y | Trend #A", "1 | a | 4", "2 | b | 3"])
    #expect(
      try transformed("renameByRegex", #"{"regex":"(.*)x=\"(.)\".*","renamePattern":"no $2"}"#, [two[0]]).first
        == "Time | no 1")
    #expect(try transformed("seriesToRows", "{}", [two[1]]) == ["Time | Metric | Value", #"t0 | {x="2", y="b"} | 3"#])
  }

  @Test func `a transformation that is not known changes nothing and is named`() {
    let (frames, remarks) = Transformation.apply([.unknown("heatmapify")], to: pods)
    #expect(frames == pods)
    #expect(remarks == ["the transformation heatmapify is not done"])
  }

  @Test func `no transformation falls over nothing`() throws {
    for id in [
      "merge", "organize", "groupBy", "calculateField", "joinByField", "reduce", "sortBy", "filterByValue",
      "labelsToFields", "timeSeriesTable", "renameByRegex", "seriesToRows", "limit", "filterFieldsByName",
    ] {
      for frames in [[], [DataFrame(refID: "A", fields: [])], pods] {
        for options in ["{}", "[]", "3", #"{"fields":3,"sort":3,"filters":3,"binary":3}"#] {
          #expect(try !transformed(id, options, frames).contains("nonsense"))
        }
      }
    }
  }

  @Test(arguments: [
    ("lastNotNull", 4.0), ("last", nil), ("firstNotNull", 2), ("first", nil), ("min", 2), ("max", 8), ("mean", 4.5),
    ("sum", 18), ("count", 7), ("range", 6), ("diff", 2), ("delta", 10), ("median", 4), ("stdDev", 2.179449),
    ("p75", 5), ("distinctCount", 3), ("changeCount", 3), ("minAboveZero", 2), ("diffperc", 1), ("nonsense", nil),
  ])
  func `a series is reduced to a figure`(name: String, figure: Double?) {
    let values: [Double?] = [nil, 2, 4, .nan, 8, 4, nil]
    let result = Reduction.value(name, of: values)
    #expect((result == nil) == (figure == nil))
    #expect(abs((result ?? 0) - (figure ?? 0)) < 1e-5)
  }

  @Test func `no series has no figure`() {
    for name in ["lastNotNull", "mean", "max", "delta", "p99", "stdDev"] {
      #expect(Reduction.value(name, of: []) == nil)
      #expect(Reduction.value(name, of: [nil, .nan]) == nil)
    }
  }

  @Test func `series get the names that tell them apart`() {
    let labels = [["__name__": "up", "job": "a", "host": "x"], ["__name__": "up", "job": "a", "host": "y"]]
    func names(_ template: String) -> [String] { LegendFormat.names(of: labels, template: template, expression: "e") }
    #expect(names("") == [#"up{host="x", job="a"}"#, #"up{host="y", job="a"}"#])
    #expect(names("__auto") == ["x", "y"])
    #expect(names("{{ host }}: {{gone}}") == ["x: ", "y: "])
    #expect(names("{{host") == ["{{host", "{{host"])
    #expect(LegendFormat.names(of: [[:]], template: "", expression: "1 + 1") == ["1 + 1"])
  }

  @Test func `settings are laid on by name, expression, type, query and value`() throws {
    let definition = try Sample.dashboard(
      Sample.panel(
        more: #"""
          ,"fieldConfig":{"defaults":{"unit":"s","displayName":"${__field.labels.x}!"},"overrides":[
          {"matcher":{"id":"byName","options":"one"},"properties":[{"id":"unit","value":"bytes"}]},
          {"matcher":{"id":"byRegexp","options":"/t.*o/"},"properties":[{"id":"decimals","value":2}]},
          {"matcher":{"id":"byType","options":"time"},"properties":[{"id":"custom.hidden","value":true}]},
          {"matcher":{"id":"byFrameRefID","options":"B"},"properties":[{"id":"max","value":5}]},
          {"matcher":{"id":"byValue","options":{"reducer":"max","op":"gt","value":3}},"properties":[{"id":"min","value":1}]},
          {"matcher":{"id":"byNames","options":{"mode":"exclude","names":["one!"]}},"properties":[{"id":"noValue","value":"none"}]},
          {"matcher":{"id":"byMagic"},"properties":[{"id":"unit","value":"h"}]}]}
          """#))
    let frames = FieldSettings.laid(
      on: [series("A", ["x": "one"], [1, 4], legend: "one"), series("B", ["x": "two"], [3], legend: "two")],
      of: definition.panels[0])
    let (one, two) = (frames[0].fields[1], frames[1].fields[1])
    #expect(one.displayName == "one!" && two.displayName == "two!")
    #expect(one.settings.unit == "bytes" && two.settings.unit == "s")
    #expect(one.settings.decimals == nil && two.settings.decimals == 2)
    #expect(frames[0].fields[0].settings.isHidden == true && one.settings.isHidden == nil)
    #expect(one.settings.maximum == nil && two.settings.maximum == 5)
    #expect(one.settings.minimum == 1 && two.settings.minimum == nil)
    #expect(one.settings.noValue == nil && two.settings.noValue == "none")
  }
}
