/// What the doctor says of one step on the way from a service to the screen.
public struct Finding: Hashable, Sendable {
  /// How bad it is.
  public enum Status: String, Hashable, Sendable, Comparable {
    case ok, warning, failed

    /// The worse one is the greater.
    public static func < (a: Status, b: Status) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .ok: 0
      case .warning: 1
      case .failed: 2
      }
    }
  }

  /// The ways that are walked.
  public enum Way: String, CaseIterable, Hashable, Sendable { case logs, traces, metrics, alerts }

  /// Which finding it is.
  public let kind: FindingKind
  /// On which way.
  public let way: Way
  /// The step that was looked at, in a few words: `Elasticsearch answers`.
  public let step: String
  /// How bad it is.
  public let status: Status
  /// What was seen, in one line.
  public let evidence: String
  /// The next thing to do, in one line; nil where nothing is to be done.
  public let next: String?

  /// Makes a finding; its texts become single lines of bounded length.
  init(_ kind: FindingKind, _ way: Way, _ step: String, _ status: Status, _ evidence: String, next: String? = nil) {
    func line(_ text: String) -> String { FetchError.bounded(FetchError.singleLine(text), to: 600) }
    self.kind = kind
    self.way = way
    self.step = step
    self.status = status
    self.evidence = line(evidence)
    self.next = next.map(line)
  }
}

extension [Finding] {
  /// The worst of them; ok where there is none.
  public var worst: Finding.Status { map(\.status).max() ?? .ok }
}
