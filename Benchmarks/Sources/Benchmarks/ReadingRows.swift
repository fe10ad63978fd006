import Foundation
import ObsData

/// What finds something out about all lines that are held: a hundred thousand of about a kilobyte.
enum ReadingRows {
  static func measure() async throws -> [Row] {
    let entries = try await lines(count: 100_000)
    // Neither text occurs: nothing ends a look early.
    let literal = try search("connection refused by peer", .literal, in: entries)
    let expression = try search("time?d (out|over) after \\d+ (hours|days)", .expression, in: entries)
    let rate = patternRate(entries)
    return [
      Row(
        what: "literal text looked for in 100,000 lines of 1 KB, all fields", target: "≤ 50 ms",
        measured: "\(fixed(literal * 1e3)) ms", isMet: literal <= 0.05),
      Row(
        what: "regular expression, the same", target: "≤ 250 ms", measured: "\(fixed(expression * 1e3)) ms",
        isMet: expression <= 0.25),
      Row(
        what: "patterns", target: "≥ 200,000 lines a second", measured: "\(fixed(rate / 1e3, 0))k lines a second",
        isMet: rate >= 200_000),
    ]
  }

  private static func search(_ text: String, _ syntax: TextPattern.Syntax, in entries: [LogEntry]) throws -> Double {
    let pattern = try TextPattern(text, syntax: syntax)
    var times: [Double] = []
    for _ in 0..<7 {
      let start = now()
      let search = LineSearch(pattern)
      var found = 0
      for entry in entries where search.matches(entry) != false { found += 1 }
      times.append(now() - start)
      guard found == 0 else { throw DecodingRows.Failure("\(text) was found \(found) times") }
    }
    return Sample(times).median
  }

  /// Lines sorted into patterns a second, in batches as a busy tail brings them.
  private static func patternRate(_ entries: [LogEntry]) -> Double {
    var rates: [Double] = []
    for _ in 0..<5 {
      var census = PatternCensus()
      let start = now()
      for first in stride(from: 0, to: entries.count, by: 5_000) {
        census.add((first..<min(first + 5_000, entries.count)).lazy.map { (entry: entries[$0], sequence: $0) })
        census.settle(at: entries[first].timestamp + .seconds(3_600))
      }
      rates.append(Double(entries.count) / (now() - start))
    }
    return Sample(rates).median
  }

  /// Lines as a store's answers bring them, ten thousand at a time.
  private static func lines(count: Int) async throws -> [LogEntry] {
    let step = 10_000
    var entries: [LogEntry] = []
    for first in stride(from: 0, to: count, by: step) {
      let hits = answer(first..<first + step)
      let client = ElasticsearchClient(
        transport: CannedTransport { DecodingRows.elasticsearchAnswer($0, hits: hits) })
      try await client.probe()
      let range = TimeRange(start: Timestamp(seconds: 1.7e9), end: Timestamp(seconds: 1.9e9))
      entries += try await client.logs(LogQuery(window: .frozen(range)), now: range.end).entries
    }
    guard entries.count == count else { throw DecodingRows.Failure("\(entries.count) lines of \(count)") }
    return entries
  }

  private static func answer(_ numbers: Range<Int>) -> [UInt8] {
    let sentences = [
      "连接失败: redis pool exhausted: timed out waiting for connection %d of 64",
      "POST /api/v1/users/%d/messages 200 in 12ms", "user %d logged in from 10.0.3.17",
      "cache miss for key session:%d, loaded from db-3", "slow query: select * from messages where id = %d (431ms)",
    ]
    let padding = String(repeating: "more of what a document carries, ", count: 20)
    var text = "{\"took\":5,\"timed_out\":false,\"_shards\":{\"total\":1,\"failed\":0},\"hits\":{\"hits\":["
    for index in numbers {
      if index > numbers.lowerBound { text += "," }
      let message = sentences[index % sentences.count].replacingOccurrences(of: "%d", with: "\(index)")
      let time = Timestamp(milliseconds: 1_795_337_590_000 + Int64(index / 20))
      text += "{\"_index\":\"rustim\",\"_id\":\"\(index)\",\"_source\":{"
      text += "\"@timestamp\":\"\(time.iso8601)\",\"level\":\"error\",\"service_name\":\"msg-server\","
      text += "\"message\":\"\(message)\",\"user_id\":\"\(index % 5_000)\",\"line\":\(index % 800),"
      text += "\"target\":\"msg_server::handler\",\"host\":\"msg-server-\(index % 3)\",\"details\":\"\(padding)\"},"
      text += "\"sort\":[\(time.milliseconds),\(index)]}"
    }
    return Array((text + "]}}").utf8)
  }
}
