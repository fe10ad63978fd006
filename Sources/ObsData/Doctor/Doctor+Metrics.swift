extension Doctor {
  /// What the way of the metrics gives to the others.
  struct MetricWay {
    var findings: [Finding] = []
    /// The services that have request metrics; nil where that could not be asked.
    var services: [String]?
  }

  /// From targets by Prometheus to rows of figures.
  func metricWay(_ range: TimeRange) async -> MetricWay {
    var way = MetricWay()
    guard let witness = witnesses[.prometheus] else {
      way.findings.append(absent(.prometheus, .metrics))
      return way
    }
    let client = PrometheusClient(transport: witness)
    do throws(FetchError) {
      let version = try await client.build(now: range.end).version
      way.findings += answered(
        .prometheus, .metrics, version.isEmpty ? "it does not tell its version" : "version \(version)")
    } catch {
      way.findings.append(failure(error, .prometheus, .metrics))
      return way
    }
    do throws(FetchError) {
      way.findings.append(MetricJudgement.samples(try await client.count("count(up)", at: range.end)))
      if let targets = try await client.activeTargets() { way.findings.append(MetricJudgement.targets(targets)) }
      if let rules = try await client.rulesInError() { way.findings.append(MetricJudgement.rules(rules)) }
      way.findings += try await MetricJudgement.collector(client, at: range.end)
      let templates = context.metrics.map { row in
        MetricTemplate(id: row.id, title: row.title ?? row.id, unit: row.unit ?? .none, expression: row.expression)
      }
      let reader = MetricReader(client: client, settings: templates)
      way.services = try await reader.serviceFigures(range, now: range.end).map(\.name)
    } catch {
      way.findings.append(failure(error, .prometheus, .metrics, step: "reading metrics"))
    }
    return way
  }

  /// What Alertmanager says of itself.
  func alertWay() async -> [Finding] {
    guard let witness = witnesses[.alertmanager] else { return [absent(.alertmanager, .alerts)] }
    let client = AlertmanagerClient(transport: witness)
    do throws(FetchError) {
      let version = try await client.version()
      var findings = answered(
        .alertmanager, .alerts, version.isEmpty ? "it does not tell its version" : "version \(version)")
      let alerts = try await client.alerts()
      findings.append(
        Finding(.rules, .alerts, "alerts are listed", .ok, alerts.count == 1 ? "1 alert" : "\(alerts.count) alerts"))
      return findings
    } catch {
      return [failure(error, .alertmanager, .alerts)]
    }
  }
}

extension AlertmanagerClient {
  /// Which version answers; empty where it does not say.
  func version() async throws(FetchError) -> String {
    let request = HTTPRequest(.get, ["api", "v2", "status"], maximumBytes: 4 << 20)
    let status = try await value(of: request, { $0.kind == .object }, else: "no status of Alertmanager's")
    return status[path: "versionInfo", "version"]?.string ?? ""
  }
}

extension PrometheusClient {
  /// The value of an expression that gives one number; nil where it gives none.
  func count(_ expression: String, at time: Timestamp) async throws(FetchError) -> Double? {
    guard case .vector(let elements) = try await instant(expression, at: time).value else { return nil }
    return elements.first?.value
  }

  /// The active targets; nil where the server has no such list, as Thanos and Mimir have none.
  func activeTargets() async throws(FetchError) -> [ScrapeTarget]? {
    do throws(FetchError) {
      return try await targets().targets
    } catch {
      guard PrometheusClient.saysThereIsNone(error) else { throw error }
      return nil
    }
  }

