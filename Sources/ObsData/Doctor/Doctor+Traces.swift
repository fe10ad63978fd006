extension Doctor {
  /// What the way of the traces gives to the others.
  struct TraceWay {
    var findings: [Finding] = []
    /// The services that Jaeger knows; nil where it could not be asked.
    var services: [String]?
    /// Where Jaeger can be asked.
    var client: JaegerClient?
    /// Whether Jaeger has traces of the time that was asked about.
    var hasTraces = false
  }

  /// So many services are asked for so many of their newest traces.
  private static let askedServices = 8
  private static let askedTraces = 10
  /// So many ids are looked up, and more where none of them is known: with a low sampling ratio that may be chance.
  private static let askedIDs = 12
  private static let greatestAskedIDs = 60
  /// Traces that began less than this ago may still be arriving.
  private static let settling = Duration.seconds(30)

  /// From spans by the collector and Jaeger to traces that hang together.
  func traceWay(_ range: TimeRange) async -> TraceWay {
    var way = TraceWay()
    guard let witness = witnesses[.jaeger] else {
      way.findings.append(absent(.jaeger, .traces))
      return way
    }
    let client = JaegerClient(transport: witness)
    do throws(FetchError) {
      let services = try await client.services()
      way.findings += answered(.jaeger, .traces, "it knows \(services.count) service\(services.count == 1 ? "" : "s")")
      way.services = services
      way.client = client
    } catch {
      way.findings.append(failure(error, .jaeger, .traces))
      return way
    }
    guard let services = way.services, services.contains(where: { !TraceJudgement.isJaegersOwn($0) }) else {
      way.findings.append(TraceJudgement.none)
      return way
    }
    do throws(FetchError) {
      let settled = TimeRange(start: range.start, end: max(range.end - Doctor.settling, range.start))
      var traces = try await newest(services, client, settled)
      if traces.isEmpty {
        traces = try await newest(services, client, range)
        way.findings.append(TraceJudgement.recent(traces, range: range))
      } else {
        way.findings.append(TraceJudgement.recent(traces, range: range))
        way.findings.append(TraceBreaks(traces, services: services).finding)
      }
      way.hasTraces = !traces.isEmpty
    } catch {
      way.findings.append(failure(error, .jaeger, .traces, step: "reading traces"))
    }
    return way
  }

  private func newest(_ services: [String], _ client: JaegerClient, _ range: TimeRange) async throws(FetchError)
    -> [Trace]
  {
    var query = TraceQuery(limit: Doctor.askedTraces, window: .frozen(range))
    query.services = services.filter { !TraceJudgement.isJaegersOwn($0) }
    var result = TraceSearchResult(traces: [])
    var traces: [TraceID: Trace] = [:]
    try await client.eachService(of: query, serviceLimit: Doctor.askedServices, into: &result) {
      service, result throws(FetchError) in
      let part = try await client.found(query, service: service, order: [.searchV1, .searchV3], now: range.end)
      for trace in part.whole where (traces[trace.id]?.spans.count ?? 0) < trace.spans.count {
        traces[trace.id] = trace
      }
      part.add(to: &result)
    }
    return traces.values.sorted { $0.id.description < $1.id.description }
  }

  /// Whether Jaeger knows the traces that lines belong to, which have had time to arrive.
  func knownTraces(_ lines: [LogEntry], _ way: TraceWay) async -> [Finding] {
    guard let client = way.client else { return [] }
    var asked: Set<TraceID> = []
    var unknown: [(id: String, service: String)] = []
    for line in lines {
      guard let id = line.traceID, !asked.contains(id) else { continue }
      if asked.count >= (unknown.count == asked.count ? Doctor.greatestAskedIDs : Doctor.askedIDs) { break }
      asked.insert(id)
      do throws(FetchError) {
        guard try await !client.knows(id) else { continue }
      } catch {
        return [failure(error, .jaeger, .traces, step: "traces of the lines")]
      }
      unknown.append((id.description, line.service ?? "a service without a name"))
    }
    guard !asked.isEmpty else { return [] }
    return [TraceJudgement.known(asked: asked.count, unknown: unknown, hasTraces: way.hasTraces)]
  }
}

extension JaegerClient {
  /// Whether Jaeger has a trace. One that is too large to be read for this is there.
  func knows(_ id: TraceID) async throws(FetchError) -> Bool {
    do throws(FetchError) {
      let reply = try await ask([.traceV1, .traceV3]) { endpoint in
        HTTPRequest(
          .get, endpoint == .traceV1 ? ["api", "traces", id.short] : ["api", "v3", "traces", id.description],
          maximumBytes: 1 << 20)
      }
      return try traces(of: reply)?.traces.contains { !$0.spans.isEmpty } ?? false
    } catch {
      if error.kind == .tooLarge { return true }
      throw error
    }
  }
}

/// What the newest traces, and the ids in the lines, tell.
enum TraceJudgement {
  /// Jaeger traces itself: that tells nothing of the services.
  static func isJaegersOwn(_ service: String) -> Bool {
    ["jaeger", "jaeger-query", "jaeger-all-in-one", "jaeger-collector"].contains(service.lowercased())
  }

  static var none: Finding {
    Finding(
      .tracesNone, .traces, "traces in the window", .failed, "Jaeger answers, but no service has sent it a span",
      next: "telemetry.enabled: true and telemetry.endpoint to the collector (4317 gRPC, 4318 HTTP) in the services")
  }

  static func recent(_ traces: [Trace], range: TimeRange) -> Finding {
    let length = DurationText.text(.seconds(Int64(range.duration.seconds)))
    guard let newest = traces.compactMap({ $0.spans.map(\.start).max() }).max() else {
      return Finding(
        .tracesOld, .traces, "traces in the window", .failed, "no trace of any service in the last \(length)",
        next: "check that spans still come in (the collector's otelcol_receiver_accepted_spans), and the sampling ratio"
      )
    }
    let age = DurationText.text(.seconds(Int64(max((range.end - newest).seconds, 0))))
    return Finding(
      .traces, .traces, "traces in the window", .ok, "\(traces.count) looked at, their newest span is \(age) old")
  }

  /// What the share of ids that Jaeger knows tells. `hasTraces` is whether it has other traces of the same time.
  static func known(asked: Int, unknown: [(id: String, service: String)], hasTraces: Bool) -> Finding {
    let step = "traces of the lines"
    guard !unknown.isEmpty else {
      return Finding(.traceIDs, .traces, step, .ok, "Jaeger knows all of \(asked) trace ids of the lines")
    }
    let known = asked - unknown.count
    guard known == 0 else {
      return Finding(
        .traceIDs, .traces, step, .ok,
        "Jaeger knows \(known) of \(asked) trace ids of the lines (\(Doctor.percent(known, of: asked))), so far as sampling goes",
        next: "nothing, where telemetry.sampling_ratio is about that; else look for dropped spans in the collector")
    }
    var services: [String] = []
    for entry in unknown where !services.contains(entry.service) { services.append(entry.service) }
    return Finding(
      .traceUnknown, .traces, step, hasTraces ? .warning : .failed,
      "Jaeger knows none of \(asked) trace ids of the lines, of \(Doctor.list(services, 3)); such as \(unknown[0].id)",
      next: hasTraces
        ? "compare with telemetry.sampling_ratio, and check telemetry.enabled and telemetry.endpoint in these services"
        : "check telemetry.enabled and telemetry.endpoint in these services, and that the collector hands on to this Jaeger"
    )
  }
}
