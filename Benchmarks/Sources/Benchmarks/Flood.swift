import Foundation
import ObsData

/// An index into which 20,000 documents are written each second. It is nothing but arithmetic: document n is written
/// n / 20 milliseconds after the start, and is visible from the next refresh of its shard on, the odd ones' 300 ms later.
struct Flood: Sendable {
  static let rate: Int64 = 20_000
  private static let perMillisecond = rate / 1_000
  let start: Int64
  /// Words at random, of which each document shows a piece: text that can be made smaller no better than that of a real log.
  private let text: [UInt8]
  private let length: Int

  /// `bytes` is about the length of a document.
  init(start: Timestamp, bytes: Int = 500) {
    self.start = start.milliseconds / 1_000 * 1_000
    length = max(bytes - 120, 0)
    var generator = SystemRandomNumberGenerator()
    let words = (0..<1_000).map { _ in
      (0..<Int.random(in: 2...9, using: &generator)).map { _ in UInt8.random(in: 97...122, using: &generator) } + [32]
    }
    text = (0..<200_000).flatMap { _ in words[Int.random(in: words.indices, using: &generator)] }
  }

  private func filling(_ number: Int64) -> String {
    let start = Int(number &* 7_919 % Int64(text.count - length))
    return "word " + String(decoding: text[start..<start + length], as: UTF8.self)
  }

  /// How many documents of a shard's parity are visible.
  private func visible(_ parity: Int64, at now: Int64) -> Int64 {
    let refreshed = (now - parity * 300) / 1_000 * 1_000 + parity * 300
    return max(0, (refreshed - start) * Flood.perMillisecond)
  }

  func answer(_ request: String, _ body: String) -> String {
    if let general = LongLineServer.general(request) { return general }
    let now = Int64(Date().timeIntervalSince1970 * 1_000)
    guard let query = try? JSONDocument(parsing: Array(body.utf8)).root else { return "{}" }
    var first: Int64 = 0
    var last = max(visible(0, at: now), visible(1, at: now))
    var names: [Int64]?
    for clause in query[path: "query", "bool", "filter"]?.elements ?? [] {
      if let values = clause[path: "ids", "values"] { names = values.elements.compactMap { Int64($0.string ?? "") } }
      guard let bounds = clause[path: "range", "@timestamp"] else { continue }
      if let time = time(bounds["gte"]) { first = max(first, (time - start) * Flood.perMillisecond) }
      if let time = time(bounds["lt"]) { last = min(last, (time - start) * Flood.perMillisecond) }
    }
    let matching = [visible(0, at: now), visible(1, at: now)]
    func isVisible(_ number: Int64) -> Bool { number < matching[Int(number % 2)] }
    let head =
      "{\"took\":1,\"timed_out\":false,\"_shards\":{\"total\":2,\"successful\":2,\"failed\":0},\"hits\":{\"total\":"
    if let range = query[path: "aggs", "range"] {
      return counts(range, first, last, isVisible, head)
    }
    let size = Int(query["size"]?.int ?? 0)
    let isAscending = query["sort"]?.first?[path: "@timestamp", "order"]?.string == "asc"
    let hasSource = query["_source"]?.bool != false
    var text = head + "{\"value\":\(max(last - first, 0)),\"relation\":\"eq\"},\"hits\":["
    var count = 0
    var number = isAscending ? first : last - 1
    var chosen = (names ?? []).makeIterator()
    while count < size {
      if names != nil {
        guard let next = chosen.next() else { break }
        number = next
      }
      guard number >= first, number < last else { break }
      if isVisible(number) {
        if count > 0 { text += "," }
        count += 1
        text += "{\"_index\":\"flood-\(number % 2)\",\"_id\":\"\(number)\","
        let at = start + number / Flood.perMillisecond
        if hasSource {
          text +=
            "\"_source\":{\"@timestamp\":\(at),\"level\":\"error\",\"service_name\":\"msg-server\",\"message\":\"\(filling(number))\"},"
        }
        text += "\"sort\":[\(at),\(number / 2)]}"
      }
      number += isAscending ? 1 : -1
    }
    return text + "]}}"
  }

  private func counts(
    _ range: JSONValue, _ first: Int64, _ last: Int64, _ isVisible: (Int64) -> Bool, _ head: String
  ) -> String {
    let histogram = range[path: "aggs", "buckets", "date_histogram"]
    let length = (Int64(histogram?["fixed_interval"]?.string?.dropLast() ?? "") ?? 1) * 1_000
    var buckets: [String] = []
    var total: Int64 = 0
    var number = max(first, 0)
    while number < last {
      let key = (start + number / Flood.perMillisecond) / length * length
      let end = min(last, (key + length - start) * Flood.perMillisecond)
      // Only the newest seconds hold documents that one shard shows and the other does not yet.
      let isWhole = isVisible(end - 1) && isVisible(end - 2)
      let count = isWhole ? end - number : Int64((number..<end).count { isVisible($0) })
      if count > 0 { buckets.append("{\"key\":\(key),\"doc_count\":\(count)}") }
      total += count
      number = end
    }
    return head
      + "{\"value\":\(total),\"relation\":\"eq\"},\"hits\":[]},\"aggregations\":{\"range\":{\"doc_count\":\(total),"
      + "\"buckets\":{\"buckets\":[" + buckets.joined(separator: ",") + "]}}}}"
  }

  private func time(_ value: JSONValue?) -> Int64? {
    value?.string.flatMap { Timestamp(iso8601: $0)?.milliseconds }
  }
}
