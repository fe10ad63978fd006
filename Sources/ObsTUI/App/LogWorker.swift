import Dispatch
import Synchronization

/// Works on log lines on other threads. Work of a kind for a pane ends when newer work of that kind for it begins.
final class LogWorker: Sendable {
  private struct Owner: Hashable {
    let subject: LogPane.Subject
    let kind: LogWork.Kind
  }

  private let newest = Mutex<[Owner: LogWork.Ticket]>([:])
  private let queue = DispatchQueue(label: "logs", qos: .userInitiated, attributes: .concurrent)

  /// How many lines are looked at between two words about how far it has come.
  private static let progressStep = 8_192

  /// Begins work; `post` is told what comes of it, on another thread.
  func perform(_ work: LogWork, post: @escaping @Sendable (LogWork.Outcome) -> Void) {
    newest.withLock { $0[LogWorker.owner(of: work.ticket)] = work.ticket }
    queue.async { [self] in
      var told = 0
      let outcome = work.run { done in
        guard isWanted(work.ticket) else { return false }
        if done - told >= LogWorker.progressStep {
          told = done
          post(.progress(done))
        }
        return true
      }
      if let outcome, isWanted(work.ticket) { post(outcome) }
      cancel(work.ticket)
    }
  }

  /// Ends work that is under way, unless newer work has taken its place.
  func cancel(_ ticket: LogWork.Ticket) {
    newest.withLock { newest in
      let owner = LogWorker.owner(of: ticket)
      if newest[owner] == ticket { newest[owner] = nil }
    }
  }

  private func isWanted(_ ticket: LogWork.Ticket) -> Bool {
    newest.withLock { $0[LogWorker.owner(of: ticket)] == ticket }
  }

  private static func owner(of ticket: LogWork.Ticket) -> Owner { Owner(subject: ticket.subject, kind: ticket.kind) }
}
