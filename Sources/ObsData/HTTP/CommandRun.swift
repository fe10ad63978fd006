import Dispatch
import Glibc
import Synchronization

/// Runs a shell command of the user's and takes what it prints.
enum CommandRun {
  /// Why it gave nothing: `exited with 1`, to stand behind "the command".
  struct Failure: Error, Equatable { let reason: String }

  /// What `/bin/sh -c command` prints within the deadline. It runs in a session of its own, without a terminal: it can
  /// neither ask a question on our screen nor outlive the deadline.
  static func output(of command: String, deadline: Duration, maximumBytes: Int) async -> Result<[UInt8], Failure> {
    let flag = CancellationFlag()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          continuation.resume(
            returning: run(command, deadline: deadline, maximumBytes: maximumBytes, isCancelled: { flag.isRaised }))
        }
      }
    } onCancel: {
      flag.raise()
    }
  }

  private final class CancellationFlag: Sendable {
    private let value = Atomic(false)
    var isRaised: Bool { value.load(ordering: .relaxed) }
    func raise() { value.store(true, ordering: .relaxed) }
  }

  private static func run(
    _ command: String, deadline: Duration, maximumBytes: Int, isCancelled: () -> Bool
  ) -> Result<[UInt8], Failure> {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return .failure(Failure(reason: "could not be started")) }
    defer { close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let child = spawn(command, output: ends[1])
    close(ends[1])
    guard let child else { return .failure(Failure(reason: "could not be started")) }

    let end = ContinuousClock.now + deadline
    var bytes: [UInt8] = []
    var failure: Failure?
    var buffer = [UInt8](repeating: 0, count: 4096)
    reading: while failure == nil {
      var waiting = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
      // Short naps, so that a screen that is left does not wait for a slow vault.
      if poll(&waiting, 1, 50) > 0 {
        let count = read(ends[0], &buffer, buffer.count)
        if count == 0 { break reading }
        if count > 0 { bytes += buffer[..<count] }
      }
      if bytes.count > maximumBytes { failure = Failure(reason: "printed more than \(FetchError.bytes(maximumBytes))") }
      if ContinuousClock.now > end { failure = Failure(reason: "did not end within \(FetchError.duration(deadline))") }
      if isCancelled() { failure = Failure(reason: "was cancelled") }
    }
    let status = reap(child, until: end)
    kill(-child, SIGKILL)
    if let failure { return .failure(failure) }
    guard let status else { return .failure(Failure(reason: "did not end within \(FetchError.duration(deadline))")) }
    guard status == 0 else {
      let code = (status >> 8) & 0xFF
      return .failure(Failure(reason: code == 0 ? "was killed by signal \(status & 0x7F)" : "exited with \(code)"))
    }
    return .success(bytes)
  }

  /// Waits for the process, kills it at the deadline. Nil where it had to be killed.
  private static func reap(_ child: pid_t, until end: ContinuousClock.Instant) -> Int32? {
    var status: Int32 = 0
    while true {
      let result = waitpid(child, &status, WNOHANG)
      if result == child { return status }
      // Somebody else reaps children here: nothing is known, so the output decides.
      if result < 0, errno != EINTR { return 0 }
      if ContinuousClock.now > end { break }
      usleep(2_000)
    }
    kill(-child, SIGKILL)
    waitpid(child, &status, 0)
    return nil
  }

  private static func spawn(_ command: String, output: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    guard posix_spawn_file_actions_init(&actions) == 0, posix_spawnattr_init(&attributes) == 0 else { return nil }
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    // Dispatch blocks signals on its threads; the child must not inherit that, nor an ignored SIGPIPE.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let newSession = 0x80  // POSIX_SPAWN_SETSID, which Swift does not import
    posix_spawnattr_setflags(&attributes, Int16(newSession | Int(POSIX_SPAWN_SETSIGMASK) | Int(POSIX_SPAWN_SETSIGDEF)))
    var arguments: [UnsafeMutablePointer<CChar>?] = []
    for word in ["/bin/sh", "-c", command] { arguments.append(strdup(word)) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var child: pid_t = 0
    return posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, environ) == 0 ? child : nil
  }
}
