import ObsData

/// What became of a batch that was sent.
enum FeedDelivery: Sendable, Equatable {
  /// The store has read it. What is neither refused nor to be sent again was taken.
  case answered(FeedAnswer)
  /// Nobody has it: the store does not answer or asks for patience. The batch is sent again later.
  case later(FetchError)
  /// It is too large for this store: half of it is tried.
  case tooLarge(FetchError)
  /// The store will not take this batch, however often it is sent.
  case refused(FetchError)
  /// The store will take nothing: wrong address, no credentials, a certificate that is not trusted.
  case hopeless(FetchError)
  /// Whoever read what was written has gone.
  case closed

  /// What a failure means for a batch.
  init(_ error: FetchError) {
    switch error.kind {
    case .unreachable, .timeout, .overloaded, .cancelled: self = .later(error)
    case .server where error.status.map { [500, 502, 504].contains($0) } ?? true: self = .later(error)
    case .tooLarge: self = .tooLarge(error)
    case .badQuery, .server: self = .refused(error)
    case .tls, .unauthorised, .notFound, .malformed, .settings: self = .hopeless(error)
    }
  }
}

/// What a store says of the parts of a batch.
struct FeedAnswer: Sendable, Equatable {
  /// How many units (lines, spans) it refused for good.
  var refused = 0
  /// Why it refused the first of them.
  var reason: String?
  /// How many it has already, from a try whose answer was lost.
  var known = 0
  /// The places in the batch of items that it asks to have again later.
  var again: [Int] = []
}

/// Where a feed sends items to: a store's API, or a file.
protocol FeedSink: Sendable {
  associatedtype Item: Sendable
  /// Sends a batch, once.
  func send(_ batch: [Item]) async -> FeedDelivery
  /// How many units of what is counted an item holds.
  func units(of item: Item) -> Int
  /// About how many bytes it is sent in.
  func bytes(of item: Item) -> Int
}

/// How long to wait before the next try: a second, then twice as long each time up to half a minute, less up to a fifth by
/// chance. `Retry-After` is the least, up to ten minutes.
struct FeedBackoff: Sendable {
  private var failures = 0
  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed) }

  mutating func succeeded() { failures = 0 }

  mutating func failed(retryAfter: Duration?) -> Duration {
    let wait = min(Duration.seconds(1) * (1 << min(failures, 10)), .seconds(30))
    failures += 1
    let jittered = wait - wait * (0.2 * random.unit())
    return max(jittered, min(retryAfter ?? .zero, .seconds(600)))
  }
}
