import Synchronization

/// A transport that remembers what clients do not pass on: the last answer, and how far the server's clock is from ours.
final class Witness: HTTPTransport {
  private let inner: any HTTPTransport
  private let clock: @Sendable () -> Timestamp
  private let seen = Mutex<(last: HTTPResponse?, skew: Duration?)>((nil, nil))

  init(_ inner: any HTTPTransport, clock: @escaping @Sendable () -> Timestamp) {
    self.inner = inner
    self.clock = clock
  }

  var address: String { inner.address }
  /// The last answer, with the beginning of its body; nil before there was one, and where the last request had none.
  var last: HTTPResponse? { seen.withLock { $0.last } }
  /// How far the server's clock is ahead of ours, at the least that is certain; nil where no answer told the time.
  var skew: Duration? { seen.withLock { $0.skew } }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let before = clock()
    do throws(FetchError) {
      var response = try await inner.send(request)
      let whole = response
      // A cache between tells the time at which it asked the server itself.
      let date = response.header("Age") == nil ? response.header("Date").flatMap(HTTPDate.seconds) : nil
      if response.body.count > 65_536 { response.body = Array(response.body.prefix(65_536)) }
      seen.withLock { $0.last = response }
      if let date { note(second: date, before: before, after: clock()) }
      return whole
    } catch {
      seen.withLock { $0.last = nil }
      throw error
    }
  }

  /// Takes note of a server's time, in whole seconds, that it wrote between two moments of our clock.
  func note(second: Int, before: Timestamp, after: Timestamp) {
    let skew = Witness.skew(second: second, before: before, after: after)
    seen.withLock { seen in
      guard let known = seen.skew else { return seen.skew = skew }
      if abs(skew.nanoseconds) < abs(known.nanoseconds) { seen.skew = skew }
    }
  }

  /// How far a clock is ahead that showed this second at some moment between two of ours: zero where it may have been right.
  static func skew(second: Int, before: Timestamp, after: Timestamp) -> Duration {
    let start = Timestamp(nanoseconds: Int64(clamping: second) &* 1_000_000_000)
    let end = start + .seconds(1)
    if start > after { return start - after }
    return end < before ? end - before : .zero
  }
}
