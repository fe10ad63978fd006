import ObsData

/// A log line on its way: the document's identifier, which makes a second try harmless, and its JSON.
struct FeedLine: Sendable, Equatable {
  let id: String
  let json: String
}

/// Sends documents to Elasticsearch or OpenSearch by `_bulk`. `create` suits plain indices and data streams alike.
struct BulkSink: FeedSink {
  let transport: any HTTPTransport
  let index: String

  func units(of item: FeedLine) -> Int { 1 }
  func bytes(of item: FeedLine) -> Int { item.json.utf8.count + index.utf8.count + item.id.utf8.count + 40 }

  func send(_ batch: [FeedLine]) async -> FeedDelivery {
    var body = ""
    for line in batch {
      let action: JSONTree = ["create": ["_index": .string(index), "_id": .string(line.id)]]
      body += action.text + "\n" + line.json + "\n"
    }
    let request = HTTPRequest(
      .post, ["_bulk"],
      query: [("filter_path", "errors,items.*.status,items.*.error.type,items.*.error.reason")],
      headers: [("Content-Type", "application/x-ndjson")], body: Array(body.utf8), deadline: .seconds(30))
    do throws(FetchError) {
      let response = try await transport.send(request)
      if let error = FetchError.status(response, to: request, at: transport.address) { return FeedDelivery(error) }
      guard let answer = BulkSink.read(response.body, count: batch.count) else {
        return .hopeless(
          FetchError(
            .malformed, tried: "POST \(transport.address)/_bulk", answer: "an answer that no bulk request gets",
            advice: "check the address: it should be Elasticsearch's or OpenSearch's", status: response.status))
      }
      return .answered(answer)
    } catch {
      return FeedDelivery(error)
    }
  }

  /// Reads the answer to a bulk request of so many documents; nil where it is none.
  static func read(_ body: [UInt8], count: Int) -> FeedAnswer? {
    guard let tree = try? RequestJSON(parsing: body[...]), let errors = tree["errors"]?.bool else { return nil }
    var answer = FeedAnswer()
    guard errors else { return answer }
    guard let items = tree["items"]?.list, items.count == count else { return nil }
    for (place, item) in items.enumerated() {
      guard let result = item.members?.first?.value, let status = result["status"]?.int else { return nil }
      switch status {
      case 200..<300: continue
      case 409: answer.known += 1
      case 429, 503: answer.again.append(place)
      default:
        answer.refused += 1
        guard answer.reason == nil else { continue }
        let words = [result["error"]?["type"]?.text, result["error"]?["reason"]?.text].compactMap(\.self)
        answer.reason = words.isEmpty ? "status \(status)" : String(words.joined(separator: ": ").prefix(300))
      }
    }
    return answer
  }
}
