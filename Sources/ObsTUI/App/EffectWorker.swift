import Foundation

/// Does what takes time, off the main thread, and says in a notice how it ended.
struct EffectWorker {
  let mailbox: Mailbox
  let environment: [String: String]
  private let queue = DispatchQueue(label: "effects")

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

  /// Writes lines piece by piece into a file beside the one that is meant, which it becomes when it is whole.
  func write(_ export: LogExport, to path: String) {
    queue.async { [mailbox] in
      let url = URL(fileURLWithPath: (path as NSString).expandingTildeInPath)
      let part = url.appendingPathExtension("part")
      do {
        try Data().write(to: part)
        let file = try FileHandle(forWritingTo: part)
        do {
          try export.forEachPiece { try file.write(contentsOf: Data($0.utf8)) }
          try file.close()
          guard rename(part.path, url.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
          try? FileManager.default.removeItem(at: part)
          throw error
        }
        let count = Formatting.count(export.lines.count, style: .exact)
        mailbox.post(.notice("wrote \(count) lines to \(url.path)", isError: false))
      } catch {
        mailbox.post(.notice("\(url.path) was not written: \(error.localizedDescription)", isError: true))
      }
    }
  }

  func write(_ contents: String, to path: String) {
    queue.async { [mailbox] in
      let url = URL(fileURLWithPath: (path as NSString).expandingTildeInPath)
      do {
        try Data(contents.utf8).write(to: url, options: .atomic)
        mailbox.post(.notice("wrote \(url.path)", isError: false))
      } catch {
        mailbox.post(.notice("\(url.path) was not written: \(error.localizedDescription)", isError: true))
      }
    }
  }
}
