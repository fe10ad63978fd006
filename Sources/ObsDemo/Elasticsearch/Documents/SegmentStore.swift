import ObsData
import Synchronization

/// Minutes of the world as they were asked for, kept within bounds. A document never changes once it is visible, so a
/// minute that has as many documents as when it was read is the same minute.
final class SegmentStore: Sendable {
  private struct Key: Hashable {
    let start: Int64
    var levels: Set<String>?
    var services: Set<String>?
    var fields: Set<String>?

    init(_ start: Int64, _ hint: DocumentHint = DocumentHint()) {
      self.start = start
      levels = hint.levels
      services = hint.services
      fields = hint.fields
    }
    init(_ segment: DocumentSegment) { self.init(segment.start, segment.hint) }
  }
  private struct Kept {
    var segment: DocumentSegment
    var documents: [WorldDocument]?
    var lastUse: UInt64
  }
  private struct State {
    var kept: [Key: Kept] = [:]
    var rows = 0
    var documents = 0
    var uses: UInt64 = 0
    var mapping = FieldMapping()
    var sampled: Timestamp?
    /// The minutes of the identifiers that hits have shown: who asks for a document has seen it before, mostly.
    var shown: [String: Int64] = [:]
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
  static let maximumShown = 50_000
  /// However few rows they have.
  static let maximumSegments = 20_000
  /// Whole documents that are kept beside the columns: 15 minutes at 20 lines a second, and then some.
  static let maximumDocuments = 20_000

  init(source: any DocumentSource) { self.source = source }

  /// The mapping, as far as documents have been seen: a small world is read whole, of a large one the past is sampled.
  func mapping(now: Timestamp) -> FieldMapping {
    let known = state.withLock { state -> FieldMapping? in
      guard let sampled = state.sampled, now - sampled < .seconds(300), now >= sampled else { return nil }
      return state.mapping
    }
    if let known { return known }
    let extent = extent(now: now)
    let from = Timestamp(milliseconds: extent.start)
    let to = Timestamp(milliseconds: extent.end)
    var samples: [WorldDocument] = []
    if source.documentCount(from: from, to: to, now: now) <= 10_000 {
      samples = source.documents(from: from, to: to, now: now)
    } else {
      for age in [0, 1, 5, 15, 60, 240, 720, 1_380] {
        let end = now - .seconds(age * 60)
        samples += source.documents(from: end - .seconds(60), to: end, now: now)
      }
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

  /// The minute that begins at `start`, as it is visible `now`. Where the minute is not there and long past, only what the
  /// hint says is read of it.
  func segment(at start: Int64, now: Timestamp, hint: DocumentHint = DocumentHint()) -> DocumentSegment {
    let from = Timestamp(milliseconds: start)
    let to = Timestamp(milliseconds: start + Self.minute)
    let isSettled = now - to > Self.settled
    var partial = hint
    partial.traceIDs = nil
    let hint = isSettled ? partial : DocumentHint()
    if let kept = kept(Key(start)) {
      if isSettled, kept.asOf - to > Self.settled { return kept }
      if source.documentCount(from: from, to: to, now: now) == kept.count { return kept }
    }
    if hint != DocumentHint(), let kept = kept(Key(start, hint)), kept.asOf - to > Self.settled { return kept }
    let documents = source.documents(from: from, to: to, now: now, hint: hint)
    let segment = make(start, hint, documents, now: now)
    // What is bare serves its columns alone, and is nothing to show.
    keep(segment, hint.fields == nil ? documents : nil)
    return segment
  }

  /// Remembers where the documents that a client sees can be found again.
  func remember(_ identifiers: some Sequence<String>, at start: Int64) {
    state.withLock { state in
      if state.shown.count > Self.maximumShown { state.shown = [:] }
      for identifier in identifiers { state.shown[identifier] = start }
    }
  }

  /// The minutes of these documents; nil where one of them has not been shown.
  func minutes(of identifiers: Set<String>) -> Set<Int64>? {
    state.withLock { state in
      var minutes: Set<Int64> = []
      for identifier in identifiers {
        guard let minute = state.shown[identifier] else { return nil }
        minutes.insert(minute)
      }
      return minutes
    }
  }

  private func kept(_ key: Key) -> DocumentSegment? {
    state.withLock { state in
      state.uses += 1
      state.kept[key]?.lastUse = state.uses
      return state.kept[key]?.segment
    }
  }

  private func make(_ start: Int64, _ hint: DocumentHint, _ documents: [WorldDocument], now: Timestamp)
    -> DocumentSegment
  {
    var mapping = state.withLock { $0.mapping }
    let segment = DocumentSegment(
      start: start, end: start + Self.minute, asOf: now, hint: hint, documents: documents, mapping: &mapping)
    state.withLock { [mapping] in $0.mapping.merge(mapping) }
    return segment
  }

  /// The minutes in which documents of these traces lie, between two of them; nothing of it is kept.
  func segments(
    of traces: DocumentHint, from start: Int64, to end: Int64, now: Timestamp
  ) -> [(segment: DocumentSegment, documents: [WorldDocument])] {
    let found = source.documents(
      from: Timestamp(milliseconds: start), to: Timestamp(milliseconds: end), now: now, hint: traces)
    let minutes = Dictionary(grouping: found) {
      $0.timestamp.milliseconds.flooredQuotient(by: Self.minute) * Self.minute
    }
    return minutes.sorted { $0.key < $1.key }.map { (make($0.key, traces, $0.value, now: now), $0.value) }
  }

  /// The documents of a segment's rows.
  func documents(of segment: DocumentSegment) -> [WorldDocument] {
    let key = Key(segment)
    let kept = state.withLock { state -> [WorldDocument]? in
      guard let kept = state.kept[key], kept.segment === segment else { return nil }
      return kept.documents
    }
    if let kept { return kept }
    let documents = source.documents(
      from: Timestamp(milliseconds: segment.start), to: Timestamp(milliseconds: segment.end), now: segment.asOf,
      hint: segment.hint)
    state.withLock { state in
      guard state.kept[key]?.segment === segment, state.kept[key]?.documents == nil else { return }
      state.kept[key]?.documents = documents
      state.documents += documents.count
      Self.trim(&state)
    }
    return documents
  }

  private func keep(_ segment: DocumentSegment, _ documents: [WorldDocument]?) {
    let key = Key(segment)
    state.withLock { state in
      if let old = state.kept[key] {
        // A look at an older state of the world (a point in time) must not replace a newer one.
        if old.segment.asOf > segment.asOf { return }
        state.rows -= old.segment.count
        state.documents -= old.documents?.count ?? 0
      }
      state.kept[key] = Kept(segment: segment, documents: documents, lastUse: state.uses)
      state.rows += segment.count
      state.documents += documents?.count ?? 0
      Self.trim(&state)
    }
  }

  private static func trim(_ state: inout State) {
    if state.documents > maximumDocuments {
      let oldest = state.kept.filter { $0.value.documents != nil }.sorted { $0.value.lastUse < $1.value.lastUse }
      for (start, kept) in oldest where state.documents > maximumDocuments / 10 * 9 {
        state.documents -= kept.documents?.count ?? 0
        state.kept[start]?.documents = nil
      }
    }
    if state.rows > maximumRows || state.kept.count > maximumSegments {
      for (start, kept) in state.kept.sorted(by: { $0.value.lastUse < $1.value.lastUse })
      where state.rows > maximumRows / 10 * 9 || state.kept.count > maximumSegments / 10 * 9 {
        state.rows -= kept.segment.count
        state.documents -= kept.documents?.count ?? 0
        state.kept[start] = nil
      }
    }
  }
}
