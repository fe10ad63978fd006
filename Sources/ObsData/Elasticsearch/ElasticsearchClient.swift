import Synchronization

/// Reads log lines from Elasticsearch (7.0 and later) or OpenSearch. What the server is and which fields its indices have is
/// found out when it is first needed, and remembered.
public final class ElasticsearchClient: Sendable {
  /// What the settings say of the store.
  public struct Options: Hashable, Sendable {
    /// The index pattern: names, wildcards, data streams, other clusters, joined by commas.
    public var index = "rustim-*,logs-*,filebeat-*"
    /// The user's names for fields.
    public var fields = FieldNames()
    /// What the server is taken for when `GET /` is forbidden.
    public var assumed = ElasticsearchServer(flavour: .unknown)
    /// How much a tail asks for and remembers.
    public var tail = LogTail.Limits()
    /// How many lines of a frozen range are shown at most.
    public var frozenPage = 2_000
    /// How many lines of history are read at once.
    public var historyPage = 1_000

    /// The usual options.
    public init() {}
  }

  private struct Knowledge {
    var server: ElasticsearchServer?
    var catalogue: (fields: FieldCatalogue, at: Timestamp)?
    /// What the fields of filters are, by the names that were asked for.
    var lookedUp: [[String]: (fields: FieldCatalogue, at: Timestamp)] = [:]
    /// How the fields of documents are asked for that come without `_source`.
    var fieldSource = LogSearch.FieldSource.document
    /// The point in time that history is read from.
    var point: OpenPoint?
  }

  let transport: any HTTPTransport
  let options: Options
  let matcher: FieldMatcher
  private let knowledge = Mutex(Knowledge())
  let knownTypes = Mutex(KnownTypes())

  /// How long a field catalogue holds; one without any field is asked for again sooner, because indices come into being.
  private static let catalogueLifetime = Duration.seconds(60)
  private static let emptyCatalogueLifetime = Duration.seconds(5)

  /// Makes a client; nothing is asked yet.
  public init(transport: any HTTPTransport, options: Options = Options()) {
    self.transport = transport
    self.options = options
    matcher = FieldMatcher(options.fields)
  }

  /// Asks what the server is. A server that forbids it (403), or a proxy that has no such page, is what the options assume; any
  /// other failure is thrown.
  @discardableResult public func probe() async throws(FetchError) -> ElasticsearchServer {
    let request = HTTPRequest(.get, [""])
    let response = try await transport.send(request)
    let server: ElasticsearchServer
    if [403, 404, 405].contains(response.status) {
      server = options.assumed
    } else {
      try check(response, to: request)
      let root = try read(response, to: request)
      guard root["version"] != nil || root["tagline"] != nil else {
        throw FetchError(
          .malformed, tried: tried(request), answer: "JSON, but not from Elasticsearch: it names no version",
          advice: "check the address: another program may answer there", status: response.status)
      }
      server = ElasticsearchServer(root)
    }
    if let complaint = server.complaint {
      throw FetchError(.server, tried: tried(request), answer: complaint, status: response.status)
    }
    knowledge.withLock { $0.server = server }
    return server
  }

  /// What the server was found to be; nil before it was asked.
  public var server: ElasticsearchServer? { knowledge.withLock { $0.server } }

  /// Forgets what is known of the server and its fields: they are found out again.
  public func forget() {
    knowledge.withLock { $0 = Knowledge() }
    knownTypes.withLock { $0 = KnownTypes() }
  }

  var point: OpenPoint? { knowledge.withLock { $0.point } }
  func setPoint(_ point: OpenPoint) { knowledge.withLock { $0.point = point } }
  func forgetPoint() { knowledge.withLock { $0.point = nil } }

  // MARK: Searching

