import ObsData
import Synchronization

/// Minutes of the world as they were asked for, kept within bounds. A document never changes once it is visible, so a
/// minute that has as many documents as when it was read is the same minute.
final class SegmentStore: Sendable {
  private struct Kept {
    var segment: DocumentSegment
    var documents: [WorldDocument]?
    var lastUse: UInt64
  }
  private struct State {
    var kept: [Int64: Kept] = [:]
    var rows = 0
    var documents = 0
    var uses: UInt64 = 0
    var mapping = FieldMapping()
    var sampled: Timestamp?
    /// The oldest document's time at most, and when that was found out.
    var floor: (time: Int64, asOf: Timestamp)?
  }

  let source: any DocumentSource
  private let state = Mutex(State())

  static let minute: Int64 = 60_000
  /// A minute this long past is not asked about again.
  static let settled = Duration.seconds(600)
  /// Two days at 20 lines a second: some 60 MB of columns.
  static let maximumRows = 3_500_000
  /// Whole documents that are kept beside the columns: 15 minutes at 20 lines a second, and then some.
  static let maximumDocuments = 40_000

  init(source: any DocumentSource) { self.source = source }

  /// The mapping, as far as documents have been seen: the first call samples the world's past.
  func mapping(now: Timestamp) -> FieldMapping {
    let known = state.withLock { state -> FieldMapping? in
      guard let sampled = state.sampled, now - sampled < .seconds(300), now >= sampled else { return nil }
      return state.mapping
    }
    if let known { return known }
    var samples: [WorldDocument] = []
    for age in [0, 1, 5, 15, 60, 240, 720, 1_380] {
      let end = now - .seconds(age * 60)
      samples += source.documents(from: end - .seconds(60), to: end, now: now)
    }
    if samples.isEmpty {
      samples = source.documents(from: Timestamp(nanoseconds: 0), to: now + .seconds(86_400), now: now)
    }
    return state.withLock { state in
      for document in samples { state.mapping.learn(document) }
      state.sampled = now
      return state.mapping
    }
  }

  /// Milliseconds between which all documents lie that are visible now.
  func extent(now: Timestamp) -> (start: Int64, end: Int64) {
    let nowMilliseconds = now.milliseconds
    var end = nowMilliseconds + Self.minute
    if source.documentCount(from: Timestamp(milliseconds: end), to: now + .seconds(10 * 86_400), now: now) > 0 {
      end = nowMilliseconds + 10 * 86_400_000
    }
    let known = state.withLock { $0.floor }
    if let known, now >= known.asOf, now - known.asOf < .seconds(3_600) { return (known.time, end) }
    var reach: Int64 = 3_600_000
    var start = nowMilliseconds - reach
    while start > 0,
      source.documentCount(from: Timestamp(nanoseconds: 0), to: Timestamp(milliseconds: start), now: now) > 0
    {
      reach *= 2
      start = nowMilliseconds - reach
    }
    start = max(start, 0)
    state.withLock { $0.floor = (start, now) }
    return (start, end)
  }

  /// The minute that begins at `start`, as it is visible `now`.
  func segment(at start: Int64, now: Timestamp) -> DocumentSegment {
    let end = start + Self.minute
    let from = Timestamp(milliseconds: start)
    let to = Timestamp(milliseconds: end)
    let kept = state.withLock { state -> DocumentSegment? in
      state.uses += 1
      state.kept[start]?.lastUse = state.uses
      return state.kept[start]?.segment
    }
    if let kept {
      let isSettled = now - to > Self.settled && kept.asOf - to > Self.settled
      if isSettled || source.documentCount(from: from, to: to, now: now) == kept.count { return kept }
    }
    let documents = source.documents(from: from, to: to, now: now)
    var mapping = state.withLock { $0.mapping }
    let segment = DocumentSegment(start: start, end: end, asOf: now, documents: documents, mapping: &mapping)
    state.withLock { [mapping] in $0.mapping.merge(mapping) }
    // A look at an older state of the world (a point in time) must not replace a newer one.
    if kept.map({ $0.asOf <= now }) ?? true { keep(segment, documents) }
    return segment
  }

  /// The documents of a segment's rows.
  func documents(of segment: DocumentSegment) -> [WorldDocument] {
    let kept = state.withLock { state -> [WorldDocument]? in
      guard let kept = state.kept[segment.start], kept.segment === segment else { return nil }
      return kept.documents
    }
    if let kept { return kept }
    let documents = source.documents(
      from: Timestamp(milliseconds: segment.start), to: Timestamp(milliseconds: segment.end), now: segment.asOf)
    state.withLock { state in
      guard state.kept[segment.start]?.segment === segment, state.kept[segment.start]?.documents == nil else { return }
      state.kept[segment.start]?.documents = documents
      state.documents += documents.count
      Self.trim(&state)
    }
    return documents
  }

  private func keep(_ segment: DocumentSegment, _ documents: [WorldDocument]) {
    state.withLock { state in
      if let old = state.kept[segment.start] {
        state.rows -= old.segment.count
        state.documents -= old.documents?.count ?? 0
      }
      state.kept[segment.start] = Kept(segment: segment, documents: documents, lastUse: state.uses)
      state.rows += segment.count
      state.documents += documents.count
      Self.trim(&state)
    }
  }

  /// Drops what was not used for longest, down to nine tenths, so that it need not be done at every turn.
  private static func trim(_ state: inout State) {
    if state.documents > maximumDocuments {
      let oldest = state.kept.filter { $0.value.documents != nil }.sorted { $0.value.lastUse < $1.value.lastUse }
      for (start, kept) in oldest where state.documents > maximumDocuments / 10 * 9 {
        state.documents -= kept.documents?.count ?? 0
        state.kept[start]?.documents = nil
      }
    }
    if state.rows > maximumRows {
      for (start, kept) in state.kept.sorted(by: { $0.value.lastUse < $1.value.lastUse })
      where state.rows > maximumRows / 10 * 9 {
        state.rows -= kept.segment.count
        state.documents -= kept.documents?.count ?? 0
        state.kept[start] = nil
      }
    }
  }
}
