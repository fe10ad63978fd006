/// Why a store gave no usable answer: what was tried, what came, what to do. It is a value that the user reads.
public struct FetchError: Error, Hashable, Sendable {
  /// The kinds that the program treats differently.
  public enum Kind: Hashable, Sendable {
    /// No connection: refused, unreachable, name not found.
    case unreachable
    /// The deadline passed.
    case timeout
    /// TLS would not come to terms.
    case tls
    /// 401 or 403, or a page that asks to log in.
    case unauthorised
    /// The path, index or trace is not there (404).
    case notFound
    /// The store refused the query (400, 422).
    case badQuery
    /// 429 or 503: it asks for patience.
    case overloaded
    /// Any other status.
    case server
    /// An answer that is not what this store speaks: HTML, truncated or wrong JSON.
    case malformed
    /// More bytes than allowed.
    case tooLarge
    /// The screen moved on and nobody wants the answer.
    case cancelled
    /// The settings make no request possible.
    case settings
  }

  /// What kind of failure it is.
  public let kind: Kind
  /// What was tried: `GET http://127.0.0.1:9200/logs-*/_search`.
  public let tried: String
  /// What came instead of an answer, in one sentence, the store's own words where it had some.
  public let answer: String
  /// What the user can do about it; nil where nothing helps but waiting.
  public let advice: String?
  /// How long the store asked to be left alone (`Retry-After`).
  public let retryAfter: Duration?
  /// The HTTP status, where there was an answer.
  public let status: Int?
  /// Whether the store will refuse the same question again and again, whatever happens to its data: a query that it cannot read.
  public let isFinal: Bool
  /// What was refused, with a caret under the place: lines for a font of fixed width. Nil where no place is known.
  public let excerpt: String?

  /// Makes a failure of its parts. A refused query is final where `isFinal` does not say otherwise.
  public init(
    _ kind: Kind, tried: String, answer: String, advice: String? = nil, retryAfter: Duration? = nil, status: Int? = nil,
    isFinal: Bool? = nil, excerpt: String? = nil
  ) {
    self.kind = kind
    self.tried = tried
    self.answer = answer
    self.advice = advice
    self.retryAfter = retryAfter
    self.status = status
    self.isFinal = isFinal ?? (kind == .badQuery)
    self.excerpt = excerpt
  }
}
