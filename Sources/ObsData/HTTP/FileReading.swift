import Foundation
import Glibc

/// Reads small files of the user's with reasons that can be read.
enum FileReading {
  /// Why a file gave nothing: `does not exist`, to stand behind its name.
  struct Failure: Error, Equatable {
    let reason: String
    /// Whether there is no such file, rather than one that cannot be read.
    var isMissing = false
  }

  /// The whole file, if it is one and not larger than that. Devices and pipes are refused: they may never end.
  static func read(_ path: String, maximumBytes: Int) -> Result<[UInt8], Failure> {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      return .failure(Failure(reason: reason(code), isMissing: code == ENOENT || code == ENOTDIR))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: return .failure(Failure(reason: "is a folder, not a file"))
    default: return .failure(Failure(reason: "is not a plain file"))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .failure(Failure(reason: reason(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        return .failure(Failure(reason: reason(errno)))
      }
      if count == 0 { return .success(bytes) }
      bytes += buffer[..<count]
      if bytes.count > maximumBytes {
        return .failure(Failure(reason: "is larger than \(FetchError.bytes(maximumBytes))"))
      }
    }
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT, ENOTDIR: "does not exist"
    case EACCES, EPERM: "may not be read by this user"
    default: "cannot be read: \(String(cString: strerror(code)))"
    }
  }
}
