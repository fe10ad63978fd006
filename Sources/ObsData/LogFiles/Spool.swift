import CZlib
import Dispatch
import Glibc
import Synchronization

/// What comes from a pipe or out of a compressed file, kept in a temporary file without a name, so that it can be read as often
/// as the question changes and holds no memory. Beyond `capacity` the oldest bytes are given back to the disk.
final class Spool: Sendable {
  private struct State {
    var start: Int64 = 0
    var end: Int64 = 0
    var isEnded = false
    var problem: String?
  }

  let file: OpenFile
  private let capacity: Int64
  private let state = Mutex(State())

  /// Nil where no temporary file can be made.
  init?(capacity: Int64 = 1 << 30, environment folder: String?) {
    let folder = folder.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    var template = Array((folder + "/obs-tui-" + String(repeating: "X", count: 6)).utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    file = OpenFile(descriptor)
    self.capacity = capacity
  }

  /// Where the bytes lie that can be read, whether more may come, and what is wrong.
  var extent: (range: Range<Int64>, isEnded: Bool, problem: String?) {
    state.withLock { ($0.start..<$0.end, $0.isEnded, $0.problem) }
  }

  /// Reads a descriptor to its end, on a queue of its own.
  func fill(from descriptor: Int32) {
    DispatchQueue(label: "obs-tui.spool").async { [self] in
      var buffer = [UInt8](repeating: 0, count: 256 << 10)
      while true {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0 {
          if errno == EINTR { continue }
          if errno == EAGAIN {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&waiting, 1, -1)
            continue
          }
          return finish("it cannot be read on: \(String(cString: strerror(errno)))")
        }
        guard count > 0 else { return finish(nil) }
        guard append(buffer[..<count]) else { return }
      }
    }
  }

  /// Inflates a gzip file, on a queue of its own. A file may hold several members, as rotated logs that were appended do.
  func inflate(_ source: OpenFile) {
    DispatchQueue(label: "obs-tui.inflate").async { [self] in
      guard let stream = oz_open() else { return finish("there is no memory to decompress it") }
      defer { oz_close(stream) }
      var output = [UInt8](repeating: 0, count: 256 << 10)
      var offset: Int64 = 0
      var isAtMember = true
      while true {
        let input = source.read(at: offset, count: 256 << 10)
        guard !input.isEmpty else { return finish(isAtMember ? nil : "the compressed file ends in the middle") }
        var position = 0
        while position < input.count {
          var used = 0
          var made = 0
          let code = input[position...].withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { oz_inflate(stream, $0, bytes.count, &used, &output, output.count, &made) } ?? 0
          }
          position += used
          guard append(output[..<made]) else { return }
          if code < 0 {
            return finish(isAtMember && offset + Int64(position) > 0 ? nil : "the compressed file is damaged")
          }
          isAtMember = code == 1
          if code == 1 { oz_reset(stream) } else if used == 0, made == 0 { break }
        }
        offset += Int64(input.count)
      }
    }
  }

  private func append(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    var end = state.withLock { $0.end }
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { pwrite(file.descriptor, $0.baseAddress, $0.count, off_t(end)) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        finish("the temporary file cannot be written: \(String(cString: strerror(errno)))")
        return false
      }
      rest = rest.dropFirst(count)
      end += Int64(count)
    }
    state.withLock { state in
      state.end = end
      guard end - state.start > capacity else { return }
      // An eighth at once, so that this is rare.
      let start = end - capacity + capacity / 8
      _ = oz_punch(file.descriptor, state.start, start - state.start)
      state.start = start
    }
    return true
  }

  private func finish(_ problem: String?) {
    state.withLock { state in
      state.isEnded = true
      state.problem = problem
    }
  }
}