  /// Sends a search for lines. Asks once more when the documents turn out to be kept without `_source`.
  func page(_ query: LogQuery, _ request: LogPageRequest, now: Timestamp) async throws(FetchError) -> LogPage {
    var search = try await search(for: query, now: now)
    if request.content == .identities {
      return try await answer(to: search.page(query, request)).identities(matcher)
    }
    var page = try await documents(&search, query, request)
    while !page.hasSources, !page.entries.isEmpty, let next = search.fieldSource.next(search.capabilities) {
      search.fieldSource = next
      page = try await documents(&search, query, request)
      let source = search.fieldSource
      knowledge.withLock { $0.fieldSource = source }
    }
    if search.fieldSource == .values, !page.entries.isEmpty {
      page.notice =
        "\(options.index) keeps no _source: of a line only what is indexed can be shown, and no message; search finds it all the same"
    }
    if page.shards == 0 { page.notice = "the pattern \(options.index) matches no index" }
    if page.notice == nil { page.notice = await notice(on: search.filter, now: now) }
    if page.notice == nil, query.minimumLevel ?? .unknown > .trace, search.catalogue.isKnown, !search.catalogue.isEmpty,
      search.catalogue.names(for: .level).allSatisfy({
        search.catalogue[$0] == nil && search.catalogue[$0 + ".keyword"] == nil
      })
    {
      page.notice = "no field of \(options.index) is known to hold a level: set its name, or show all lines"
    }
    return page
  }

  /// A page by the way in which the fields are asked for; the next one where an index refuses that.
  private func documents(
    _ search: inout LogSearch, _ query: LogQuery, _ request: LogPageRequest
  ) async throws(FetchError) -> LogPage {
    do throws(FetchError) {
      return try await answer(to: search.page(query, request), isInPoint: request.point != nil).page(matcher)
    } catch {
      guard search.fieldSource == .fields, error.answer.contains("_source is disabled") else {
        throw error.pointing(into: query.filter)
      }
      search.fieldSource = .values
      return try await answer(to: search.page(query, request), isInPoint: request.point != nil).page(matcher)
    }
  }

  /// Sends a count of lines by time.
  func counts(
    _ query: LogQuery, _ request: LogCountRequest, now: Timestamp
  ) async throws(FetchError) -> (counts: LogTimeCounts, partial: String?, took: Duration) {
    let search = try await search(for: query, now: now)
    let answer: SearchAnswer
    do throws(FetchError) { answer = try await self.answer(to: search.counts(query, request)) } catch {
      throw error.pointing(into: query.filter)
    }
    guard let counts = answer.counts(request) else {
      throw FetchError(.malformed, tried: "counting lines by time", answer: "an answer without counts")
    }
    return (counts, answer.partial, answer.took)
  }

  /// The writer of searches for what is known of the server.
  func search(now: Timestamp) async throws(FetchError) -> LogSearch {
    let server: ElasticsearchServer =
      if let server = self.server { server } else { try await probe() }
    let catalogue = try await catalogue(now: now)
    let source = knowledge.withLock { $0.fieldSource }
    return LogSearch(catalogue: catalogue, capabilities: server.capabilities, fieldSource: source)
  }

  /// The writer of searches for a query: its filter is read, and what its fields and those of the chips are is found out.
  func search(for query: LogQuery, now: Timestamp) async throws(FetchError) -> LogSearch {
    // A filter that cannot be read is refused before anything is asked.
    if case .failure(let error) = Result(catching: { () throws(KQLError) in try TypedFilter.parse(query.filter) }) {
      throw FetchError(error, in: query.filter)
    }
    var search = try await search(now: now)
    search.filter = try await prepare(query, now: now)
    let names = Set(query.filters.map(\.field)).sorted()
    if !names.isEmpty {
      search.filterFields = try await fields(names.flatMap { [$0, $0 + ".keyword"] }, now: now)
    }
    return search
  }

  /// Sends a search to the pattern, or to a point in time, which knows its indices itself.
  func answer(to body: JSONTree, isInPoint: Bool = false) async throws(FetchError) -> SearchAnswer {
    let request = HTTPRequest.post(
      isInPoint ? ["_search"] : [pattern, "_search"], query: isInPoint ? [] : ElasticsearchClient.anyIndices,
      json: body,
      maximumBytes: 32 << 20)
    let response = try await transport.send(request)
    try check(response, to: request)
    do throws(JSONSyntaxError) {
      return try SearchAnswer(response.body)
    } catch {
      throw malformed(error, response, to: request)
    }
  }

