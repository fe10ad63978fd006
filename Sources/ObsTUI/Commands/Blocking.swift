import Dispatch
import Foundation
import Synchronization

/// Waits for asynchronous work on the main thread, before the event loop begins or when there is none.
enum Blocking {
  static func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex<Result<Value, any Error>?>(nil)
    Task.detached {
      let outcome: Result<Value, any Error>
      do { outcome = .success(try await work()) } catch { outcome = .failure(error) }
      result.withLock { $0 = outcome }
      done.signal()
    }
    done.wait()
    guard let outcome = result.withLock({ $0 }) else { throw UsageError("the work ended without a result") }
    return try outcome.get()
  }

  /// Runs work until it ends, or SIGINT, SIGTERM or SIGHUP asks it to: then it is cancelled, and its result waited for.
  static func runUntilSignal<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) throws -> Value {
    let work = Task.detached(operation: body)
    let queue = DispatchQueue(label: "obs-tui.signals")
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { @Sendable in work.cancel() }
      source.activate()
      return source
    }
    defer { sources.forEach { $0.cancel() } }
    return try run { await work.value }
  }
}
