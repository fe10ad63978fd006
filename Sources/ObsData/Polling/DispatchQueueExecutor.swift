import Dispatch

/// Runs an actor on a serial Dispatch queue, so that the handler of a Dispatch timer on that queue *is* the actor.
/// Linux has no `DispatchSerialQueue` that could do it.
final class DispatchQueueExecutor: SerialExecutor {
  let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  /// Without this, `assumeIsolated` traps in a handler that Dispatch called on the queue.
  func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
