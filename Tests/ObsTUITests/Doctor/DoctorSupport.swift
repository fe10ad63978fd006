import Synchronization
import Testing

@testable import ObsData
@testable import ObsDemo

/// What is done to a store's answer before the doctor sees it.
typealias Breakage = @Sendable (HTTPRequest, HTTPResponse) -> Result<HTTPResponse, FetchError>

/// A face of the demo as a transport, without a network, with its answers broken on the way.
private struct FaceTransport: HTTPTransport {
  let store: Store
  let face: any DemoFace
  let now: Timestamp
  let breakage: Breakage

  var address: String { "http://\(store.rawValue).test" }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let parts = request.target.split(separator: "?", maxSplits: 1)
    let asked = DemoRequest(
      method: request.method.rawValue, path: RequestTarget.segments(String(parts.first ?? "/")),
      query: RequestTarget.items(parts.count > 1 ? String(parts[1]) : ""),
      headers: request.headers.map { ($0.name.lowercased(), $0.value) }, body: request.body)
    let answer = await face.answer(asked, nanoseconds: now.nanoseconds)
    return try breakage(request, HTTPResponse(status: answer.status, headers: answer.headers, body: answer.body)).get()
  }
}

/// A store that answers by a table of paths.
private struct TableTransport: HTTPTransport {
  let store: Store
  let answers: [String: [HTTPResponse]]
  private let asked = CountedPaths()

  init(store: Store, answers: [String: [HTTPResponse]]) {
    self.store = store
    self.answers = answers
  }

  var address: String { "http://\(store.rawValue).test" }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let path = "/" + request.path.joined(separator: "/")
    guard let list = answers[path], let last = list.last else {
      return HTTPResponse(status: 404, body: Array("404 page not found".utf8))
    }
    let number = asked.next(path)
    return number < list.count ? list[number] : last
  }
}

private final class CountedPaths: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  /// How often the path was asked for before.
  func next(_ path: String) -> Int {
    counts.withLock { counts in
      defer { counts[path, default: 0] += 1 }
      return counts[path] ?? 0
    }
  }
}

/// A demo stack that stands still and can be broken, and the doctor's word on it.
struct BrokenStack {
  static let now = Timestamp(seconds: 1_795_338_000)
  private static let world = World(
    seed: 3, rate: 3, scenario: Scenario(incidents: []), origin: BrokenStack.now)
  private static let faces: [Store: any DemoFace] = [
    .elasticsearch: ElasticsearchFace(source: world), .jaeger: JaegerFace(world: world),
    .prometheus: PrometheusFace(source: world), .alertmanager: AlertmanagerFace(world: world),
  ]

  /// What is done to the stores' answers.
  var breakages: [Store: Breakage] = [:]
  /// Stores that the demo does not play, by their answers.
  var tables: [Store: [String: [HTTPResponse]]] = [:]
  var indices = "rustim-*"
  var present: Set<Store> = [.elasticsearch, .jaeger, .prometheus, .alertmanager]
  /// How late the doctor comes.
  var lateness = Duration.zero
  var logPaths: [String] = []

  func findings() async throws -> [Finding] {
    let names = present.union(tables.keys)
    let urls = names.sorted { $0.rawValue < $1.rawValue }.map { store in
      let indices = store == .elasticsearch ? ", indices: [\"\(indices)\"]" : ""
      return "    \(store.rawValue): {url: \"http://\(store.rawValue).test\"\(indices)}\n"
    }
    let settings = try Settings.parse("contexts:\n  demo:\n" + urls.joined(), file: "/etc/c.yaml")
    let context = try #require(settings.current)
    var transports: [Store: any HTTPTransport] = [:]
    for store in present {
      guard let face = BrokenStack.faces[store] else { continue }
      transports[store] = FaceTransport(
        // What takes seconds to arrive is there.
        store: store, face: face, now: store == .jaeger ? BrokenStack.now + .seconds(10) : BrokenStack.now,
        breakage: breakages[store] ?? { .success($1) })
    }
    for (store, answers) in tables { transports[store] = TableTransport(store: store, answers: answers) }
    var options = Doctor.Options()
    options.window = .seconds(300)
    options.logPaths = logPaths
    let time = BrokenStack.now + lateness
    let doctor = Doctor(
      context: context, options: options, transports: transports, clock: { time }, pause: { _ in })
    return await doctor.findings()
  }

  /// The findings that are not in order, as `id: evidence`.
  func troubles() async throws -> [Finding] { try await findings().filter { $0.status != .ok } }
}

extension HTTPResponse {
  /// The same answer with one text in its body in the place of another.
  func replacing(_ old: String, with new: String) -> HTTPResponse {
    var response = self
    response.body = Array(String(decoding: body, as: UTF8.self).replacing(old, with: new).utf8)
    return response
  }

  static func doctorJSON(_ text: String, status: Int = 200, _ headers: [(name: String, value: String)] = [])
    -> HTTPResponse
  {
    HTTPResponse(status: status, headers: [("Content-Type", "application/json")] + headers, body: Array(text.utf8))
  }
}

/// Traces of Jaeger's v1 API with spans taken out.
enum DoctorTraces {
  /// An answer without the spans of the kind `client`.
  static func withoutCalls(_ response: HTTPResponse) -> HTTPResponse {
    guard let root = try? JSONDocument(parsing: response.body).root, let traces = root["data"] else { return response }
    var result = response
    let kept = traces.elements.map { trace -> JSONTree in
      .object(
        trace.members.map { member in
          guard member.key == "spans" else { return (member.key, member.value.tree) }
          let spans = member.value.elements.filter { span in
            !(span["tags"]?.elements.contains { $0["key"]?.string == "span.kind" && $0["value"]?.string == "client" }
              ?? false)
          }
          return (member.key, .array(spans.map(\.tree)))
        })
    }
    result.body = Array(JSONTree.object([("data", .array(kept))]).text.utf8)
    return result
  }
}
