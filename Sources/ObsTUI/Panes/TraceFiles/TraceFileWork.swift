import Dispatch
import Foundation
import ObsData
import Synchronization

/// A file of traces that is to be read: done on another thread, what comes of it are events.
struct TraceFileWork: Equatable, Sendable {
  /// A trace of the file with what a list shows of it.
  struct Found: Equatable, Sendable {
    let trace: Trace
    let tree: TraceTree
    let summary: TraceSummary
  }

  /// What the reading has come to.
  enum News: Equatable, Sendable {
    /// How far it is, from 0 to 1.
    case progress(Double)
    /// The traces, the newest first, and what has to be said of the file.
    case found([Found], format: TraceFile.Format, warnings: [String])
    case failed(FetchError)
  }

  /// The file as the user named it.
  let path: String
  /// Which reading it is.
  let number: Int

  /// Reads the file; nil once nobody waits any more. `progress` is told how far it has come, from 0 to 1, and says whether
  /// somebody still waits.
  func run(progress: @escaping @Sendable (Double) -> Bool) -> News? {
    do throws(FetchError) {
      let file = try TraceFile.read(path: (path as NSString).expandingTildeInPath) { progress($0 * 0.9) }
      var found: [Found] = []
      for (index, trace) in file.traces.enumerated() {
        guard progress(0.9 + 0.1 * Double(index) / Double(file.traces.count)) else { return nil }
        let tree = TraceTree.build(trace)
        found.append(Found(trace: trace, tree: tree, summary: TraceSummary(trace, tree)))
      }
      found.sort { ($1.summary.start, $0.trace.id.description) < ($0.summary.start, $1.trace.id.description) }
      return .found(found, format: file.format, warnings: file.warnings)
    } catch {
      return error.kind == .cancelled ? nil : .failed(error)
    }
  }
}

/// Reads files of traces on other threads.
final class TraceFileWorker: Sendable {
  private let wanted = Mutex<Set<Int>>([])
  private let queue = DispatchQueue(label: "trace files", qos: .userInitiated, attributes: .concurrent)

  /// How far it has to come between two words about it.
  private static let progressStep = 0.02

  /// Begins to read; `post` is told what comes of it, on another thread.
  func perform(_ work: TraceFileWork, post: @escaping @Sendable (TraceFileWork.News) -> Void) {
    wanted.withLock { _ = $0.insert(work.number) }
    queue.async { [self] in
      let told = Mutex(0.0)
      let news = work.run { [self] done in
        let isWorthAWord = told.withLock { told in
          guard done - told >= TraceFileWorker.progressStep else { return false }
          told = done
          return true
        }
        if isWorthAWord { post(.progress(done)) }
        return isWanted(work.number)
      }
      if let news, isWanted(work.number) { post(news) }
      cancel(work.number)
    }
  }

  /// Ends a reading that nobody waits for.
  func cancel(_ number: Int) { wanted.withLock { _ = $0.remove(number) } }

  private func isWanted(_ number: Int) -> Bool { wanted.withLock { $0.contains(number) } }
}
