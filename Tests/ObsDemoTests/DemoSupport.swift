import Foundation
import ObsData

@testable import ObsDemo

extension DemoFace {
  /// Asks a face with a request as text: `GET /api/services`, a body on the lines behind it.
  func ask(_ text: String, at time: Timestamp) async -> DemoResponse {
    let parts = text.split(separator: "\n", maxSplits: 1)
    let words = (parts.first ?? "").split(separator: " ", maxSplits: 1)
    let target = (words.last ?? "").split(separator: "?", maxSplits: 1)
    let request = DemoRequest(
      method: String(words.first ?? "GET"), path: RequestTarget.segments(String(target.first ?? "/")),
      query: RequestTarget.items(target.count > 1 ? String(target[1]) : ""), headers: [],
      body: parts.count > 1 ? Array(parts[1].utf8) : [])
    return await answer(request, nanoseconds: time.nanoseconds)
  }
}

extension DemoResponse {
  /// Status, kind and body, as a person reads it.
  var text: String {
    let type = headers.first { $0.name == "Content-Type" }?.value ?? "-"
    return "\(status) \(type) " + String(decoding: body, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  var json: Any? { try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed) }
  var object: [String: Any] { json as? [String: Any] ?? [:] }
  var list: [[String: Any]] { json as? [[String: Any]] ?? [] }
}
