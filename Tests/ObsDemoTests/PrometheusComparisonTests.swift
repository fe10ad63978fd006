import Foundation
import ObsData
import Testing

@testable import ObsDemo

/// The demo's engine beside a real Prometheus that holds the same samples. Runs where Debian's `prometheus` is installed
/// (see `PrometheusRealServer`).
@Suite(.enabled(if: PrometheusRealServer.isInstalled), .serialized)
struct PrometheusComparisonTests {
  private let source = PrometheusTestSource.world()

  /// Results as text that can be compared: series by labels, values by step.
  private typealias Table = [String: [Int64: Double]]

  private func table(_ response: HTTPResponse) throws -> Table {
    let root = try JSONDocument(parsing: response.body).root
    guard root["status"]?.string == "success", let data = root["data"] else {
      throw PrometheusRealServer.Failure(message: String(decoding: response.body.prefix(300), as: UTF8.self))
    }
    var table: Table = [:]
    func add(_ key: String, _ pair: JSONValue) {
      let parts = pair.elements
      guard parts.count == 2, let time = parts[0].double, let text = parts[1].string else { return }
      table[key, default: [:]][Int64((time * 1_000).rounded())] = PromNumber.parse(text) ?? .nan
    }
    guard let result = data["result"] else { return [:] }
    if data["resultType"]?.string == "scalar" { add("scalar", result) }
    for item in result.elements where item.kind == .object {
      let labels = (item["metric"]?.members ?? []).map { "\($0.key)=\($0.value.string ?? "")" }.sorted()
      let key = labels.joined(separator: ",")
      if let value = item["value"] { add(key, value) }
      for value in item["values"]?.elements ?? [] { add(key, value) }
    }
    return table
  }

  private func difference(_ ours: Table, _ theirs: Table) -> String? {
    for key in Set(ours.keys).symmetricDifference(theirs.keys).sorted() {
      return "\(ours[key] == nil ? "lacks" : "has in excess") {\(key)}"
    }
    for (key, values) in theirs.sorted(by: { $0.key < $1.key }) {
      let own = ours[key] ?? [:]
      for time in Set(values.keys).union(own.keys).sorted() {
        guard let a = own[time], let b = values[time] else {
          return
            "{\(key)} at \(time): ours \(own[time].map { "\($0)" } ?? "-"), theirs \(values[time].map { "\($0)" } ?? "-")"
        }
        let isEqual = a == b || (a.isNaN && b.isNaN) || (a - b).magnitude <= 1e-9 * max(a.magnitude, b.magnitude)
        if !isEqual { return "{\(key)} at \(time): ours \(a), theirs \(b)" }
      }
    }
    return nil
  }

  @Test func `queries give what a real Prometheus gives`() async throws {
    let origin = PrometheusTestSource.origin
    let ours = PrometheusFaceTransport(face: PrometheusFace(source: source), now: (origin + 7_200) * 1_000)
    try await PrometheusRealServer.run(source) { theirs in
      var compared = 0
      for query in PrometheusComparisonTests.queries {
        var requests = [Int64(900), 1_830, 3_660, 5_400].map { offset in
          HTTPRequest.post(["api", "v1", "query"], form: [("query", query), ("time", "\(origin + offset)")])
        }
        if !PrometheusComparisonTests.instantOnly.contains(query) {
          requests += [("30", 600, 2_400), ("137", 0, 7_300), ("1200", 0, 7_200)].map { step, start, end in
            HTTPRequest.post(
              ["api", "v1", "query_range"],
              form: [
                ("query", query), ("start", "\(origin + Int64(start))"), ("end", "\(origin + Int64(end))"),
                ("step", step),
              ])
          }
        }
        for request in requests {
          let real = try await theirs.send(request)
          let own = try await ours.send(request)
          #expect(own.status == real.status, "\(query): \(String(decoding: own.body.prefix(300), as: UTF8.self))")
          guard own.status == 200, real.status == 200 else { continue }
          let difference = difference(try table(own), try table(real))
          #expect(difference == nil, "\(query) \(request.target): \(difference ?? "")")
          compared += 1
        }
      }
      #expect(compared > 700)
    }
  }

