/// What it means that a server gave no usable answer.
struct ReachJudgement {
  let store: Store
  let way: Finding.Way
  /// How it was to be reached; nil in tests that do not care.
  var endpoint: Endpoint?
  /// Where its address comes from.
  var origin = SettingOrigin.standard

  /// The finding for a failure. `response` is the answer that it was made of, where there was one.
  func finding(_ error: FetchError, _ response: HTTPResponse?, step: String? = nil) -> Finding {
    let kind = kind(error)
    let status = error.status.flatMap { (200..<300).contains($0) ? nil : "\($0), " } ?? ""
    return Finding(
      kind, way, step ?? "\(store.displayName) answers", .failed, "\(error.tried): \(status)\(error.answer)",
      next: next(kind, error, response))
  }

  private func kind(_ error: FetchError) -> FindingKind {
    switch error.kind {
    case .unreachable where error.answer.hasSuffix(FetchError.unknownName): .nameUnknown
    case .unreachable where error.answer.hasSuffix(FetchError.nothingListens): .refused
    case .unreachable: .unreachable
    case .timeout, .cancelled: .timeout
    case .tls: .certificate
    case .unauthorised where error.status == 403: .forbidden
    case .unauthorised: .unauthorised
    case .notFound, .malformed: .wrongPath
    case .overloaded: .overloaded
    case .settings: .settings
    case .badQuery, .server, .tooLarge: .storeError
    }
  }

  private func next(_ kind: FindingKind, _ error: FetchError, _ response: HTTPResponse?) -> String? {
    switch kind {
    case .refused, .nameUnknown:
      let advice = error.advice ?? "check the address"
      return origin == .standard
        ? "\(advice); \(place) is only the usual one: set \(store.rawValue).url where the store is elsewhere" : advice
    case .unauthorised where error.status == 401: return credentials(offered: ReachJudgement.schemes(response))
    case .forbidden:
      return ReachJudgement.privileges(error.answer).map { "give the user's role the privilege \($0)" } ?? error.advice
    case .wrongPath:
      if let path = ReachJudgement.basePath(response) {
        return "set \(store.rawValue).url to \(endpoint?.address.origin ?? "its address")\(path)"
      }
      return error.advice ?? "check the address, its port and its base path"
    default: return error.advice
    }
  }

  private var place: String { endpoint?.address.description ?? "the address" }

  /// What to do about a 401, by what was sent and what the server takes.
  private func credentials(offered: [String]) -> String {
    let name = store.rawValue
    let ways = offered.map { scheme in
      switch scheme {
      case "Basic": "Basic (\(name).username and password)"
      case "Bearer": "Bearer (\(name).token)"
      case "ApiKey": "ApiKey (\(name).api_key)"
      default: "\(scheme), which obs-tui does not speak"
      }
    }
    let offer =
      ways.isEmpty ? "the server does not say which scheme it takes" : "it takes \(ways.joined(separator: ", "))"
    let sent: String? =
      switch endpoint?.credentials {
      case .basic: "Basic"
      case .bearer: "Bearer"
      case .apiKey: "ApiKey"
      case Credentials.none?, nil: nil
      }
    guard let sent else { return "set credentials: \(offer)" }
    return offered.isEmpty || offered.contains(sent)
      ? "\(sent) was sent and not accepted: check the secret, its file or command" : "\(sent) was sent, but \(offer)"
  }

  /// The schemes that the `WWW-Authenticate` headers offer, in their order (RFC 9110, 11.6.1).
  static func schemes(_ response: HTTPResponse?) -> [String] {
    let values = (response?.headers ?? []).filter { $0.name.lowercased() == "www-authenticate" }.map(\.value)
    var schemes: [String] = []
    for value in values {
      // A comma stands between challenges as well as between their parameters: a scheme is a word that no `=` follows.
      for part in value.split(separator: ",") {
        let words = part.split(separator: " ", maxSplits: 1)
        guard let word = words.first, !word.contains("="), !word.contains("\"") else { continue }
        let known = ["Basic", "Bearer", "ApiKey"].first { $0.lowercased() == word.lowercased() } ?? String(word)
        if schemes.count < 6, !schemes.contains(known) { schemes.append(known) }
      }
    }
    return schemes
  }

  /// The privileges that Elasticsearch says would do: `… is granted by the index privileges [read,all]`.
  static func privileges(_ answer: String) -> String? {
    guard let start = answer.firstRange(of: "granted by the "),
      let end = answer[start.upperBound...].firstIndex(of: "]")
    else { return nil }
    let words = answer[start.upperBound..<end].split(separator: "[", maxSplits: 1)
    guard words.count == 2, let least = words[1].split(separator: ",").first else { return nil }
    return "\(least) (\(words[0].hasPrefix("cluster") ? "cluster" : "index"))"
  }

  /// The base path that a web page says it lives under (`<base href="/jaeger/">`), where it is not the root.
  static func basePath(_ response: HTTPResponse?) -> String? {
    guard let body = response?.body, ResponseText.isMarkup(body) else { return nil }
    let page = String(decoding: body.prefix(65_536), as: UTF8.self)
    guard let start = page.firstRange(of: "<base href=\"/"), let end = page[start.upperBound...].firstIndex(of: "\"")
    else {
      return nil
    }
    let path = page[start.upperBound..<end].split(separator: "/").joined(separator: "/")
    let isPlain = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3C && $0 != 0x3E }
    return path.isEmpty || !isPlain || path.count > 100 ? nil : "/" + path
  }

  /// The finding about the clocks; nil where the server does not tell the time.
  static func clocks(_ skew: Duration?, of store: Store, way: Finding.Way) -> Finding? {
    guard let skew else { return nil }
    let distance = Duration.nanoseconds(abs(max(skew.nanoseconds, -Int64.max)))
    let step = "\(store.displayName)'s clock and ours"
    guard distance > .seconds(10) else { return Finding(.clock, way, step, .ok, "no more than 10 s apart") }
    let text = DurationText.text(.seconds(Int64(distance.seconds)))
    return Finding(
      .clocksApart, way, step, distance > .seconds(300) ? .failed : .warning,
      "\(store.displayName)'s clock is \(text) \(skew > .zero ? "ahead of" : "behind") this machine's",
      next: "set both clocks by NTP (timedatectl status)")
  }
}
