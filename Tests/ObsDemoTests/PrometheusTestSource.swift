import Foundation
import ObsData

@testable import ObsDemo

/// Samples from an array: what the engine's tests and the comparison with a real server read.
struct PrometheusTestSource: SampleSource {
  var scrapeInterval: Duration { .seconds(15) }
  var metrics: [WorldMetric] = []
  private var sets: [[String: String]] = []
  private var samples: [[String: String]: [WorldSample]] = [:]

  mutating func add(_ name: String, _ labels: [String: String] = [:], _ values: [(time: Int64, value: Double)]) {
    var labels = labels
    labels["__name__"] = name
    if samples[labels] == nil { sets.append(labels) }
    samples[labels, default: []] += values.map { WorldSample(time: $0.time, value: $0.value) }
  }

  func series(named name: String?) -> [[String: String]] {
    name == nil ? sets : sets.filter { $0["__name__"] == name }
  }

  func samples(of labels: [String: String], from start: Int64, to end: Int64, now: Int64) -> [WorldSample] {
    let all = samples[labels] ?? []
    /// How many samples lie up to a time.
    func count(_ time: Int64) -> Int {
      var low = 0
      var high = all.count
      while low < high {
        let middle = (low + high) / 2
        if all[middle].time <= time { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let first = count(start)
    return Array(all[first..<max(first, count(min(end, now)))])
  }

  /// All samples as OpenMetrics text, series after series, for `promtool tsdb create-blocks-from openmetrics`.
  var openMetrics: String {
    var text = ""
    for labels in sets.sorted(by: { ($0["__name__"] ?? "") < ($1["__name__"] ?? "") }) {
      let own = PromLabels(labels).withoutName.list.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
      for sample in samples[labels] ?? [] {
        let name = labels["__name__"] ?? ""
        text += "\(name){\(own)} \(PromNumber.text(sample.value)) \(PromNumber.seconds(sample.time))\n"
      }
    }
    return text + "# EOF\n"
  }

  /// The first instant of the small world below, in seconds.
  static let origin: Int64 = 1_700_006_400

  /// Two hours of a small world: counters with resets, gaps longer and shorter than the lookback, histograms, gauges
  /// with NaN and the infinities. No sample lies on a whole second, so that it does not matter which end of a window
  /// is open.
  static func world() -> PrometheusTestSource {
    var source = PrometheusTestSource()
    var random = Generator(state: 42)
    func scrapes(_ offset: Int64, where isThere: (Int) -> Bool = { _ in true }) -> [(index: Int, time: Int64)] {
      (0..<480).filter(isThere).map { ($0, (origin + Int64($0) * 15) * 1_000 + 137 + offset) }
    }
    for (place, service) in ["api-gateway", "user-server", "msg-server"].enumerated() {
      for instance in ["a:80", "b:80"] {
        let offset = Int64(random.next() % 800)
        for status in ["200", "404", "500"] {
          var value = Double(1_000_000 + 1_000 * source.sets.count) + Double(random.next() % 997)
          let gap = (100 + place * 50)..<(130 + place * 55)
          let points = scrapes(offset) { !gap.contains($0) || status == "200" }.map { point -> (Int64, Double) in
            value = point.index == 200 + place * 40 ? 3 : value + Double(random.next() % (status == "200" ? 90 : 4))
            return (point.time, value)
          }
          let labels = ["service": service, "instance": instance, "status": status, "job": "rustim"]
          source.add("app_request_total", labels, points)
        }
        var cumulative = (1...6).map { Double($0) * 100_000 }
        var columns: [[(Int64, Double)]] = Array(repeating: [], count: 6)
        for point in scrapes(offset) {
          for bucket in 0..<6 where random.next() % 3 != 0 {
            for upper in bucket..<6 { cumulative[upper] += Double(random.next() % 3 == 0 ? 2 : 0) }
          }
          for bucket in 1..<6 { cumulative[bucket] = max(cumulative[bucket], cumulative[bucket - 1]) }
          for bucket in 0..<6 { columns[bucket].append((point.time, cumulative[bucket])) }
        }
        for (bucket, bound) in ["0.005", "0.05", "0.25", "1", "5", "+Inf"].enumerated() {
          let labels = ["service": service, "instance": instance, "le": bound, "job": "rustim"]
          source.add("app_request_duration_seconds_bucket", labels, columns[bucket])
        }
        let gauge = scrapes(offset) { ($0 / 37) % 4 != 3 }.map { point -> (Int64, Double) in
          if point.index % 97 == 13 { return (point.time, .nan) }
          if point.index % 101 == 17 { return (point.time, place == 1 ? -.infinity : .infinity) }
          return (point.time, Double(Int64(random.next() % 2_000)) / 8 - 60)
        }
        source.add("app_active_connections", ["service": service, "instance": instance], gauge)
        source.add("up", ["job": "rustim", "instance": instance + "-\(place)"], scrapes(offset).map { ($0.time, 1) })
      }
      source.add(
        "app_build_info", ["service": service, "version": "1.\(place).0", "commit": "c\(place)"],
        scrapes(0).map { ($0.time, 1) })
      source.add("tiny", ["service": service], scrapes(0).map { ($0.time, Double($0.index) * 1e-9) })
    }
    source.add("lonely", ["kind": "flat"], scrapes(0).map { ($0.time, 7) })
    source.add("lonely_twin", ["kind": "flat"], scrapes(0).map { ($0.time, 8) })
    return source
  }

  /// The same numbers in every run (xorshift).
  private struct Generator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }
}

/// Carries a client's requests straight to the face, as if through a socket.
struct PrometheusFaceTransport: HTTPTransport {
  let face: PrometheusFace
  let now: Int64
  var address: String { "http://demo.test" }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let headers = request.headers.map { ($0.name.lowercased(), $0.value) }
    let answer = await face.answer(
      DemoRequest(
        method: request.method.rawValue, path: request.path, query: request.query, headers: headers, body: request.body),
      nanoseconds: now * 1_000_000)
    return HTTPResponse(status: answer.status, headers: answer.headers, body: answer.body)
  }
}
