/// What the server is asked for while an expression is being typed.
public enum PromQLOffer: Hashable, Sendable {
  /// Metrics whose names contain a text.
  case names(String)
  /// The labels of a metric; of all where it is not known yet.
  case labels(metric: String?)
  /// Values of a label that contain a text.
  case values(of: String, metric: String?, text: String)
}

extension MetricExplorer {
  /// No more names or values are offered.
  static let maximumOffers = 100

  /// What Prometheus has for a place: at most a hundred names.
  public func offers(_ offer: PromQLOffer, in range: TimeRange) async throws(FetchError) -> [String] {
    let limit = MetricExplorer.maximumOffers
    switch offer {
    case .names(let text):
      let pattern = PrometheusName.quoted("(?i).*" + PrometheusName.alternatives([text]) + ".*")
      let selector = "{__name__=~\(pattern)}"
      return try await client.values(of: "__name__", matching: text.isEmpty ? [] : [selector], in: range, limit: limit)
        .value
    case .labels(let metric):
      let selectors = metric.map { [PrometheusName.selector($0)] } ?? []
      return try await client.labels(matching: selectors, in: range, limit: limit).value.filter { $0 != "__name__" }
    case .values(let label, let metric, let text):
      let pattern = "(?i).*" + PrometheusName.alternatives([text]) + ".*"
      let matchers = text.isEmpty ? [] : [PrometheusName.matcher(label, "=~", pattern)]
      let selector =
        metric.map { PrometheusName.selector($0, matchers) }
        ?? (matchers.isEmpty ? nil : "{" + matchers.joined(separator: ",") + "}")
      return try await client.values(of: label, matching: selector.map { [$0] } ?? [], in: range, limit: limit).value
    }
  }
}

/// What a prompt offers at a place of an expression.
public enum PromQLCompletion {
  /// A word that may stand at the cursor, and what is said of it.
  public struct Candidate: Hashable, Sendable {
    /// What is put in.
    public let insertion: String
    /// What it is.
    public let detail: String
  }

  /// The candidates; `offers` are the names or values that the server has for the place.
  public static func candidates(at cursor: PromQLCursor, offers: [String]) -> [Candidate] {
    switch cursor.place {
    case .nothing: return []
    case .expression:
      let functions = (PromQLFunctions.functions + PromQLFunctions.aggregations).sorted { $0.name < $1.name }
      let words = functions.filter { $0.name.hasPrefix(cursor.text.lowercased()) }.map {
        Candidate(insertion: $0.name + "(", detail: $0.signature)
      }
      return words + sorted(offers, cursor.text).map { Candidate(insertion: metric($0), detail: "metric") }
    case .keyword:
      return PromQLFunctions.keywords.filter { $0.name.hasPrefix(cursor.text.lowercased()) }.map {
        Candidate(insertion: $0.name + " ", detail: $0.signature)
      }
    case .quotedName: return sorted(offers, cursor.text).map { Candidate(insertion: quotedRest($0), detail: "metric") }
    case .label:
      return sorted(offers.filter { matches($0, cursor.text) }, cursor.text).map {
        Candidate(insertion: PrometheusName.label($0) + "=\"", detail: "label")
      }
    case .grouping:
      return sorted(
        offers.filter { matches($0, cursor.text) && $0 != "le" || $0 == "le" && cursor.text.isEmpty }, cursor.text
      )
      .map { Candidate(insertion: PrometheusName.label($0), detail: "label") }
    case .value: return sorted(offers, cursor.text).map { Candidate(insertion: quotedRest($0), detail: "value") }
    case .duration:
      let digits = cursor.text.prefix { $0.isNumber }
      let lengths =
        digits.isEmpty ? ["1m", "5m", "15m", "1h", "6h", "1d"] : ["s", "m", "h", "d", "w"].map { digits + $0 }
      return lengths.filter { $0.hasPrefix(cursor.text) }.map { Candidate(insertion: $0 + "]", detail: "range") }
    }
  }

  private static func matches(_ name: String, _ text: String) -> Bool {
    text.isEmpty || name.lowercased().contains(text.lowercased())
  }

  /// Names that begin with the text first.
  private static func sorted(_ names: [String], _ text: String) -> [String] {
    let fitting = names.filter { matches($0, text) }
    let wanted = text.lowercased()
    return fitting.filter { $0.lowercased().hasPrefix(wanted) } + fitting.filter { !$0.lowercased().hasPrefix(wanted) }
  }

  private static func metric(_ name: String) -> String {
    PrometheusName.isLegacyMetric(name) ? name : PrometheusName.selector(name)
  }

  /// The inside of a text in quotes, and the quote that ends it.
  private static func quotedRest(_ text: String) -> String { PrometheusName.stringContent(text) + "\"" }
}
