/// A password, token or key, or the place to read it from. Nothing that prints, dumps or interpolates a value shows it.
public struct Secret: Hashable, Sendable {
  /// Where a secret comes from.
  enum Source: Hashable, Sendable {
    /// The secret itself.
    case text(String)
    /// A file whose content it is, line end at the end dropped.
    case file(path: String)
    /// A command for `/bin/sh -c` that prints it.
    case command(String)
    /// A variable that the environment did not have: asking for the secret is an error that says so.
    case missingVariable(String)
  }

  let source: Source

  /// A secret that is known already.
  public init(_ text: String) { source = .text(text) }
  /// A secret that is read from a file when it is first needed.
  public init(file path: String) { source = .file(path: path) }
  /// A secret that a shell command prints when it is first needed.
  public init(command: String) { source = .command(command) }

  /// A secret that is not there, because the environment lacks a variable.
  init(missingVariable name: String) { source = .missingVariable(name) }

  /// What may be shown: where it is read, or the mask.
  var shown: String {
    if case .file(let path) = source { path } else { Secret.mask }
  }

  /// What is shown in its place.
  public static let mask = "••••"
  /// The secret where it is known without asking a file or a command. Only for what goes on the wire.
  var knownText: String? {
    if case .text(let text) = source { text } else { nil }
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The mask.
  public var description: String { Secret.mask }
  /// The mask.
  public var debugDescription: String { Secret.mask }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
