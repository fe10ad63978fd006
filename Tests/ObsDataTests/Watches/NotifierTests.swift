import Foundation
import Synchronization
import Testing

@testable import ObsData

@Suite struct NotifierTests {
  private let delivery = WatchDelivery(
    channel: "c", number: 1, changes: [WatchSample.change(.firing)], lost: 0)

  private func send(
    _ target: NotificationChannel.Target, timeout: Duration = .seconds(10), answers: [HTTPResponse] = []
  ) async -> (outcome: DeliveryOutcome, requests: [String], endpoints: [Endpoint]) {
    let transport = RecordingTransport(answers: answers)
    let endpoints = EndpointList()
    let notifier = Notifier(
      channels: [NotificationChannel(name: "c", target: target, timeout: timeout)], context: "prod",
      makeTransport: { endpoint in
        endpoints.add(endpoint)
        return transport
      })
    let outcome = await notifier.send(delivery)
    return (outcome, transport.requests, endpoints.all)
  }

  private final class EndpointList: Sendable {
    private let list = Mutex<[Endpoint]>([])
    func add(_ endpoint: Endpoint) { list.withLock { $0.append(endpoint) } }
    var all: [Endpoint] { list.withLock { $0 } }
  }

  private func folder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "obs-tui-watch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.path)
  }

  @Test func `a command gets the alert on its standard input, and its words without a shell`() async throws {
    try await folder { folder in
      let result = await send(.command(["tee", "\(folder)/$(echo x); y"]))
      #expect(result.outcome == .sent)
      let text = try String(contentsOfFile: "\(folder)/$(echo x); y", encoding: .utf8)
      #expect(text == WatchMessage(changes: delivery.changes, context: "prod").jsonLines)
    }
  }

  @Test(arguments: [
    (["sh", "-c", "echo of no use >&2; exit 3"], "sh exited with 3: of no use"),
    (["sh", "-c", "kill -9 $$"], "sh was killed by signal 9"),
    (["/nonexistent/program"], "/nonexistent/program could not be started: No such file or directory"),
  ]) func `a command that fails says why`(words: [String], reason: String) async {
    #expect(await send(.command(words)).outcome == .failed(reason))
  }

  @Test func `a command that prints without end, or does not read, disturbs nobody`() async {
    #expect(await send(.command(["sh", "-c", "head -c 300000 /dev/zero"])).outcome == .sent)
    #expect(await send(.command(["true"])).outcome == .sent)
  }

  @Test func `a command that does not end is ended`() async {
    let outcome = await send(.command(["sleep", "100"]), timeout: .milliseconds(80)).outcome
    #expect(outcome == .failed("sleep did not end within 80 ms"))
  }

  @Test func `sendmail reads the message`() async throws {
    try await folder { folder in
      let script = "\(folder)/sendmail"
      try "#!/bin/sh\necho \"$@\" > '\(folder)/words'\ncat > '\(folder)/mail'\n".write(
        toFile: script, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: 0o700)], ofItemAtPath: script)
      let target = MailTarget(to: ["a@example.org"], sendmail: script)
      #expect(await send(.mail(target)).outcome == .sent)
      #expect(try String(contentsOfFile: "\(folder)/words", encoding: .utf8) == "-t -i\n")
      let mail = try String(contentsOfFile: "\(folder)/mail", encoding: .utf8)
      #expect(mail.hasPrefix("To: a@example.org\nSubject: obs-tui: FIRING errors a: it fails\n"))
    }
  }

  @Test func `a webhook is posted to the whole address, with its query, headers and user`() async {
    let target = WebTarget(
      url: Secret("https://me:hush@hooks.example.org/services/T0/B1?token=se%20cret"),
      headers: [ExtraHeader(name: "X-Team", value: Secret("im"))])
    let result = await send(.webhook(target), answers: [.json("{}")])
    #expect(result.outcome == .sent)
    #expect(result.requests.first?.hasPrefix("POST ?token=se%20cret\n{\"version\":\"4\"") == true)
    #expect(result.endpoints.map(\.address.description) == ["https://hooks.example.org/services/T0/B1"])
    #expect(result.endpoints.first?.credentials == .basic(username: "me", password: Secret("hush")))
    #expect(result.endpoints.first?.headers == target.headers)
  }

  @Test func `a failure tells nothing of the address but the host, and keeps Retry-After`() async {
    let target = WebTarget(url: Secret("https://hooks.example.org/services/T0123/B4567SECRET"))
    let refused = HTTPResponse.text(
      "no_service: /services/T0123/B4567SECRET", status: 429, headers: [("Retry-After", "120")])
    let outcome = await send(.slack(target), answers: [refused]).outcome
    guard case .failed(let reason, let retryAfter) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(retryAfter == .seconds(120))
    #expect(!reason.contains("SECRET") && !reason.contains("T0123"), "\(reason)")
    #expect(reason.hasSuffix(" from https://hooks.example.org") && reason.contains("429"), "\(reason)")
    let silent = await send(.slack(target)).outcome
    #expect(silent == .failed("no more answers (https://hooks.example.org)"))
  }

  @Test func `an address in a file is read when it is needed, and a wrong one is not repeated`() async throws {
    try await folder { folder in
      let path = "\(folder)/url"
      try "http://127.0.0.1:1/x\n".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(await send(.slack(WebTarget(url: Secret(file: path))), answers: [.json("ok")]).outcome == .sent)
      try "hooks.example.org/SECRET".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(
        await send(.slack(WebTarget(url: Secret(file: path)))).outcome
          == .failed("its url is no address: an address starts with http:// or https://"))
      let missing = await send(.slack(WebTarget(url: Secret(file: "\(folder)/none")))).outcome
      #expect(missing == .failed("the secret's file \(folder)/none does not exist"))
    }
  }

  @Test func `a real server gets the post`() async throws {
    let server = try RawServer { _, _ in [.answer()] }
    let notifier = Notifier(
      channels: [
        NotificationChannel(name: "c", target: .slack(WebTarget(url: Secret("http://127.0.0.1:\(server.port)/hook"))))
      ], context: "prod")
    #expect(await notifier.send(delivery) == .sent)
    let request = server.requests.first ?? ""
    #expect(request.hasPrefix("POST /hook HTTP/1.1") && request.contains(":rotating_light: *FIRING errors*"))
  }
}
