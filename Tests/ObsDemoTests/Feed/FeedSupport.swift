import ObsData
import Synchronization

@testable import ObsDemo

/// A server that answers from a list, the last answer again and again, and writes down what it was asked.
final class ScriptedFace: DemoFace {
  private let state: Mutex<(answers: [DemoResponse], requests: [DemoRequest])>

  init(_ answers: [DemoResponse]) { state = Mutex((answers, [])) }

  var requests: [DemoRequest] { state.withLock { $0.requests } }

  func answer(_ request: DemoRequest, nanoseconds: Int64) async -> DemoResponse {
    state.withLock { state in
      state.requests.append(request)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
  }
}

/// What was said, and how long was waited: nobody waits in a test.
final class FeedNotes: Sendable {
  private let state = Mutex<(said: [String], waits: [Duration])>(([], []))

  var said: [String] { state.withLock { $0.said } }
  var waits: [Duration] { state.withLock { $0.waits } }

  var complain: @Sendable (String) -> Void {
    { text in self.state.withLock { $0.said.append(text) } }
  }
  var pause: @Sendable (Duration) async throws -> Void {
    { wait in
      try Task.checkCancellation()
      self.state.withLock { $0.waits.append(wait) }
    }
  }
}

/// Sends a lane's items to a scripted server, and gives the account.
func feed<Sink: FeedSink>(
  _ items: [Sink.Item], to answers: [DemoResponse], unit: String, limits: FeedLane<Sink>.Limits = .init(),
  notes: FeedNotes = FeedNotes(), sink: (any HTTPTransport) -> Sink
) async throws -> (tally: FeedTally, requests: [DemoRequest]) {
  let face = ScriptedFace(answers)
  let server = try await DemoServer.start(face, clock: { 0 })
  let transport = AsyncHTTPTransport(endpoint: Endpoint(address: BaseAddress(host: "127.0.0.1", port: server.port)))
  let lane = FeedLane(
    sink: sink(transport), tally: FeedTally(unit: unit, destination: "the store"), limits: limits, pause: notes.pause,
    complain: notes.complain)
  await lane.offer(items)
  await lane.close()
  await lane.run()
  await server.stop()
  return (await lane.tally, face.requests)
}