  @Test func `errors read as those of a real Prometheus`() async throws {
    let origin = PrometheusTestSource.origin
    let ours = PrometheusFaceTransport(face: PrometheusFace(source: source), now: (origin + 7_200) * 1_000)
    try await PrometheusRealServer.run(source) { theirs in
      for query in PrometheusComparisonTests.wrongQueries {
        let request = HTTPRequest.post(
          ["api", "v1", "query"], form: [("query", query), ("time", "\(origin + 1_830)")])
        let real = try await theirs.send(request)
        let own = try await ours.send(request)
        #expect(real.status >= 400, "\(query) is no error")
        #expect(own.status == real.status, "\(query)")
        #expect(words(own) == words(real), "\(query)")
      }
      for request in PrometheusComparisonTests.wrongRequests {
        let real = try await theirs.send(request)
        let own = try await ours.send(request)
        #expect(own.status == real.status, "\(request.text)")
        #expect(words(own) == words(real), "\(request.text)")
      }
    }
  }

  private func words(_ response: HTTPResponse) -> String {
    guard let root = try? JSONDocument(parsing: response.body).root else { return "" }
    let text = root["error"]?.string ?? ""
    // 2.42 names the parameter in the errors of some endpoints only, 3.x in all of them.
    let prefix = "invalid parameter \"query\": "
    return (root["errorType"]?.string ?? "") + ": "
      + (text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...])
  }

  @Test func `the client reads a real Prometheus and the demo alike`() async throws {
    let origin = PrometheusTestSource.origin
    let ours = PrometheusFaceTransport(face: PrometheusFace(source: source), now: (origin + 7_200) * 1_000)
    try await PrometheusRealServer.run(source) { theirs in
      let clients = [PrometheusClient(transport: theirs), PrometheusClient(transport: ours)]
      let range = TimeRange(start: Timestamp(seconds: Double(origin)), end: Timestamp(seconds: Double(origin + 7_200)))
      for client in clients {
        #expect(try await client.build(now: range.end).version.isEmpty == false)
        #expect(
          try await client.values(of: "service", in: range).value == ["api-gateway", "msg-server", "user-server"])
        let labels = try await client.labels(matching: ["app_request_total"], in: range)
        #expect(labels.value == ["__name__", "instance", "job", "service", "status"])
        let series = try await client.series(matching: [#"{service="msg-server",status=~".+"}"#], in: range)
        #expect(series.value.count == 6)
        let grid = PrometheusGrid(range, columns: 60)
        let rows = try await client.range("sum by (service) (rate(app_request_total[2m]))", on: grid)
        #expect(rows.value.count == 3)
        #expect(rows.value.allSatisfy { $0.values.count == grid.count && $0.start == grid.start })
        let gauge = try await client.range(#"app_active_connections{instance="a:80",service="api-gateway"}"#, on: grid)
        #expect(gauge.value.first?.values.contains(nil) == true)
        let error = await #expect(throws: FetchError.self) { try await client.instant("sum(", at: range.end) }
        #expect(error?.kind == .badQuery)
        #expect(error?.answer.contains("1:5: parse error: unclosed left parenthesis") == true, "\(error?.answer ?? "")")
        let reader = MetricReader(client: client)
        let query = MetricQuery(services: ["msg-server"], window: .frozen(range), columns: 60)
        let metrics = try await reader.rows(query, now: range.end)
        #expect(metrics.map(\.id).count == 6)
        #expect(metrics.allSatisfy { $0.failure == nil && $0.series.count == 1 })
        #expect(metrics.first?.expression == #"sum(rate(app_request_total{service=~"msg-server"}[165s]))"#)
        let figures = try await reader.serviceFigures(range, now: range.end)
        #expect(figures.map(\.name) == ["api-gateway", "msg-server", "user-server"])
        #expect(figures.allSatisfy { ($0.requestRate ?? 0) > 0 && ($0.errorRatio ?? -1) >= 0 })
      }
    }
  }
}
