/// What happened in a window: the restarts and new versions of services, and the annotations of a Grafana server.
public struct MarkerQuery: Hashable, Sendable {
  /// The services as Prometheus spells them; empty for all.
  public var services: [String]
  /// From when to when.
  public var window: TimeWindow

  /// Makes a query.
  public init(services: [String] = [], window: TimeWindow) {
    self.services = services
    self.window = window
  }
}

/// Finds the marks of a window with one question to Prometheus, and one to Grafana where there is one.
struct MarkerJob: PollJob {
  let client: PrometheusClient
  let grafana: GrafanaClient?
  let query: MarkerQuery

  /// How many instants the window is looked at: a version is found to such a part of it.
  static let columns = 60
  /// More marks than this are not kept: the newest are.
  static let maximumMarkers = 200

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let range = query.window.range(now: now)
    let grid = PrometheusGrid(range, columns: MarkerJob.columns)
    let series = try await client.range(MarkerJob.expression(since: range.start), on: grid).value
    var markers = MarkerCensus(series, window: range, services: query.services).markers
    // Marks of Grafana's are an extra: where it fails, those of Prometheus are there all the same.
    if let grafana, let notes = try? await grafana.annotations(in: range) { markers += notes }
    markers.sort { ($0.time, $0.text) < ($1.time, $1.text) }
    return PollAnswer(
      .markers(Array(markers.suffix(MarkerJob.maximumMarkers))), next: query.window.isLive ? .interval : .never)
  }

  /// The processes that began in the window, whose values say when, and the versions that ran, which cost a series each.
  static func expression(since start: Timestamp) -> String {
    "process_start_time_seconds > \(start.milliseconds / 1_000) or "
      + #"group by (job, service, service_name, version, service_version) "#
      + #"({__name__="target_info",service_version!=""} or {__name__=~".*build_info",version!=""})"#
  }
}

/// Reads the marks out of the answer.
struct MarkerCensus {
  let series: [TimeSeries]
  let window: TimeRange
  /// The services that are looked at; empty for all.
  let services: Set<String>

  init(_ series: [TimeSeries], window: TimeRange, services: [String]) {
    self.series = series
    self.window = window
    self.services = Set(services)
  }

  var markers: [TimeMarker] { restarts + versions }

  /// The service that a series is about, by the labels that name one.
  private static func service(_ labels: [String: String]) -> String? {
    ["service", "service_name", "job"].lazy.compactMap { labels[$0] }.first { !$0.isEmpty }
  }

  private func isWanted(_ service: String) -> Bool { services.isEmpty || services.contains(service) }

  /// A process's start is the value itself: several instances that began within a minute are one restart.
  private var restarts: [TimeMarker] {
    var starts: [String: Set<Timestamp>] = [:]
    for item in series where item.labels["__name__"] == "process_start_time_seconds" {
      guard let service = MarkerCensus.service(item.labels), isWanted(service) else { continue }
      for value in Set(item.values.compactMap { $0 }) where value.isFinite && abs(value) < 1e11 {
        let time = Timestamp(seconds: value)
        if time > window.start, time <= window.end { starts[service, default: []].insert(time) }
      }
    }
    return starts.flatMap { service, times -> [TimeMarker] in
      var groups: [[Timestamp]] = []
      for time in times.sorted() {
        if let last = groups.last?.last, time - last < .seconds(60) {
          groups[groups.count - 1].append(time)
        } else {
          groups.append([time])
        }
      }
      return groups.map { group in
        let count = group.count > 1 ? ", \(group.count) processes" : ""
        return TimeMarker(time: group[0], kind: .restart, text: "\(service) restarted\(count)")
      }
    }
  }

  /// A version that was not there when the window began and comes up in it.
  private var versions: [TimeMarker] {
    var byService: [String: [(version: String, first: Timestamp, isOld: Bool)]] = [:]
    for item in series {
      guard let version = item.labels["service_version"] ?? item.labels["version"], !version.isEmpty,
        let service = MarkerCensus.service(item.labels), isWanted(service),
        let index = item.values.firstIndex(where: { $0 != nil })
      else { continue }
      // A scrape or two may be missing at the beginning: what is there from the second instant on was there before.
      byService[service, default: []].append((version, item.start + item.step * index, index <= 1))
    }
    return byService.flatMap { service, all -> [TimeMarker] in
      let old = Set(all.filter(\.isOld).map(\.version))
      var seen = old
      return all.filter { !$0.isOld }.sorted { $0.first < $1.first }.compactMap { entry in
        guard seen.insert(entry.version).inserted else { return nil }
        let before = old.isEmpty ? "" : ", was \(old.sorted().joined(separator: " and "))"
        return TimeMarker(time: entry.first, kind: .version, text: "\(service) is \(entry.version) now\(before)")
      }
    }
  }
}

extension GrafanaClient {
  /// The annotations in a range (`/api/annotations`), a hundred at most; their text may hold HTML, which is taken out.
  func annotations(in range: TimeRange) async throws(FetchError) -> [TimeMarker] {
    let request = HTTPRequest(
      .get, ["api", "annotations"],
      query: [
        ("from", String(range.start.milliseconds)), ("to", String(range.end.milliseconds)), ("limit", "100"),
      ], maximumBytes: 1 << 20)
    let response = try await transport.send(request)
    if let failure = FetchError.status(response, to: request, at: transport.address) { throw failure }
    let root = try PrometheusReply.parse(response, to: request, at: transport.address).root
    guard root.kind == .array else { return [] }
    return root.elements.prefix(100).compactMap { item in
      guard let time = item["time"]?.lenientNumber, time > 0, time < 1e14 else { return nil }
      let tags = item["tags"]?.lenientTexts ?? []
      let text = GrafanaClient.plain(item["text"]?.string ?? "")
      let words = [text, tags.isEmpty ? "" : "(\(tags.joined(separator: ", ")))"].filter { !$0.isEmpty }
      return TimeMarker(
        time: Timestamp(milliseconds: Int64(time)), kind: .annotation,
        text: words.isEmpty ? "annotation" : words.joined(separator: " "))
    }
  }

  /// A text without tags, on one line, 200 characters at most.
  static func plain(_ text: String) -> String {
    var result = ""
    var isTag = false
    for character in text {
      if character == "<" { isTag = true }
      if !isTag { result.append(character.isNewline ? " " : character) }
      if character == ">" {
        isTag = false
        if result.last != " " { result.append(" ") }
      }
      if result.count >= 200 { break }
    }
    return result.split(separator: " ").joined(separator: " ")
  }
}
