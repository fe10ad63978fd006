/// Why a file gave no traces, in words for the user.
struct TraceFileProblem {
  /// The file's name, or `standard input`.
  let name: String

  private static let forms =
    #"Jaeger's {"data":[…]}, OTLP's {"resourceSpans":[…]} or Zipkin's [{"traceId":…}] is expected"#

  func error(_ kind: FetchError.Kind, _ answer: String, advice: String? = nil) -> FetchError {
    FetchError(kind, tried: "reading traces from \(name)", answer: answer, advice: advice)
  }

  /// What the first bytes say against a file.
  func atFirstSight(_ bytes: [UInt8]) -> FetchError? {
    if bytes.isEmpty { return error(.malformed, "it is empty", advice: TraceFileProblem.forms) }
    switch FileKind(of: Array(bytes.prefix(4_096))) {
    case .refused(let reason):
      let words = reason.split(separator: ":", maxSplits: 1)
      return error(.malformed, "it \(words.first.map(String.init) ?? reason)", advice: TraceFileProblem.forms)
    case .gzip: return error(.malformed, "it is compressed twice", advice: "decompress it once: gzip -d")
    case .text: break
    }
    // A byte order mark is passed over.
    let first = bytes.prefix(4_096).drop { $0 <= 0x20 || $0 >= 0x80 }.first
    guard first == UInt8(ascii: "<") else { return nil }
    return error(
      .malformed, "it is HTML or XML, not JSON: a page was saved in the place of an answer",
      advice: "save the trace's JSON: GET /api/traces/ID of Jaeger")
  }

  func error(_ failure: TraceText.Failure, in bytes: [UInt8]) -> FetchError {
    switch failure {
    case .cancelled: return error(.cancelled, "stopped")
    case .syntax(let syntax):
      let size = syntax.offset >= bytes.count ? "of \(bytes.count) bytes it ends too early" : "it is no JSON"
      return error(.malformed, "\(size): \(syntax)", advice: "save it again: what stands in it is no whole JSON")
    case .foreign:
      return error(.malformed, "it is JSON, but holds no traces (byte 0)", advice: TraceFileProblem.forms)
    case .empty(let messages):
      let words = messages.isEmpty ? "" : ": \(messages.joined(separator: "; "))"
      return error(.notFound, "it holds no span\(words)", advice: "the store had none when the file was written")
    }
  }
}
