import CSimdjson
import Foundation
import ObsData

/// Dashboards: reading a large one, decoding many series, and moving the time cursor in the program itself.
struct DashboardRows {
  let program: ProgramRows

  private static let repetitions = 15

  func measure() async throws -> [Row] {
    [try await reading()] + (try await decoding()) + [try cursor()]
  }

  /// A dashboard of 141 panels from its bytes to panels in their places with their questions. Node Exporter Full is taken where the
  /// sample files are at hand, else one of the same size.
  private func reading() async throws -> Row {
    let folder = ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"].map { $0 + "/dashboards/" }
    let sample = folder.flatMap { FileManager.default.contents(atPath: $0 + "node_exporter_full.json") }.map(Array.init)
    let bytes = sample ?? DashboardRows.dashboard(panels: 141)
    let range = TimeRange(start: Timestamp(seconds: 1.7e9), end: Timestamp(seconds: 1.7e9) + .seconds(3_600))
    var times: [Double] = []
    var panels = 0
    var questions = 0
    for _ in 0..<DashboardRows.repetitions {
      let begin = now()
      let definition = try DashboardReader.read(bytes)
      let variables = await VariableResolver(client: nil, range: range).resolve(definition)
      let scene = DashboardScene(definition, variables: variables)
      let queries = scene.sections.flatMap(\.panels).map { $0.queries(in: scene, range: range, points: 160).count }
      times.append(now() - begin)
      (panels, questions) = (queries.count, queries.reduce(0, +))
    }
    let median = Sample(times).median * 1e3
    let name = sample == nil ? "a dashboard" : "Node Exporter Full"
    return Row(
      what: "\(name) (\(panels) panels, \(questions) questions) parsed, interpolated, placed", target: "≤ 50 ms",
      measured: "\(fixed(median)) ms", isMet: median <= 50)
  }

  /// 1,000 series of 240 points, as a rate comes: from the bytes to values on a grid.
  private func decoding() async throws -> [Row] {
    let step = Duration.seconds(15)
    let start = Timestamp(seconds: 1_699_999_995).floored(to: step)
    let grid = PrometheusGrid(TimeRange(start: start, end: start + step * 239), step: step)
    let body = DashboardRows.matrix(series: 1_000, grid: grid)
    var ours: [Double] = []
    var alone: [Double] = []
    for _ in 0..<DashboardRows.repetitions {
      alone.append(DashboardRows.parseAlone(body))
      let client = PrometheusClient(
        transport: CannedTransport { _ in body }, maximumSeries: 1_000, maximumBytes: 64 << 20)
      let begin = now()
      let series = try await client.range("x", on: grid).value
      ours.append(now() - begin)
      guard series.count == 1_000, series.allSatisfy({ $0.values.allSatisfy { $0 != nil } }) else {
        throw ProgramRows.Failure("\(series.count) series came of 1,000, or values are missing")
      }
    }
    let (time, ratio) = (Sample(ours).median * 1e3, Sample(ours).median / Sample(alone).median)
    let what = "1,000 series × 240 points (\(fixed(Double(body.count) / 1e6)) MB) decoded"
    return [
      Row(what: what, target: "≤ 30 ms", measured: "\(fixed(time)) ms", isMet: time <= 30),
      Row(
        what: "the same against simdjson alone", target: "≤ 4×",
        measured: "\(fixed(ratio, 2))× (\(fixed(Sample(alone).median * 1e3)) ms)", isMet: ratio <= 4),
    ]
  }

  /// The cursor moved through the sparklines: from the key to the last byte that it paints.
  private func cursor() throws -> Row {
    let server = try DemoServer(program: program.program, rate: 20)
    let terminal = try program.dashboard([], width: 120, height: 40, addresses: server.addresses)
    guard terminal.wait(for: "help", limit: 10) != nil else { throw ProgramRows.Failure("no first frame in 10 s") }
    terminal.drain(quiet: 2, limit: 15)
    // A window that stands still, the metrics in focus.
    terminal.write("p\t\t")
    terminal.drain(quiet: 1.5, limit: 10)
    var times: [Double] = []
    for round in 0..<12 {
      for _ in 0..<24 {
        terminal.drain(quiet: 0.02, limit: 0.3)
        let begin = now()
        terminal.write(round % 2 == 0 ? "<" : ">")
        guard terminal.read(timeout: 0.3) != nil else { continue }
        var last = now()
        while terminal.read(timeout: 0.005) != nil { last = now() }
        times.append(last - begin)
      }
    }
    guard times.count > 150 else { throw ProgramRows.Failure("only \(times.count) moves of the cursor were painted") }
    let p99 = Sample(times).quantile(0.99) * 1e3
    return Row(
      what: "moving the time cursor through all panes, key → painted, 120×40", target: "p99 ≤ 16 ms",
      measured: "\(fixed(p99)) ms (median \(fixed(Sample(times).median * 1e3)) ms)", isMet: p99 <= 16)
  }

  private static func parseAlone(_ bytes: [UInt8]) -> Double {
    let begin = now()
    var error: Int32 = 0
    let document = bytes.withUnsafeBufferPointer { sj_parse($0.baseAddress!, $0.count, &error) }
    let time = now() - begin
    sj_free(document)
    return time
  }

  /// A range query's answer with values of 16 digits, as divisions give them.
  private static func matrix(series count: Int, grid: PrometheusGrid) -> [UInt8] {
    var text = #"{"status":"success","data":{"resultType":"matrix","result":["#
    for index in 0..<count {
      if index > 0 { text += "," }
      text +=
        #"{"metric":{"__name__":"app_request_total","service":"service-\#(index % 20)","instance":"10.0.0.\#(index):9100"},"values":["#
      for place in 0..<grid.count {
        if place > 0 { text += "," }
        let seconds = Int((grid.start + grid.step * place).seconds)
        text += "[\(seconds),\"\(Double(index * 7 + place * 13 + 1) / 3)\"]"
      }
      text += "]}"
    }
    return Array((text + "]}}").utf8)
  }

  /// A dashboard with so many charts of three queries each, and four variables.
  private static func dashboard(panels count: Int) -> [UInt8] {
    let variables = ["job", "node", "device", "interval"].map {
      #"{"name":"\#($0)","type":"custom","query":"a,b,c","multi":true,"includeAll":true}"#
    }
    let panels = (0..<count).map { index -> String in
      let targets = (0..<3).map {
        #"{"refId":"\#(["A", "B", "C"][$0])","legendFormat":"{{device}} \#($0)","expr":"sum by (device) (rate(node_metric_\#(index)_total{job=~\"$job\",instance=~\"$node\",device=~\"$device\"}[$__rate_interval])) / \#($0 + 1)"}"#
      }
      return
        #"{"id":\#(index),"type":"timeseries","title":"Panel \#(index) of $node","gridPos":{"x":\#(index % 2 * 12),"y":\#(index / 2 * 8),"w":12,"h":8},"fieldConfig":{"defaults":{"unit":"bytes","custom":{"fillOpacity":20}},"overrides":[{"matcher":{"id":"byRegexp","options":"/.*Trans.*/"},"properties":[{"id":"custom.transform","value":"negative-Y"}]}]},"targets":[\#(targets.joined(separator: ","))]}"#
    }
    return Array(
      #"{"title":"Large","schemaVersion":39,"templating":{"list":[\#(variables.joined(separator: ","))]},"panels":[\#(panels.joined(separator: ","))]}"#
        .utf8)
  }
}
