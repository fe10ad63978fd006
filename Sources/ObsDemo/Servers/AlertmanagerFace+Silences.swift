import Foundation
import ObsData

/// A silence that somebody made.
struct Silence: Sendable {
  let id: String
  var matchers: [LabelMatcher]
  var startsAt: Timestamp
  var endsAt: Timestamp
  var updatedAt: Timestamp
  var createdBy: String
  var comment: String

  func state(now: Timestamp) -> String { now >= endsAt ? "expired" : now < startsAt ? "pending" : "active" }

  func matches(_ labels: [(name: String, value: String)]) -> Bool {
    matchers.allSatisfy { matcher in
      matcher.matches(labels.first { $0.name == matcher.name }?.value ?? "")
    }
  }

  func tree(now: Timestamp) -> JSONTree {
    [
      "id": .string(id), "status": ["state": .string(state(now: now))], "updatedAt": .string(updatedAt.iso8601),
      "comment": .string(comment), "createdBy": .string(createdBy), "endsAt": .string(endsAt.iso8601),
      "matchers": .array(
        matchers.map { matcher -> JSONTree in
          [
            "isEqual": .bool(matcher.isEqual), "isRegex": .bool(matcher.isRegex), "name": .string(matcher.name),
            "value": .string(matcher.value),
          ]
        }), "startsAt": .string(startsAt.iso8601),
    ]
  }
}

extension AlertmanagerFace {
  private static let maximumSilences = 1_000

