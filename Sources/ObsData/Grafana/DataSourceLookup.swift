/// Says which plugin a panel's query is for, and so whether Prometheus can be asked.
public struct DataSourceLookup: Sendable {
  /// What a query turns out to be for.
  public enum Answer: Hashable, Sendable {
    case prometheus
    /// Another plugin, or what the file calls it.
    case other(String)
  }

  private let inputs: [String: String]
  private let variables: [String: String]

  /// Reads what a dashboard says of its data sources: variables and placeholders.
  public init(_ definition: DashboardDefinition) {
    inputs = definition.inputs
    var variables: [String: String] = [:]
    for variable in definition.variables where variable.kind == .dataSource {
      variables[variable.name] = variable.query
    }
    self.variables = variables
  }

  /// Which plugin a query is for. What the file leaves open is the default data source, and that is Prometheus here.
  public func answer(for target: PanelTarget, in panel: DashboardPanel) -> Answer {
    let own = target.dataSource
    let reference = own?.type == nil && own?.uid == nil ? panel.dataSource : own
    guard let answer = plugin(of: reference) else {
      return target.isForeign ? .other("another query language") : .prometheus
    }
    return DataSourceLookup.isPrometheus(answer) ? .prometheus : .other(answer)
  }

  /// The plugin of a reference; nil where nothing says.
  private func plugin(of reference: DataSourceReference?) -> String? {
    guard let reference else { return nil }
    if let type = reference.type, !type.isEmpty, type != "datasource" { return type }
    guard let uid = reference.uid, !uid.isEmpty, uid != "default" else { return nil }
    switch uid {
    case "grafana", "-- Grafana --", "-- Dashboard --": return "grafana"
    case "-- Mixed --": return nil
    case "__expr__": return "expression"
    default: break
    }
    for name in Interpolation.names(in: uid) {
      if let plugin = variables[name] ?? inputs[name], !plugin.isEmpty { return plugin }
    }
    let lowered = uid.lowercased()
    return ["loki", "tempo", "jaeger", "elasticsearch", "opensearch", "influx", "cloudwatch", "mysql", "postgres"]
      .first { lowered.contains($0) }
  }

  /// Whether a plugin asks in PromQL.
  private static func isPrometheus(_ plugin: String) -> Bool {
    let plugin = plugin.lowercased()
    return plugin.contains("prometheus") || plugin.contains("victoriametrics-metrics") || plugin == "mimir"
      || plugin == "thanos"
  }
}
