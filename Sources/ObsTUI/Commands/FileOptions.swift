import ArgumentParser
import Foundation
import ObsData

/// Files of log lines in place of a log store.
struct FileOptions: ParsableArguments {
  @Option(
    name: .customLong("file"),
    help: ArgumentHelp(
      "Read log lines (JSON or plain text, also .gz) from this file instead of a log store; - is standard input. May be repeated.",
      valueName: "file"))
  var files: [String] = []

  /// Opens them; nil where none are named. With `keyboard`, the terminal takes the place of a standard input that is read from.
  /// A file that is not there is waited for, or refused where nobody waits.
  func open(_ setup: Setup, keyboard: Bool, waits: Bool = true) throws -> LogFiles? {
    guard !files.isEmpty else { return nil }
    if !waits { try requireFiles() }
    let folder = setup.environment["TMPDIR"]
    var opened: [LogFile] = []
    for path in files {
      do throws(LogFileError) {
        if path != "-" {
          opened.append(try LogFile(path: path, temporaryFolder: folder))
          continue
        }
      } catch {
        throw UsageError("--file: \(error.description)")
      }
      guard !opened.contains(where: { $0.name == FileOptions.standardInput }) else {
        throw UsageError("--file -: standard input can be read only once")
      }
      opened.append(try FileOptions.pipe(keyboard: keyboard, folder: folder))
    }
    var options = LogFiles.Options()
    options.heldLines = setup.settings.heldLines.value
    options.localOffset = TimeZone.current.secondsFromGMT()
    let others = setup.settings.current?.stores.keys.filter { $0.isPolled && $0 != .elasticsearch } ?? []
    options.endsWithNewestLine = others.isEmpty
    return LogFiles(opened, options: options)
  }

  /// Throws a sentence for the first file that is not there.
  func requireFiles() throws(UsageError) {
    guard let missing = files.first(where: { $0 != "-" && !FileManager.default.fileExists(atPath: $0) }) else { return }
    throw UsageError("--file: \(missing) is not there; with --follow it is waited for")
  }

  private static let standardInput = "stdin"

  /// The files as a later run finds them, whatever folder it begins in; `-` for standard input, which it does not find.
  static func paths(of files: LogFiles) -> [String] {
    files.files.map { $0.name == standardInput ? "-" : URL(fileURLWithPath: $0.name).standardizedFileURL.path }
  }

  private static func pipe(keyboard: Bool, folder: String?) throws -> LogFile {
    guard isatty(STDIN_FILENO) == 0 else {
      throw UsageError("--file -: nothing is piped in; as in: kubectl logs -f POD | obs-tui --file -")
    }
    let descriptor = dup(STDIN_FILENO)
    guard descriptor >= 0 else { throw UsageError("--file -: standard input is closed") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    if keyboard {
      let terminal = Glibc.open("/dev/tty", O_RDWR)
      guard terminal >= 0, dup2(terminal, STDIN_FILENO) >= 0 else {
        throw UsageError("--file -: there is no terminal to read keys from")
      }
      close(terminal)
    }
    do throws(LogFileError) {
      return try LogFile(pipe: descriptor, name: standardInput, temporaryFolder: folder)
    } catch {
      throw UsageError("--file -: \(error.description)")
    }
  }

  /// Begins with every line at every level. Where files stand alone the window holds them whole; beside other stores it is that
  /// of the lines where they are older than it, so that all panes speak of the same time.
  static func prepare(_ dashboard: inout Dashboard, for files: LogFiles) {
    dashboard.logs.ask(minimumLevel: nil)
    if dashboard.configuration.hasLogsAlone {
      dashboard.window = .everything
      dashboard.liveDuration = dashboard.window.duration
    } else if let range = files.range(now: dashboard.now), range.end < dashboard.now - dashboard.window.duration {
      let start = max(range.start, range.end - .seconds(86_400))
      dashboard.window = .frozen(TimeRange(start: start, end: range.end))
    }
  }
}
