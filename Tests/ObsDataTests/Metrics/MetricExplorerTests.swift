import Synchronization
import Testing

@testable import ObsData

/// Conversations with a server: what is asked, and what is made of the answers.
struct MetricExplorerTests {
  private let now = Timestamp(seconds: 900)
  private let window = TimeWindow.frozen(TimeRange(start: Timestamp(seconds: 0), end: Timestamp(seconds: 900)))

  private static func vector(_ value: String) -> HTTPResponse {
    .json(#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[900,"\#(value)"]}]}}"#)
  }
  private static func matrix(_ series: String, _ more: String = "") -> HTTPResponse {
    .json(#"{"status":"success","data":{"resultType":"matrix","result":[\#(series)]}\#(more)}"#)
  }
  private static let empty = matrix("")

  private func explorer(_ answers: HTTPResponse...) -> (MetricExplorer, RecordingTransport) {
    let transport = RecordingTransport(answers: answers)
    return (MetricExplorer(transport: transport), transport)
  }

  /// The expressions that were asked.
  private func asked(_ transport: RecordingTransport) -> [String] {
    transport.sent.compactMap { request in
      String(decoding: request.body, as: UTF8.self).split(separator: "&").first { $0.hasPrefix("query=") }
        .map { String($0.dropFirst(6)).removingPercents }
    }
  }

  @Test func `a server that describes nothing still has names`() async throws {
    let (explorer, transport) = explorer(
      .text("404 page not found", status: 404), .json(#"{"status":"success","data":["up","a_total"]}"#))
    let list = try await explorer.names(in: window.range(now: now))
    #expect(list.families.map(\.name) == ["a_total", "up"])
    #expect(list.remarks.count == 1)
    #expect(list.remarks[0].hasPrefix("the server does not describe its metrics"))
    #expect(
      transport.requests[1] == "GET /api/v1/label/__name__/values?start=0&end=900&limit=20000")
  }

  @Test func `a row's rate looks back as far as the targets are scraped, and is not asked twice`() async throws {
    let (explorer, transport) = explorer(
      MetricExplorerTests.vector("20"), MetricExplorerTests.matrix(#"{"metric":{},"values":[[900,"3"]]}"#))
    let query = MetricPreviewQuery(
      families: [MetricFamily("calls_total", kind: .counter)], window: window, columns: 31)
    let first = try await explorer.previews(query, now: now)
    #expect(first.isComplete)
    #expect(first.previews.map(\.name) == ["calls_total"])
    #expect(
      asked(transport) == [
        "quantile(0.5, count_over_time(up[10m]))", "sum(rate(calls_total[120s]))",
      ])
    let again = try await explorer.previews(query, now: now)
    #expect(again.previews == first.previews)
    #expect(transport.sent.count == 2)
  }

  @Test func `what is scraped more seldom is asked again over a longer time`() async throws {
    let (explorer, transport) = explorer(
      MetricExplorerTests.vector("40"), MetricExplorerTests.empty, MetricExplorerTests.vector("5"),
      MetricExplorerTests.matrix(#"{"metric":{},"values":[[900,"3"]]}"#))
    let query = MetricPreviewQuery(
      families: [MetricFamily("slow_total", kind: .counter)], window: window, columns: 91)
    let answer = try await explorer.previews(query, now: now)
    #expect(answer.previews[0].expression == "sum(rate(slow_total[480s]))")
    #expect(asked(transport)[1] == "sum(rate(slow_total[60s]))")
    #expect(asked(transport)[2] == "quantile(0.5, count_over_time(slow_total[10m]))")
  }

  @Test func `an undescribed native histogram is known by its answer`() async throws {
    let histogram =
      #"{"metric":{},"histograms":[[900,{"count":"4","sum":"2","buckets":[[0,"0.5","1","4"]]}]]}"#
    let (explorer, transport) = explorer(
      MetricExplorerTests.vector("40"), MetricExplorerTests.matrix(histogram),
      MetricExplorerTests.matrix(#"{"metric":{"quantile":"p95"},"values":[[900,"0.7"]]}"#))
    let query = MetricPreviewQuery(
      families: [MetricFamily("latency", kind: .gauge, isGuessed: true)], window: window, columns: 31)
    let answer = try await explorer.previews(query, now: now)
    #expect(answer.previews[0].kind == .nativeHistogram)
    #expect(asked(transport)[2].hasPrefix("label_replace(histogram_quantile(0.5, sum(rate(latency[60s])))"))
  }

  @Test func `never more than four requests are under way`() async throws {
    let transport = CountingTransport(MetricExplorerTests.matrix(#"{"metric":{},"values":[[900,"3"]]}"#))
    let explorer = MetricExplorer(transport: transport)
    let families = (0..<20).map { MetricFamily("m\($0)", kind: .gauge) }
    let query = MetricPreviewQuery(families: families, window: window, columns: 31)
    // Eight at a time, so that the first rows do not wait for the last.
    #expect(try await explorer.previews(query, now: now).previews.count == 8)
    #expect(try await !explorer.previews(query, now: now).isComplete)
    let last = try await explorer.previews(query, now: now)
    #expect(last.isComplete && last.previews.count == 20)
    #expect(transport.peak <= 4)
    #expect(transport.peak > 1)
  }

  @Test func `what follows the keys waits a moment before it asks`() async throws {
    let (explorer, transport) = explorer(
      MetricExplorerTests.vector("40"), MetricExplorerTests.matrix(#"{"metric":{},"values":[[900,"3"]]}"#))
    let query = MetricPreviewQuery(families: [MetricFamily("m", kind: .gauge)], window: window, columns: 31)
    var job = ExplorerJob(explorer, .previews(query))
    #expect(try await job.poll(now: now) == PollAnswer(nil, next: .after(.milliseconds(150))))
    #expect(transport.sent.isEmpty)
    let answer = try await job.poll(now: now)
    guard case .explorer(.previews(let previews))? = answer.body else { throw Failed() }
    #expect(previews.map(\.name) == ["m"])
    // The window stands still: so does its picture.
    #expect(answer.next == .never)
  }

  @Test func `a refused row says why, a server that is gone fails them all`() async throws {
    let refusal = HTTPResponse.json(
      #"{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}"#,
      status: 422)
    let (explorer, _) = explorer(MetricExplorerTests.vector("40"), refusal)
    let query = MetricPreviewQuery(families: [MetricFamily("m", kind: .gauge)], window: window, columns: 31)
    let answer = try await explorer.previews(query, now: now)
    #expect(answer.previews[0].failure?.contains("too many samples") == true)
    let other = MetricPreviewQuery(families: [MetricFamily("n", kind: .gauge)], window: window, columns: 31)
    await #expect(throws: FetchError.self) { try await explorer.previews(other, now: now) }
  }

  @Test func `a metric's labels are counted, and of many lines the greatest are drawn`() async throws {
    let labels = (0..<12).map { #"{"__name__":"m","job":"\#($0 % 2)","pod":"p\#($0)"}"# }.joined(separator: ",")
    let lines = (0..<12).map { #"{"metric":{"pod":"p\#($0)"},"values":[[900,"\#($0)"]]}"# }.joined(separator: ",")
    let (explorer, transport) = explorer(
      MetricExplorerTests.vector("40"), .json(#"{"status":"success","data":[\#(labels)]}"#),
      MetricExplorerTests.matrix(lines, #","warnings":["partial data"]"#))
    let look = MetricLook(MetricFamily("m", kind: .gauge), grouping: ["pod"])
    let detail = try await explorer.detail(
      MetricDetailQuery(look: look, window: window, columns: 31), now: now)
    #expect(detail.total == 12)
    #expect(detail.lines.count == 10)
    #expect(detail.lines[0].name == "pod=p11")
    #expect(detail.labels.map(\.name) == ["job", "pod"])
    #expect(detail.labels[0].values == [MetricLabel.Value("0", 6), MetricLabel.Value("1", 6)])
    #expect(detail.seriesCount == 12 && !detail.isCutShort)
    #expect(detail.remarks == ["partial data"])
    #expect(transport.requests[1].hasPrefix("POST /api/v1/series"))
  }

  @Test func `a native histogram's buckets are read as those of a classic one`() async throws {
    let histograms = [
      #"[840,{"count":"3","sum":"2","buckets":[[0,"0.5","1","1"],[0,"1","2","2"]]}]"#,
      #"[900,{"count":"1","sum":"2","buckets":[[0,"1","2","1"],[3,"-0.1","0.1","4"],["odd"]]}]"#,
    ]
    let (explorer, transport) = explorer(
      MetricExplorerTests.vector("40"), .json(#"{"status":"success","data":[]}"#),
      MetricExplorerTests.matrix(#"{"metric":{},"histograms":[\#(histograms.joined(separator: ","))]}"#))
    let look = MetricLook(MetricFamily("latency", kind: .nativeHistogram))
    let detail = try await explorer.detail(
      MetricDetailQuery(look: look, isHeatMap: true, window: window, columns: 16), now: now)
    #expect(asked(transport).last == "sum(rate(latency[75s]))")
    #expect(detail.buckets.map { $0.labels["le"] } == ["0.1", "1.0", "2.0"])
    // The last two instants; at those before nothing was measured.
    #expect(detail.buckets.map { Array($0.values.suffix(2)) } == [[0, 4], [1, 4], [3, 5]])
    #expect(detail.buckets[0].values.first == .some(nil))
  }

  @Test func `an expression is drawn by its type, and a refused one points at the place`() async throws {
    func result(_ answers: HTTPResponse...) async throws -> (PromQLResult, Int) {
      let transport = RecordingTransport(answers: answers)
      let result = try await MetricExplorer(transport: transport)
        .evaluate(PromQLQuery(expression: "x", window: window, columns: 31), now: now)
      return (result, transport.sent.count)
    }
    let (vector, requests) = try await result(
      MetricExplorerTests.vector("1"), MetricExplorerTests.matrix(#"{"metric":{},"values":[[900,"3"]]}"#))
    #expect(vector.series.count == 1 && requests == 2)
    let (text, one) = try await result(
      .json(#"{"status":"success","data":{"resultType":"string","result":[900,"hello"]},"infos":["an info"]}"#))
    #expect(text.instant == .string("hello", time: now) && one == 1)
    #expect(text.infos == ["an info"])

    let refusal = HTTPResponse.json(
      #"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unexpected \")\""}"#,
      status: 400)
    let (explorer, _) = explorer(refusal)
    let error = await #expect(throws: FetchError.self) {
      try await explorer.evaluate(PromQLQuery(expression: "sum()", window: window, columns: 31), now: now)
    }
    #expect(error?.excerpt == "sum()\n    ^")
    #expect(error?.isFinal == true)
  }

  @Test func `offers are bounded and look for what contains the text`() async throws {
    let (explorer, transport) = explorer(
      .json(#"{"status":"success","data":["http.rate"]}"#), .json(#"{"status":"success","data":["__name__","job"]}"#),
      .json(#"{"status":"success","data":["a"]}"#))
    let range = window.range(now: now)
    #expect(try await explorer.offers(.names("p.r"), in: range) == ["http.rate"])
    #expect(try await explorer.offers(.labels(metric: "a.b"), in: range) == ["job"])
    #expect(try await explorer.offers(.values(of: "job", metric: "up", text: ""), in: range) == ["a"])
    #expect(transport.requests.allSatisfy { $0.contains("limit=100") })
    #expect(transport.requests[0].removingPercents.contains(#"match[]={__name__=~"(?i).*p\\.r.*"}"#))
    #expect(transport.requests[1].removingPercents.contains(#"match[]={"a.b"}"#))
    #expect(transport.requests[2].removingPercents.contains("match[]=up&"))
  }
}

extension String {
  fileprivate var removingPercents: String {
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Answers everything alike, and counts how many requests are under way.
private final class CountingTransport: HTTPTransport {
  let address = "http://store.test"
  private let answer: HTTPResponse
  private let state = Mutex((current: 0, peak: 0))

  init(_ answer: HTTPResponse) { self.answer = answer }

  var peak: Int { state.withLock { $0.peak } }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    state.withLock {
      $0.current += 1
      $0.peak = max($0.peak, $0.current)
    }
    // The others have their turn before this one is done.
    for _ in 0..<20 { await Task.yield() }
    state.withLock { $0.current -= 1 }
    return answer
  }
}
