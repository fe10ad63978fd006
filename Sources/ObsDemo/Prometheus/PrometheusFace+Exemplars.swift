import ObsData

/// `query_exemplars`.
extension PrometheusFace {
  func exemplars(_ form: PrometheusForm, _ now: Int64) throws(PromError) -> DemoResponse {
    let start = try form.time("start", default: now - 900_000)
    let end = try form.time("end", default: now)
    if end < start { throw PrometheusForm.invalid("end", "end timestamp must not be before start time") }
    let evaluator = PromEvaluator(source: source, start: start, end: end, step: 1_000_000_000, now: now)
    // Which services the buckets of the expression belong to, and in which unit they measure.
    var services: [String: Set<String>] = [:]
    for selector in PrometheusFace.selectors(in: try parsed(form)) {
      for (raw, _) in try evaluator.matching(selector) {
        guard let name = raw["__name__"], name.hasSuffix("_bucket"), let service = raw["service"] else { continue }
        services[name, default: []].insert(service)
      }
    }
    var items: [JSONTree] = []
    for (name, own) in services.sorted(by: { $0.key < $1.key }) {
      let factor = name.contains("_milliseconds") ? 1_000.0 : 1
      for exemplar in source.exemplars(services: own, from: start, to: end, now: now) {
        items.append(
          .object([
            (
              "seriesLabels",
              .object([
                ("__name__", .string(name)), ("job", .string("rustim")), ("operation", .string(exemplar.operation)),
                ("service", .string(exemplar.service)),
              ])
            ),
            (
              "exemplars",
              .array([
                .object([
                  (
                    "labels",
                    .object([("span_id", .string(exemplar.spanID)), ("trace_id", .string(exemplar.traceID))])
                  ),
                  ("value", .string(PromNumber.text(exemplar.seconds * factor))),
                  ("timestamp", .double(Double(exemplar.time) / 1_000)),
                ])
              ])
            ),
          ]))
      }
    }
    return PrometheusEnvelope.success(JSONTree.array(items).text)
  }

  /// All selectors of an expression.
  static func selectors(in node: PromNode) -> [PromSelector] {
    switch node.expression {
    case .number, .string: []
    case .selector(let selector), .range(let selector, _): [selector]
    case .subquery(let subquery): selectors(in: subquery.inner)
    case .parentheses(let inner), .unary(_, let inner): selectors(in: inner)
    case .binary(let binary): selectors(in: binary.left) + selectors(in: binary.right)
    case .aggregate(let aggregate): selectors(in: aggregate.inner)
    case .call(let call): call.arguments.flatMap(selectors)
    }
  }
}
