extension StoreClients {
  /// What fetches one trace, or says why it cannot be had: nil inside where the store does not have it; nil where the context has no
  /// Jaeger.
  public func traceFetch(_ request: TraceRequest) -> (@Sendable () async -> Result<Trace?, FetchError>)? {
    guard let jaeger else { return nil }
    return {
      do throws(FetchError) {
        return .success(try await jaeger.trace(request))
      } catch {
        return .failure(error)
      }
    }
  }
}
