import Foundation
import Testing

@testable import ObsData

@Suite(.timeLimit(.minutes(1))) struct `Log files as streams` {
  private let later = Timestamp(seconds: Date().timeIntervalSince1970 + 3_600)

  private func read(_ files: LogFiles, _ query: LogQuery, limit: Int? = nil) async throws -> [String] {
    var stream = LogFileStream(files, query, limit: limit, follows: false)
    var messages: [String] = []
    while let batch = try await stream.next(now: later) {
      messages += batch.entries.map(\.message)
      await Task.yield()
    }
    return messages
  }

  @Test func `a file comes whole and in its order, several by time`() async throws {
    let folder = try LogFolder()
    let lines = (0..<20_000).map { "2026-11-22 08:00:\(String(10 + $0 % 50)) \($0)" }
    try folder.write(lines.joined(separator: "\n"))
    #expect(try await read(try folder.files("app.log"), .everything) == (0..<20_000).map { "\($0)" })
    try folder.write("2026-11-22 08:00:00 1\n2026-11-22 08:00:02 3\n", to: "a.log")
    try folder.write("2026-11-22 08:00:01 2\n2026-11-22 08:00:03 4\n", to: "b.log")
    #expect(try await read(try folder.files("a.log", "b.log"), .everything) == ["1", "2", "3", "4"])
  }

  @Test func `a limit leaves the newest lines`() async throws {
    let folder = try LogFolder()
    try folder.write((0..<9_999).map { "2026-11-22 08:00:00 \($0)\n" }.joined())
    #expect(try await read(try folder.files("app.log"), .everything, limit: 3) == ["9996", "9997", "9998"])
  }

  @Test func `a stream that follows gives what is added, and does not end`() async throws {
    let folder = try LogFolder()
    try folder.write("{\"msg\":\"one\"}\n")
    var stream = LogFileStream(try folder.files("app.log"), .everything, limit: nil, follows: true)
    #expect(try await stream.next(now: later)?.entries.map(\.message) == ["one"])
    #expect(try await stream.next(now: later)?.entries.isEmpty == true)
    #expect(stream.isLevel)
    try folder.write("{\"msg\":\"two\"}\n", adding: true)
    #expect(try await stream.next(now: later)?.entries.map(\.message) == ["two"])
  }

  @Test func `a pipe is read to its end`() async throws {
    let pipe = Pipe()
    let file = try LogFile(pipe: dup(pipe.fileHandleForReading.fileDescriptor))
    try pipe.fileHandleForWriting.write(contentsOf: Data("{\"msg\":\"one\"}\n{\"msg\":\"last, without a break\"}".utf8))
    try pipe.fileHandleForWriting.close()
    #expect(try await read(LogFiles([file]), .everything) == ["one", "last, without a break"])
  }

  @Test func `a compressed file is read as what is in it, all members of it`() async throws {
    let folder = try LogFolder()
    try folder.write((0..<5_000).map { "{\"msg\":\"\($0)\"}\n" }.joined(), to: "a")
    try folder.write("{\"msg\":\"second member\"}\n", to: "b")
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c", "cd '\(folder.url.path)' && gzip a b && cat a.gz b.gz > both.gz && head -c 200 a.gz > torn.gz",
    ]
    try process.run()
    process.waitUntilExit()
    #expect(
      try await read(try folder.files("both.gz"), .everything) == (0..<5_000).map { "\($0)" } + ["second member"])
    let torn = try LogFile(path: folder.path("torn.gz"))
    _ = try await read(LogFiles([torn]), .everything)
    #expect(torn.content().notice?.contains("ends in the middle") ?? false)
  }

  @Test func `a spool that is full forgets its oldest bytes`() async throws {
    let pipe = Pipe()
    let spool = try #require(Spool(capacity: 1 << 20, environment: nil))
    spool.fill(from: dup(pipe.fileHandleForReading.fileDescriptor))
    for _ in 0..<40 { try pipe.fileHandleForWriting.write(contentsOf: Data(repeating: 0x41, count: 64 << 10)) }
    try pipe.fileHandleForWriting.close()
    while !spool.extent.isEnded { await Task.yield() }
    let range = spool.extent.range
    #expect(range.upperBound == 40 * 64 << 10 && range.lowerBound > 1 << 20 && range.count <= 1 << 20)
    #expect(spool.file.read(at: range.lowerBound, count: 4) == [0x41, 0x41, 0x41, 0x41])
  }
}
