extension StoreClients {
  /// A search for traces, of all services where the query names none; nil where the context has no Jaeger.
  public func traceSearch(_ query: TraceQuery, now: Timestamp)
    -> (@Sendable () async -> Result<TraceSearchResult, FetchError>)?
  {
    guard let jaeger else { return nil }
    return {
      do throws(FetchError) {
        return .success(try await jaeger.search(query, now: now, serviceLimit: .max))
      } catch {
        return .failure(error)
      }
    }
  }

  /// The service graph; nil where the context has no Jaeger.
  public func dependencyGraph(_ query: DependencyQuery, now: Timestamp)
    -> (@Sendable () async -> Result<DependencyGraph, FetchError>)?
  {
    guard let jaeger else { return nil }
    return {
      do throws(FetchError) {
        return .success(try await jaeger.dependencyGraph(query, now: now))
      } catch {
        return .failure(error)
      }
    }
  }
}
