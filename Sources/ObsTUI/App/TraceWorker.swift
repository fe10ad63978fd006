import Dispatch
import ObsData
import Synchronization

/// Works on traces on other threads. Work for a trace ends when newer work for it begins.
final class TraceWorker: Sendable {
  private let newest = Mutex<[TraceRequest: Int]>([:])
  private let queue = DispatchQueue(label: "traces", qos: .userInitiated, attributes: .concurrent)

  /// Begins work; `post` is told what comes of it, on another thread.
  func perform(_ work: TraceWork, post: @escaping @Sendable (TraceWork.Outcome) -> Void) {
    let ticket = work.ticket
    newest.withLock { $0[ticket.request] = ticket.number }
    queue.async { [self] in
      let outcome = work.run { [self] in isWanted(ticket) }
      if let outcome, isWanted(ticket) { post(outcome) }
      newest.withLock { newest in
        if newest[ticket.request] == ticket.number { newest[ticket.request] = nil }
      }
    }
  }

  private func isWanted(_ ticket: TraceWork.Ticket) -> Bool { newest.withLock { $0[ticket.request] == ticket.number } }
}
