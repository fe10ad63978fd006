import ObsData

/// Writes lines to a file or a pipe, for Filebeat to read.
struct LineSink: FeedSink {
  let destination: String
  let write: @Sendable ([UInt8]) throws(FeedWriteError) -> Void

  func units(of item: FeedLine) -> Int { 1 }
  func bytes(of item: FeedLine) -> Int { item.json.utf8.count + 1 }

  func send(_ batch: [FeedLine]) async -> FeedDelivery {
    do throws(FeedWriteError) {
      try write(Array((batch.map(\.json).joined(separator: "\n") + "\n").utf8))
      return .answered(FeedAnswer())
    } catch {
      guard case .failed(let reason) = error else { return .closed }
      return .hopeless(
        FetchError(
          .settings, tried: "write to \(destination)", answer: reason, advice: "make room, or name another file"))
    }
  }
}
