/// What all stores of a context say of its alerts at one moment.
public struct AlertReport: Sendable {
  /// What fires, is pending or silenced, each alert once, the most urgent first.
  public var alerts: [Alert] = []
  /// The alerting rules of Prometheus.
  public var rules: [AlertRule] = []
  /// The stores that did not answer, and why.
  public var failures: [(store: Store, error: FetchError)] = []
  /// The stores that were asked.
  public var asked: [Store] = []
}

extension StoreClients {
  /// Asks Alertmanager and Prometheus what fires, both at once.
  public func alertReport() async -> AlertReport {
    async let fromAlertmanager = StoreClients.outcome(alertmanager) { client async throws(FetchError) in
      try await client.alerts()
    }
    async let fromPrometheus = StoreClients.outcome(prometheus) { reader async throws(FetchError) in
      try await reader.client.alertRules().value
    }
    var report = AlertReport()
    var firing: [Alert] = []
    switch await fromAlertmanager {
    case .none: break
    case .success(let alerts)?:
      report.asked.append(.alertmanager)
      firing = alerts
    case .failure(let error)?:
      report.asked.append(.alertmanager)
      report.failures.append((.alertmanager, error))
    }
    switch await fromPrometheus {
    case .none: break
    case .success(let rules)?:
      report.asked.append(.prometheus)
      report.rules = rules
    case .failure(let error)?:
      report.asked.append(.prometheus)
      report.failures.append((.prometheus, error))
    }
    report.alerts = AlertBoard.merge(alertmanager: firing, rules: report.rules)
    return report
  }

  private static func outcome<Client: Sendable, Value: Sendable>(
    _ client: Client?, _ ask: (Client) async throws(FetchError) -> Value
  ) async -> Result<Value, FetchError>? {
    guard let client else { return nil }
    do throws(FetchError) { return .success(try await ask(client)) } catch { return .failure(error) }
  }
}

/// What changes Alertmanager: for writable contexts, after the user has been asked.
extension StoreClients {
  /// Makes a silence and returns its identifier.
  public func create(_ silence: AlertSilence) async throws(FetchError) -> String {
    try await writableAlertmanager().create(silence)
  }

  /// Ends a silence now.
  public func expire(_ silence: AlertSilence) async throws(FetchError) {
    try await writableAlertmanager().expire(silence: silence.id)
  }

  private func writableAlertmanager() throws(FetchError) -> AlertmanagerClient {
    guard let alertmanager else {
      throw FetchError(.notFound, tried: "Alertmanager", answer: "the context has none")
    }
    guard isWritable else {
      throw FetchError(.unauthorised, tried: "Alertmanager", answer: "the context is read-only (writable: false)")
    }
    return alertmanager
  }
}
