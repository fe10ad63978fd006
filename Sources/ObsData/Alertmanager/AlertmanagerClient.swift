/// Asks an Alertmanager (API v2) what fires.
public struct AlertmanagerClient: Sendable {
  /// What sends the requests.
  public let transport: any HTTPTransport
  /// More alerts than this are not kept; the worst and newest are.
  public let maximumAlerts: Int

  /// Makes a client of one endpoint.
  public init(transport: any HTTPTransport, maximumAlerts: Int = 1_000) {
    self.transport = transport
    self.maximumAlerts = max(1, maximumAlerts)
  }

  /// The alerts that match, each once, the most severe first and of those the newest. `filters` are matchers in
  /// Alertmanager's notation, such as `service="msg-server"`. Silenced and inhibited alerts have the state `suppressed`.
  public func alerts(
    active: Bool = true, silenced: Bool = true, inhibited: Bool = true, filters: [String] = []
  ) async throws(FetchError) -> [Alert] {
    var items = [("active", String(active)), ("silenced", String(silenced)), ("inhibited", String(inhibited))]
    items += filters.map { ("filter", $0) }
    let request = HTTPRequest(.get, ["api", "v2", "alerts"], query: items)
    let alerts = try await value(of: request, { $0.kind == .array }, else: "no list of alerts").elements
    var seen: Set<String> = []
    let kept = alerts.compactMap(Alert.init).filter { seen.insert($0.id).inserted }
    return Array(kept.sorted(by: Alert.isMoreUrgent).prefix(maximumAlerts))
  }

  /// Sends a request and reads the answer's JSON; throws Alertmanager's words where it is no success, and `reason` where the
  /// JSON is not what it should be.
  func value(
    of request: HTTPRequest, _ isRight: (JSONValue) -> Bool, else reason: String
  ) async throws(FetchError) -> JSONValue {
    let response = try await transport.send(request)
    let address = transport.address
    guard (200..<300).contains(response.status) else {
      throw PrometheusFailure.error(response, to: request, at: address)
    }
    let root = try PrometheusReply.parse(response, to: request, at: address).root
    guard isRight(root) else {
      throw PrometheusFailure.malformed(response, to: request, at: address, reason: reason)
    }
    return root
  }
}

extension Alert {
  /// Reads a `gettableAlert`; nil for what is no alert.
  init?(_ value: JSONValue) {
    guard value.kind == .object else { return nil }
    let labels = PrometheusDecoder.labels(value["labels"])
    let fingerprint = value["fingerprint"]?.string ?? ""
    guard !labels.isEmpty || !fingerprint.isEmpty else { return nil }
    let status = value["status"]
    self.init(
      id: fingerprint.isEmpty ? Alert.key(labels) : fingerprint, labels: labels,
      annotations: PrometheusDecoder.labels(value["annotations"]),
      startsAt: value["startsAt"]?.string.flatMap { Timestamp(iso8601: $0) } ?? Timestamp(nanoseconds: 0),
      state: status?["state"]?.string.flatMap(State.init) ?? .unprocessed)
    func names(_ list: JSONValue?) -> [String] { list?.elements.compactMap(\.string) ?? [] }
    silencedBy = names(status?["silencedBy"])
    inhibitedBy = names(status?["inhibitedBy"])
    receivers = value["receivers"]?.elements.compactMap { $0["name"]?.string } ?? []
  }
}
