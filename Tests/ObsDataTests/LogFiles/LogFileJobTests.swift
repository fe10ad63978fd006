import Foundation
import Testing

@testable import ObsData

@Suite struct `Log files that are followed` {
  /// Long after the files were written: nothing is waited for.
  private let later = Timestamp(seconds: Date().timeIntervalSince1970 + 3_600)

  private func lines(_ numbers: ClosedRange<Int>, level: String = "info", service: String = "a") -> String {
    numbers.map {
      let time = Timestamp(seconds: 1_795_334_400 + Double($0)).iso8601
      return
        "{\"@timestamp\":\"\(time)\",\"level\":\"\(level)\",\"service\":\"\(service)\",\"message\":\"line \($0)\"}\n"
    }.joined()
  }

  @Test func `the newest lines come first, the older ones after them, each once`() async throws {
    let folder = try LogFolder()
    let padding = String(repeating: "x", count: 2_000)
    let text = (0..<6_000).map { "{\"@timestamp\":\(1_795_334_400 + $0 / 7),\"message\":\"\($0) \(padding)\"}\n" }
      .joined()
    try folder.write(text)
    var job = LogFileJob(try folder.files("app.log"), .everything)
    guard case .logs(let first) = try await job.poll(now: later).body else { throw Failure("no lines") }
    #expect(first.isFirst && first.older.isEmpty && first.entries.count < 1_000)
    #expect(first.entries.last?.message.hasPrefix("5999 ") ?? false)
    #expect(first.notice?.hasPrefix("reading older lines") ?? false)
    let rest = try await job.readAll(now: later)
    let all = rest.messages + first.entries.map(\.message)
    #expect(all.map { $0.split(separator: " ")[0] } == (0..<6_000).map { "\($0)" })
    #expect(rest.batch.matched == 6_000)
  }

  @Test func `what is added comes once, a line that is not whole waits`() async throws {
    let folder = try LogFolder()
    try folder.write(lines(1...2))
    let now = Timestamp(seconds: Date().timeIntervalSince1970)
    var job = LogFileJob(try folder.files("app.log"), .everything)
    #expect(try await job.readAll(now: now).messages == ["line 1", "line 2"])
    #expect(try await job.more(now: now) == [])
    try folder.write(lines(3...3) + "{\"message\":\"torn", adding: true)
    #expect(try await job.more(now: now) == ["line 3"])
    try folder.write(" and mended\"}\n2026-11-22 12:00:00 plain\n", adding: true)
    #expect(try await job.more(now: now) == ["torn and mended"])
    // Plain text may be continued until the file has been quiet for a second.
    try folder.write("\tat a.b.C\n", adding: true)
    #expect(try await job.more(now: later) == ["plain\n\tat a.b.C"])
  }

  @Test func `a file that is renamed is read to its end before the new one`() async throws {
    let folder = try LogFolder()
    try folder.write(lines(1...2))
    var job = LogFileJob(try folder.files("app.log"), .everything)
    #expect(try await job.readAll(now: later).messages == ["line 1", "line 2"])
    try FileManager.default.moveItem(atPath: folder.path("app.log"), toPath: folder.path("app.log.1"))
    try folder.write(lines(3...3), to: "app.log.1", adding: true)
    try folder.write("", to: "app.log")
    #expect(try await job.more(now: later) == ["line 3"])
    try folder.write(lines(4...4), to: "app.log.1", adding: true)
    try folder.write(lines(5...6), to: "app.log", adding: true)
    #expect(try await job.more(now: later) == ["line 4", "line 5", "line 6"])
  }

  @Test func `a file that is cut short is read from its start again, and that is said`() async throws {
    let folder = try LogFolder()
    try folder.write(lines(1...9))
    var job = LogFileJob(try folder.files("app.log"), .everything)
    _ = try await job.readAll(now: later)
    // As copytruncate does: the same file, emptied and written on.
    let handle = try #require(FileHandle(forWritingAtPath: folder.path("app.log")))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(lines(10...20).utf8))
    guard case .logs(let batch) = try await job.poll(now: later).body else { throw Failure("no lines") }
    #expect(batch.entries.map(\.message) == (10...20).map { "line \($0)" })
    #expect(batch.notice?.contains("was cut short") ?? false)
  }

  @Test func `a missing file is waited for`() async throws {
    let folder = try LogFolder()
    var job = LogFileJob(try folder.files("app.log"), .everything)
    let first = try await job.readAll(now: later)
    #expect(first.messages == [] && first.batch.notice?.hasSuffix("does not exist yet: it is waited for") ?? false)
    try folder.write(lines(1...2))
    #expect(try await job.more(now: later) == ["line 1", "line 2"])
  }

