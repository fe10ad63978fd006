import Foundation
import Testing

/// A server that a test starts on the loopback interface. It ends when the test lets go of it, and with the test run however
/// that ends: a shell beside it waits for the end of a pipe that only this process holds.
final class BackgroundServer {
  struct Failure: Error, CustomStringConvertible { let description: String }

  private let guardian = Process()
  private let lifeline = Pipe()
  private let log: URL

  init(_ path: String, _ arguments: [String], log: URL, folder: URL? = nil) throws {
    self.log = log
    guardian.executableURL = URL(filePath: "/bin/sh")
    // Signals may be blocked, as they are on a Dispatch thread, and a child inherits that: only KILL always gets through.
    let script = #"log=$1; shift; "$@" >"$log" 2>&1 </dev/null & cat >/dev/null; kill -9 $!; wait $! 2>/dev/null"#
    guardian.arguments = ["-c", script, "sh", log.path, path] + arguments
    guardian.environment = Program.cleanEnvironment
    guardian.standardInput = lifeline
    guardian.standardOutput = FileHandle.nullDevice
    guardian.standardError = FileHandle.nullDevice
    if let folder { guardian.currentDirectoryURL = folder }
    try guardian.run()
  }

  deinit { stop() }

  /// Ends the server; its ports are free when this returns.
  func stop() {
    try? lifeline.fileHandleForWriting.close()
    if guardian.isRunning { guardian.waitUntilExit() }
  }

  /// What it has written so far.
  var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  /// A port of the loopback interface that nobody has now.
  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
      }
    }
    guard result == 0 else { throw Failure(description: "no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

/// Tries again until it succeeds; the last error, or what was waited for, when time is up.
@discardableResult
func eventually<Value>(_ what: String, seconds: Double = 30, _ attempt: () throws -> Value?) throws -> Value {
  let deadline = Date().addingTimeInterval(seconds)
  var last = ""
  repeat {
    do {
      if let value = try attempt() { return value }
    } catch { last = ": \(error)" }
    Thread.sleep(forTimeInterval: 0.05)
  } while Date() < deadline
  throw BackgroundServer.Failure(description: "waited \(seconds) s for \(what)\(last)")
}

/// HTTP by curl: what a client that nobody here wrote sends and sees.
enum Curl {
  static let path = Program.tool("curl")

  struct Answer {
    let status: Int
    let type: String
    let text: String
    var json: Any? { try? JSONSerialization.jsonObject(with: Data(text.utf8)) }
    var object: [String: Any] { json as? [String: Any] ?? [:] }
  }

  /// Asks once; nil when nobody answers.
  static func ask(_ address: String, _ arguments: [String] = []) throws -> Answer? {
    let outcome = try Program.run(
      path ?? "", ["-s", "-g", "-m", "60", "-w", "\n%{http_code} %{content_type}"] + arguments + [address])
    guard let line = outcome.output.lastIndex(of: "\n"), outcome.status == 0 else { return nil }
    let tail = outcome.output[outcome.output.index(after: line)...].split(separator: " ", maxSplits: 1)
    return Answer(
      status: Int(tail.first ?? "") ?? 0, type: tail.count > 1 ? String(tail[1]) : "",
      text: String(outcome.output[..<line]))
  }

  static func send(_ method: String, _ address: String, _ body: String, type: String = "application/json") throws
    -> Answer?
  {
    // A long body does not fit into an argument.
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "body")
    try Data(body.utf8).write(to: file)
    return try ask(address, ["-X", method, "-H", "Content-Type: \(type)", "--data-binary", "@\(file.path)"])
  }
}

/// The demo's servers in a process of their own, one for all of these tests: a world costs seconds to make in a debug build.
enum ServedDemo {
  struct Addresses {
    var elasticsearch = ""
    var jaeger = ""
    var prometheus = ""
    var alertmanager = ""

    /// The variables that lead the program there.
    var environment: [String: String] {
      [
        "OBS_TUI_ELASTICSEARCH_URL": elasticsearch, "OBS_TUI_JAEGER_URL": jaeger,
        "OBS_TUI_PROMETHEUS_URL": prometheus, "OBS_TUI_ALERTMANAGER_URL": alertmanager,
      ]
    }
  }

  private struct Running: @unchecked Sendable {
    let process: BackgroundServer
    let addresses: Addresses
  }

  private static let running = Result { () throws -> Running in
    let folder = try Program.temporaryFolder()
    let process = try BackgroundServer(
      Program.path, ["demo", "--serve", "--seed", "7", "--rate", "10"], log: folder.appending(path: "demo.log"))
    try eventually("the demo's \"ready\"", seconds: 60) { process.output.contains("\nready\n") ? true : nil }
    var addresses = Addresses()
    for line in process.output.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 2 else { continue }
      switch words[0] {
      case "elasticsearch": addresses.elasticsearch = words[1]
      case "jaeger": addresses.jaeger = words[1]
      case "prometheus": addresses.prometheus = words[1]
      case "alertmanager": addresses.alertmanager = words[1]
      default: break
      }
    }
    return Running(process: process, addresses: addresses)
  }

  static func addresses() throws -> Addresses { try running.get().addresses }
}

/// A frame of the program, by `obs-tui snapshot`.
struct Frame {
  let status: Int32
  let text: String
  let errors: String

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let outcome = try Program.run(
      Program.path, ["snapshot", "--deadline", "60s"] + arguments, environment: environment)
    (status, text, errors) = (outcome.status, outcome.output, outcome.errors)
  }

  func contains(_ words: String) -> Bool { text.contains(words) }

  /// The first line that holds the words.
  func line(_ words: String) -> String {
    text.split(separator: "\n").first { $0.contains(words) }.map(String.init) ?? ""
  }
}

/// All tests that need servers, one after the other: they share the machine and the demo.
@Suite(.serialized) struct RealServers {}

extension Program {
  /// Runs a process to its end in a folder of its own.
  @discardableResult
  static func run(_ path: String, _ arguments: [String], folder: URL) throws -> Outcome {
    try run("/bin/sh", ["-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder.path, path] + arguments)
  }
}
