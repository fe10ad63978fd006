import Synchronization

@testable import ObsData

/// A transport that answers from a list, in order, and keeps the requests as text. Behind the end of the list it fails.
final class RecordingTransport: HTTPTransport {
  let address: String
  private let state: Mutex<(answers: [HTTPResponse], requests: [HTTPRequest])>

  init(answers: [HTTPResponse], address: String = "http://store.test") {
    self.address = address
    state = Mutex((answers, []))
  }

  /// What was asked so far: method, target, body.
  var requests: [String] { sent.map(\.text) }
  /// What was asked so far.
  var sent: [HTTPRequest] { state.withLock { $0.requests } }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let answer = state.withLock { state -> HTTPResponse? in
      state.requests.append(request)
      return state.answers.isEmpty ? nil : state.answers.removeFirst()
    }
    guard let answer else { throw FetchError(.unreachable, tried: request.text, answer: "no more answers") }
    return answer
  }
}

extension HTTPResponse {
  /// A success with this JSON.
  static func json(_ text: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
  }
  /// Plain text.
  static func text(_ text: String, status: Int, headers: [(name: String, value: String)] = []) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
  }
}
