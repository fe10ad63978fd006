import Testing

@testable import ObsData

struct ExemplarClientTests {
  private static let range = TimeRange(start: Timestamp(seconds: 1_600_096_000), end: Timestamp(seconds: 1_600_096_900))

  private func answer(_ text: String, status: Int = 200) async throws -> (ExemplarAnswer, [String]) {
    let transport = RecordingTransport(answers: [.json(text, status: status)])
    let answer = try await PrometheusClient(transport: transport).exemplars("rate(took_bucket[1m])", in: Self.range)
    return (answer, transport.requests)
  }

  @Test func `exemplars are read with the trace that each names, whatever its label is called`() async throws {
    let (answer, requests) = try await answer(
      #"""
      {"status":"success","data":[{"seriesLabels":{"__name__":"took_bucket","service":"api"},"exemplars":[
      {"labels":{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331"},"value":"0.25","timestamp":1600096945.479},
      {"labels":{"traceID":"5a"},"value":"1.5","timestamp":1600096100},
      {"labels":{"user":"x"},"value":"3","timestamp":1600096101},
      {"labels":{"trace_id":"5b"},"value":"NaN","timestamp":1600096101},
      {"labels":{"trace_id":"no hex"},"value":"3","timestamp":1600096101}, 7]}]}
      """#)
    #expect(answer.exemplars.map(\.value) == [1.5, 0.25])
    #expect(answer.exemplars.map(\.traceID) == ["5a", "0af7651916cd43dd8448eb211c80319c"].map { TraceID(hex: $0) })
    #expect(answer.exemplars.map(\.spanID) == [nil, SpanID(hex: "b7ad6b7169203331")])
    #expect(answer.exemplars[1].time == Timestamp(seconds: 1_600_096_945.479))
    #expect(answer.exemplars[0].series["service"] == "api")
    #expect(answer.remark == nil)
    #expect(
      requests.map { $0.contains("query=rate%28took_bucket%5B1m%5D%29&start=1600096000&end=1600096900") } == [true])
  }

  @Test(arguments: [#"{"status":"success","data":[]}"#, #"{"status":"success"}"#])
  func `a server that keeps none answers with an empty list, or with none`(_ text: String) async throws {
    #expect(try await answer(text).0 == ExemplarAnswer())
  }

  @Test func `a server that does not know the endpoint is no failure`() async throws {
    #expect(try await answer("404 page not found", status: 404).0.remark == "this server keeps no exemplars")
    await #expect(throws: FetchError.self) { try await answer("{}", status: 500) }
  }

  @Test func `of very many the greatest are kept`() async throws {
    let items = (0..<2_000).map { #"{"labels":{"trace_id":"5a"},"value":"\#($0)","timestamp":1600096100}"# }
    let text = #"{"status":"success","data":[{"seriesLabels":{},"exemplars":["# + items.joined(separator: ",") + "]}]}"
    let answer = try await answer(text).0
    #expect(answer.exemplars.count == PrometheusClient.maximumExemplars)
    #expect(answer.exemplars.map(\.value).min() == 1_500)
  }
}
