import Foundation

/// What reads dashboards and fills them.
struct DashboardClients: Sendable {
  let prometheus: PrometheusClient
  /// The server that has dashboards; nil where the context names none.
  let grafana: GrafanaClient?
  /// The folder of dashboards in files; nil where the settings name none.
  let folder: String?

  /// Makes the clients of the two servers; dashboards hold more series than a sparkline.
  init(prometheus: any HTTPTransport, grafana: (any HTTPTransport)?, folder: String?) {
    self.prometheus = PrometheusClient(transport: prometheus, maximumSeries: 1_000, maximumBytes: 32 << 20)
    self.grafana = grafana.map { GrafanaClient(transport: $0) }
    self.folder = folder
  }

  /// The job of a subscription to dashboards, and how often it is done.
  func job(for subscription: Subscription, interval: Duration) -> (job: any PollJob, interval: Duration)? {
    switch subscription {
    case .dashboards: (DashboardListJob(clients: self), .seconds(60))
    case .dashboard(let request): (DashboardJob(clients: self, request: request), max(interval, .seconds(10)))
    case .panels(let request): (PanelsJob(clients: self, request: request), max(interval, .seconds(10)))
    default: nil
    }
  }

  /// More files of a folder than this are not looked at.
  static let maximumFiles = 500
}

/// The dashboards of the folder and of the server.
struct DashboardListJob: PollJob {
  let clients: DashboardClients

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    var list = DashboardList()
    if let folder = clients.folder { list = DashboardListJob.files(in: folder) }
    if let grafana = clients.grafana {
      do throws(FetchError) {
        list.entries += try await grafana.dashboards().map {
          DashboardEntry(source: .grafana(uid: $0.id), title: $0.title, place: $0.folder, tags: $0.tags)
        }
      } catch {
        list.remarks.append("Grafana: \(error.sentence)")
      }
    }
    if clients.folder == nil, clients.grafana == nil {
      list.remarks.append(
        "there is no place to look: set `dashboards` to a folder of JSON or YAML files, or grafana.url, in the settings"
      )
    }
    list.entries.sort { ($0.title.lowercased(), $0.place) < ($1.title.lowercased(), $1.place) }
    return PollAnswer(.dashboards(list), next: .after(.seconds(60)))
  }

  static func files(in folder: String) -> DashboardList {
    var list = DashboardList()
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
        name.hasSuffix(".json") || OwnDashboardReader.isOwn(name)
      }.sorted()
    } catch {
      list.remarks.append("the folder \(folder) cannot be read: \(error.localizedDescription)")
      return list
    }
    if names.count > DashboardClients.maximumFiles {
      list.remarks.append("\(folder) holds \(names.count) files: the first \(DashboardClients.maximumFiles) are listed")
    }
    for name in names.prefix(DashboardClients.maximumFiles) {
      let path = folder + "/" + name
      do throws(DashboardError) {
        let definition = try DashboardReader.read(file: path)
        list.entries.append(
          DashboardEntry(
            source: .file(path), title: definition.title.isEmpty ? name : definition.title, place: name,
            tags: definition.tags))
      } catch {
        list.remarks.append("\(name) \(error.description)")
      }
    }
    return list
  }
}

/// A dashboard with its variables, which are asked for again now and then.
struct DashboardJob: PollJob {
  let clients: DashboardClients
  let request: DashboardRequest
  /// The dashboard, once it has been read.
  private var definition: DashboardDefinition?

  init(clients: DashboardClients, request: DashboardRequest) {
    self.clients = clients
    self.request = request
  }

  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let known = definition
    let definition: DashboardDefinition
    if let known { definition = known } else { definition = try await read() }
    self.definition = definition
    let resolver = VariableResolver(client: clients.prometheus, range: request.window.range(now: now))
    let variables = await resolver.resolve(definition, wanted: request.wanted)
    let choices = definition.variables.filter { !$0.isHidden && $0.kind != .constant && $0.kind != .dataSource }
      .compactMap { variable -> DashboardAnswer.Choice? in
        guard let options = variables.options[variable.name] else { return nil }
        return DashboardAnswer.Choice(
          name: variable.name, label: variable.label, isMulti: variable.isMulti, includesAll: variable.includesAll,
          options: options)
      }
    let scene = DashboardScene(definition, variables: variables)
    return PollAnswer(
      .dashboard(DashboardAnswer(scene: scene, choices: choices)),
      next: request.window.isLive ? .after(.seconds(60)) : .never)
  }

  private func read() async throws(FetchError) -> DashboardDefinition {
    switch request.source {
    case .file(let path):
      do throws(DashboardError) {
        return try DashboardReader.read(file: path)
      } catch {
        throw FetchError(.settings, tried: path, answer: "\(path) \(error.description)")
      }
    case .grafana(let uid):
      guard let grafana = clients.grafana else {
        throw FetchError(
          .settings, tried: uid, answer: "the context has no Grafana server to ask for \(uid)",
          advice: "set grafana.url in the settings")
      }
      return try await grafana.dashboard(uid)
    }
  }
}

/// The panels in view.
struct PanelsJob: PollJob {
  let clients: DashboardClients
  let request: PanelsRequest

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let range = request.window.range(now: now)
    var panels: [String: ScenePanel] = [:]
    for panel in request.scene.sections.flatMap(\.panels) { panels[panel.id] = panel }
    let requests = request.items.compactMap { item -> PanelLoader.Request? in
      guard let panel = panels[item.panel] else { return nil }
      return PanelLoader.Request(
        panel: panel, queries: panel.queries(in: request.scene, range: range, points: item.points))
    }
    let data = await PanelLoader(client: clients.prometheus).load(requests, now: now)
    // Where nothing at all came, the store is down: what is on screen stays, and the header says so.
    let errors = data.values.compactMap(\.error)
    if let first = errors.first, !data.isEmpty, data.values.allSatisfy({ $0.error != nil && $0.frames.isEmpty }),
      errors.allSatisfy({ $0.kind != .badQuery })
    {
      throw first
    }
    return PollAnswer(
      .panels(PanelsAnswer(panels: data, range: range)), next: request.window.isLive ? .interval : .never)
  }
}
