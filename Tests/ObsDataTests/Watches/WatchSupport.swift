@testable import ObsData

/// A watch of two services and what is seen of them, second by second.
enum WatchSample {
  static let start = Timestamp(seconds: 1_700_000_000)

  static func watch(
    holdsFor: Duration = .zero, every: Duration = .seconds(10), channels: [String] = ["bell"],
    annotations: [String: String] = ["summary": "{{ $labels.service }} has {{ $value }}"]
  ) -> Watch {
    Watch(
      name: "errors", condition: .metrics("errors > 5"), holdsFor: holdsFor, every: every,
      labels: ["severity": "critical"], annotations: annotations, channels: channels)
  }

  static func at(_ second: Int) -> Timestamp { start + .seconds(second) }

  /// A reading for which the condition holds for these services, with the value 7.
  static func reading(_ services: String, partial: String? = nil) -> WatchReading {
    WatchReading(
      samples: services.split(separator: " ").map {
        WatchReading.Sample(labels: ["__name__": "errors", "service": String($0)], value: 7)
      }, partial: partial)
  }

  static func change(
    _ kind: WatchChange.Kind, _ service: String = "a", at second: Int = 0, since: Int = 0, summary: String = "it fails"
  ) -> WatchChange {
    WatchChange(
      kind: kind, watch: "errors",
      instance: WatchInstance(
        labels: ["alertname": "errors", "service": service, "severity": "critical"], annotations: ["summary": summary],
        phase: .firing, since: at(since), firedAt: at(since), seenAt: at(second), value: 7.5),
      condition: "errors > 5", at: at(second))
  }
}

extension WatchChange {
  /// `firing a`.
  var text: String { "\(kind.rawValue) \(instance.labels["service"] ?? "-")" }
}
