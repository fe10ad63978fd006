import Foundation
import ObsData

/// Does what takes time, off the main thread, and says in a notice how it ended.
struct EffectWorker {
  let mailbox: Mailbox
  let environment: [String: String]
  private let queue = DispatchQueue(label: "effects")
  private let logs = LogWorker()
  private let traces = TraceWorker()
  private let traceFiles = TraceFileWorker()
  private let analyses = AnalysisWorker()

  init(mailbox: Mailbox, environment: [String: String]) {
    self.mailbox = mailbox
    self.environment = environment
  }

  /// Copies: through tmux where we are inside it, else by a sequence for the terminal, which is returned.
  func copy(_ text: String, what: String) -> String? {
    let fallback = Clipboard.sequence(for: text)
    guard Clipboard.isInsideTmux(environment) else {
      mailbox.post(.notice(Clipboard.notice(for: text, what: what), isError: false))
      return fallback
    }
    queue.async { [mailbox] in
      do {
        try Clipboard.loadTmuxBuffer(text)
        mailbox.post(.notice("copied \(what) (tmux)", isError: false))
      } catch {
        mailbox.post(.notice("\(what) was not copied: \(error)", isError: true))
      }
    }
    return nil
  }

  /// Keeps a named query for later runs.
  func save(_ query: String, as name: String) {
    let queries = SavedQueries(folder: StateFolder(environment: environment))
    queue.async { [mailbox] in
      do {
        try queries.save(query, as: name)
        mailbox.post(.notice("saved as \(name): :open \(name) takes it again", isError: false))
      } catch let error as UsageError {
        mailbox.post(.notice("not saved: \(error)", isError: true))
      } catch {
        mailbox.post(.notice("not saved: \(error.localizedDescription)", isError: true))
      }
    }
  }

  /// Forgets a named query.
  func removeQuery(_ name: String) {
    let queries = SavedQueries(folder: StateFolder(environment: environment))
    queue.async { [mailbox] in
      do {
        try queries.remove(name)
      } catch let error as UsageError {
        mailbox.post(.notice("\(name) was not removed: \(error)", isError: true))
      } catch {
        mailbox.post(.notice("\(name) was not removed: \(error.localizedDescription)", isError: true))
      }
    }
  }

  /// Changes an own dashboard's file.
  func edit(_ path: String, _ edit: OwnDashboardEdit) {
    queue.async { [mailbox] in
      do {
        let words = try OwnDashboardFile(path: path).apply(edit)
        mailbox.post(.dashboardEdited(edit, path: path, words: words, isDone: true))
      } catch let error as DashboardError {
        mailbox.post(.dashboardEdited(edit, path: path, words: "\(path) \(error)", isDone: false))
      } catch {
        let words = "\(path) was not changed: \(error.localizedDescription)"
        mailbox.post(.dashboardEdited(edit, path: path, words: words, isDone: false))
      }
    }
  }

  /// Says after a while that it has passed.
  func wait(_ duration: Duration, move: Int) {
    DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(duration.nanoseconds))) { [mailbox] in
      mailbox.post(.rested(move: move))
    }
  }

  /// Works on log lines, and says from time to time how far it has come.
  func perform(_ work: LogWork) { logs.perform(work) { [mailbox] in mailbox.post(.worked($0, work.ticket)) } }

  /// Works on a trace.
  func perform(_ work: TraceWork) { traces.perform(work) { [mailbox] in mailbox.post(.traceWorked($0, work.ticket)) } }

  /// Analyses a trace.
  func perform(_ work: AnalysisWork) {
    analyses.perform(work) { [mailbox] in mailbox.post(.analysed($0, work.ticket)) }
  }

  /// Ends work that is under way.
  func cancel(_ ticket: LogWork.Ticket) { logs.cancel(ticket) }

  /// Reads a file of traces, and says from time to time how far it has come.
  func perform(_ work: TraceFileWork) {
    traceFiles.perform(work) { [mailbox] in mailbox.post(.traceFile($0, work)) }
  }

  /// Reads what lies in a folder.
  func list(_ folder: String) { queue.async { [mailbox] in mailbox.post(.folder(FolderListing.read(folder))) } }

  /// Ends the reading of a file.
  func cancel(_ work: TraceFileWork) { traceFiles.cancel(work.number) }

  /// Writes all lines of a pane.
  func write(_ export: LogExport, to path: String, replaces: Bool) {
    write(to: path, replaces: replaces, command: "write") { file in
      try file.append(export, isFirst: true)
      try file.finish()
      return "wrote \(Formatting.lines(export.lines.count)) to \(file.url.path)"
    }
  }

  /// Writes lines behind those that are there; with a notice, these are the last. What is to stay is found out at the first
  /// ones, before the whole result has been read.
  func append(_ export: LogExport, to path: String, isFirst: Bool, replaces: Bool, notice: String?) {
    queue.async { [mailbox] in
      let file = ExportFile(path: path)
      do {
        if isFirst || notice != nil, let obstacle = file.obstacle(replaces: replaces, command: "export") {
          if !isFirst { file.drop() }
          mailbox.post(.exportFailed(obstacle))
          return
        }
        try file.append(export, isFirst: isFirst)
        guard let notice else { return }
        try file.finish()
        mailbox.post(.notice(notice, isError: false))
      } catch {
        mailbox.post(.exportFailed("\(file.url.path) was not written: \(error.localizedDescription)"))
      }
    }
  }

  /// Writes a trace.
  func write(_ writer: TraceWriter, to path: String, replaces: Bool) {
    write(to: path, replaces: replaces, command: "write") { file in
      try file.write { add in try writer.forEachPiece(add) }
      let count = Formatting.count(writer.trace.spans.count, style: .exact)
      let cut = writer.cutsTimes ? "; times cut to microseconds, .otlp.json keeps them" : ""
      return "wrote \(count) spans to \(file.url.path)\(cut)"
    }
  }

  /// Takes away what an export has written.
  func dropLines(_ path: String) { queue.async { ExportFile(path: path).drop() } }

  /// Writes a text.
  func write(_ contents: String, to path: String, replaces: Bool) {
    write(to: path, replaces: replaces, command: "write") { file in
      try file.write { add in try add(contents) }
      return "wrote \(file.url.path)"
    }
  }

  /// Writes a file as a whole, unless something is in the way; `body` returns the notice.
  private func write(
    to path: String, replaces: Bool, command: String, _ body: @escaping @Sendable (ExportFile) throws -> String
  ) {
    queue.async { [mailbox] in
      let file = ExportFile(path: path)
      if let obstacle = file.obstacle(replaces: replaces, command: command) {
        mailbox.post(.notice(obstacle, isError: true))
        return
      }
      do {
        mailbox.post(.notice(try body(file), isError: false))
      } catch {
        mailbox.post(.notice("\(file.url.path) was not written: \(error.localizedDescription)", isError: true))
      }
    }
  }
}
