import ObsData

/// Which version of each service runs: a series for each version there may be, which has samples while that runs.
extension World {
  /// The name of the metric.
  static let buildInfoName = "app_build_info"

  static let buildInfo = WorldMetric(
    name: buildInfoName, type: .gauge, help: "1, with the version of the program as a label.", unit: "")

  var buildInfoSeries: [[String: String]] {
    graph.services.indices.flatMap { service in
      timeline.versions(of: service).map { version in
        let name = graph.services[service]
        return [
          "__name__": World.buildInfoName, "service": name, "job": "rustim", "instance": "\(name):9100",
          "version": version,
        ]
      }
    }
  }

  /// The value of such a series at a time in milliseconds; nil while another version runs, or none.
  func buildInfoSamples(_ labels: [String: String], from start: Int64, to end: Int64, now: Int64) -> [WorldSample] {
    guard let service = labels["service"].flatMap({ graph.services.firstIndex(of: $0) }),
      let version = labels["version"]
    else { return [] }
    let offset = Int64(SplitMix.hash(seed, Int64(service), 16) % 15_000)
    let first = max(start, Int64(firstSecond) * 1_000 - 1)
    let last = min(end, now)
    guard first < last else { return [] }
    var time = ((first - offset) / 15_000 + 1) * 15_000 + offset
    if time - 15_000 > first { time -= 15_000 }
    var samples: [WorldSample] = []
    while time <= last {
      let second = Int(time / 1_000)
      if timeline.process(of: service, at: second).version == version, !isDown(service: service, at: second) {
        samples.append(WorldSample(time: time, value: 1))
      }
      time += 15_000
    }
    return samples
  }
}
