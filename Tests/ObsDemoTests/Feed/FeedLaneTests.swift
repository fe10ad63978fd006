import ObsData
import Testing

@testable import ObsDemo

@Suite struct `A way of the feed` {
  private func lines(_ count: Int) -> [FeedLine] {
    (1...count).map { FeedLine(id: "i\($0)", json: #"{"message":"m\#($0)"}"#) }
  }

  private func bulk(
    _ items: [FeedLine], _ answers: [DemoResponse], limits: FeedLane<BulkSink>.Limits = .init(),
    notes: FeedNotes = FeedNotes()
  ) async throws -> (tally: FeedTally, requests: [DemoRequest]) {
    try await feed(items, to: answers, unit: "lines", limits: limits, notes: notes) {
      BulkSink(transport: $0, index: "rustim-logs")
    }
  }

  private func text(_ request: DemoRequest) -> String { String(decoding: request.body, as: UTF8.self) }

  private let fine = DemoResponse.json(["errors": false, "items": []])

  @Test func `lines go out as creations with their identifiers, and the answer is read`() async throws {
    let (tally, requests) = try await bulk(lines(2), [fine])
    #expect(requests.count == 1)
    let request = try #require(requests.first)
    #expect(request.method == "POST" && request.path == ["_bulk"])
    #expect(request.headers.contains { $0.name == "content-type" && $0.value == "application/x-ndjson" })
    #expect(
      text(request) == """
        {"create":{"_index":"rustim-logs","_id":"i1"}}
        {"message":"m1"}
        {"create":{"_index":"rustim-logs","_id":"i2"}}
        {"message":"m2"}

        """)
    #expect(tally.summary == "lines to the store: 2 sent, none refused, none lost")
  }

  @Test func `a store that asks for patience gets the same lines later, and those that it has are not sent again`()
    async throws
  {
    let busy = DemoResponse(
      status: 429, headers: [("Retry-After", "7")],
      body: Array(#"{"error":{"type":"es_rejected_execution_exception","reason":"queue is full"},"status":429}"#.utf8))
    let mixed = DemoResponse.json([
      "errors": true,
      "items": [
        ["create": ["status": 201]],
        ["create": ["status": 400, "error": ["type": "mapper_parsing_exception", "reason": "failed to parse [a]"]]],
        ["create": ["status": 409, "error": ["type": "version_conflict_engine_exception", "reason": "exists"]]],
        ["create": ["status": 429, "error": ["type": "es_rejected_execution_exception", "reason": "queue is full"]]],
      ],
    ])
    let notes = FeedNotes()
    let (tally, requests) = try await bulk(lines(4), [busy, mixed, fine], notes: notes)
    #expect(requests.count == 3)
    #expect(text(requests[0]) == text(requests[1]))
    #expect(
      text(requests[2]) == "{\"create\":{\"_index\":\"rustim-logs\",\"_id\":\"i4\"}}\n{\"message\":\"m4\"}\n")
    #expect(
      tally.summary
        == "lines to the store: 3 sent, 1 refused (the first: mapper_parsing_exception: failed to parse [a]), none lost, it failed once"
    )
    #expect(
      notes.said == [
        "the store: 429: queue is full (es_rejected_execution_exception); it is tried again", "the store answers again",
        "the store refuses lines: mapper_parsing_exception: failed to parse [a]",
      ])
    #expect(notes.waits.first == .seconds(7) && notes.waits.count == 2)
  }

  @Test func `a batch that is too large is halved until it fits`() async throws {
    let large = DemoResponse.plain("too large", status: 413)
    let (tally, requests) = try await bulk(lines(4), [large, large, fine])
    #expect(requests.map { text($0).split(separator: "\n").count / 2 } == [4, 2, 1, 2, 1])
    #expect(tally.sent == 4 && tally.isComplete)
  }

  @Test func `batches hold to their number and their bytes`() async throws {
    let (_, few) = try await bulk(lines(5), [fine], limits: .init(waiting: 10, batch: 2))
    #expect(few.map { text($0).split(separator: "\n").count / 2 } == [2, 2, 1])
    let (_, small) = try await bulk(lines(3), [fine], limits: .init(waiting: 10, batch: 10, bytes: 1))
    #expect(small.count == 3)
  }

