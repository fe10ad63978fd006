import Hummingbird
import Logging
import ObsData
import ServiceLifecycle

/// Why a server of the demo did not start.
struct DemoServerError: Error, CustomStringConvertible, Equatable {
  let description: String
}

/// A face of the demo on a port of the loopback interface.
final class DemoServer: Sendable {
  /// The port that it listens on.
  let port: Int
  /// `http://127.0.0.1:PORT`.
  var address: String { "http://127.0.0.1:\(port)" }

  /// More bytes than this in a request's body are refused with 413.
  private static let maximumBody = 8 << 20
  private let task: Task<Void, any Error>

  private init(port: Int, task: Task<Void, any Error>) {
    self.port = port
    self.task = task
  }

  /// Starts serving. Port 0 takes a free one. Throws where the port is taken. `clock` says what time a request comes at;
  /// `host` is the address that is listened on.
  static func start(
    _ face: any DemoFace, host: String = "127.0.0.1", port: Int = 0, clock: @escaping @Sendable () -> Int64
  ) async throws(DemoServerError) -> DemoServer {
    let (ports, continuation) = AsyncStream.makeStream(of: Result<Int, DemoServerError>.self)
    var logger = Logger(label: "obs-tui.demo") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let application = Application(
      responder: FaceResponder(face: face, maximumBody: maximumBody, clock: clock),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port), reuseAddress: true),
      onServerRunning: { channel in continuation.yield(.success(channel.localAddress?.port ?? port)) },
      logger: logger)
    let task = Task {
      do {
        try await application.run()
        continuation.yield(.failure(DemoServerError(description: "the server on port \(port) stopped")))
      } catch {
        continuation.yield(.failure(failure(error, host: host, port: port)))
        throw error
      }
    }
    for await result in ports {
      switch result {
      case .success(let port): return DemoServer(port: port, task: task)
      case .failure(let error): throw error
      }
    }
    throw DemoServerError(description: "the server on port \(port) did not start")
  }

  private static func failure(_ error: any Error, host: String, port: Int) -> DemoServerError {
    let text = "\(error)"
    if text.contains("EADDRINUSE") || text.contains("errno: 98") {
      return DemoServerError(description: "port \(port) on \(host) is in use by another program")
    }
    if text.contains("errno: 13") {
      return DemoServerError(description: "port \(port) on \(host) may not be used without privileges")
    }
    return DemoServerError(description: "cannot listen on \(host):\(port): \(text)")
  }

  /// Closes the port and waits until it is free.
  func stop() async {
    task.cancel()
    _ = await task.result
  }
}

/// Hands requests of Hummingbird to a face.
private struct FaceResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let face: any DemoFace
  let maximumBody: Int
  let clock: @Sendable () -> Int64

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let body: [UInt8]
    do {
      let buffer = try await request.body.collect(upTo: maximumBody)
      body = Array(buffer.readableBytesView)
    } catch {
      return Response(
        status: .contentTooLarge, headers: [.contentType: "text/plain; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: "request body is larger than \(maximumBody) bytes\n")))
    }
    let isHead = request.method == .head
    let asked = DemoRequest(
      method: isHead ? "GET" : request.method.rawValue,
      path: RequestTarget.segments(request.uri.path), query: RequestTarget.items(request.uri.query ?? ""),
      headers: request.headers.map { ($0.name.canonicalName, $0.value) }, body: body)
    let answer = await face.answer(asked, nanoseconds: clock())
    var headers = HTTPFields()
    for (name, value) in answer.headers {
      if let name = HTTPFields.Element.Name(name) { headers.append(HTTPFields.Element(name: name, value: value)) }
    }
    if isHead {
      headers[.contentLength] = String(answer.body.count)
      return Response(status: HTTPResponse.Status(code: answer.status), headers: headers)
    }
    return Response(
      status: HTTPResponse.Status(code: answer.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}
