import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension FetchError {
  /// How the answer ends where a name could not be resolved, and where nothing listens on a port.
  static let unknownName = "is not known here (DNS)"
  static let nothingListens = "refused the connection: nothing listens there"

  /// Method and address of a request, without its query: `GET http://127.0.0.1:9200/logs-*/_search`.
  static func tried(_ request: HTTPRequest, at address: String) -> String {
    let path = request.path.map { "/" + PercentEncoding.segment($0) }.joined()
    return bounded("\(request.method.rawValue) \(address)\(path)", to: 300)
  }

  static func timeout(tried: String, after deadline: Duration) -> FetchError {
    FetchError(
      .timeout, tried: tried, answer: "no complete answer within \(duration(deadline))",
      advice: "it is asked again; a shorter time window or a longer timeout in the settings may help")
  }

  static func cancelled(tried: String) -> FetchError {
    FetchError(.cancelled, tried: tried, answer: "no longer wanted")
  }

  /// A failure of the network, of TLS or of HTTP itself, in words.
  static func transport(_ error: any Error, tried: String, endpoint: Endpoint, deadline: Duration) -> FetchError {
    switch error {
    case let error as FetchError: error
    case is CancellationError: cancelled(tried: tried)
    case let error as HTTPClientError: client(error, tried: tried, endpoint: endpoint, deadline: deadline)
    case let error as NIOConnectionError: connection(error, tried: tried, endpoint: endpoint)
    case let error as IOError: system(error.errnoCode, tried: tried, endpoint: endpoint)
    case let error as ChannelError: channel(error, tried: tried, endpoint: endpoint)
    case let error as HTTPParserError: parser(error, tried: tried, endpoint: endpoint)
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: tls(error, tried: tried, endpoint: endpoint)
    default:
      if String(describing: type(of: error)).contains("ecompress") {
        FetchError(.malformed, tried: tried, answer: "the compressed answer cannot be unpacked")
      } else {
        FetchError(.unreachable, tried: tried, answer: bounded("\(error)", to: 200))
      }
    }
  }

  private static func client(
    _ error: HTTPClientError, tried: String, endpoint: Endpoint, deadline: Duration
  ) -> FetchError {
    let proxy = endpoint.proxy.map { "the proxy \($0.description)" } ?? "the proxy"
    switch error {
    case .cancelled, .requestStreamCancelled: return cancelled(tried: tried)
    case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
      return timeout(tried: tried, after: deadline)
    case .connectTimeout: return connectTimeout(tried: tried)
    case .tlsHandshakeTimeout:
      return FetchError(
        .tls, tried: tried, answer: "the TLS handshake did not end", advice: "check that this port speaks https")
    case .remoteConnectionClosed, .uncleanShutdown: return closed(tried: tried, endpoint: endpoint)
    case .proxyAuthenticationRequired:
      return FetchError(
        .unauthorised, tried: tried, answer: "\(proxy) asks for a user and a password",
        advice: "write them into the proxy's address: http://user:password@host:port")
    case .invalidProxyResponse, .socksHandshakeTimeout, .httpProxyHandshakeTimeout:
      return FetchError(
        .unreachable, tried: tried, answer: "\(proxy) did not open a connection",
        advice: "check the proxy, or except this host from it with NO_PROXY")
    default:
      let text = error.shortDescription
      if text.hasPrefix("Invalid header") {
        return FetchError(
          .settings, tried: tried, answer: "one of the headers in the settings has a name or value that cannot be sent")
      }
      return FetchError(.unreachable, tried: tried, answer: text.prefix(1).lowercased() + text.dropFirst())
    }
  }

  private static func connectTimeout(tried: String) -> FetchError {
    FetchError(
      .timeout, tried: tried, answer: "no connection within \(duration(AsyncHTTPTransport.connectTimeout))",
      advice: "check the address, and that no firewall lies between")
  }

  private static func connection(_ error: NIOConnectionError, tried: String, endpoint: Endpoint) -> FetchError {
    if let first = error.connectionErrors.first {
      if let system = first.error as? IOError {
        return self.system(system.errnoCode, tried: tried, endpoint: endpoint)
      }
      if case .connectTimeout? = first.error as? ChannelError { return connectTimeout(tried: tried) }
    }
    if error.dnsAError != nil || error.dnsAAAAError != nil {
      return FetchError(
        .unreachable, tried: tried, answer: "the name \(error.host) \(unknownName)",
        advice: "check the host's spelling and the network")
    }
    return FetchError(.unreachable, tried: tried, answer: "no connection to \(error.host):\(error.port)")
  }

  private static func system(_ code: CInt, tried: String, endpoint: Endpoint) -> FetchError {
    let place = endpoint.proxy.map { "the proxy \($0.description)" } ?? endpoint.address.authority
    switch code {
    case ECONNREFUSED:
      return FetchError(
        .unreachable, tried: tried, answer: "\(place) \(nothingListens)",
        advice: "check that it runs, and the address in the settings")
    case ECONNRESET, EPIPE: return closed(tried: tried, endpoint: endpoint)
    case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN:
      return FetchError(
        .unreachable, tried: tried, answer: "\(place) cannot be reached: there is no route to it",
        advice: "check the network or the VPN")
    case ETIMEDOUT: return connectTimeout(tried: tried)
    case EMFILE, ENFILE:
      return FetchError(.unreachable, tried: tried, answer: "this machine has no file handles left")
    default:
      return FetchError(.unreachable, tried: tried, answer: "\(place): \(String(cString: strerror(code)))")
    }
  }

  private static func channel(_ error: ChannelError, tried: String, endpoint: Endpoint) -> FetchError {
    if case .connectTimeout = error { return connectTimeout(tried: tried) }
    return closed(tried: tried, endpoint: endpoint)
  }

  private static func closed(tried: String, endpoint: Endpoint) -> FetchError {
    FetchError(
      .unreachable, tried: tried, answer: "the connection was closed before the answer was complete",
      advice: endpoint.address.scheme == .http ? "if it happens again, the port may speak https" : nil)
  }

  private static func parser(_ error: HTTPParserError, tried: String, endpoint: Endpoint) -> FetchError {
    if error == .invalidEOFState { return closed(tried: tried, endpoint: endpoint) }
    return FetchError(
      .malformed, tried: tried, answer: "what answers there does not speak HTTP",
      advice: endpoint.address.scheme == .http ? "check the port; it may speak https" : "check the port")
  }
}
