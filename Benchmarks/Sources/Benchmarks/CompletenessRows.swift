import Foundation
import ObsData

/// Whether a tail shows every line, by a script of all that can go wrong, and at a rate that is far above the ordinary.
enum CompletenessRows {
  /// The long form of the run that the tests make.
  static func script(count: Int = 1_000_000, seconds: Int = 2_000) async throws -> Row {
    let documents = CompletenessRun.documents(count, seconds: seconds, seed: 7)
    let begin = now()
    let outcome = try await CompletenessRun.run(documents, seconds: seconds, fillEvery: 4)
    let isMet = outcome.shown == count && outcome.repeated == 0 && outcome.missing == 0 && outcome.gaps > 0
    return Row(
      what: "1,000,000 documents delayed, reordered, repeated, tied and back-dated; shards fail, searches time out, "
        + "the store restarts",
      target: "every one shown once, those beyond the overlap through a gap row",
      measured:
        "\(outcome.shown) shown, \(outcome.repeated) twice, \(outcome.missing) missing; \(outcome.fetched) through "
        + "\(outcome.gaps) gap rows, \(outcome.failedPolls) of \(outcome.polls) polls failed (\(fixed(now() - begin, 0)) s)",
      isMet: isMet)
  }

  /// 20,000 documents a second for a minute: what the tail brings, then what the dashboard costs.
  static func flood(_ program: ProgramRows, seconds: Double = 60) async throws -> [Row] {
    [try await tail(seconds: seconds)] + (try program.flood(seconds: seconds))
  }

  private static func tail(seconds: Double) async throws -> Row {
    let begin = Timestamp(seconds: Date().timeIntervalSince1970)
    let flood = Flood(start: begin)
    let server = try LongLineServer { flood.answer($0, $1) }
    let address = try BaseAddress.parse(server.address).address
    let transport = AsyncHTTPTransport(endpoint: Endpoint(address: address))
    let client = ElasticsearchClient(transport: transport)
    var tail = client.tail(LogQuery(window: .live(.seconds(900))))
    var shown: Set<Int> = []
    var repeated = 0
    var skipped = 0
    var newest = 0
    let clock = now()
    // A little longer, so that what was written in the last moments is visible.
    while now() - clock < seconds + 4 {
      let time = Timestamp(seconds: Date().timeIntervalSince1970)
      let batch = try await client.poll(&tail, now: time)
      for entry in batch.entries {
        let number = Int(entry.id.document) ?? -1
        newest = max(newest, number)
        if !shown.insert(number).inserted { repeated += 1 }
      }
      skipped += batch.gaps.reduce(0) { $0 + ($1.count ?? 0) }
      try await Task.sleep(for: .seconds(2))
    }
    // The first answer is the newest lines of the window only: what lies before them was not asked for.
    let wanted = Int(seconds) * Int(Flood.rate)
    let oldest = shown.min() ?? 0
    let lost = (oldest..<wanted).count { !shown.contains($0) }
    return Row(
      what: "20,000 documents of 500 bytes a second for a minute from a server on the same machine",
      target: "nothing lost",
      measured: "\(shown.count) shown, \(lost) lost, \(repeated) twice, \(skipped) skipped",
      isMet: lost == 0 && repeated == 0 && shown.count >= wanted / 2)
  }
}

extension ProgramRows {
  /// What as many lines as are held take of memory.
  func held() throws -> Row {
    let flood = Flood(start: Timestamp(seconds: Date().timeIntervalSince1970), bytes: 1_000)
    let server = try LongLineServer { flood.answer($0, $1) }
    let terminal = try dashboard(
      ["--since", "15m"], width: 120, height: 40, addresses: ["elasticsearch": server.address])
    guard terminal.wait(for: "word", limit: 30) != nil else { throw Failure("no line of the flood was shown in 30 s") }
    // So many are held when the oldest have given way; and a little longer.
    guard terminal.wait(for: "dropped", limit: 120) != nil else { throw Failure("too few lines came in 120 s") }
    let begin = now()
    while now() - begin < 6 { _ = terminal.read(timeout: 0.5) }
    let resident = Double(usage(of: terminal.pid).resident) / 1e6
    return Row(
      what: "100,000 held lines of about 1 KB", target: "≤ 150 MB resident in all", measured: "\(fixed(resident)) MB",
      isMet: resident <= 150)
  }

  /// What the dashboard costs meanwhile, and how soon it answers keys.
  func flood(seconds: Double) throws -> [Row] {
    let flood = Flood(start: Timestamp(seconds: Date().timeIntervalSince1970))
    let server = try LongLineServer { flood.answer($0, $1) }
    let terminal = try dashboard(
      ["--since", "15m"], width: 120, height: 40, addresses: ["elasticsearch": server.address])
    guard terminal.wait(for: "word", limit: 30) != nil else { throw Failure("no line of the flood was shown in 30 s") }
    terminal.drain(quiet: 0.5, limit: 3)
    let (cpu, begin) = (usage(of: terminal.pid).cpu, now())
    terminal.write("/")
    terminal.drain(quiet: 0.3, limit: 2)
    var times: [Double] = []
    while now() - begin < seconds {
      terminal.drain(quiet: 0.1, limit: 0.15)
      let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(times.count % 26)))
      let key = now()
      terminal.write(letter)
      guard terminal.wait(for: letter, limit: 5) != nil else { throw Failure("a key was not painted within 5 s") }
      times.append(now() - key)
      terminal.write("\u{15}")
    }
    let share = (usage(of: terminal.pid).cpu - cpu) / (now() - begin) * 100
    let p99 = Sample(times).quantile(0.99) * 1e3
    return [
      Row(
        what: "the dashboard meanwhile: CPU", target: "below one core", measured: "\(fixed(share, 0)) % of a core",
        isMet: share < 100),
      Row(
        what: "key → painted meanwhile", target: "p99 ≤ 16 ms",
        measured: "\(fixed(p99)) ms (median \(fixed(Sample(times).median * 1e3)) ms)", isMet: p99 <= 16),
    ]
  }
}
