import Dispatch
import Glibc
import Synchronization

/// Runs a command of the user's and takes what it prints: the only place that starts a process for the data layer.
enum CommandRun {
  /// Why it gave nothing: `exited with 1`, to stand behind "the command".
  struct Failure: Error, Equatable { let reason: String }

  /// What is run, what it reads, and how much of what it prints is taken.
  private struct Order: Sendable {
    var words: [String]
    var input: [UInt8] = []
    let deadline: Duration
    let maximumBytes: Int
    /// Whether more output than that is a failure; else it is thrown away.
    var refusesMore = true
    /// Whether what it says on standard error is taken too.
    var takesErrors = false
  }

  /// What `/bin/sh -c command` prints within the deadline. It runs in a session of its own, without a terminal: it can
  /// neither ask a question on our screen nor outlive the deadline.
  static func output(of command: String, deadline: Duration, maximumBytes: Int) async -> Result<[UInt8], Failure> {
    await output(Order(words: ["/bin/sh", "-c", command], deadline: deadline, maximumBytes: maximumBytes))
  }

  /// What a program prints on either stream when it is run with these words, no shell between, and reads `input`; of more than
  /// `keeping` bytes only the first. The failure repeats the beginning of what it said.
  static func output(
    of words: [String], input: [UInt8], deadline: Duration, keeping maximumBytes: Int
  ) async -> Result<[UInt8], Failure> {
    await output(
      Order(
        words: words, input: input, deadline: deadline, maximumBytes: maximumBytes, refusesMore: false,
        takesErrors: true))
  }

  private static func output(_ order: Order) async -> Result<[UInt8], Failure> {
    let flag = CancellationFlag()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          continuation.resume(returning: run(order, isCancelled: { flag.isRaised }))
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

  private static func run(_ order: Order, isCancelled: () -> Bool) -> Result<[UInt8], Failure> {
    let deadline = order.deadline
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return .failure(Failure(reason: "could not be started")) }
    defer { close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    guard let input = inputFile(order.input) else {
      close(ends[1])
      return .failure(Failure(reason: "could not be given its input"))
    }
    let (child, code) = spawn(order, input: input, output: ends[1])
    close(ends[1])
    close(input)
    guard let child else {
      return .failure(Failure(reason: "could not be started: \(String(cString: strerror(code)))"))
    }

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
        if count > 0, order.refusesMore || bytes.count < order.maximumBytes { bytes += buffer[..<count] }
      }
      if order.refusesMore, bytes.count > order.maximumBytes {
        failure = Failure(reason: "printed more than \(FetchError.bytes(order.maximumBytes))")
      }
      if ContinuousClock.now > end { failure = Failure(reason: "did not end within \(FetchError.duration(deadline))") }
      if isCancelled() { failure = Failure(reason: "was cancelled") }
    }
    let status = reap(child, until: end)
    kill(-child, SIGKILL)
    if let failure { return .failure(failure) }
    guard let status else { return .failure(Failure(reason: "did not end within \(FetchError.duration(deadline))")) }
    guard status == 0 else {
      let code = (status >> 8) & 0xFF
      let words = order.takesErrors ? said(bytes) : ""
      return .failure(
        Failure(reason: (code == 0 ? "was killed by signal \(status & 0x7F)" : "exited with \(code)") + words))
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

  /// The beginning of what a program said, to stand behind its exit code.
  private static func said(_ bytes: [UInt8]) -> String {
    let text = FetchError.bounded(FetchError.singleLine(String(decoding: bytes.prefix(1_000), as: UTF8.self)), to: 120)
    return text.isEmpty ? "" : ": \(text)"
  }

  /// A file without a name that holds the input, read from its beginning: no pipe that the program may leave unread.
  private static func inputFile(_ bytes: [UInt8]) -> Int32? {
    guard !bytes.isEmpty else {
      let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
      return file < 0 ? nil : file
    }
    guard let stream = tmpfile() else { return nil }
    defer { fclose(stream) }
    guard fwrite(bytes, 1, bytes.count, stream) == bytes.count, fflush(stream) == 0 else { return nil }
    let file = fcntl(fileno(stream), F_DUPFD_CLOEXEC, 3)
    guard file >= 0 else { return nil }
    lseek(file, 0, SEEK_SET)
    return file
  }

  /// Starts it; else the number of the error.
  private static func spawn(_ order: Order, input: Int32, output: Int32) -> (pid_t?, Int32) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    guard posix_spawn_file_actions_init(&actions) == 0, posix_spawnattr_init(&attributes) == 0 else {
      return (nil, ENOMEM)
    }
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    if order.takesErrors {
      posix_spawn_file_actions_adddup2(&actions, output, 2)
    } else {
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
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
    for word in order.words { arguments.append(strdup(word)) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, order.words.first ?? "", &actions, &attributes, &arguments, environ)
    return code == 0 ? (child, 0) : (nil, code)
  }
}
