/// The servers that obs-tui knows: the four stores that it reads, and what it links to or examines.
public enum Store: String, CaseIterable, Hashable, Sendable {
  case elasticsearch, jaeger, prometheus, alertmanager, grafana, kibana, filebeat, logstash, collector

  /// The name as its makers write it.
  public var displayName: String {
    switch self {
    case .elasticsearch: "Elasticsearch"
    case .jaeger: "Jaeger"
    case .prometheus: "Prometheus"
    case .alertmanager: "Alertmanager"
    case .grafana: "Grafana"
    case .kibana: "Kibana"
    case .filebeat: "Filebeat"
    case .logstash: "Logstash"
    case .collector: "Collector"
    }
  }
}