  @Test func `files are merged by time, and name the lines that name no service`() async throws {
    let folder = try LogFolder()
    try folder.write("2026-11-22 08:00:00 one\n2026-11-22 08:00:02 three\n", to: "web.log")
    try folder.write("2026-11-22 08:00:01 two\n2026-11-22 08:00:03 four\n", to: "db.log")
    let files = try folder.files("web.log", "db.log")
    #expect(files.label == "web.log and 1 more")
    var job = LogFileJob(files, .everything)
    guard case .logs(let batch) = try await job.poll(now: later).body else { throw Failure("no lines") }
    #expect(
      batch.entries.map { "\($0.service ?? "-") \($0.message)" } == ["web one", "db two", "web three", "db four"])
    #expect(batch.matched == 4)
  }

  @Test func `level, service, trace and window are decided as a store would`() async throws {
    let folder = try LogFolder()
    try folder.write(
      lines(1...3) + lines(4...5, level: "error", service: "b") + lines(6...6, level: "fatal")
        + "{\"@timestamp\":1795334410,\"trace_id\":\"00000000000000aB\",\"message\":\"traced\"}\n")
    let files = try folder.files("app.log")
    func read(_ query: LogQuery) async throws -> [String] {
      var job = LogFileJob(files, query)
      return try await job.readAll(now: later).messages
    }
    #expect(try await read(LogQuery(minimumLevel: .error, window: .everything)) == ["line 4", "line 5", "line 6"])
    #expect(try await read(LogQuery(services: ["b"], window: .everything)) == ["line 4", "line 5"])
    #expect(try await read(LogQuery(traceID: TraceID(hex: "ab"), window: .everything)) == ["traced"])
    let range = TimeRange(start: Timestamp(seconds: 1_795_334_402), end: Timestamp(seconds: 1_795_334_404))
    #expect(try await read(LogQuery(window: .frozen(range))) == ["line 2", "line 3"])
    // Measured from the newest line, because the file is older than the window.
    #expect(try await read(LogQuery(window: .live(.seconds(4)))) == ["line 6", "traced"])
  }

  @Test func `no more lines are read than are held`() async throws {
    let folder = try LogFolder()
    try folder.write((0..<9_000).map { "2026-11-22 08:00:00 \($0) \(String(repeating: "x", count: 100))\n" }.joined())
    var options = LogFiles.Options()
    options.heldLines = 3_000
    var job = LogFileJob(try folder.files("app.log", options: options), .everything)
    let read = try await job.readAll(now: later)
    #expect(read.messages.count >= 3_000)
    #expect(read.messages.last?.hasPrefix("8999 ") ?? false)
    #expect(read.batch.notice == "the newest 3000 lines: --held sets how many" || read.messages.count == 9_000)
  }

  @Test func `the services of a file are told with their errors in the window`() async throws {
    let folder = try LogFolder()
    try folder.write(lines(1...3) + lines(4...5, level: "error", service: "b") + lines(1_000...1_000))
    var job = LogFileServicesJob(try folder.files("app.log"), .everything)
    #expect(
      try await job.poll(now: later).body
        == .services([ServiceFigures(name: "a", errorLines: 0), ServiceFigures(name: "b", errorLines: 2)]))
    var short = LogFileServicesJob(try folder.files("app.log"), .live(.seconds(60)))
    #expect(
      try await short.poll(now: later).body
        == .services([ServiceFigures(name: "a", errorLines: 0), ServiceFigures(name: "b", errorLines: 0)]))
  }

  @Test func `what is no log is refused with a sentence`() throws {
    let folder = try LogFolder()
    try folder.write([0x7F, 0x45, 0x4C, 0x46, 2, 1], to: "program")
    try folder.write([0xFF, 0xFE, 0x41, 0], to: "wide.txt")
    try folder.write((0..<200).map { UInt8($0 % 7) }, to: "data.bin")
    func refusal(_ path: String) -> String {
      do {
        _ = try LogFile(path: path)
        return "taken"
      } catch {
        return error.description
      }
    }
    #expect(refusal(folder.url.path).hasSuffix("is a folder: name the log files in it"))
    #expect(refusal(folder.path("program")).hasSuffix("is a program, not a log"))
    #expect(refusal(folder.path("wide.txt")).contains("iconv -f UTF-16 -t UTF-8 \(folder.path("wide.txt"))"))
    #expect(refusal(folder.path("data.bin")).hasSuffix("it looks like binary data"))
    #expect(refusal("/dev/null").contains("is not a plain file"))
  }

  private struct Failure: Error {
    let what: String
    init(_ what: String) { self.what = what }
  }
}
