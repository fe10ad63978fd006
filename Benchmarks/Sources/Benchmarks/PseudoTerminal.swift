import Foundation
import Glibc

/// A program on a pseudo terminal: what it draws is read here, what is written here it reads as keys.
final class PseudoTerminal {
  struct Failure: Error { let what: String }

  let pid: pid_t
  private let master: Int32
  /// Everything the program has written, counted and not kept.
  private(set) var bytesRead = 0

  /// Starts a program on a terminal of that size.
  init(_ arguments: [String], width: Int, height: Int, environment: [String: String] = [:]) throws {
    // As posix_openpt, unlockpt and ptsname do it on Linux (tty_ioctl(2)); Swift does not see those.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (lock, number): (Int32, UInt32) = (0, 0)
    guard master >= 0, ioctl(master, UInt(0x4004_5431), &lock) == 0, ioctl(master, UInt(0x8004_5430), &number) == 0
    else { throw Failure(what: "no pseudo terminal") }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    let slave = open(name, O_RDWR | O_NOCTTY)
    guard slave >= 0 else { throw Failure(what: "cannot open \(name)") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    for descriptor in Int32(0)...2 { posix_spawn_file_actions_adddup2(&actions, slave, descriptor) }
    posix_spawn_file_actions_addclose(&actions, master)
    var variables = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": "/nonexistent", "TZ": "UTC"]
    for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { variables[name] = ProcessInfo.processInfo.environment[name] }
    variables.merge(environment) { $1 }
    var argv = arguments.map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    var child: pid_t = 0
    let status = posix_spawn(&child, arguments[0], &actions, nil, &argv, &envp)
    for pointer in argv + envp { free(pointer) }
    posix_spawn_file_actions_destroy(&actions)
    close(slave)
    guard status == 0 else { throw Failure(what: "cannot start \(arguments[0]): \(String(cString: strerror(status)))") }
    pid = child
  }

  deinit {
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    close(master)
  }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(master, $0.baseAddress, $0.count) }
  }

  /// What has been written within `timeout` seconds: as soon as there is something. Nil when nothing came.
  func read(timeout: Double) -> [UInt8]? {
    var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, Int32(max(timeout, 0) * 1_000)) > 0, descriptor.revents & Int16(POLLIN) != 0 else {
      return nil
    }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(master, &buffer, buffer.count)
    guard count > 0 else { return nil }
    bytesRead += count
    return Array(buffer.prefix(count))
  }

  /// Reads until nothing has come for `quiet` seconds, or `limit` seconds have passed.
  @discardableResult
  func drain(quiet: Double, limit: Double) -> [UInt8] {
    var all: [UInt8] = []
    let end = now() + limit
    while now() < end, let bytes = read(timeout: quiet) { all += bytes }
    return all
  }

  /// Reads until `text` was written, and says how many seconds that took; nil after `limit` seconds.
  func wait(for text: String, limit: Double) -> Double? {
    let start = now()
    let wanted = Array(text.utf8)
    var tail: [UInt8] = []
    while now() - start < limit {
      guard let bytes = read(timeout: 0.2) else { continue }
      tail += bytes
      if tail.contains(wanted) { return now() - start }
      if tail.count > 1 << 20 { tail.removeFirst(tail.count - wanted.count) }
    }
    return nil
  }
}

extension [UInt8] {
  func contains(_ wanted: [UInt8]) -> Bool {
    guard !wanted.isEmpty, count >= wanted.count else { return wanted.isEmpty }
    return indices.dropLast(wanted.count - 1).contains {
      self[$0] == wanted[0] && self[$0..<$0 + wanted.count].elementsEqual(wanted)
    }
  }
}

/// Seconds of a clock that only goes forward.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// CPU seconds and resident bytes of a process, from /proc.
func usage(of pid: pid_t) -> (cpu: Double, resident: Int) {
  let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
  let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
  let ticks = fields.count > 12 ? (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0) : .nan
  let pages = (try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8))?.split(separator: " ")
  let resident = pages.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0
  return (ticks / Double(sysconf(Int32(_SC_CLK_TCK))), resident * Int(sysconf(Int32(_SC_PAGESIZE))))
}
