import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests to one endpoint with AsyncHTTPClient. Making one costs nothing: certificates are read, threads started and
/// secrets fetched with the first request, away from the caller's thread.
public actor AsyncHTTPTransport: HTTPTransport {
  /// The endpoint that is spoken to.
  public nonisolated let endpoint: Endpoint
  /// See `HTTPTransport.address`.
  public nonisolated var address: String { endpoint.address.description }

  /// One thread serves all transports of the process: a dashboard's few polls keep no second one busy.
  private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  /// Redirects are answers of old load balancers, not a way of life.
  private static let maximumRedirects = 5
  /// How long a connection may take before the address is called unreachable.
  static let connectTimeout = Duration.seconds(10)

  /// By whether requests are handed to a proxy as they are, or go to the store, be it through a tunnel.
  private var clients: [Bool: HTTPClient] = [:]
  private let secrets = SecretReader()

  /// Makes a transport. Nothing is opened yet.
  public init(endpoint: Endpoint) { self.endpoint = endpoint }

  deinit {
    for client in clients.values { client.shutdown { _ in } }
  }

  /// See `HTTPTransport.send`. The deadline covers everything: secrets, connecting, redirects and the whole body.
  public nonisolated func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let tried = FetchError.tried(request, at: address)
    let result = await withTaskGroup(of: Result<HTTPResponse, FetchError>.self) { group in
      group.addTask {
        do {
          return .success(try await self.exchange(request, tried: tried))
        } catch {
          return .failure(await self.explained(error, tried: tried, deadline: request.deadline))
        }
      }
      group.addTask {
        try? await Task.sleep(for: request.deadline)
        return .failure(.timeout(tried: tried, after: request.deadline))
      }
      let first = await group.next()
      group.cancelAll()
      return first ?? .failure(.cancelled(tried: tried))
    }
    if Task.isCancelled { throw .cancelled(tried: tried) }
    return try result.get()
  }

  /// The failure in words. A refused certificate is looked at again, because TLS does not say what is wrong with it; where a proxy
  /// lies between, that is not tried.
  private nonisolated func explained(_ error: any Error, tried: String, deadline: Duration) async -> FetchError {
    let failure = FetchError.transport(error, tried: tried, endpoint: endpoint, deadline: deadline)
    guard failure.kind == .tls, endpoint.proxy == nil, let reason = CertificateFault(error) else { return failure }
    let refusal = CertificateRefusal(
      chain: await PeerCertificates.chain(of: endpoint.address, on: AsyncHTTPTransport.group),
      authorities: endpoint.tls.authorities, endpoint: endpoint, now: Timestamp(seconds: Double(time(nil))),
      isOtherName: reason == .otherName)
    guard let (answer, advice) = refusal.words else { return failure }
    return FetchError(.tls, tried: tried, answer: answer, advice: advice)
  }

  /// Asks once, and once more where the credentials were refused but the file or command that holds them has new ones, or
  /// where an idle connection was closed by the server in the very moment that it was used.
  private func exchange(_ request: HTTPRequest, tried: String) async throws -> HTTPResponse {
    var fields = try await secretFields(tried: tried)
    let response: HTTPResponse
    do {
      response = try await follow(request, with: fields, tried: tried)
    } catch let error as HTTPClientError where error == .remoteConnectionClosed {
      response = try await follow(request, with: fields, tried: tried)
    }
    guard response.status == 401, await secrets.forgetStale() else { return fields.redacted(response) }
    let renewed = try await secretFields(tried: tried)
    guard renewed != fields else { return fields.redacted(response) }
    fields = renewed
    return fields.redacted(try await follow(request, with: fields, tried: tried))
  }

  /// Sends the request and follows redirects, but only on the same host, and never from https back to http.
  private nonisolated func follow(
    _ request: HTTPRequest, with fields: SecretFields, tried: String
  ) async throws -> HTTPResponse {
    var location = endpoint.address
    var target = location.path + request.target
    var method = request.method
    for _ in 0...AsyncHTTPTransport.maximumRedirects {
      let proxy = ForwardProxy(endpoint.proxy, for: location.scheme)
      let client = try await openClient(isForwarded: proxy != nil, tried: tried)
      var outgoing = HTTPClientRequest(url: (proxy?.origin ?? location.origin) + PercentEncoding.target(target))
      outgoing.method = HTTPMethod(rawValue: method.rawValue)
      outgoing.headers = headers(of: request, with: fields)
      proxy?.add(to: &outgoing.headers, for: location)
      if !request.body.isEmpty, method == request.method { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
      let response = try await client.execute(outgoing, deadline: .distantFuture)
      guard (301...308).contains(response.status.code), response.status.code < 304 || response.status.code > 306,
        let text = response.headers.first(name: "Location")
      else {
        return try await collect(response, for: request, tried: tried)
      }
      let next = try Redirect(text, from: location, target: target, tried: tried, status: Int(response.status.code))
      (location, target) = (next.address, next.target)
      if response.status.code == 303 { method = .get }
    }
    throw FetchError(
      .server, tried: tried, answer: "redirected more than \(AsyncHTTPTransport.maximumRedirects) times",
      advice: "set url to the address that answers in the end")
  }

  /// Reads the body up to the request's limit.
  private nonisolated func collect(
    _ response: HTTPClientResponse, for request: HTTPRequest, tried: String
  ) async throws -> HTTPResponse {
    let tooLarge = FetchError(
      .tooLarge, tried: tried, answer: "the answer is larger than \(FetchError.bytes(request.maximumBytes))",
      advice: "ask for less: a shorter time window, one service, a filter", status: Int(response.status.code))
    let isEncoded = response.headers.contains(name: "Content-Encoding")
    let length = response.headers.first(name: "Content-Length").flatMap { Int($0) }
    if !isEncoded, let length, length > request.maximumBytes { throw tooLarge }
    var body: [UInt8] = []
    if !isEncoded, let length { body.reserveCapacity(length) }
    for try await part in response.body {
      guard part.readableBytes <= request.maximumBytes - body.count else { throw tooLarge }
      part.withUnsafeReadableBytes { body.append(contentsOf: $0) }
    }
    try Task.checkCancellation()
    return HTTPResponse(
      status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) }, body: body)
  }

  private nonisolated func headers(of request: HTTPRequest, with fields: SecretFields) -> HTTPHeaders {
    var headers = HTTPHeaders()
    headers.add(name: "User-Agent", value: Release.userAgent)
    headers.add(name: "X-Opaque-Id", value: Release.opaqueID)
    headers.add(name: "Accept", value: "application/json")
    headers.add(name: "Accept-Encoding", value: "gzip, deflate")
    for (name, value) in request.headers { headers.replaceOrAdd(name: name, value: value) }
    for (name, value) in fields.headers { headers.replaceOrAdd(name: name, value: value) }
    return headers
  }

  private func secretFields(tried: String) async throws -> SecretFields {
    try await SecretFields(endpoint, reading: secrets, tried: tried)
  }

  private func openClient(isForwarded: Bool, tried: String) throws -> HTTPClient {
    if let client = clients[isForwarded] { return client }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try endpoint.tls.configuration(tried: tried), redirectConfiguration: .disallow,
      timeout: .init(connect: .nanoseconds(AsyncHTTPTransport.connectTimeout.nanoseconds)),
      connectionPool: .init(idleTimeout: .seconds(45), concurrentHTTP1ConnectionsPerHostSoftLimit: 4),
      // No limit of the decompressor's own: `collect` counts what comes out of it.
      decompression: .enabled(limit: .none))
    configuration.httpVersion = .http1Only
    // A refused connection is said at once; trying again is the poller's business.
    configuration.connectionPool.retryConnectionEstablishment = false
    if isForwarded {
      configuration.http1_1ConnectionDebugInitializer = ForwardProxy.prepare
    } else {
      configuration.proxy = endpoint.proxy?.configuration
    }
    let client = HTTPClient(eventLoopGroupProvider: .shared(AsyncHTTPTransport.group), configuration: configuration)
    clients[isForwarded] = client
    return client
  }
}
