import Glibc

/// Reads all bytes of a file of traces, whatever kind of file it is, up to a limit.
enum TraceFileBytes {
  private static let step = 4 << 20

  /// The file's bytes, decompressed where it is compressed with gzip. `watch` is told how far it has come, from 0 to 1.
  static func read(
    path: String, name: String, maximumBytes: Int, watch: (Double) -> Bool
  ) throws(FetchError) -> [UInt8] {
    let problem = TraceFileProblem(name: name)
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw refusal(errno, problem) }
    defer { if path != "-" { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw refusal(errno, problem) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw problem.error(.settings, "it is a folder", advice: "name one file in it")
    }
    let isDevice = [S_IFCHR, S_IFBLK].contains(status.st_mode & S_IFMT)
    if path != "-", isDevice { throw problem.error(.settings, "it is a device, and may never end") }
    if path == "-", isatty(STDIN_FILENO) == 1 {
      throw problem.error(.settings, "it is a terminal", advice: "pipe the file in, or name it in the place of -")
    }
    let expected = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    if expected > maximumBytes { throw tooLarge(problem, maximumBytes) }
    let raw = try readAll(descriptor, expected: expected, problem, maximumBytes) { watch($0) }
    guard raw.starts(with: [0x1F, 0x8B]) else { return raw }
    do {
      return try Gzip.inflate(raw, maximumBytes: maximumBytes, watch: watch)
    } catch {
      switch error {
      case .damaged(let offset):
        throw problem.error(.malformed, "the compressed file is damaged at byte \(offset)")
      case .truncated:
        throw problem.error(.malformed, "the compressed file ends in the middle, at byte \(raw.count)")
      case .tooLarge: throw tooLarge(problem, maximumBytes)
      case .cancelled: throw problem.error(.cancelled, "stopped")
      case .memory: throw problem.error(.settings, "there is no memory to decompress it")
      }
    }
  }

  private static func readAll(
    _ descriptor: Int32, expected: Int, _ problem: TraceFileProblem, _ maximumBytes: Int, watch: (Double) -> Bool
  ) throws(FetchError) -> [UInt8] {
    var failure: FetchError?
    // A plain file is read in one piece; a byte more, so that its end is seen without growing.
    var bytes = [UInt8](unsafeUninitializedCapacity: expected + 1) { buffer, filled in
      while filled < buffer.count, failure == nil {
        let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, min(step, buffer.count - filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = refusal(errno, problem) }
        if got <= 0 { return }
        filled += got
        if !watch(Double(filled) / Double(buffer.count)) { failure = problem.error(.cancelled, "stopped") }
      }
    }
    if let failure { throw failure }
    // More comes from a pipe, and from a file that grows.
    var part = [UInt8](repeating: 0, count: bytes.count > expected ? 1 << 20 : 0)
    while !part.isEmpty {
      let got = Glibc.read(descriptor, &part, part.count)
      if got < 0, errno == EINTR { continue }
      if got < 0 { throw refusal(errno, problem) }
      if got == 0 { break }
      bytes += part[..<got]
      if bytes.count > maximumBytes { throw tooLarge(problem, maximumBytes) }
      guard watch(0.5) else { throw problem.error(.cancelled, "stopped") }
    }
    return bytes
  }

  private static func tooLarge(_ problem: TraceFileProblem, _ maximumBytes: Int) -> FetchError {
    problem.error(
      .tooLarge, "it is larger than \(FetchError.bytes(maximumBytes))",
      advice: "cut the one trace out that is wanted: jq '{data:[.data[] | select(.traceID==\"…\")]}'")
  }

  private static func refusal(_ code: Int32, _ problem: TraceFileProblem) -> FetchError {
    switch code {
    case ENOENT, ENOTDIR: problem.error(.notFound, "it does not exist")
    case EACCES, EPERM: problem.error(.settings, "it may not be read by this user")
    default: problem.error(.settings, "it cannot be read: \(String(cString: strerror(code)))")
    }
  }
}
