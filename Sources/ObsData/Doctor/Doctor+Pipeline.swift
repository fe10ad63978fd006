extension Doctor {
  /// How long Filebeat is given between two looks at its counters.
  private static let betweenLooks = Duration.seconds(2)

  /// What the settings name between the services and the stores, and beside them. Nothing is said of what they do not name.
  func pipelineWay() async -> [Finding] {
    async let filebeat = examined(.filebeat, .logs) { witness throws(FetchError) in try await self.filebeat(witness) }
    async let logstash = examined(.logstash, .logs) { witness throws(FetchError) in
      PipelineJudgement.logstash(try await Doctor.json(["_node", "stats"], of: witness, key: "pipelines"))
    }
    async let collector = examined(.collector, .traces) { witness throws(FetchError) in
      try await Doctor.collector(witness)
    }
    async let kibana = examined(.kibana, .logs) { witness throws(FetchError) in try await Doctor.kibana(witness) }
    async let grafana = examined(.grafana, .metrics) { witness throws(FetchError) in
      let health = try await Doctor.json(["api", "health"], of: witness, key: "database")
      let version = health["version"]?.string.map { "version \($0)" } ?? "it does not tell its version"
      return Finding(.answers, .metrics, "Grafana answers", .ok, version)
    }
    return await [filebeat, logstash, collector, kibana, grafana].compactMap { $0 }
  }

  private func examined(
    _ store: Store, _ way: Finding.Way, _ look: (Witness) async throws(FetchError) -> Finding
  ) async -> Finding? {
    guard let witness = witnesses[store] else { return nil }
    do throws(FetchError) { return try await look(witness) } catch { return failure(error, store, way) }
  }

  private func filebeat(_ witness: Witness) async throws(FetchError) -> Finding {
    func counters() async throws(FetchError) -> PipelineJudgement.FilebeatCounters {
      let root = try await Doctor.json(["stats"], of: witness, key: "libbeat")
      return PipelineJudgement.FilebeatCounters(root) ?? PipelineJudgement.FilebeatCounters()
    }
    let first = try await counters()
    await pause(Doctor.betweenLooks)
    return PipelineJudgement.filebeat(first, try await counters())
  }

  private static func collector(_ witness: Witness) async throws(FetchError) -> Finding {
    let request = HTTPRequest(.get, ["metrics"], maximumBytes: 8 << 20)
    let response = try await witness.send(request)
    if let failure = FetchError.status(response, to: request, at: witness.address) { throw failure }
    guard let counters = PipelineJudgement.collectorCounters(String(decoding: response.body, as: UTF8.self)) else {
      throw foreign(request, witness, "no metrics of the collector's about spans", response)
    }
    return PipelineJudgement.collector(
      accepted: counters.accepted, refused: counters.refused, failed: counters.failed, unit: " since its start")
  }

  private static func kibana(_ witness: Witness) async throws(FetchError) -> Finding {
    // While it is not available it says so with status 503, and why.
    let request = HTTPRequest(.get, ["api", "status"], maximumBytes: 4 << 20)
    let response = try await witness.send(request)
    if response.status == 503, let root = try? JSONDocument(parsing: response.body).root,
      let finding = PipelineJudgement.kibana(root)
    {
      return finding
    }
    let root = try await json(["api", "status"], of: witness, key: "status")
    guard let finding = PipelineJudgement.kibana(root) else {
      throw foreign(request, witness, "JSON, but not Kibana's status", response)
    }
    return finding
  }

  /// An answer's JSON; throws where it is no success, or lacks the member that tells whose it is.
  private static func json(_ path: [String], of witness: Witness, key: String) async throws(FetchError) -> JSONValue {
    let request = HTTPRequest(.get, path, maximumBytes: 8 << 20)
    let response = try await witness.send(request)
    if let failure = FetchError.status(response, to: request, at: witness.address) { throw failure }
    guard let root = try? JSONReader.read(response.body).document.root, root[key] != nil else {
      throw foreign(request, witness, "an answer without \(key)", response)
    }
    return root
  }

  private static func foreign(
    _ request: HTTPRequest, _ witness: Witness, _ answer: String, _ response: HTTPResponse
  ) -> FetchError {
    FetchError(
      .malformed, tried: FetchError.tried(request, at: witness.address), answer: answer,
      advice: "check the address and its port: another program may answer there", status: response.status)
  }
}
