/// The names of series, as the Prometheus plugin makes them.
public enum LegendFormat {
  /// The template with its `{{label}}` filled in; a label that the series lacks is empty.
  public static func filled(_ template: String, labels: [String: String]) -> String {
    var result = ""
    var rest = template[...]
    while let open = rest.firstRange(of: "{{") {
      result += rest[..<open.lowerBound]
      let inside = rest[open.upperBound...]
      guard let close = inside.firstRange(of: "}}") else { return result + rest[open.lowerBound...] }
      result += labels[inside[..<close.lowerBound].trimmingBlanks()] ?? ""
      rest = inside[close.upperBound...]
    }
    return result + rest
  }

  /// `name{a="b", c="d"}`, the labels by name.
  public static func metric(_ labels: [String: String]) -> String {
    (labels["__name__"] ?? "") + (labels.keys.contains { $0 != "__name__" } ? self.labels(labels) : "")
  }

  /// `{a="b", c="d"}`, the metric's name left out.
  public static func labels(_ labels: [String: String]) -> String {
    let pairs = labels.filter { $0.key != "__name__" }.sorted { $0.key < $1.key }.map {
      "\($0.key)=\(JSONTree.string($0.value).text)"
    }
    return "{" + pairs.joined(separator: ", ") + "}"
  }

  /// Names for all series of one query. With a template each is filled in; without one, what tells the series apart is their
  /// name: the value of the only label that differs, or all that do.
  public static func names(of series: [[String: String]], template: String, expression: String) -> [String] {
    guard template.isEmpty || template == "__auto" else {
      return series.map { labels in
        let name = filled(template, labels: labels)
        return name.isEmpty ? expression : name
      }
    }
    guard template == "__auto", series.count > 1 else {
      return series.map { labels in
        let name = metric(labels)
        return name.isEmpty ? expression : name
      }
    }
    let keys = Set(series.flatMap(\.keys))
    let varying = keys.filter { key in Set(series.map { $0[key] }).count > 1 }
    if varying.count == 1, let key = varying.first {
      return series.map { $0[key].flatMap { $0.isEmpty ? nil : $0 } ?? metric($0) }
    }
    return series.map { labels in
      let name = metric(labels.filter { varying.contains($0.key) })
      return name.isEmpty ? expression : name
    }
  }
}