  private func catalogue(now: Timestamp) async throws(FetchError) -> FieldCatalogue {
    let known = knowledge.withLock { $0.catalogue }
    if let known {
      let isEmpty = known.fields.isKnown && known.fields.isEmpty
      let age = now - known.at
      let lifetime = isEmpty ? ElasticsearchClient.emptyCatalogueLifetime : ElasticsearchClient.catalogueLifetime
      if age >= .zero, age < lifetime { return known.fields }
    }
    let answer = try await fieldCapabilities(of: FieldCatalogue.wanted(options.fields)[...])
    let fields =
      answer.map { FieldCatalogue($0, names: options.fields) } ?? known?.fields
      ?? FieldCatalogue(unknownWith: options.fields)
    knowledge.withLock { $0.catalogue = (fields, now) }
    return fields
  }

  /// What some fields are, remembered for a minute.
  func fields(_ names: [String], now: Timestamp) async throws(FetchError) -> FieldCatalogue {
    if let known = knowledge.withLock({ $0.lookedUp[names] }), now - known.at >= .zero,
      now - known.at < ElasticsearchClient.catalogueLifetime
    {
      return known.fields
    }
    let answer = try await fieldCapabilities(of: names[...])
    let catalogue =
      answer.map { FieldCatalogue($0, names: options.fields) } ?? FieldCatalogue(unknownWith: options.fields)
    knowledge.withLock { knowledge in
      if knowledge.lookedUp.count >= 64 { knowledge.lookedUp = [:] }
      knowledge.lookedUp[names] = (catalogue, now)
    }
    return catalogue
  }

  /// The answer of `_field_caps` for some names; nil where the store does not tell: the search may be allowed although this is not.
  func fieldCapabilities(of names: ArraySlice<String>) async throws(FetchError) -> JSONValue? {
    let request = HTTPRequest(
      .get, [pattern, "_field_caps"],
      query: [("fields", names.joined(separator: ","))] + ElasticsearchClient.anyIndices, maximumBytes: 32 << 20)
    do throws(FetchError) {
      let response = try await transport.send(request)
      try check(response, to: request)
      return try read(response, to: request)
    } catch {
      switch error.kind {
      case .notFound, .badQuery, .malformed, .server, .tooLarge: return nil
      case .unauthorised where error.status == 403: return nil
      default: throw error
      }
    }
  }

  /// A name that is missing is no error, and neither is a wildcard that matches nothing: that is said in words.
  static let anyIndices = [
    (name: "ignore_unavailable", value: "true"), (name: "allow_no_indices", value: "true"),
  ]

  var pattern: String {
    let pattern = options.index.filter { !$0.isWhitespace }
    return pattern.isEmpty ? "*" : pattern
  }

  // MARK: Answers

  func check(_ response: HTTPResponse, to request: HTTPRequest) throws(FetchError) {
    if let failure = FetchError.status(response, to: request, at: transport.address) { throw failure }
  }

  func read(_ response: HTTPResponse, to request: HTTPRequest) throws(FetchError) -> JSONValue {
    do throws(JSONSyntaxError) {
      return try JSONReader.read(response.body).document.root
    } catch {
      throw malformed(error, response, to: request)
    }
  }

  private func malformed(_ error: JSONSyntaxError, _ response: HTTPResponse, to request: HTTPRequest) -> FetchError {
    let isCut = error.offset >= response.body.count
    return FetchError(
      .malformed, tried: tried(request), answer: "an answer that is not JSON: \(error)",
      advice: isCut ? "a proxy may cut long answers" : "check the address: another program may answer there",
      status: response.status)
  }

  private func tried(_ request: HTTPRequest) -> String { FetchError.tried(request, at: transport.address) }
}
