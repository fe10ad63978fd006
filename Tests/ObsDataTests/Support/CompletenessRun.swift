import ObsData

/// A tail that is led through a script of everything that makes tails lose lines, in virtual time: delays, reordering, repeats, ties,
/// lines dated back within and beyond the overlap, shards that fail, searches that time out, a store that restarts.
struct CompletenessRun {
  /// How it ended.
  struct Outcome: Equatable {
    /// Documents that were there, and those that were shown.
    var documents = 0
    var shown = 0
    /// Lines that were delivered twice by the tail.
    var repeated = 0
    /// Lines that came through gap rows, and how many rows there were.
    var fetched = 0
    var gaps = 0
    /// What the last count says is missing.
    var missing = 0
    var polls = 0
    var failedPolls = 0
  }

  static let start: Int64 = 1_795_337_600_000

  /// `count` documents over `seconds`, by a seed.
  static func documents(_ count: Int, seconds: Int, seed: UInt64) -> [ScriptedStore.Document] {
    var chance = Chance(state: seed)
    return (0..<count).map { number in
      let arrival = start + Int64(number) * Int64(seconds) * 1_000 / Int64(count)
      // Visible with the next refresh of its shard, which come at odd times.
      let refresh = arrival - arrival % 1_000 + 1_000 + Int64(number % 2) * 300
      let at: Int64
      switch chance.below(1_000) {
      case 0..<700: at = arrival - Int64(chance.below(400))
      // Ties: loggers that write whole seconds, and batches of one millisecond.
      case 700..<850: at = arrival / 1_000 * 1_000
      case 850..<960: at = arrival - Int64(chance.below(5_000))
      case 960..<990: at = arrival - Int64(chance.below(28_000))
      // Beyond the overlap: only counting finds them.
      case 990..<996: at = arrival - 40_000 - Int64(chance.below(200_000))
      default: at = arrival + Int64(chance.below(120_000))
      }
      return ScriptedStore.Document(number: number, at: max(at, start - 300_000), visible: refresh)
    }
  }

  /// When the store is unwell: in every third minute or so.
  static func mood(_ now: Int64, _ request: Int) -> ScriptedStore.Mood {
    let second = (now - start) / 1_000 % 180
    return switch second {
    case 40..<52: .shardFails(Int(second / 4) % 2)
    case 70..<76: .timesOut
    case 100..<125: .answersNobody
    // In the middle of a poll.
    case 130..<140 where request % 3 == 0: .answersNobody
    default: .well
    }
  }

  /// Leads a tail through it, a poll every two seconds, and has every gap filled that counting finds, at every so many
  /// counts.
  static func run(
    _ documents: [ScriptedStore.Document], seconds: Int, fillEvery: Int = 1,
    limits: (inout LogTail.Limits) -> Void = { _ in }
  ) async throws -> Outcome {
    let store = ScriptedStore(documents, mood: mood)
    var options = ElasticsearchClient.Options()
    limits(&options.tail)
    let client = ElasticsearchClient(transport: store, options: options)
    let query = LogQuery(window: .live(.seconds(900)))
    var tail = client.tail(query)
    var outcome = Outcome(documents: documents.count)
    var shown: Set<String> = []
    var ledger = LogLedger()
    var from = Timestamp(milliseconds: start - 1_000_000)
    var countings = 0
    func show(_ entries: [LogEntry], fromTail: Bool) {
      for entry in entries {
        if shown.insert(entry.id.document).inserted {
          ledger.add(entry.stored)
          if !fromTail { outcome.fetched += 1 }
        } else if fromTail {
          outcome.repeated += 1
        }
      }
    }
    // Long enough behind the last document for its lateness to have been counted.
    for second in stride(from: 0, to: seconds + 420, by: 2) {
      store.now = start + Int64(second) * 1_000
      let now = Timestamp(milliseconds: store.now)
      outcome.polls += 1
      do throws(FetchError) {
        let batch = try await client.poll(&tail, now: now)
        if batch.isFirst, let first = batch.from { from = first }
        show(batch.entries, fromTail: true)
        guard let counts = batch.counts else { continue }
        let gaps = LogCountComparison(counts).gaps(against: ledger, from: from)
        outcome.missing = gaps.reduce(0) { $0 + ($1.count ?? 0) }
        countings += 1
        guard countings % fillEvery == 0 else { continue }
        for gap in gaps {
          outcome.gaps += 1
          // As often as it takes: a gap may hold more than one question brings.
          var rest = gap.range
          while rest.duration > .zero {
            let lines = try await client.lines(query, in: rest, now: now)
            show(lines.entries, fromTail: false)
            guard let read = lines.span?.end, read > rest.start else { break }
            rest.start = read
          }
        }
      } catch {
        outcome.failedPolls += 1
      }
    }
    outcome.shown = shown.count
    return outcome
  }

  /// Chance that can be repeated.
  struct Chance {
    var state: UInt64

    /// From 0 up to, not including, `limit`.
    mutating func below(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
  }
}
