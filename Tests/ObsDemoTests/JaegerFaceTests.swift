import Foundation
import ObsData
import Testing

@testable import ObsDemo

@Suite struct JaegerFaceTests {
  let face = JaegerFace(world: World(seed: 7, origin: worldOrigin))
  let now = worldOrigin

  @Test(arguments: [
    (
      "GET /api/traces",
      #"400 text/plain; charset=utf-8 {"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"parameter 'service' is required"}]}"#
    ),
    (
      "GET /api/traces?service=user-server&minDuration=5",
      #"400 text/plain; charset=utf-8 {"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"unable to parse param 'minDuration': time: missing unit in duration \"5\""}]}"#
    ),
    (
      "GET /api/traces?service=user-server&tags=%7Bbad",
      #"400 text/plain; charset=utf-8 {"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"malformed 'tags' parameter, cannot unmarshal JSON: invalid character 'b' looking for beginning of object key string"}]}"#
    ),
    (
      "GET /api/traces?service=user-server&tags=%7B%22a%22%3A1%7D",
      #"400 text/plain; charset=utf-8 {"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"malformed 'tags' parameter, cannot unmarshal JSON: json: cannot unmarshal number into Go value of type string"}]}"#
    ),
    (
      "GET /api/traces?service=user-server&limit=0",
      #"400 text/plain; charset=utf-8 {"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"invalid parameter: limit must be greater than 0"}]}"#
    ),
    (
      "GET /api/traces?service=user-server&start=x",
      #"400 text/plain; charset=utf-8 {"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"unable to parse param 'start': strconv.ParseInt: parsing \"x\": invalid syntax"}]}"#
    ),
    (
      "GET /api/traces/zzzz",
      #"400 text/plain; charset=utf-8 {"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"strconv.ParseUint: parsing \"zzzz\": invalid syntax"}]}"#
    ),
    (
      "GET /api/traces/00000000000000000000000000000001",
      #"404 text/plain; charset=utf-8 {"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":404,"msg":"trace not found"}]}"#
    ),
    (
      "GET /api/traces?service=nosuch",
      #"200 application/json {"data":[],"total":0,"limit":0,"offset":0,"errors":null}"#
    ),
    (
      "GET /api/metrics/calls?service=a",
      #"501 text/plain; charset=utf-8 {"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":501,"msg":"metrics querying is currently disabled"}]}"#
    ),
    ("GET /api/nosuch", "404 text/plain; charset=utf-8 404 page not found"),
    (
      "GET /api/services",
      #"200 application/json {"data":["api-gateway","friend-server","group-server","msg-gateway","msg-server","push-server","user-server"],"total":7,"limit":0,"offset":0,"errors":null}"#
    ),
    (
      "GET /api/services/friend-server/operations",
      #"200 application/json {"data":["INSERT friend_requests","SELECT friendships","SISMEMBER","friend.FriendService/IsFriend","friend.FriendService/ListFriends","friend.FriendService/RequestFriend","rustim.notifications publish","user.UserService/BatchGetUsers"],"total":8,"limit":0,"offset":0,"errors":null}"#
    ),
    (
      "GET /api/operations?service=msg-gateway&spanKind=server",
      #"200 application/json {"data":[{"name":"GET /ws","spanKind":"server"},{"name":"gateway.Gateway/Deliver","spanKind":"server"}],"total":2,"limit":0,"offset":0,"errors":null}"#
    ),
    (
      "GET /api/v3/traces?query.service_name=user-server",
      #"400 text/plain; charset=utf-8 {"error":{"httpCode":400,"message":"query.startTimeMin and query.startTimeMax are required"}}"#
    ),
    (
      "GET /api/v3/traces/00000000000000000000000000000001",
      #"404 text/plain; charset=utf-8 {"error":{"httpCode":404,"message":"No traces found"}}"#
    ),
    (
      "GET /api/v3/trace-summaries?query.serviceName=nosuch&query.startTimeMin=2026-11-22T08:00:00Z&query.startTimeMax=2026-11-22T09:00:00Z",
      "200 application/json {}"
    ),
    ("GET /api/v3/operations?service=nosuch", "200 application/json {}"),
  ])
  func `a request gets the answer of the real server`(request: String, expected: String) async {
    let answer = await face.ask(request, at: now).text
    #expect(answer == expected)
  }

