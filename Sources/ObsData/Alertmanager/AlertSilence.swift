/// A silence: alerts that fit its matchers notify nobody while it lasts.
public struct AlertSilence: Identifiable, Hashable, Sendable {
  /// Where it stands.
  public enum State: String, Hashable, Sendable { case active, pending, expired }

  /// Alertmanager's identifier; empty for one that is not made yet.
  public let id: String
  /// Where it stands.
  public let state: State
  /// All of them must fit an alert.
  public let matchers: [AlertMatcher]
  /// From when to when it holds.
  public let startsAt, endsAt: Timestamp
  /// Who made it, and why.
  public let createdBy, comment: String

  /// Makes a silence.
  public init(
    id: String = "", state: State = .pending, matchers: [AlertMatcher], startsAt: Timestamp, endsAt: Timestamp,
    createdBy: String, comment: String
  ) {
    self.id = id
    self.state = state
    self.matchers = matchers
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.createdBy = createdBy
    self.comment = comment
  }

  /// Whether an alert with these labels is silenced while it holds.
  public func covers(_ labels: [String: String]) -> Bool { matchers.allSatisfy { $0.matches(labels) } }
}

extension AlertmanagerClient {
  /// The silences that hold or will hold, the one that ends first coming first. Alertmanager keeps those that are over for days;
  /// they are left out.
  public func silences() async throws(FetchError) -> [AlertSilence] {
    let request = HTTPRequest(.get, ["api", "v2", "silences"])
    let root = try await value(of: request, { $0.kind == .array }, else: "no list of silences")
    return root.elements.compactMap(AlertSilence.init).filter { $0.state != .expired }
      .sorted { ($0.endsAt, $0.id) < ($1.endsAt, $1.id) }
  }

  /// Makes a silence and returns its identifier. Throws Alertmanager's words where it refuses.
  public func create(_ silence: AlertSilence) async throws(FetchError) -> String {
    let body = JSONTree.object([
      (
        "matchers",
        .array(
          silence.matchers.map { matcher in
            .object([
              ("name", .string(matcher.name)), ("value", .string(matcher.value)), ("isRegex", .bool(matcher.isRegex)),
              ("isEqual", .bool(matcher.isEqual)),
            ])
          })
      ), ("startsAt", .string(silence.startsAt.iso8601)), ("endsAt", .string(silence.endsAt.iso8601)),
      ("createdBy", .string(silence.createdBy)), ("comment", .string(silence.comment)),
    ])
    let request = HTTPRequest.post(["api", "v2", "silences"], json: body)
    let root = try await value(of: request, { $0["silenceID"]?.string != nil }, else: "no silenceID")
    return root["silenceID"]?.string ?? ""
  }

  /// Ends a silence now.
  public func expire(silence id: String) async throws(FetchError) {
    let request = HTTPRequest(.delete, ["api", "v2", "silence", id])
    let response = try await transport.send(request)
    guard (200..<300).contains(response.status) else {
      throw PrometheusFailure.error(response, to: request, at: transport.address)
    }
  }
}

extension AlertSilence {
  /// Reads a `gettableSilence`; nil for what is none.
  init?(_ value: JSONValue) {
    guard value.kind == .object, let id = value["id"]?.string,
      let state = value["status"]?["state"]?.string.flatMap(State.init)
    else { return nil }
    func time(_ key: String) -> Timestamp {
      value[key]?.string.flatMap { Timestamp(iso8601: $0) } ?? Timestamp(nanoseconds: 0)
    }
    let matchers = (value["matchers"]?.elements ?? []).compactMap { matcher -> AlertMatcher? in
      guard let name = matcher["name"]?.string else { return nil }
      // Before 0.22 there were no matchers that must not fit, and no word of it.
      return AlertMatcher(
        name: name, value: matcher["value"]?.string ?? "", isRegex: matcher["isRegex"]?.bool ?? false,
        isEqual: matcher["isEqual"]?.bool ?? true)
    }
    self.init(
      id: id, state: state, matchers: matchers, startsAt: time("startsAt"), endsAt: time("endsAt"),
      createdBy: value["createdBy"]?.string ?? "", comment: value["comment"]?.string ?? "")
  }
}