  @Test(arguments: [
    (401, #"{"error":{"type":"security_exception","reason":"missing authentication credentials"},"status":401}"#),
    (404, "404 page not found"), (200, "<html>Welcome</html>"), (200, #"{"acknowledged":true}"#), (200, "nonsense"),
  ])
  func `where nothing can be taken nothing more is sent, and it is said why`(status: Int, body: String) async throws {
    let notes = FeedNotes()
    let (tally, requests) = try await bulk(
      lines(3), [DemoResponse(status: status, body: Array(body.utf8))], limits: .init(waiting: 10, batch: 1),
      notes: notes)
    #expect(requests.count == 1)
    #expect(tally.sent == 0 && tally.unsent == 3 && !tally.isComplete)
    #expect(notes.said.count == 1 && notes.said[0].hasPrefix("the store takes nothing\nTried: POST http://127.0.0.1:"))
  }

  @Test func `spans that a collector refuses are counted, with its words`() async throws {
    let traces = [FeedTrace(json: #"{"a":1},{"b":2}"#, spans: 5), FeedTrace(json: #"{"c":3}"#, spans: 2)]
    let partial = DemoResponse.json([
      "partialSuccess": ["rejectedSpans": "3", "errorMessage": "too old"]
    ])
    let (tally, requests) = try await feed(traces, to: [partial], unit: "spans") { OTLPSink(transport: $0) }
    #expect(requests.map(\.path) == [["v1", "traces"]])
    #expect(text(requests[0]) == #"{"resourceSpans":[{"a":1},{"b":2},{"c":3}]}"#)
    #expect(tally.summary == "spans to the store: 4 sent, 3 refused (the first: too old), none lost")
    let refused = DemoResponse.json(["code": 3, "message": "bad"], status: 400)
    let (bad, _) = try await feed(traces, to: [refused], unit: "spans") { OTLPSink(transport: $0) }
    #expect(bad.refused == 7 && bad.sent == 0 && bad.unsent == 0)
  }

  @Test func `what does not fit while nobody answers is lost from its old end, and counted`() async throws {
    let written = FeedNotes()
    let sink = LineSink(destination: "x") { (bytes) throws(FeedWriteError) in
      written.complain(String(decoding: bytes, as: UTF8.self))
    }
    let lane = FeedLane(
      sink: sink, tally: FeedTally(unit: "lines", destination: "x"), limits: .init(waiting: 3, batch: 2),
      pause: written.pause, complain: { _ in })
    await lane.offer(lines(5))
    await lane.close()
    await lane.run()
    #expect(written.said == ["{\"message\":\"m3\"}\n{\"message\":\"m4\"}\n", "{\"message\":\"m5\"}\n"])
    #expect(await lane.tally.summary == "lines to x: 3 sent, none refused, 2 lost")
  }

  @Test(arguments: [(FeedWriteError.closed, 0), (FeedWriteError.failed("No space left on device"), 1)])
  func `a reader that has gone is no failure worth words, a full disk is`(error: FeedWriteError, words: Int) async {
    let notes = FeedNotes()
    let lane = FeedLane(
      sink: LineSink(destination: "x") { (_) throws(FeedWriteError) in throw error },
      tally: FeedTally(unit: "lines", destination: "x"), pause: notes.pause, complain: notes.complain)
    await lane.offer(lines(2))
    await lane.close()
    await lane.run()
    #expect(await lane.isDead)
    #expect(notes.said.count == words)
    #expect(
      await lane.tally.summary
        == (error == .closed
          ? "lines to x: 0 sent, none refused, none lost, its reader has gone"
          : "lines to x: 0 sent, none refused, 2 lost"))
  }

  @Test func `at the end a store that did not answer is tried once more at once`() async throws {
    let face = ScriptedFace([.plain("starting", status: 503), fine])
    let server = try await DemoServer.start(face, clock: { 0 })
    let transport = AsyncHTTPTransport(endpoint: Endpoint(address: BaseAddress(host: "127.0.0.1", port: server.port)))
    let (failures, failed) = AsyncStream.makeStream(of: String.self)
    let lane = FeedLane(
      sink: BulkSink(transport: transport, index: "rustim-logs"),
      tally: FeedTally(unit: "lines", destination: "the store"),
      pause: { _ in try await Task.sleep(for: .seconds(86_400)) }, complain: { failed.yield($0) })
    await lane.offer(lines(2))
    let work = Task { await lane.run() }
    var iterator = failures.makeAsyncIterator()
    #expect(await iterator.next() == "the store: 503: starting; it is tried again")
    await lane.close()
    await work.value
    await server.stop()
    #expect(await lane.tally.sent == 2)
    #expect(face.requests.count == 2)
  }

  @Test func `waits double up to half a minute, and begin anew after a success`() {
    var backoff = FeedBackoff(seed: 1)
    let waits = (0..<8).map { _ in backoff.failed(retryAfter: nil) }
    for (wait, most) in zip(waits, [1, 2, 4, 8, 16, 30, 30, 30]) {
      #expect(wait <= .seconds(most) && wait >= .seconds(most) * 0.8)
    }
    #expect(backoff.failed(retryAfter: .seconds(90)) == .seconds(90))
    #expect(backoff.failed(retryAfter: .seconds(90_000)) == .seconds(600))
    backoff.succeeded()
    #expect(backoff.failed(retryAfter: nil) <= .seconds(1))
  }
}
