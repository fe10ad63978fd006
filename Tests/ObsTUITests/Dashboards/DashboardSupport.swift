import Foundation
import ObsData
import Testing

@testable import ObsTUI

/// Dashboards of one panel with answers made up, as pictures.
struct PanelStage {
  let now = Timestamp(nanoseconds: 1_795_338_000_000_000_000)  // 2026-11-22 09:00:00
  var window: TimeRange { TimeRange(start: now - .seconds(600), end: now) }

  /// A transport that answers every question with what its expression asks for: `1 2 - 3` is a series, `a=1 b=2` a vector.
  struct Answers: HTTPTransport {
    let address = "http://prometheus.test"
    let window: TimeRange

    func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
      let form = String(decoding: request.body, as: UTF8.self).split(separator: "&")
      func item(_ name: String) -> String {
        form.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }?
          .removingPercentEncoding ?? ""
      }
      let query = item("query")
      if query.hasPrefix("fail") {
        return HTTPResponse(
          status: 400, headers: [],
          body: Array(#"{"status":"error","errorType":"bad_data","error":"no such thing"}"#.utf8))
      }
      let isRange = request.path.last == "query_range"
      let series = query.split(separator: ";").map { text -> String in
        let parts = text.split(separator: ":", maxSplits: 1)
        let labels = parts[0].split(separator: ",").map { label -> String in
          let pair = label.split(separator: "=")
          return "\"\(pair[0].trimmingCharacters(in: .whitespaces))\":\"\(pair.count > 1 ? pair[1] : "")\""
        }.joined(separator: ",")
        let values = parts.count > 1 ? parts[1].split(separator: " ").map(String.init) : []
        let start = Double(item("start")) ?? 0
        let step = Double(item("step")) ?? 15
        // The values are spread over the ten minutes, each holding until the next.
        let count = Int(600 / step) + 1
        let samples = (0..<count).compactMap { index -> String? in
          guard !values.isEmpty else { return nil }
          let value = values[min(values.count - 1, index * values.count / count)]
          return value == "-" ? nil : "[\(start + Double(index) * step),\"\(value)\"]"
        }
        return isRange
          ? "{\"metric\":{\(labels)},\"values\":[\(samples.joined(separator: ","))]}"
          : "{\"metric\":{\(labels)},\"value\":[\(item("time")),\"\(values.last ?? "0")\"]}"
      }
      let type = isRange ? "matrix" : "vector"
      return HTTPResponse(
        status: 200, headers: [],
        body: Array(
          "{\"status\":\"success\",\"data\":{\"resultType\":\"\(type)\",\"result\":[\(series.joined(separator: ","))]}}"
            .utf8))
    }
  }

  /// The whole picture of a dashboard.
  func outcome(
    _ text: String, width: Int = 60, height: Int? = nil, wanted: [String: [String]] = [:], opens: Bool = false
  ) async throws -> DashboardPrinting.Outcome {
    let definition = try DashboardReader.read(Array(text.utf8))
    return await DashboardPrinting.ask(
      definition, client: PrometheusClient(transport: Answers(window: window)), range: window, wanted: wanted,
      size: (width, height), opens: opens, now: now)
  }

  /// One panel as it is drawn.
  func panel(
    _ kind: String, _ queries: String..., more: String = "", query: String = "", width: Int = 60, height: Int = 8,
    glyphs: GlyphSet = .unicode
  ) async throws -> String {
    let targets = queries.enumerated().map { index, expression in
      #"{"refId":"\#(["A", "B", "C"][index])","expr":"\#(expression)","legendFormat":"{{n}}"\#(query)}"#
    }.joined(separator: ",")
    let text =
      #"{"title":"T","panels":[{"id":1,"type":"\#(kind)","title":"Panel","gridPos":{"x":0,"y":0,"w":24,"h":8},"targets":[\#(targets)]\#(more)}]}"#
    let picture = try await outcome(text).picture
    let panel = picture.scene.sections[0].panels[0]
    let context = ViewContext(now: now, window: window, glyphs: glyphs)
    return PanelPicture(panel: panel, data: picture.data[panel.id], window: window, bindings: [:])
      .canvas(Size(width: width, height: height), in: context).text
  }
}

/// Compares a picture with the one in the test.
func same(_ picture: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(picture == expected, sourceLocation: sourceLocation)
}
