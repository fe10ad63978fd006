import Foundation
import Synchronization
import Testing

@testable import ObsData

/// A job that plays a script of answers, and says in a journal when it was asked.
private struct ScriptedJob: PollJob {
  let name: String
  let journal: Journal
  var script: [Result<PollAnswer, FetchError>]

  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    journal.add("ask \(name)")
    guard !script.isEmpty else { return PollAnswer(nil, next: .never) }
    return try script.removeFirst().get()
  }
}

/// A job whose store never answers: it waits until it is cancelled.
private struct HangingJob: PollJob {
  let journal: Journal

  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    journal.add("ask")
    do { try await Task.sleep(for: .seconds(3_600)) } catch { journal.add("cancelled") }
    return PollAnswer(.alerts([]))
  }
}

/// Lines in the order they happened, that a test can wait for.
private final class Journal: Sendable {
  private let state = Mutex<(lines: [String], waiters: [(count: Int, resume: CheckedContinuation<Void, Never>)])>(
    ([], []))

  func add(_ line: String) {
    let due = state.withLock { state in
      state.lines.append(line)
      let due = state.waiters.filter { $0.count <= state.lines.count }
      state.waiters.removeAll { $0.count <= state.lines.count }
      return due.map(\.resume)
    }
    for waiter in due { waiter.resume() }
  }

  /// The first `count` lines, as soon as there are so many.
  func lines(_ count: Int) async -> [String] {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.lines.count >= count { return true }
        state.waiters.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
    return state.withLock { $0.lines }
  }
}

@Suite(.timeLimit(.minutes(1))) struct `Data feed` {
  private let refused = FetchError(.unreachable, tried: "GET /", answer: "connection refused")

  private func feed(_ journal: Journal, _ makeJob: @escaping PollJobFactory) -> DataFeed {
    DataFeed(seed: 1, clock: { Timestamp(seconds: 100) }, makeJob: makeJob) { update in
      switch update.body {
      case .failed(let failure):
        let end = failure.retryAt == nil ? ", not asked again" : ""
        journal.add("\(update.subscription.store) failed \(failure.attempts)\(end)")
      default: journal.add("\(update.subscription.store) answered")
      }
    }
  }

  @Test func `asks at once, posts the answer, and asks again after its interval`() async {
    let journal = Journal()
    let feed = feed(journal) { _ in
      (
        ScriptedJob(
          name: "alerts", journal: journal,
          script: [.success(PollAnswer(.alerts([]))), .success(PollAnswer(.alerts([]), next: .never))]),
        .milliseconds(50)
      )
    }
    feed.want([.alerts])
    #expect(
      await journal.lines(4) == ["ask alerts", "alertmanager answered", "ask alerts", "alertmanager answered"])
  }

  @Test func `tells of a failure and tries again by itself`() async {
    let journal = Journal()
    let refused = refused
    let feed = feed(journal) { _ in
      (
        ScriptedJob(
          name: "alerts", journal: journal,
          script: [.failure(refused), .success(PollAnswer(.alerts([]), next: .never))]),
        .milliseconds(50)
      )
    }
    feed.want([.alerts])
    #expect(
      await journal.lines(4) == ["ask alerts", "alertmanager failed 1", "ask alerts", "alertmanager answered"])
  }

  @Test(arguments: [
    ("level:(", true, ", not asked again"), ("level:(", false, ""), ("", true, ""),
  ]) func `does not ask again for what the user typed and the store cannot read, until they say so`(
    filter: String, isFinal: Bool, end: String
  ) async {
    let journal = Journal()
    let error = FetchError(.badQuery, tried: "POST /", answer: "Cannot parse", isFinal: isFinal)
    let feed = feed(journal) { _ in
      (
        ScriptedJob(name: "logs", journal: journal, script: [.failure(error), .failure(error)]), .milliseconds(50)
      )
    }
    feed.want([.logs(LogQuery(filter: filter, window: .live(.seconds(60))))])
    _ = await journal.lines(2)
    feed.refresh()
    let lines = await journal.lines(4)
    #expect(lines == ["ask logs", "elasticsearch failed 1\(end)", "ask logs", "elasticsearch failed 2\(end)"])
  }

  @Test func `begins anew with what one more view wants, and with nothing that nobody wants`() async {
    let journal = Journal()
    let feed = feed(journal) { _ in
      (
        ScriptedJob(name: "alerts", journal: journal, script: [.success(PollAnswer(.alerts([]), next: .never))]),
        .seconds(3_600)
      )
    }
    feed.want([.alerts])
    _ = await journal.lines(2)
    feed.renew([.alerts, .silences])
    let answered = ["ask alerts", "alertmanager answered"]
    #expect(await journal.lines(4) == answered + answered)
  }

  @Test func `cancels the request of a subscription that is left, and posts nothing of it`() async {
    let journal = Journal()
    let feed = feed(journal) { _ in (HangingJob(journal: journal), .seconds(1)) }
    feed.want([.alerts])
    _ = await journal.lines(1)
    feed.want([])
    #expect(await journal.lines(2) == ["ask", "cancelled"])
  }

  @Test func `leaves alone what is wanted before and after`() async {
    let journal = Journal()
    let traces = Subscription.services(.jaeger, .live(.seconds(60)))
    let feed = feed(journal) { subscription in
      (
        ScriptedJob(
          name: "\(subscription.store)", journal: journal,
          script: [.success(PollAnswer(.services([]), next: .never))]), .seconds(1)
      )
    }
    feed.want([.alerts])
    _ = await journal.lines(2)
    feed.want([.alerts, traces])
    #expect(
      await journal.lines(4) == ["ask alertmanager", "alertmanager answered", "ask jaeger", "jaeger answered"])
  }

  @Test func `asks a final answer again only when the user says so`() async {
    let journal = Journal()
    let final = PollAnswer(.alerts([]), next: .never)
    let feed = feed(journal) { _ in
      (ScriptedJob(name: "alerts", journal: journal, script: [.success(final), .success(final)]), .milliseconds(50))
    }
    feed.want([.alerts])
    _ = await journal.lines(2)
    feed.refresh()
    #expect(await journal.lines(4).count == 4)
  }

  @Test func `asks nobody where the settings name no such store`() async {
    let journal = Journal()
    let feed = feed(journal) { subscription in
      guard case .alerts = subscription else { return nil }
      return (ScriptedJob(name: "alerts", journal: journal, script: []), .seconds(1))
    }
    feed.want([.services(.jaeger, .live(.seconds(60))), .alerts])
    #expect(await journal.lines(1) == ["ask alerts"])
  }
}
