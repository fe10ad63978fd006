import Testing

@testable import ObsData

/// What a user reads when the server has no answer.
struct PrometheusFailureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let answer: HTTPResponse
    let kind: FetchError.Kind
    let words: String
    var testDescription: String { "\(answer.status) \(words)" }
  }

  static let cases: [Case] = [
    Case(
      answer: .json(
        #"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unexpected \")\""}"#,
        status: 400),
      kind: .badQuery, words: #"400: invalid parameter "query": 1:5: parse error: unexpected ")""#),
    Case(
      answer: .json(
        #"{"status":"error","errorType":"execution","error":"many-to-many matching not allowed"}"#, status: 422),
      kind: .badQuery, words: "422: many-to-many matching not allowed"),
    Case(
      answer: .json(
        #"{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}"#, status: 503),
      kind: .timeout, words: "503: query timed out in expression evaluation"),
    Case(
      answer: .text("Service Unavailable", status: 503, headers: [("X-Prometheus-Stopping", "false")]),
      kind: .overloaded, words: "503: Service Unavailable: it is starting or stopping"),
    Case(
      answer: .json(#"{"status":"error","errorType":"unavailable","error":"TSDB not ready"}"#, status: 500),
      kind: .overloaded, words: "500: TSDB not ready"),
    Case(answer: .text("Unauthorized\n", status: 401), kind: .unauthorised, words: "401: Unauthorized"),
    Case(answer: .text("", status: 401), kind: .unauthorised, words: "401: not logged in"),
    Case(answer: .text("404 page not found", status: 404), kind: .notFound, words: "404 page not found"),
    Case(
      answer: .text("<html><head><title>Bad gateway</title></head></html>", status: 502), kind: .server,
      words: "502: Bad gateway"),
    Case(
      answer: .text("<!doctype html><p>log in", status: 200), kind: .malformed,
      words: "a web page instead of data"),
    Case(
      answer: .json(#"{"status":"success","data":{"resultType":"vec"#), kind: .malformed,
      words: "an answer that does not fit"),
    Case(answer: .json("[]"), kind: .malformed, words: "an answer that does not fit: it has no status"),
    Case(
      answer: .json(#"{"status":"success","data":{"resultType":"tensor","result":[]}}"#), kind: .malformed,
      words: "neither scalar, string, vector nor matrix"),
    Case(
      answer: .json(#"{"status":"error","error":"no org id"}"#, status: 401), kind: .unauthorised,
      words: "401: no org id"),
    Case(answer: .text("", status: 200), kind: .malformed, words: "an answer that does not fit"),
  ]

  @Test(arguments: cases) func `the server's own words reach the user`(_ item: Case) async throws {
    let client = PrometheusClient(transport: RecordingTransport(answers: [item.answer, item.answer]))
    let error = await #expect(throws: FetchError.self) { try await client.instant("x", at: Timestamp(seconds: 1)) }
    #expect(error?.kind == item.kind)
    #expect(error?.sentence.contains(item.words) == true, "\(error?.sentence ?? "")")
    #expect(error?.tried == "POST http://store.test/api/v1/query")
    #expect(error?.status == item.answer.status)
  }

  @Test func `Retry-After is passed on`() async throws {
    let busy = HTTPResponse.text("too many", status: 429, headers: [("retry-after", "7")])
    let client = PrometheusClient(transport: RecordingTransport(answers: [busy]))
    let error = await #expect(throws: FetchError.self) { try await client.instant("x", at: Timestamp(seconds: 1)) }
    #expect(error?.retryAfter == .seconds(7))
    #expect(error?.kind == .overloaded)
  }

  @Test func `one odd value costs no series, and is said`() async throws {
    let body =
      #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"1"},"value":[1,"2"],"x":1e999}]}}"#
    let client = PrometheusClient(transport: RecordingTransport(answers: [.json(body)]))
    let answer = try await client.instant("x", at: Timestamp(seconds: 1))
    guard case .vector(let elements) = answer.value else { throw Failed() }
    #expect(elements.first?.value == 2)
    #expect(answer.warnings == ["the answer held an odd value: number too large: 1e999 shown as text"])
  }

  @Test func `invalid UTF-8 and a byte order mark do not cost the answer`() async throws {
    var body: [UInt8] = [0xEF, 0xBB, 0xBF]
    body += Array(#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":""#.utf8)
    body += [0xFF]
    body += Array(#""},"value":[1,"1"]}]}}"#.utf8)
    let client = PrometheusClient(transport: RecordingTransport(answers: [HTTPResponse(status: 200, body: body)]))
    let answer = try await client.instant("x", at: Timestamp(seconds: 1))
    guard case .vector(let elements) = answer.value else { throw Failed() }
    #expect(elements.first?.labels == ["a": "\u{FFFD}"])
  }
}
