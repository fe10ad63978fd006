import Foundation
import Testing

@testable import ObsData

struct DashboardReaderTests {
  private func refusal(_ text: String) -> String? {
    do throws(DashboardError) {
      _ = try DashboardReader.read(Array(text.utf8))
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("", "is no JSON"), ("not json", "is no JSON"), ("[]", "is no dashboard: it holds a list, not an object"),
    ("{}", "is no dashboard: it has neither panels nor rows"), ("\"x\"", "is no dashboard: it holds a string"),
    (#"{"dashboard":{"dashboard":{}}}"#, "is no dashboard"), (#"{"panels":3}"#, "is no dashboard"),
    (#"{"panels":[{"#, "is no JSON"),
  ])
  func `what is no dashboard is said to be none`(text: String, sentence: String) throws {
    #expect(try #require(refusal(text)).hasPrefix(sentence))
  }

  @Test func `everything of the wrong type is passed over`() throws {
    let text = #"""
      {"title":7,"tags":"one","time":3,"templating":{"list":[3,{"name":""},{"name":"v","type":5,"query":[]}]},
       "panels":[1,"x",null,{},{"type":["graph"]},{"type":"stat","gridPos":{"x":"99","y":-4,"w":0,"h":"tall"},
       "targets":[4,{"expr":9}],"fieldConfig":{"defaults":[],"overrides":{}},"options":7,"transformations":[{},3]}]}
      """#
    let definition = try DashboardReader.read(Array(text.utf8))
    #expect(definition.title == "7")
    #expect(definition.tags == ["one"])
    #expect(definition.variables.map(\.name) == ["v"])
    let stat = try #require(definition.panels.last)
    #expect(stat.place == GridPlace(x: 23, y: 0, width: 1, height: 8))
    #expect(stat.targets.count == 1)
  }

  @Test func `rows own the panels below them, folded rows hold theirs`() throws {
    let definition = try Sample.dashboard(
      #"""
      {"type":"row","title":"B","gridPos":{"x":0,"y":20,"w":24,"h":1},"collapsed":true,"panels":[\#(Sample.panel(id: 9))]},
      \#(Sample.panel(id: 1, grid: #"{"x":0,"y":0,"w":12,"h":5}"#)),
      {"type":"row","title":"A $env","gridPos":{"x":0,"y":5,"w":24,"h":1},"repeat":"env"},
      \#(Sample.panel(id: 3, grid: #"{"x":12,"y":6,"w":12,"h":5}"#)),
      \#(Sample.panel(id: 2, grid: #"{"x":0,"y":6,"w":12,"h":5}"#))
      """#)
    #expect(definition.sections.map(\.title) == [nil, "A $env", "B"])
    #expect(definition.sections.map { $0.panels.map(\.id) } == [[1], [2, 3], [9]])
    #expect(definition.sections.map(\.isCollapsed) == [false, false, true])
    #expect(definition.sections[1].repeatedBy == "env")
    #expect(definition.sections[1].panels.map(\.place.y) == [0, 0])
  }

  @Test func `old rows flow by their spans`() throws {
    let text = #"""
      {"title":"Old","rows":[{"title":"R","showTitle":true,"height":"380px","panels":[
        {"type":"graph","title":"a","span":8,"targets":[{"expr":"a"}],"yaxes":[{"format":"Bps","min":"0","logBase":10},{"format":"s"}],
         "stack":true,"nullPointMode":"connected","seriesOverrides":[{"alias":"/x.*/","yaxis":2,"transform":"negative-Y"}],
         "legend":{"show":true,"avg":true,"current":true},"thresholds":[{"value":5,"colorMode":"critical"}]},
        {"type":"singlestat","title":"b","span":6,"format":"percent","valueName":"current","thresholds":"50,80",
         "colors":["green","orange","red"],"valueMaps":[{"op":"=","value":"null","text":"N/A"},{"op":"=","value":"1","text":"up"}],
         "targets":[{"expr":"b"}]}]}]}
      """#
    let definition = try DashboardReader.read(Array(text.utf8))
    #expect(definition.sections.map(\.title) == ["R"])
    let graph = definition.panels[0]
    #expect(graph.place == GridPlace(x: 0, y: 0, width: 16, height: 10))
    #expect(graph.kind == .timeSeries)
    #expect(graph.settings.unit == "Bps" && graph.settings.minimum == 0 && graph.settings.logarithm == 10)
    #expect(graph.settings.stacking == .normal && graph.settings.spansGaps == true)
    #expect(graph.options.legendCalculations == ["lastNotNull", "mean"])
    #expect(graph.settings.showsThresholds == true)
    #expect(graph.overrides.first?.settings.isRightAxis == true)
    #expect(graph.overrides.first?.settings.unit == "s")
    let stat = definition.panels[1]
    #expect(stat.place == GridPlace(x: 0, y: 10, width: 12, height: 10))
    #expect(stat.kind == .stat && stat.options.calculations == ["lastNotNull"])
    #expect(stat.settings.thresholds?.step(of: 60, minimum: nil, maximum: nil)?.color == "orange")
    #expect(stat.settings.mappings?.map(\.text) == ["N/A", "up"])
  }

  @Test func `numbers beyond all measure are passed over`() throws {
    let text = #"""
      {"title":"Odd","rows":[{"height":"1e99px","panels":[{"type":"graph","span":1e300,"targets":[{"expr":"a","intervalFactor":1e300}]},
       {"type":"gauge","span":-3,"fieldConfig":{"defaults":{"min":"NaN","max":"1e999","decimals":1e300}},"maxDataPoints":"-Inf"}]}]}
      """#
    let definition = try DashboardReader.read(Array(text.utf8))
    #expect(definition.panels.map(\.place.width) == [24, 1])
    #expect(definition.panels[1].settings.minimum == nil && definition.panels[1].settings.maximum == nil)
    #expect(definition.panels[1].settings.decimals == 15)
  }

  @Test func `schema v2 comes to the same model`() throws {
    let text = #"""
      {"apiVersion":"dashboard.grafana.app/v2beta1","kind":"Dashboard","metadata":{"name":"the-uid"},"spec":{"title":"V2",
       "timeSettings":{"from":"now-6h","to":"now"},
       "variables":[{"kind":"QueryVariable","spec":{"name":"job","multi":true,"sort":"alphabeticalAsc","hide":"hideVariable",
         "query":{"kind":"DataQuery","group":"prometheus","spec":{"query":"label_values(job)"}}}}],
       "elements":{"a":{"kind":"Panel","spec":{"id":1,"title":"A","vizConfig":{"kind":"VizConfig","group":"timeseries",
          "spec":{"fieldConfig":{"defaults":{"unit":"s"},"overrides":[]},"options":{}}},
          "data":{"kind":"QueryGroup","spec":{"queries":[{"kind":"PanelQuery","spec":{"refId":"B","query":{"kind":"DataQuery",
            "group":"prometheus","spec":{"expr":"up","instant":true}}}}],"transformations":[{"kind":"merge","spec":{"id":"merge","options":{}}}],
            "queryOptions":{"interval":"1m"}}}}},
         "b":{"kind":"Panel","spec":{"id":2,"title":"B","vizConfig":{"kind":"stat","spec":{}},"data":{"kind":"QueryGroup","spec":{
            "queries":[{"kind":"PanelQuery","spec":{"refId":"A","query":{"kind":"loki","spec":{"expr":"{a=\"b\"}"}}}}]}}}},
         "l":{"kind":"LibraryPanel","spec":{"id":3,"title":"L","libraryPanel":{"name":"shared","uid":"u"}}}},
       "layout":{"kind":"RowsLayout","spec":{"rows":[{"kind":"RowsLayoutRow","spec":{"title":"One","collapse":true,
          "layout":{"kind":"AutoGridLayout","spec":{"maxColumnCount":2,"items":[
            {"kind":"AutoGridLayoutItem","spec":{"element":{"kind":"ElementReference","name":"a"}}},
            {"kind":"AutoGridLayoutItem","spec":{"element":{"name":"b"}}},{"kind":"AutoGridLayoutItem","spec":{"element":{"name":"l"}}},
            {"kind":"AutoGridLayoutItem","spec":{"element":{"name":"gone"}}}]}}}}]}}}}
      """#
    let definition = try DashboardReader.read(Array(text.utf8))
    #expect(definition.uid == "the-uid" && definition.from == "now-6h")
    #expect(definition.sections.map(\.title) == ["One"])
    #expect(definition.sections[0].isCollapsed)
    #expect(definition.panels.map(\.place.x) == [0, 12, 0])
    #expect(definition.panels.map(\.place.y) == [0, 0, 8])
    let panel = definition.panels[0]
    #expect(panel.kind == .timeSeries && panel.settings.unit == "s" && panel.interval == "1m")
    #expect(panel.targets.first?.isInstant == true && panel.targets.first?.refID == "B")
    #expect(panel.transformations == [.merge])
    let variable = definition.variables[0]
    #expect(variable.query == "label_values(job)" && variable.isMulti && variable.sorting == 1 && variable.isHidden)
    #expect(definition.remarks == ["the layout names an element “gone” that is not there"])
    let sources = DataSourceLookup(definition)
    #expect(sources.answer(for: definition.panels[1].targets[0], in: definition.panels[1]) == .other("loki"))
  }

  @Test func `layouts that are nested without end are cut off`() throws {
    var layout = #"{"kind":"GridLayout","spec":{"items":[]}}"#
    for _ in 0..<40 {
      layout = #"{"kind":"RowsLayout","spec":{"rows":[{"spec":{"title":"r","layout":"# + layout + "}}]}}"
    }
    let text = #"{"kind":"Dashboard","apiVersion":"v2","spec":{"title":"x","elements":{},"layout":"# + layout + "}}"
    let definition = try DashboardReader.read(Array(text.utf8))
    #expect(definition.remarks == ["layouts are nested too deep: the innermost are left out"])
  }

  @Test func `the texts of mappings of all ages are read`() throws {
    let definition = try Sample.dashboard(
      Sample.panel(
        more: #"""
          ,"fieldConfig":{"defaults":{"mappings":[{"type":"value","options":{"1":{"text":"up","color":"green"}}},
          {"type":"range","options":{"from":2,"to":null,"result":{"text":"many"}}},
          {"type":"regex","options":{"pattern":"/v(.*)/","result":{"text":"version $1"}}},
          {"type":"special","options":{"match":"null+nan","result":{"text":"none"}}},
          {"type":1,"value":"7","text":"seven"},{"type":2,"from":"8","to":"9","text":"eight"},{"op":"=","value":"null","text":"N/A"}]}}
          """#))
    let settings = definition.panels[0].settings
    func text(_ value: DataValue) -> String { ValueDisplay(value, settings: settings, now: Sample.now).text }
    #expect(text(.number(1)) == "up")
    #expect(text(.number(1_000)) == "many")
    #expect(text(.text("v2.1")) == "version 2.1")
    #expect(text(.null) == "none")
    #expect(text(.number(.nan)) == "none")
    #expect(text(.number(0)) == "0")
    #expect(settings.mappings?.count == 7)
  }
}
