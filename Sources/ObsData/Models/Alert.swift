/// An alert: a rule's condition that holds for one set of labels, as the stores that know of it tell.
public struct Alert: Identifiable, Hashable, Sendable {
  /// What becomes of it. `active`, `suppressed` and `unprocessed` are Alertmanager's words; `pending` is Prometheus's for a
  /// condition that does not yet hold for as long as its rule demands.
  public enum State: String, Hashable, Sendable { case active, suppressed, unprocessed, pending }

  /// Who tells of an alert.
  public enum Source: String, Hashable, Sendable, CaseIterable, Comparable {
    case alertmanager, prometheus, watcher
    case grafana, kibana
    /// A watch of the user's own settings.
    case watch

    /// By name.
    public static func < (a: Source, b: Source) -> Bool { a.rawValue < b.rawValue }
  }

  /// Alertmanager's fingerprint of the labels, or the labels themselves where nobody made one.
  public let id: String
  /// The alert's labels, `alertname` and `severity` among them.
  public var labels: [String: String]
  /// Summary, description, runbook and the like.
  public var annotations: [String: String]
  /// When it began to fire; when its condition began to hold while it is pending.
  public var startsAt: Timestamp
  /// What becomes of it.
  public var state: State
  /// Who tells of it, by name.
  public var sources: [Source]
  /// The silences that keep it quiet, and the alerts that inhibit it, by Alertmanager's identifiers.
  public var silencedBy: [String] = []
  /// Fingerprints of the alerts that inhibit it.
  public var inhibitedBy: [String] = []
  /// Who is told of it, by Alertmanager's names.
  public var receivers: [String] = []
  /// The value of the rule's expression when it was evaluated last; nil where nobody says.
  public var value: Double?
  /// The rule's expression; nil where nobody says.
  public var expression: String?

  /// Makes an alert.
  public init(
    id: String, labels: [String: String], annotations: [String: String], startsAt: Timestamp, state: State,
    sources: [Source] = [.alertmanager]
  ) {
    self.id = id
    self.labels = labels
    self.annotations = annotations
    self.startsAt = startsAt
    self.state = state
    self.sources = sources
  }

  /// What its rule is called.
  public var name: String { labels["alertname"].flatMap { $0.isEmpty ? nil : $0 } ?? "alert without a name" }

  /// The service it is about, by the labels that usually say it; nil where none does.
  public var service: String? { ["service", "service_name", "job"].lazy.compactMap { labels[$0] }.first }
}

extension Alert {
  /// How urgent the label `severity` makes an alert: 0 is the worst. Names differ from house to house.
  public var severityRank: Int {
    switch labels["severity"]?.lowercased() ?? "" {
    case "critical", "crit", "page", "emergency", "fatal", "disaster", "p0", "p1", "sev0", "sev1": 0
    case "error", "err", "high", "major", "p2", "sev2": 1
    case "warning", "warn", "medium", "average", "p3", "sev3": 2
    case "info", "information", "informational", "notice", "low", "minor", "p4", "sev4": 4
    case "none", "debug", "ok", "p5", "sev5": 5
    default: 3
    }
  }

  /// The order of alert lists: what fires before what is pending or silenced, of these the most severe first, of these the
  /// newest, of these by identifier.
  public static func isMoreUrgent(_ a: Alert, _ b: Alert) -> Bool {
    if a.state.rank != b.state.rank { return a.state.rank < b.state.rank }
    if a.severityRank != b.severityRank { return a.severityRank < b.severityRank }
    if a.startsAt != b.startsAt { return a.startsAt > b.startsAt }
    return a.id < b.id
  }

  /// What stands for a fingerprint where nobody made one.
  static func key(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }
}

extension Alert.State {
  fileprivate var rank: Int {
    switch self {
    case .active, .unprocessed: 0
    case .pending: 1
    case .suppressed: 2
    }
  }
}
