/// One installation, such as production: its stores, and how its logs and services are named.
public struct ContextSettings: Sendable, Equatable {
  /// The name that the status bar shows.
  public let name: String
  /// The colour of that name.
  public let color: Sourced<ContextColor>
  /// Whether obs-tui may write to the stores, such as make a silence: only where the settings say so, and never unasked.
  public let writable: Sourced<Bool>
  /// The stores that are there.
  public let stores: [Store: StoreSettings]
  /// Field names of log documents, where the built-in table does not do.
  public let fields: FieldOverrides
  /// How the names of a service in the three stores become one.
  public let services: ServiceNaming
  /// Rows of the metric pane that replace built-in ones or are added.
  public let metrics: [MetricOverride]
  /// The columns of the log list by name; empty for the usual ones.
  public let logColumns: [String]
  /// The watches that look at this context.
  public let watches: [Watch]
  /// What `config show` prints of fields and services.
  let nameRows: [SettingRow]

  /// How to reach a store; nil where the context does not have it.
  public func endpoint(for store: Store) -> Endpoint? { stores[store]?.endpoint }
  /// Whether a store of this context takes any certificate: the screen must say so.
  public var isInsecure: Bool { stores.values.contains { $0.endpoint.tls.skipsVerification } }
}

/// One store of a context.
public struct StoreSettings: Sendable, Equatable {
  /// How to reach it.
  public let endpoint: Endpoint
  /// Where its address comes from.
  public let urlOrigin: SettingOrigin
  /// How often it is asked.
  public let interval: Sourced<Duration>
  /// How long an answer may take.
  public let timeout: Sourced<Duration>
  /// The index pattern; Elasticsearch only.
  public let indices: Sourced<String>
  /// How far each poll of the tail reaches back behind the newest line that is known; Elasticsearch only.
  public let overlap: Sourced<Duration>
  /// What `config show` prints.
  let rows: [SettingRow]

  /// The intervals of a store that says nothing else: the tail is what people watch, alerts change rarely.
  static func standardInterval(_ store: Store) -> Duration {
    switch store {
    case .elasticsearch: .seconds(2)
    case .jaeger, .prometheus: .seconds(10)
    case .alertmanager: .seconds(15)
    case .grafana, .kibana, .filebeat, .logstash, .collector: .seconds(60)
    }
  }
  /// Ten seconds for an answer: a slow cluster is shown as such.
  static let standardTimeout = Duration.seconds(10)
  /// Elasticsearch refreshes every second by default, shippers lag more than that.
  static let standardOverlap = Duration.seconds(30)
  /// RustIM's own indices first, then those of Elastic's and of the common shippers.
  static let standardIndices = "rustim-*,logs-*,filebeat-*"
  /// The stack's own ports on this machine. The others are only linked to, or asked by the doctor, and not guessed.
  static func standardURL(_ store: Store) -> String? {
    switch store {
    case .elasticsearch: "http://localhost:9200"
    case .jaeger: "http://localhost:16686"
    case .prometheus: "http://localhost:9090"
    case .alertmanager: "http://localhost:9093"
    case .grafana, .kibana, .filebeat, .logstash, .collector: nil
    }
  }
}

/// Names of the fields that matter in a log document, first found first; nil where the built-in table holds.
public struct FieldOverrides: Sendable, Equatable {
  /// When it was written.
  public var time: [String]?
  /// The text.
  public var message: [String]?
  /// The severity.
  public var level: [String]?
  /// Who wrote it.
  public var service: [String]?
  /// The trace it belongs to.
  public var traceID: [String]?
  /// The span it belongs to.
  public var spanID: [String]?

  /// No overrides.
  public init() {}
}

/// A row of the metric pane as it is set: `id` of a built-in row replaces it, any other adds one.
public struct MetricOverride: Sendable, Equatable {
  /// The row's name.
  public let id: String
  /// What a person reads; nil keeps the built-in title, or the id.
  public let title: String?
  /// What the values count; nil keeps the built-in unit.
  public let unit: MetricUnit?
  /// PromQL with the placeholders of the metric templates.
  public let expression: String
  /// Where it is written.
  public let origin: SettingOrigin
}
