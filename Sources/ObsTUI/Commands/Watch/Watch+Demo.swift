import ObsData

extension Watch {
  /// The demo's own watches: one that fires with the first incident, one that counts log lines. They tell nobody.
  static let ofDemo = [
    Watch(
      name: "failing requests",
      condition: .metrics(
        #"sum by (service) (rate(app_request_total{status=~"5.."}[1m])) > 0.2"#),
      holdsFor: .seconds(10), every: .seconds(10), labels: ["severity": "warning"],
      annotations: ["summary": "{{ $labels.service }} answers {{ $value }} requests a second with 5xx"], channels: []),
    Watch(
      name: "error lines",
      condition: .lines(query: "level: error", comparison: .above, threshold: 100, within: .seconds(300)),
      every: .seconds(30), labels: ["severity": "info"],
      annotations: ["summary": "{{ $value }} error lines in five minutes"], channels: []),
  ]
}
