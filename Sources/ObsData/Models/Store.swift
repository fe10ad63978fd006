/// The stores that obs-tui reads.
public enum Store: String, CaseIterable, Hashable, Sendable {
  case elasticsearch, jaeger, prometheus, alertmanager, grafana, kibana

  /// The name as its makers write it.
  public var displayName: String {
    switch self {
    case .elasticsearch: "Elasticsearch"
    case .jaeger: "Jaeger"
    case .prometheus: "Prometheus"
    case .alertmanager: "Alertmanager"
    case .grafana: "Grafana"
    case .kibana: "Kibana"
    }
  }
}
