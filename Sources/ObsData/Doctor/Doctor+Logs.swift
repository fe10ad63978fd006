extension Doctor {
  /// What the way of the logs gives to the others.
  struct LogWay {
    var findings: [Finding] = []
    /// The services that write lines; nil where that could not be asked.
    var services: [String]?
    /// Lines whose traces have had time to arrive, the newest first.
    var sample: [LogEntry] = []
  }

  /// So many of the newest lines are looked at.
  private static let sampleSize = 200
  /// How long a line's trace may take to Jaeger.
  private static let arrival = Duration.seconds(20)

  /// From log files by Filebeat, Logstash and Elasticsearch to lines that can be read.
  func logWay(_ range: TimeRange) async -> LogWay {
    async let pipeline = pipelineWay()
    var way = LogWay()
    way.findings += LogFileCheck.findings(options.logPaths)
    let store = await storedLines(range)
    way.findings += await pipeline + store.findings
    way.services = store.services
    way.sample = store.sample
    return way
  }

  private func storedLines(_ range: TimeRange) async -> LogWay {
    var way = LogWay()
    guard let witness = witnesses[.elasticsearch] else {
      way.findings.append(absent(.elasticsearch, .logs))
      return way
    }
    var settings = ElasticsearchClient.Options()
    if let store = context.stores[.elasticsearch] { settings.index = store.indices.value }
    settings.fields = context.fieldNames
    let client = ElasticsearchClient(transport: witness, options: settings)
    do throws(FetchError) {
      let server = try await client.probe()
      await readClock(witness)
      let version = server.version.isEmpty ? "its version may not be read" : "version \(server.version)"
      let name = server.cluster.isEmpty ? "" : ", cluster \(server.cluster)"
      way.findings += answered(.elasticsearch, .logs, "\(version)\(name)")
    } catch {
      way.findings.append(failure(error, .elasticsearch, .logs))
      return way
    }
    do throws(FetchError) {
      try await lines(of: client, range, into: &way)
    } catch {
      way.findings.append(failure(error, .elasticsearch, .logs, step: "reading lines"))
    }
    return way
  }

  /// Elasticsearch sends no Date: its health tells the second. What refuses that tells nothing.
  private func readClock(_ witness: Witness) async {
    let before = clock()
    let request = HTTPRequest(
      .get, ["_cat", "health"], query: [("format", "json"), ("h", "epoch")], maximumBytes: 4_096)
    guard let response = try? await witness.send(request), response.status == 200,
      let epoch = try? JSONDocument(parsing: response.body).root.first?["epoch"],
      let second = epoch.int ?? epoch.string.flatMap(Int64.init)
    else { return }
    witness.note(second: Int(second), before: before, after: clock())
  }

  private func lines(of client: ElasticsearchClient, _ range: TimeRange, into way: inout LogWay)
    async throws(FetchError)
  {
    let pattern = client.pattern
    let count = try await client.answer(to: ["size": 0, "track_total_hits": false])
    if count.shards == 0 {
      way.findings.append(LogJudgement.nothing(pattern, indices: await client.indexNames()))
      return
    }
    way.findings.append(Finding(.index, .logs, "index pattern", .ok, "\(pattern) matches"))
    if let partial = count.partial { way.findings.append(Doctor.incomplete(partial)) }
    let search = try await client.search(now: range.end)
    let judgement = LogJudgement(pattern: pattern, catalogue: search.catalogue)
    if let finding = judgement.time(
      dates: await likely(client, ["*time*", "*date*", "*_at", "*_ts", "ts"], isDate: true))
    {
      way.findings.append(finding)
      return
    }
    func page(_ range: TimeRange?, _ size: Int) async throws(FetchError) -> LogPage {
      let window = TimeWindow.live(options.window)
      return try await client.page(
        LogQuery(window: window), LogPageRequest(range: range, isAscending: false, size: size), now: clock())
    }
    let found = try await page(range, Doctor.sampleSize)
    guard let newest = found.entries.first?.timestamp else {
      let newest = try await page(nil, 1).entries.first?.timestamp
      way.findings.append(LogJudgement.empty(pattern, newest: newest, range: range))
      return
    }
    if let partial = found.partial, count.partial == nil { way.findings.append(Doctor.incomplete(partial)) }
    let age = DurationText.text(.seconds(Int64(max((range.end - newest).seconds, 0))))
    way.findings.append(Finding(.window, .logs, "lines in the window", .ok, "the newest is \(age) old"))
    let sample = LogJudgement.Sample(found.entries)
    await fields(judgement, sample, client, into: &way)
    way.findings.append(LogJudgement.parsed(sample))
    // Of a busy store the newest lines are younger than it takes their traces to arrive.
    let settled = TimeRange(start: range.start, end: max(range.end - Doctor.arrival, range.start))
    way.sample = try await page(settled, Doctor.sampleSize).entries
    way.services = try await client.services(in: range, now: range.end).map(\.name)
  }

  private func fields(
    _ judgement: LogJudgement, _ sample: LogJudgement.Sample, _ client: ElasticsearchClient, into way: inout LogWay
  ) async {
    let places: [(FieldNames.Role, [String])] = [
      (.level, ["*level*", "*sever*", "*lvl*", "*prio*"]),
      (.service, ["*service*", "*app*", "*component*", "*program*"]),
      (.trace, ["*trace*", "*correlation*", "*request_id*"]),
    ]
    var findings: [Finding] = []
    for (role, patterns) in places {
      guard judgement.field(role, sample, likely: []) != nil else { continue }
      let likely = await likely(client, patterns, isDate: false)
      if let finding = judgement.field(role, sample, likely: likely) { findings.append(finding) }
    }
    way.findings += findings.isEmpty ? [judgement.fields(sample)] : findings
  }

  /// Fields of the pattern whose names look right: dates, or keywords and texts.
  private func likely(_ client: ElasticsearchClient, _ names: [String], isDate: Bool) async -> [String] {
    guard let answer = try? await client.fieldCapabilities(of: names[...]) else { return [] }
    let types: Set<String> = isDate ? ["date", "date_nanos"] : ["keyword", "text", "constant_keyword", "wildcard"]
    return (answer["fields"]?.members ?? []).filter { field in
      !field.key.hasPrefix("_") && field.value.members.contains { types.contains($0.key) }
    }.map(\.key).sorted().prefix(50).map { $0 }
  }

  static func incomplete(_ words: String) -> Finding {
    Finding(
      .logsPartial, .logs, "whole answers", .warning, words,
      next: "look at the cluster's health: GET _cluster/health, _cluster/allocation/explain")
  }
}
