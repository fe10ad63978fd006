import Synchronization

/// What the program has asked of its stores in the last minute: what it costs them to be watched.
public struct CostReport: Hashable, Sendable {
  /// The figures of one store.
  public struct Figures: Hashable, Sendable {
    /// How many requests were answered or failed.
    public var requests = 0
    /// How many of them failed, by the network or with a status of 400 and more.
    public var failures = 0
    /// The bytes of the answers' bodies.
    public var bytes = 0
    /// How long answers were waited for, added up: the server's time and the network's.
    public var waited = Duration.zero
    /// The longest wait.
    public var slowest = Duration.zero

    /// Makes figures of nothing.
    public init() {}
  }

  /// How long it was measured: a minute, or less in the beginning.
  public var span: Duration
  /// The figures by store.
  public var stores: [Store: Figures]

  /// Makes a report.
  public init(span: Duration, stores: [Store: Figures]) {
    self.span = span
    self.stores = stores
  }
}

/// Counts requests, bytes and time of the last minute.
public final class CostMeter: Sendable {
  private struct Entry {
    let at: ContinuousClock.Instant
    let store: Store
    let bytes: Int
    let waited: Duration
    let isFailure: Bool
  }

  /// How far back the figures reach.
  static let span = Duration.seconds(60)
  /// More requests than this in a minute are not told apart: the oldest go.
  private static let capacity = 20_000

  private let start: ContinuousClock.Instant
  private let entries = Mutex<[Entry]>([])

  /// Begins to measure.
  public init(start: ContinuousClock.Instant = .now) { self.start = start }

  func note(_ store: Store, bytes: Int, waited: Duration, isFailure: Bool, at instant: ContinuousClock.Instant) {
    entries.withLock { entries in
      entries.append(Entry(at: instant, store: store, bytes: bytes, waited: waited, isFailure: isFailure))
      // Seldom, so that a request does not pay for moving all the others.
      if entries.count > CostMeter.capacity { entries.removeFirst(CostMeter.capacity / 2) }
    }
  }

  /// The figures of the minute before an instant.
  func report(at instant: ContinuousClock.Instant) -> CostReport {
    entries.withLock { entries in
      let old = entries.firstIndex { instant - $0.at < CostMeter.span } ?? entries.count
      entries.removeFirst(old)
      var stores: [Store: CostReport.Figures] = [:]
      for entry in entries {
        var figures = stores[entry.store] ?? CostReport.Figures()
        figures.requests += 1
        figures.failures += entry.isFailure ? 1 : 0
        figures.bytes += entry.bytes
        figures.waited += entry.waited
        figures.slowest = max(figures.slowest, entry.waited)
        stores[entry.store] = figures
      }
      return CostReport(span: min(instant - start, CostMeter.span), stores: stores)
    }
  }
}

/// Has every exchange with a store counted.
struct MeteredTransport: HTTPTransport {
  private let inner: any HTTPTransport
  private let store: Store
  private let meter: CostMeter
  private let clock: @Sendable () -> ContinuousClock.Instant

  init(
    _ inner: any HTTPTransport, of store: Store, meter: CostMeter,
    clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.inner = inner
    self.store = store
    self.meter = meter
    self.clock = clock
  }

  var address: String { inner.address }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let start = clock()
    do throws(FetchError) {
      let response = try await inner.send(request)
      let end = clock()
      meter.note(
        store, bytes: response.body.count, waited: end - start, isFailure: response.status >= 400, at: end)
      return response
    } catch {
      // A request that was taken back, because the screen moved on, is no failure; but the store had its work.
      let end = clock()
      meter.note(store, bytes: 0, waited: end - start, isFailure: error.kind != .cancelled, at: end)
      throw error
    }
  }
}

/// The figures, once a second while somebody looks at them. It asks no store.
struct CostJob: PollJob {
  let meter: CostMeter

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.cost(meter.report(at: .now)), next: .after(.seconds(1)))
  }
}
