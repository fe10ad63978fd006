import Logging

/// Writes a line for every exchange into the debug log: method, address, status, bytes and how long it took. Neither headers nor
/// bodies are written, so no secret can be.
public struct LoggingTransport: HTTPTransport {
  private let inner: any HTTPTransport
  private let logger: Logger
  private let clock = ContinuousClock()

  /// Wraps a transport.
  public init(_ inner: any HTTPTransport, logger: Logger) {
    self.inner = inner
    self.logger = logger
  }

  /// See `HTTPTransport.address`.
  public var address: String { inner.address }

  /// See `HTTPTransport.send`.
  public func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let start = clock.now
    let line = "\(request.method.rawValue) \(address)\(request.target)"
    do throws(FetchError) {
      let response = try await inner.send(request)
      logger.info("\(line): \(response.status), \(response.body.count) bytes, \(clock.now - start)")
      return response
    } catch {
      logger.warning("\(line): \(error.answer), \(clock.now - start)")
      throw error
    }
  }
}
