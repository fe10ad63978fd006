import Foundation
import Synchronization

@testable import ObsData

/// Answers by the request's target and remembers what it was asked.
final class JaegerStub: HTTPTransport {
  let address = "http://jaeger.test:16686"
  private let asked = Mutex<[String]>([])
  private let answer: @Sendable (HTTPRequest) throws(FetchError) -> HTTPResponse

  init(_ answer: @escaping @Sendable (HTTPRequest) throws(FetchError) -> HTTPResponse) { self.answer = answer }

  /// The requests so far, as text.
  var requests: [String] { asked.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    asked.withLock { $0.append(request.text) }
    return try answer(request)
  }
}

extension HTTPResponse {
  static func jaeger(_ text: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, body: Array(text.utf8))
  }
  static let jaegerPage = HTTPResponse(
    status: 200, headers: [("Content-Type", "text/html")], body: Array("<!doctype html><html></html>".utf8))
  static let jaegerNoPath = HTTPResponse(status: 404, body: Array("404 page not found\n".utf8))
}

/// The sample answers that are not part of the project.
enum JaegerCorpus {
  static let folder = ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"].map { $0 + "/jaeger" }
  static var isThere: Bool { folder != nil }

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: (folder ?? "") + "/" + name)))
  }
  static func names(in subfolder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: (folder ?? "") + "/" + subfolder).sorted()
      .map { subfolder + "/" + $0 }
  }
}
