extension ElasticsearchClient {
  /// A point in time that is read back from, page after page.
  struct OpenPoint: Sendable {
    var query: LogQuery
    var point: PointInTime
    var usedAt: Timestamp
  }

  /// The lines of the window before an instant, the newest of them, oldest first: a page of history. `from` of the answer is where
  /// the next page ends; nil where the window's lines begin.
  ///
  /// Pages are read from a point in time where the server has them: what is deleted or indexed meanwhile moves nothing. One that
  /// has expired is opened anew, for a page begins at an instant and not at a place in the point.
  public func history(_ query: LogQuery, before: Timestamp, now: Timestamp) async throws(FetchError) -> LogBatch {
    let range = TimeRange(start: min(query.window.range(now: now).start, before), end: before)
    var size = max(options.historyPage, 1)
    var batch = LogBatch(entries: [])
    var after: [JSONTree]?
    if server == nil { try await probe() }
    var point = await openPoint(for: query, now: now)
    for _ in 0..<ElasticsearchClient.mostPages {
      var request = LogPageRequest(range: range, isAscending: false, size: size, after: after)
      request.point = point
      let page: LogPage
      do throws(FetchError) {
        page = try await self.page(query, request, now: now)
      } catch {
        if error.kind == .tooLarge, size > 1 {
          size = max(size / 4, 1)
        } else if point != nil, error.kind != .cancelled, error.status == 404 || error.status == 400 {
          // Expired, or of a dialect that this server does not read after all.
          forgetPoint()
          point = error.status == 404 ? await openPoint(for: query, now: now) : nil
          (after, batch.entries) = (nil, [])
        } else {
          throw error
        }
        continue
      }
      keepPoint(page.pointID, now: now)
      point = page.pointID.map(PointInTime.init) ?? point
      batch.entries += page.entries
      batch.append(LogBatch(entries: [], partial: page.partial, notice: page.notice))
      guard page.entries.count >= size else {
        await closePoint()
        batch.from = nil
        batch.span = page.partial == nil ? range : nil
        break
      }
      batch.from = ElasticsearchClient.complete(from: batch.entries)
      if let from = batch.from, from < before {
        batch.span = batch.partial == nil ? TimeRange(start: from, end: before) : nil
        break
      }
      // More lines of one millisecond than a page holds.
      after = page.lastSort
    }
    batch.entries = batch.entries.inOrder
    return batch
  }

  /// All lines of a stretch, oldest first, up to a number of pages: what fills a gap. `span` of the answer is what was read.
  public func lines(_ query: LogQuery, in range: TimeRange, now: Timestamp) async throws(FetchError) -> LogBatch {
    var size = max(options.tail.page, 1)
    var batch = LogBatch(entries: [])
    var rest = range
    var after: [JSONTree]?
    for _ in 0..<ElasticsearchClient.mostPages {
      let page: LogPage
      do throws(FetchError) {
        page = try await self.page(query, LogPageRequest(range: rest, size: size, after: after), now: now)
      } catch {
        guard error.kind == .tooLarge, size > 1 else { throw error }
        size = max(size / 4, 1)
        continue
      }
      batch.append(LogBatch(entries: page.entries, partial: page.partial, notice: page.notice))
      guard page.entries.count >= size, let last = page.entries.last?.stored else {
        rest.start = range.end
        break
      }
      let (next, tokens) = LogTail.next(behind: last.floored(to: .milliseconds(1)), in: rest, page)
      rest = next
      after = tokens.isEmpty ? nil : tokens.map { .raw($0.text) }
    }
    if batch.partial == nil {
      batch.span = TimeRange(start: range.start, end: min(max(rest.start, range.start), range.end))
    }
    // The border of a page is read twice.
    var seen: Set<LogEntry.ID> = []
    batch.entries = batch.entries.filter { seen.insert($0.id).inserted }.inOrder
    return batch
  }

  /// How many pages one question reads at most.
  private static let mostPages = 20

  /// Closes a point in time that has not been read from for a while: the reader has gone elsewhere.
  func closeIdlePoint(now: Timestamp) async {
    guard let open = point, now - open.usedAt > .seconds(20) else { return }
    await closePoint()
  }

  // MARK: Points in time

  /// The point that is open for a query, or a new one; nil where the server has none or will not open it.
  private func openPoint(for query: LogQuery, now: Timestamp) async -> PointInTime? {
    if let open = point {
      if open.query == query { return open.point }
      await closePoint()
    }
    guard let dialect = server?.capabilities.pointInTime, dialect != .none else { return nil }
    let keep = [(name: "keep_alive", value: PointInTime.keepAlive)]
    let path = dialect == .elasticsearch ? [pattern, "_pit"] : [pattern, "_search", "point_in_time"]
    let request = HTTPRequest(.post, path, query: keep + [(name: "ignore_unavailable", value: "true")])
    guard let response = try? await transport.send(request), (200..<300).contains(response.status),
      let root = try? JSONReader.read(response.body).document.root,
      let id = root[dialect == .elasticsearch ? "id" : "pit_id"]?.string
    else { return nil }
    setPoint(OpenPoint(query: query, point: PointInTime(id: id), usedAt: now))
    return PointInTime(id: id)
  }

  /// Every answer may name the point anew.
  private func keepPoint(_ id: String?, now: Timestamp) {
    guard var open = point else { return }
    if let id { open.point = PointInTime(id: id) }
    open.usedAt = now
    setPoint(open)
  }

  private func closePoint() async {
    guard let open = point else { return }
    forgetPoint()
    let isElasticsearch = server?.capabilities.pointInTime == .elasticsearch
    let path = isElasticsearch ? ["_pit"] : ["_search", "point_in_time"]
    let body: JSONTree =
      isElasticsearch ? ["id": .string(open.point.id)] : ["pit_id": [.string(open.point.id)]]
    // One that cannot be closed expires by itself.
    _ = try? await transport.send(
      HTTPRequest(
        .delete, path, headers: [("Content-Type", "application/json")], body: Array(body.text.utf8)))
  }
}
