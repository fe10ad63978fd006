import ObsData

extension DemoResponse {
  /// JSON with a status of its own.
  static func json(_ tree: JSONTree, status: Int = 200) -> DemoResponse {
    DemoResponse(status: status, headers: [("Content-Type", "application/json")], body: Array(tree.text.utf8))
  }

  /// Plain text, a line break behind it, as Go's `http.Error` writes it; also for errors whose text is JSON.
  static func plain(_ text: String, status: Int) -> DemoResponse {
    DemoResponse(
      status: status,
      headers: [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")],
      body: Array((text + "\n").utf8))
  }
}