  /// How many rules there are, and which of them could not be evaluated; nil where the server has no rules of its own.
  func rulesInError() async throws(FetchError) -> (count: Int, wrong: [(name: String, trouble: String)])? {
    guard let data = try await optional(["api", "v1", "rules"], []) else { return nil }
    var count = 0
    var wrong: [(name: String, trouble: String)] = []
    for group in data["groups"]?.elements ?? [] {
      for rule in group["rules"]?.elements ?? [] {
        count += 1
        let health = rule["health"]?.string ?? "ok"
        guard health == "err" || health == "error" || rule["lastError"]?.string?.isEmpty == false else { continue }
        let name = "\(group["name"]?.string ?? ""): \(rule["name"]?.string ?? "a rule")"
        if wrong.count < 100 { wrong.append((name, rule["lastError"]?.string ?? "in error")) }
      }
    }
    return (count, wrong)
  }

  private func optional(_ path: [String], _ items: [(name: String, value: String)]) async throws(FetchError)
    -> JSONValue?
  {
    do throws(FetchError) {
      return try await get(path, items).data
    } catch {
      guard PrometheusClient.saysThereIsNone(error) else { throw error }
      return nil
    }
  }

  private static func saysThereIsNone(_ error: FetchError) -> Bool {
    [.notFound, .badQuery].contains(error.kind) || error.status == 403
  }
}

/// What Prometheus says of itself and of the collector.
enum MetricJudgement {
  static func samples(_ count: Double?) -> Finding {
    guard let count, count > 0 else {
      return Finding(
        .samplesNone, .metrics, "samples", .failed, "the series up has no sample: nothing is scraped",
        next: "add the services to scrape_configs; Prometheus's page Status > Targets shows what it tries")
    }
    let number = Int64(exactly: count.rounded()) ?? 0
    return Finding(.samples, .metrics, "samples", .ok, "\(number) target\(number == 1 ? "" : "s") scraped")
  }

  static func targets(_ targets: [ScrapeTarget]) -> Finding {
    let down = targets.filter { $0.health == .down }
    guard let first = down.first else {
      return Finding(.targets, .metrics, "targets", .ok, "all \(targets.count) are up")
    }
    let trouble = first.error.isEmpty ? "no reason given" : first.error
    return Finding(
      .targetDown, .metrics, "targets", down.count == targets.count ? .failed : .warning,
      "\(down.count) of \(targets.count) are down: \(first.job) at \(first.address): \(FetchError.bounded(trouble, to: 200))"
        + (down.count > 1 ? "; also \(Doctor.list(down.dropFirst().map(\.job), 4))" : ""),
      next: "see that it runs and serves its metrics there: curl \(first.address)")
  }

  static func rules(_ rules: (count: Int, wrong: [(name: String, trouble: String)])) -> Finding {
    guard let first = rules.wrong.first else {
      return Finding(.rules, .metrics, "rules", .ok, "all \(rules.count) could be evaluated")
    }
    return Finding(
      .ruleError, .metrics, "rules", .warning,
      "\(rules.wrong.count) of \(rules.count) cannot be evaluated: \(first.name): \(FetchError.bounded(first.trouble, to: 200))",
      next: "mend the rule's expression: it never fires as it is")
  }

  /// What the collector's own metrics in Prometheus say; nothing where Prometheus does not scrape it.
  static func collector(_ client: PrometheusClient, at time: Timestamp) async throws(FetchError) -> [Finding] {
    func rate(_ name: String) async throws(FetchError) -> Double? {
      do throws(FetchError) {
        return try await client.count(#"sum(rate({__name__=~"otelcol_\#(name)_spans(_total)?"}[5m]))"#, at: time)
      } catch {
        // Where both spellings are there, as after an upgrade, they cannot be told apart once their rates are taken.
        guard error.concernsOneQuery else { throw error }
        return nil
      }
    }
    guard let accepted = try await rate("receiver_accepted") else { return [] }
    let refused = try await rate("receiver_refused") ?? 0
    var failed = try await rate("exporter_send_failed") ?? 0
    failed += try await rate("exporter_enqueue_failed") ?? 0
    return [PipelineJudgement.collector(accepted: accepted, refused: refused, failed: failed, unit: " a second")]
  }
}
