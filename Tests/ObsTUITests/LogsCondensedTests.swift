import ObsData
import Testing

@testable import ObsTUI

/// Repeated lines as one row.
struct LogsCondensedTests {
  private let context = Sample.context()

  private func pane(_ messages: [String]) -> LogPane {
    Sample.pane(messages.enumerated().map { Sample.line("\($0)", at: Int64($0) * 1_000, $1, service: nil) })
  }

  private func press(_ commands: Command..., on pane: inout LogPane, search: String? = nil) -> [Request] {
    commands.flatMap { pane.perform($0, in: Sample.context(search: search), height: 9) ?? [] }
  }

  private func messages(_ pane: LogPane) -> [String] {
    pane.view(Size(width: 70, height: 9), in: context).text.split(separator: "\n").map { String($0.dropFirst(17)) }
  }

  @Test func `D lists lines that repeat as one row with their number, in three ways`() {
    var pane = pane([
      "pool empty", "pool empty", "pool empty", "took 12ms", "took 7ms", "read \"a\" 1", "read \"b\" 2", "pool empty",
    ])
    #expect(press(.cycleCondense, on: &pane) == [.notice("equal lines that follow each other are one row")])
    #expect(
      messages(pane) == ["×3 pool empty", "took 12ms", "took 7ms", "read \"a\" 1", "read \"b\" 2", "pool empty"])
    #expect(pane.title(in: context).contains("6 rows, equal lines once"))
    _ = press(.cycleCondense, on: &pane)
    #expect(messages(pane) == ["×3 pool empty", "×2 took 12ms", "read \"a\" 1", "read \"b\" 2", "pool empty"])
    _ = press(.cycleCondense, on: &pane)
    #expect(messages(pane) == ["×3 pool empty", "×2 took 12ms", "×2 read \"a\" 1", "pool empty"])
    #expect(press(.cycleCondense, on: &pane) == [.notice("every line is listed")])
    #expect(messages(pane).count == 8)
  }

  @Test func `selection and marks stay with their lines`() {
    var pane = pane(["a", "b", "b", "b", "c"])
    _ = press(.up, .up, .mark, on: &pane)
    #expect(pane.selectedLine?.entry.id.document == "2")
    _ = press(.cycleCondense, on: &pane)
    #expect(pane.view(Size(width: 70, height: 3), in: context).text.split(separator: "\n")[1].hasPrefix("●"))
    #expect(pane.selectedLine?.entry.id.document == "1")
    _ = press(.cycleCondense, .cycleCondense, .cycleCondense, on: &pane)
    #expect(pane.selectedLine?.entry.id.document == "2")
    #expect(pane.marks.count == 1)
  }

  @Test func `what comes in joins its group or opens one, also in the middle`() {
    var pane = pane(["a", "a", "a", "b"])
    _ = press(.cycleCondense, on: &pane)
    func receive(_ id: String, at time: Int64, _ message: String) {
      pane.receive(Sample.answer(pane, LogBatch(entries: [Sample.line(id, at: time, message, service: nil)])))
    }
    receive("x", at: 4_000, "b")
    #expect(messages(pane) == ["×3 a", "×2 b"])
    receive("y", at: 450, "a")
    #expect(messages(pane).first?.hasPrefix("×4 a") ?? false)
    receive("z", at: 1_500, "other")
    #expect(messages(pane).map { $0.split(separator: " ").last } == ["a", "other", "a", "b"])
    var fresh = CondensedLines(.exact, in: pane.buffer)
    #expect(fresh == pane.reading.condensed)
    if let key = pane.buffer[2]?.key { fresh.drop(before: key) }
    #expect(fresh.heads.first == pane.buffer[2]?.key)
  }

  @Test func `groups are the same however the lines came`() {
    var state: UInt64 = 5
    var buffer = LogBuffer(capacity: 400)
    var condensed = CondensedLines(.numbers, in: buffer)
    for batch in 0..<60 {
      let entries = (0..<10).map { number -> LogEntry in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let word = ["a 1", "a 22", "b"][Int(state >> 33) % 3]
        return Sample.line("\(batch)-\(number)", at: Int64(batch * 20) + Int64((state >> 40) % 90), word)
      }
      condensed.add(buffer.insert(entries), in: buffer)
      if let oldest = buffer.first?.key { condensed.drop(before: oldest) }
    }
    #expect(condensed == CondensedLines(.numbers, in: buffer))
    #expect(condensed.heads.count > 50)
  }

  @Test func `n and e go from row to row`() {
    var pane = pane(["x 1", "x 1", "y", "x 1", "x 1"])
    _ = press(.cycleCondense, on: &pane)
    #expect(press(.previousMatch, on: &pane, search: "x") == [.notice("match 2 of 4")])
    #expect(pane.selectedLine?.entry.id.document == "0")
    _ = press(.nextMatch, on: &pane, search: "x")
    #expect(pane.selectedLine?.entry.id.document == "3")
    _ = press(.previousError, .previousError, on: &pane)
    #expect(pane.selectedLine?.entry.id.document == "0")
  }
}