  @Test func `an error line's trace is found and holds the span that wrote it`() async throws {
    let lines = face.world.documents(
      from: worldOrigin - .seconds(300), to: worldOrigin - .seconds(30), now: now, hint: DocumentHint(levels: ["error"])
    )
    #expect(lines.count > 20)
    for line in lines {
      let fields = Dictionary(line.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      guard case .string(let trace)? = fields["trace_id"], case .string(let span)? = fields["span_id"],
        case .string(let service)? = fields["service_name"], case .string(let message)? = fields["message"]
      else { continue }
      let answer = await face.ask("GET /api/traces/\(trace)", at: now)
      let found = try #require((answer.object["data"] as? [[String: Any]])?.first)
      let spans = try #require(found["spans"] as? [[String: Any]])
      #expect(spans.count >= 1 && spans.count <= 60)
      let writer = try #require(spans.first { $0["spanID"] as? String == span })
      let processes = try #require(found["processes"] as? [String: [String: Any]])
      #expect(processes[writer["processID"] as? String ?? ""]?["serviceName"] as? String == service)
      let start = try #require(writer["startTime"] as? Int64)
      let duration = try #require(writer["duration"] as? Int64)
      #expect(line.timestamp.microseconds / 1_000 == (start + duration) / 1_000)
      let tags = try #require(writer["tags"] as? [[String: Any]])
      #expect(tags.contains { $0["key"] as? String == "error" && $0["value"] as? Bool == true })
      #expect(tags.contains { $0["key"] as? String == "otel.status_description" && $0["value"] as? String == message })
    }
  }

  @Test func `a search finds traces with a matching span, newest first`() async throws {
    let end = worldOrigin.microseconds
    let base = "GET /api/traces?service=user-server&start=\(end - 600_000_000)&end=\(end)"
    func starts(_ request: String) async -> [Int64] {
      let data = await face.ask(request, at: now).object["data"] as? [[String: Any]] ?? []
      return data.map { trace in
        (trace["spans"] as? [[String: Any]] ?? []).compactMap { $0["startTime"] as? Int64 }.min() ?? 0
      }
    }
    let newest = await starts(base + "&limit=20")
    #expect(newest.count == 20)
    #expect(newest == newest.sorted(by: >))
    let more = await starts(base + "&limit=200")
    #expect(Array(more.prefix(20)) == newest)
    let slow = await face.ask(base + "&limit=5&minDuration=900ms&operation=GET", at: now)
    let traces = try #require(slow.object["data"] as? [[String: Any]])
    #expect(traces.count == 5)
    for trace in traces {
      let spans = trace["spans"] as? [[String: Any]] ?? []
      #expect(spans.contains { $0["operationName"] as? String == "GET" && ($0["duration"] as? Int ?? 0) >= 900_000 })
    }
    let tagged = await face.ask(
      base + "&limit=5&tags=%7B%22db.system%22%3A%22redis%22%2C%22error%22%3A%22true%22%7D", at: now)
    #expect((tagged.object["data"] as? [Any])?.count == 5)
    // The kind of a span is a tag of Jaeger's own model.
    let consumed = await face.ask(
      "GET /api/traces?service=push-server&start=\(end - 600_000_000)&end=\(end)&limit=3&tags=%7B%22span.kind%22%3A%22consumer%22%7D",
      at: now)
    let consumers = try #require(consumed.object["data"] as? [[String: Any]])
    #expect(consumers.count == 3)
    for trace in consumers {
      let tags = (trace["spans"] as? [[String: Any]] ?? []).flatMap { $0["tags"] as? [[String: Any]] ?? [] }
      #expect(tags.contains { $0["key"] as? String == "span.kind" && $0["value"] as? String == "consumer" })
    }
    let none = await face.ask(base + "&tag=db.system:oracle", at: now)
    #expect((none.object["data"] as? [Any])?.isEmpty == true)
  }

  @Test func `a trace arrives a few seconds after it ended, one service after the other`() async throws {
    let line = try #require(
      face.world.documents(
        from: worldOrigin - .seconds(200), to: worldOrigin, now: now, hint: DocumentHint(levels: ["error"])
      ).first)
    guard case .string(let trace)? = line.fields.first(where: { $0.name == "trace_id" })?.value else { return }
    func spanCount(_ seconds: Double) async -> Int {
      let time = Timestamp(seconds: line.timestamp.seconds + seconds)
      let data = await face.ask("GET /api/traces/\(trace)", at: time).object["data"] as? [[String: Any]]
      return (data?.first?["spans"] as? [Any])?.count ?? 0
    }
    var counts: [Int] = []
    for step in 0..<40 { counts.append(await spanCount(Double(step) * 0.25)) }
    #expect(counts[0] == 0 && counts[7] == 0)
    #expect(counts == counts.sorted())
    #expect(Set(counts).count >= 3)
    #expect(counts[39] > 3)
  }

  @Test func `summaries and OTLP say the same as v1`() async throws {
    let window =
      "query.service_name=user-server&query.start_time_min=2026-11-22T08:50:00Z&query.start_time_max=2026-11-22T08:53:00Z&query.num_traces=10"
    let summaries = try #require(
      await face.ask("GET /api/v3/trace-summaries?\(window)", at: now).object["summaries"] as? [[String: Any]])
    #expect(summaries.count == 10)
    for summary in summaries {
      let id = try #require(summary["traceId"] as? String)
      let v1 = try #require(
        (await face.ask("GET /api/traces/\(id)", at: now).object["data"] as? [[String: Any]])?.first?["spans"]
          as? [[String: Any]])
      #expect(v1.count == summary["spanCount"] as? Int)
      let result = await face.ask("GET /api/v3/traces/\(id)", at: now).object["result"] as? [String: Any]
      let resources = try #require(result?["resourceSpans"] as? [[String: Any]])
      let spans = resources.flatMap { resource in
        (resource["scopeSpans"] as? [[String: Any]] ?? []).flatMap { $0["spans"] as? [[String: Any]] ?? [] }
      }
      #expect(Set(spans.compactMap { $0["spanId"] as? String }) == Set(v1.compactMap { $0["spanID"] as? String }))
      let failed = spans.filter { ($0["status"] as? [String: Any])?["code"] as? Int == 2 }.count
      #expect(failed == summary["errorSpanCount"] as? Int ?? 0)
      #expect(resources.count == (summary["services"] as? [Any])?.count)
    }
    let all = await face.ask("GET /api/v3/traces?\(window)", at: now).object["result"] as? [String: Any]
    #expect((all?["resourceSpans"] as? [Any] ?? []).count >= 20)
  }

  @Test func `dependencies name callers and callees`() async throws {
    let answer = await face.ask("GET /api/dependencies?endTs=\(worldOrigin.milliseconds)&lookback=3600000", at: now)
    let links = try #require(answer.object["data"] as? [[String: Any]])
    func count(_ parent: String, _ child: String) -> Int {
      links.first { $0["parent"] as? String == parent && $0["child"] as? String == child }?["callCount"] as? Int ?? 0
    }
    #expect(count("api-gateway", "user-server") > 500)
    #expect(count("msg-server", "push-server") > 500)
    #expect(count("push-server", "api-gateway") == 0)
  }
}
