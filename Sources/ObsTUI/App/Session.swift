import Dispatch
import Foundation
import Logging
import ObsData
import Synchronization

/// What lies between a dashboard and the world: the data feed of the present context, and what a context's settings mean for the
/// screen.
final class Session: Sendable {
  private struct State {
    var feed: DataFeed?
    var clients: StoreClients?
    var wanted: Set<Subscription> = []
  }

  let settings: Settings
  let themes: ThemeLibrary
  private let keymap: Keymap
  private let firstSteps: [String]
  private let logger: Logger?
  /// The files that stand in for every context's log store.
  private let files: LogFiles?
  private let clock: @Sendable () -> Timestamp
  /// Who makes silences.
  private let userName = ProcessInfo.processInfo.environment["USER"] ?? "obs-tui"
  private let post: @Sendable (Event) -> Void
  private let state = Mutex(State())

  init(
    settings: Settings, themes: ThemeLibrary, keymap: Keymap, firstSteps: [String], logger: Logger?,
    files: LogFiles? = nil, clock: @escaping @Sendable () -> Timestamp, post: @escaping @Sendable (Event) -> Void
  ) {
    self.settings = settings
    self.themes = themes
    self.keymap = keymap
    self.firstSteps = firstSteps
    self.logger = logger
    self.files = files
    self.clock = clock
    self.post = post
  }

  /// What a context means for the dashboard; nil where there is no such context.
  func configuration(of name: String) -> Dashboard.Configuration? {
    guard let context = settings.context(named: name) else { return nil }
    var configuration = Dashboard.Configuration()
    configuration.context = ContextLabel(name: name, color: context.color.value)
    configuration.contexts = settings.contexts.map(\.name)
    configuration.themes = themes.names
    configuration.keymap = keymap
    configuration.naming = context.services
    configuration.isWritable = context.writable.value
    configuration.user = userName
    configuration.stores = Store.allCases.compactMap { store in
      context.endpoint(for: store).map {
        StoreLabel(store: store, address: $0.address.description, isInsecure: $0.tls.skipsVerification)
      }
    }
    configuration.storeFlags = context.stores.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { _, store in
      var flags: [String] = []
      if case .flag(let name) = store.urlOrigin { flags += [name, store.endpoint.address.description] }
      if case .flag(let name) = store.indices.origin { flags += [name, store.indices.value] }
      return flags
    }
    if let files {
      configuration.logFiles = files.label
      configuration.logPaths = FileOptions.paths(of: files)
      configuration.stores.removeAll { $0.store == .elasticsearch }
      configuration.stores.insert(
        StoreLabel(store: .elasticsearch, address: files.label, name: files.label), at: 0)
    }
    let links = [Store.jaeger, .kibana, .grafana].map { context.endpoint(for: $0)?.address.description }
    configuration.links = LinkAddresses(jaegerBase: links[0], kibanaBase: links[1], grafanaBase: links[2])
    configuration.heldLines = settings.heldLines.value
    configuration.logColumns = context.logColumns
    configuration.firstSteps = firstSteps
    return configuration
  }

  /// Reads from this context's stores from now on: requests to the old ones are cancelled.
  func enter(_ name: String) {
    guard let context = settings.context(named: name) else { return }
    logger?.info("context \(name)")
    let clients = StoreClients(
      context: context, files: files, dashboardFolder: settings.dashboards?.value, logger: logger)
    let post = post
    let feed = DataFeed(
      seed: UInt64(bitPattern: clock().nanoseconds), clock: clock, makeJob: { clients.job(for: $0) },
      post: { post(.data($0.from(context: name))) })
    let old = state.withLock { state in
      defer { state = State(feed: feed, clients: clients) }
      return state.feed
    }
    old?.want([])
  }

  /// Tells the data layer what is wanted now, where that has changed.
  func want(_ subscriptions: Set<Subscription>) {
    let feed = state.withLock { state -> DataFeed? in
      guard state.wanted != subscriptions else { return nil }
      state.wanted = subscriptions
      return state.feed
    }
    feed?.want(subscriptions)
  }

  /// Asks for these from the beginning, where they are asked for already.
  func renew(_ subscriptions: Set<Subscription>) { state.withLock { $0.feed }?.renew(subscriptions) }

  /// Changes a store of the present context, and says in a notice what came of it.
  func perform(_ deed: Deed) {
    guard let clients = state.withLock({ $0.clients }) else { return }
    logger?.info("asked to change a store: \(deed)")
    Task { [post] in
      do throws(FetchError) {
        post(.notice(try await clients.perform(deed), isError: false))
        refresh()
      } catch {
        post(.notice("nothing was changed: \(error.sentence)", isError: true))
      }
    }
  }

  /// Asks all stores again now.
  func refresh() { state.withLock { $0.feed }?.refresh() }
}