  func listSilences(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> DemoResponse {
    let wanted = try filters(request)
    let all = silences.withLock { $0 }
    let found = all.filter { silence in
      wanted.allSatisfy { filter in
        filter.matches(silence.matchers.first { $0.name == filter.name }?.value ?? "")
      }
    }
    // Active ones by the end that comes first, then pending ones, then expired ones.
    let order = ["active", "pending", "expired"]
    let sorted = found.sorted { a, b in
      let (first, second) = (order.firstIndex(of: a.state(now: now)) ?? 0, order.firstIndex(of: b.state(now: now)) ?? 0)
      return first != second ? first < second : a.endsAt < b.endsAt
    }
    return AlertmanagerFace.json(.array(sorted.map { $0.tree(now: now) }))
  }

  func showSilence(_ id: String, now: Timestamp) throws(Refusal) -> DemoResponse {
    try checkIdentifier(id)
    guard let silence = silences.withLock({ $0.first { $0.id == id } }) else { throw .empty(404) }
    return AlertmanagerFace.json(silence.tree(now: now))
  }

  func expireSilence(_ id: String, now: Timestamp) throws(Refusal) -> DemoResponse {
    try checkIdentifier(id)
    enum Outcome { case expired, missing, wasExpired }
    let outcome = silences.withLock { silences in
      guard let index = silences.firstIndex(where: { $0.id == id }) else { return Outcome.missing }
      if silences[index].state(now: now) == "expired" { return .wasExpired }
      silences[index].endsAt = now
      silences[index].updatedAt = now
      return .expired
    }
    switch outcome {
    case .missing: throw .empty(404)
    case .wasExpired: throw .text(500, "silence already expired")
    case .expired: return DemoResponse(body: [])
    }
  }

  private func checkIdentifier(_ id: String) throws(Refusal) {
    guard UUID(uuidString: id) != nil else {
      throw .coded(422, code: 601, "silenceID in path must be of type uuid: \"\(id)\"")
    }
  }

  func createSilence(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> DemoResponse {
    let decoded = try? JSONSerialization.jsonObject(with: Data(request.body))
    guard let body = decoded as? [String: Any] else {
      throw .coded(400, code: 400, "parsing silence body from \"\" failed, because it is no JSON object")
    }
    for key in ["comment", "createdBy", "endsAt", "matchers", "startsAt"] where body[key] == nil || body[key] is NSNull
    {
      throw .coded(422, code: 602, "\(key) in body is required")
    }
    guard let list = body["matchers"] as? [[String: Any]] else {
      throw .coded(400, code: 400, "parsing silence body from \"\" failed, because matchers is no list of objects")
    }
    if list.isEmpty { throw .coded(422, code: 612, "matchers in body should have at least 1 items") }
    var matchers: [LabelMatcher] = []
    for (index, entry) in list.enumerated() {
      guard let isRegex = entry["isRegex"] as? Bool else {
        throw .coded(422, code: 602, "matchers.\(index).isRegex in body is required")
      }
      guard let name = entry["name"] as? String else {
        throw .coded(422, code: 602, "matchers.\(index).name in body is required")
      }
      guard let value = entry["value"] as? String else {
        throw .coded(422, code: 602, "matchers.\(index).value in body is required")
      }
      do throws(LabelMatcher.Failure) {
        matchers.append(
          try LabelMatcher(name: name, value: value, isRegex: isRegex, isEqual: entry["isEqual"] as? Bool ?? true))
      } catch {
        throw .text(400, "silence invalid: invalid label matcher \(index): \(error.description)")
      }
    }
    let silence = try makeSilence(body, matchers: matchers, now: now)
    return try store(silence, replacing: body["id"] as? String ?? "", now: now)
  }

  private func makeSilence(_ body: [String: Any], matchers: [LabelMatcher], now: Timestamp) throws(Refusal) -> Silence {
    func time(_ key: String) throws(Refusal) -> Timestamp {
      guard let text = body[key] as? String, let time = Timestamp(iso8601: text) else {
        throw .coded(400, code: 400, "parsing silence body from \"\" failed, because \(key) is no RFC 3339 time")
      }
      return time
    }
    let (starts, ends) = (try time("startsAt"), try time("endsAt"))
    if starts >= ends { throw .text(400, "Failed to create silence: start time must be before end time") }
    if ends <= now { throw .text(400, "Failed to create silence: end time can't be in the past") }
    if matchers.allSatisfy({ $0.matches("") }) {
      throw .text(400, "silence invalid: at least one matcher must not match the empty string")
    }
    let number = silences.withLock { Int64($0.count) }
    let high = SplitMix.hash(world.seed, now.nanoseconds, number, 30)
    let low = SplitMix.hash(world.seed, now.nanoseconds, number, 31)
    let digits = Array(hexadecimal(high) + hexadecimal(low))
    // Version 4, variant 1, so that it passes for a random one.
    let id =
      String(digits[0..<8]) + "-" + String(digits[8..<12]) + "-4" + String(digits[13..<16]) + "-a"
      + String(digits[17..<20])
      + "-" + String(digits[20..<32])
    return Silence(
      id: id, matchers: matchers, startsAt: max(starts, now), endsAt: ends, updatedAt: now,
      createdBy: body["createdBy"] as? String ?? "", comment: body["comment"] as? String ?? "")
  }

  /// Keeps a silence. One with an identifier changes the old one in place where that has not ended and matches the same;
  /// otherwise the old one ends and a new one begins.
  private func store(_ silence: Silence, replacing id: String, now: Timestamp) throws(Refusal) -> DemoResponse {
    enum Outcome { case kept(String), missing, tooMany }
    let outcome = silences.withLock { silences in
      if !id.isEmpty {
        guard let index = silences.firstIndex(where: { $0.id == id }) else { return Outcome.missing }
        let old = silences[index]
        let isSame = old.matchers.elementsEqual(silence.matchers) {
          $0.name == $1.name && $0.value == $1.value && $0.isRegex == $1.isRegex && $0.isEqual == $1.isEqual
        }
        if isSame, old.state(now: now) != "expired" {
          silences[index].endsAt = silence.endsAt
          silences[index].comment = silence.comment
          silences[index].createdBy = silence.createdBy
          silences[index].updatedAt = now
          return .kept(id)
        }
        if old.state(now: now) != "expired" {
          silences[index].endsAt = now
          silences[index].updatedAt = now
        }
      }
      guard silences.count < AlertmanagerFace.maximumSilences else { return .tooMany }
      silences.append(silence)
      return .kept(silence.id)
    }
    switch outcome {
    case .missing: throw .text(404, "silence not found")
    case .tooMany:
      throw .text(
        400,
        "exceeded maximum number of silences: \(AlertmanagerFace.maximumSilences) (limit: \(AlertmanagerFace.maximumSilences))"
      )
    case .kept(let id): return AlertmanagerFace.json(["silenceID": .string(id)])
    }
  }
}
