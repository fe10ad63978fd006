import Glibc
import Synchronization

/// A file of log lines that may grow, be rotated or be cut short while it is read; or what comes from a pipe, or out of a
/// compressed file.
///
/// Its content is a row of segments, numbered from 0. A file that is renamed and made anew opens another segment, and the rest
/// of the old one is read first, because it stays open; one that is cut short begins again.
public final class LogFile: Sendable {
  /// A stretch of bytes that can be read.
  struct Segment: Sendable {
    let number: Int
    let file: OpenFile
    var range: Range<Int64>
    /// When it was last written.
    var modified: Timestamp
    /// Whether nothing will be added to it.
    var isClosed: Bool
  }

  /// What there is at one moment.
  struct Content: Sendable {
    /// The oldest first.
    var segments: [Segment]
    /// What is worth saying: that the file is waited for, was cut short, cannot be read.
    var notice: String?
  }

  private struct State {
    var segments: [Segment] = []
    /// The first bytes of the newest segment: a file that was cut short and grew again has others.
    var head: [UInt8] = []
    var notice: String?
    var next = 0
  }

  /// The name as the user wrote it; `stdin` for standard input.
  public let name: String
  private let path: String?
  private let spool: Spool?
  private let state = Mutex(State())

  /// Older segments than these are let go.
  private static let keptSegments = 4
  private static let headCount = 64

  /// A file by its path. It may be missing: then it is waited for. Throws a sentence for what cannot be a log.
  public init(path: String, temporaryFolder: String? = nil) throws(LogFileError) {
    name = path
    switch OpenFile.open(path) {
    case .success(let file):
      switch FileKind(of: file.read(at: 0, count: 4_096)) {
      case .text: (self.path, spool) = (path, nil)
      case .gzip:
        guard let spool = Spool(environment: temporaryFolder) else {
          throw LogFileError("\(path) cannot be decompressed: no temporary file can be made")
        }
        spool.inflate(file)
        (self.path, self.spool) = (nil, spool)
      case .refused(let reason):
        throw LogFileError("\(path) \(reason.replacing("FILE", with: path))")
      }
    case .failure(let error):
      guard error.isMissing else { throw error }
      (self.path, spool) = (path, nil)
    }
  }

  /// What comes through a pipe, from now to its end.
  public init(pipe descriptor: Int32, name: String = "stdin", temporaryFolder: String? = nil) throws(LogFileError) {
    guard let spool = Spool(environment: temporaryFolder) else {
      throw LogFileError("standard input cannot be kept: no temporary file can be made")
    }
    spool.fill(from: descriptor)
    self.name = name
    path = nil
    self.spool = spool
  }

  /// Whether it is a file of the file system, rather than what is still being taken in.
  var isPlain: Bool { path != nil }

  /// Looks what there is now.
  func content() -> Content {
    if let spool {
      let (range, isEnded, problem) = spool.extent
      let segment = Segment(
        number: 0, file: spool.file, range: range, modified: spool.file.status.modified, isClosed: isEnded)
      let cut = range.lowerBound > 0 ? "the oldest \(FetchError.bytes(Int(range.lowerBound))) are no longer kept" : nil
      return Content(segments: [segment], notice: problem.map { "\(name): \($0)" } ?? cut)
    }
    return state.withLock { state in
      look(&state)
      return Content(segments: state.segments, notice: state.notice)
    }
  }

  private func look(_ state: inout State) {
    guard let path else { return }
    if let last = state.segments.indices.last {
      let status = state.segments[last].file.status
      let size = Int64(status.st_size)
      let head = state.segments[last].file.read(at: 0, count: state.head.count)
      if size < state.segments[last].range.upperBound || head != state.head {
        let file = state.segments[last].file
        state.segments.removeLast()
        state.notice = "\(name) was cut short: it is read from its start again"
        add(file, to: &state)
      } else {
        state.segments[last].range = 0..<size
        state.segments[last].modified = status.modified
        if state.head.count < LogFile.headCount, size > Int64(state.head.count) {
          state.head = state.segments[last].file.read(at: 0, count: LogFile.headCount)
        }
      }
      var now = stat()
      if stat(path, &now) == 0, now.isSameFile(as: status) { return }
    }
    switch OpenFile.open(path) {
    case .success(let file):
      if case .refused(let reason) = FileKind(of: file.read(at: 0, count: 4_096)) {
        state.notice = "\(name) \(reason.replacing("FILE", with: name))"
        return
      }
      // Whoever wrote the old file has done so for the last time only when the new one holds something.
      guard state.segments.isEmpty || file.status.st_size > 0 else { return }
      if let last = state.segments.indices.last {
        state.segments[last].range = 0..<Int64(state.segments[last].file.status.st_size)
        state.segments[last].isClosed = true
      }
      state.notice = nil
      add(file, to: &state)
    case .failure(let error):
      state.notice =
        error.isMissing && state.segments.isEmpty
        ? "\(name) does not exist yet: it is waited for"
        : error.isMissing ? "\(name) is gone: a new one is waited for" : error.description
    }
  }

  private func add(_ file: OpenFile, to state: inout State) {
    let status = file.status
    state.head = file.read(at: 0, count: LogFile.headCount)
    state.segments.append(
      Segment(
        number: state.next, file: file, range: 0..<Int64(status.st_size), modified: status.modified, isClosed: false))
    state.next += 1
    if state.segments.count > LogFile.keptSegments { state.segments.removeFirst() }
  }
}
