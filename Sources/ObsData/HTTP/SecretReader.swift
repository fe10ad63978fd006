import Foundation

/// Reads secrets from files and commands when they are first needed, and again after a store has refused them.
actor SecretReader {
  /// A refused credential is not read again more often than this: a command may ask a vault over the network.
  private static let pause = Duration.seconds(30)
  /// How long a command may take.
  private static let commandDeadline = Duration.seconds(10)
  /// Nothing that is longer is a secret.
  private static let maximumBytes = 64 << 10

  private var known: [Secret: String] = [:]
  private var forgotten: ContinuousClock.Instant?

  /// The secret's text. Throws a `FetchError` that names the file or says that a command failed, never what it printed.
  func text(of secret: Secret, tried: String) async throws -> String {
    if let text = secret.knownText ?? known[secret] { return text }
    let text: String
    switch secret.source {
    case .text(let known): text = known
    case .file(let path): text = try read(path, tried: tried)
    case .command(let command): text = try await run(command, tried: tried)
    case .missingVariable(let name):
      throw FetchError(
        .settings, tried: tried, answer: "the environment has no \(name), which the settings name",
        advice: "export \(name) and start again")
    }
    known[secret] = text
    return text
  }

  /// Forgets what files and commands gave, so that they are asked again. False where there is nothing to forget, or where
  /// that was done a moment ago.
  func forgetStale() -> Bool {
    let now = ContinuousClock.now
    if known.isEmpty { return false }
    if let forgotten, now - forgotten < SecretReader.pause { return false }
    forgotten = now
    known = [:]
    return true
  }

  private func read(_ path: String, tried: String) throws -> String {
    switch FileReading.read(path, maximumBytes: SecretReader.maximumBytes) {
    case .success(let bytes): return SecretReader.line(String(decoding: bytes, as: UTF8.self))
    case .failure(let failure):
      throw FetchError(
        .settings, tried: tried, answer: "the secret's file \(path) \(failure.reason)", advice: "correct the settings")
    }
  }

  private func run(_ command: String, tried: String) async throws -> String {
    let outcome = await CommandRun.output(
      of: command, deadline: SecretReader.commandDeadline, maximumBytes: SecretReader.maximumBytes)
    switch outcome {
    case .success(let bytes):
      let text = SecretReader.line(String(decoding: bytes, as: UTF8.self))
      if !text.isEmpty { return text }
      throw SecretReader.failure("printed nothing", tried: tried)
    case .failure(let failure): throw SecretReader.failure(failure.reason, tried: tried)
    }
  }

  private static func failure(_ reason: String, tried: String) -> FetchError {
    FetchError(
      .settings, tried: tried, answer: "the command that should print the secret \(reason)",
      advice: "run it by hand; it is the …_command of this store in the settings")
  }

  /// What was printed without the white space around it.
  private static func line(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
