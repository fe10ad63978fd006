/// A row of the metric pane as it is configured or chosen: a title, a unit and a PromQL expression with placeholders.
///
/// | placeholder | becomes |
/// |---|---|
/// | `$service` | the chosen services as alternatives of a regular expression, escaped for a string in double quotes; `.*` for all |
/// | `$window` (also `$__rate_interval`) | the length of rate windows, such as `60s` |
/// | `$step` (also `$__interval`) | the distance of the values, such as `15s` |
///
/// Each can also be written with braces, `${service}`.
public struct MetricTemplate: Hashable, Sendable, Identifiable {
  /// What names the row: one of the built-in `request-rate`, `error-ratio`, `latency-p50`, `latency-p95`, `latency-p99`,
  /// `active-connections` replaces that row, any other adds one.
  public let id: String
  /// What a person reads.
  public let title: String
  /// What the values count.
  public let unit: MetricUnit
  /// PromQL with placeholders.
  public let expression: String

  /// Makes a template.
  public init(id: String, title: String, unit: MetricUnit, expression: String) {
    self.id = id
    self.title = title
    self.unit = unit
    self.expression = expression
  }

  /// The PromQL for these services, with rates over `window` and values every `step`.
  public func expression(services: [String], window: Duration, step: Duration) -> String {
    let service = services.isEmpty ? ".*" : PrometheusName.stringContent(PrometheusName.alternatives(services))
    let window = PrometheusName.duration(window)
    let step = PrometheusName.duration(step)
    // Longer names first: `$__interval` is the beginning of no other, but a reader of this list should not have to check.
    let values = [
      ("__rate_interval", window), ("__interval", step), ("service", service), ("window", window), ("step", step),
    ]
    return MetricTemplate.replace(values, in: expression)
  }

  /// One pass over the text, so that a service's name that looks like a placeholder stays what it is.
  private static func replace(_ values: [(name: String, value: String)], in text: String) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      let braced = rest.first == "{"
      let start = braced ? rest.dropFirst() : rest
      let name = start.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      let behind = start[name.endIndex...]
      if let value = values.first(where: { $0.name == name })?.value, !braced || behind.first == "}" {
        result += value
        rest = braced ? behind.dropFirst() : behind
      } else {
        result += "$"
      }
    }
    return result + rest
  }
}

extension PrometheusName {
  /// A duration as PromQL reads it: whole seconds, or milliseconds below them.
  static func duration(_ duration: Duration) -> String {
    let milliseconds = max(1, duration.nanoseconds / 1_000_000)
    return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
  }
}

extension Duration {
  /// How long a rate's window must be so that it holds at least four scrapes at every step, as Grafana's
  /// `$__rate_interval` computes it: max(step + scrape interval, 4 × scrape interval).
  public static func rateWindow(scrapeInterval: Duration, step: Duration) -> Duration {
    max(step + scrapeInterval, scrapeInterval * 4)
  }
}
