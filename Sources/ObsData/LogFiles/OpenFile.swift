import Glibc

/// An open file that is closed when nobody holds it any more.
final class OpenFile: Sendable {
  let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Opens a file for reading; what is no plain file would block or never end, and is not waited for.
  static func open(_ path: String) -> Result<OpenFile, LogFileError> {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(LogFileError(path, code: errno)) }
    let file = OpenFile(descriptor)
    switch file.status.st_mode & S_IFMT {
    case S_IFREG: return .success(file)
    case S_IFDIR: return .failure(LogFileError("\(path) is a folder: name the log files in it"))
    default:
      return .failure(LogFileError("\(path) is not a plain file: pipe it in, with --file -"))
    }
  }

  /// What the system says of the file; all zero where it says nothing.
  var status: stat {
    var status = stat()
    _ = fstat(descriptor, &status)
    return status
  }

  /// Up to `count` bytes from `offset` on; fewer at the file's end.
  func read(at offset: Int64, count: Int) -> [UInt8] {
    guard count > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + off_t(filled))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return }
        filled += got
      }
    }
  }
}

/// Why a log file cannot be read: a sentence that names the file.
public struct LogFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String
  /// Whether the file is not there, and may yet come.
  public let isMissing: Bool

  init(_ description: String, isMissing: Bool = false) {
    self.description = description
    self.isMissing = isMissing
  }

  init(_ path: String, code: Int32) {
    switch code {
    case ENOENT: self.init("\(path) does not exist", isMissing: true)
    case EACCES, EPERM: self.init("\(path) may not be read by this user")
    default: self.init("\(path) cannot be read: \(String(cString: strerror(code)))")
    }
  }
}

extension stat {
  /// When the file was last written.
  var modified: Timestamp {
    Timestamp(nanoseconds: Int64(st_mtim.tv_sec) * 1_000_000_000 + Int64(st_mtim.tv_nsec))
  }

  func isSameFile(as other: stat) -> Bool { st_ino == other.st_ino && st_dev == other.st_dev }
}
