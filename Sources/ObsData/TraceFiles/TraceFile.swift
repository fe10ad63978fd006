/// A file of traces: Jaeger's v1 JSON, OTLP's JSON (Jaeger's v3 form, the collector's files, Tempo's `batches`) or Zipkin's v2 JSON,
/// plain or compressed with gzip. Which of them it is, its content says, never its name.
public struct TraceFile: Sendable {
  /// How far the reading has come, from 0 to 1; says whether to go on. Called on the reading thread.
  public typealias Watch = @Sendable (Double) -> Bool

  /// A larger file is refused: about 1,700,000 spans of Jaeger's v1 form.
  public static let maximumBytes = 1 << 30

  /// The forms that are read.
  public enum Format: String, Sendable, CaseIterable {
    /// `{"data":[…]}`, a trace, an array of traces, or an array of spans.
    case jaeger = "Jaeger JSON"
    /// `{"resourceSpans":[…]}` or `{"result":…}`, once or many times.
    case otlp = "OTLP JSON"
    /// `[{"traceId":…,"id":…}, …]`
    case zipkin = "Zipkin JSON"
  }

  /// The traces, in the order of their first spans; none is without spans.
  public let traces: [Trace]
  /// The form of the file, or of what came first in it.
  public let format: Format
  /// What has to be said of the whole file.
  public let warnings: [String]

  /// Reads a file, or standard input where the path is `-`. Throws where it cannot be read, is too large, holds no traces, or is no
  /// JSON: then the answer names the byte and what was expected there.
  public static func read(
    path: String, maximumBytes: Int = TraceFile.maximumBytes, watch: @escaping Watch = { _ in true }
  ) throws(FetchError) -> TraceFile {
    let name = path == "-" ? "standard input" : path
    let bytes = try TraceFileBytes.read(path: path, name: name, maximumBytes: maximumBytes) { watch($0 / 4) }
    return try decode(bytes, name: name) { watch(0.25 + $0 * 0.75) }
  }

  /// Reads the traces in a text; `name` is what errors call it.
  /// With a `format` it is read as that, whatever it looks like.
  public static func decode(
    _ bytes: [UInt8], name: String, as format: Format? = nil, watch: @escaping Watch = { _ in true }
  ) throws(FetchError) -> TraceFile {
    let problem = TraceFileProblem(name: name)
    if let refusal = problem.atFirstSight(bytes) { throw refusal }
    do throws(TraceText.Failure) {
      let text = try TraceText(bytes) { done, total in watch(Double(done) / Double(max(total, 1))) }
      let formats = format.map { [$0] } ?? TraceFile.formats(in: text)
      guard let first = formats.first else { throw TraceText.Failure.foreign }
      var traces: [Trace] = []
      for format in formats {
        switch format {
        case .jaeger: traces += try JaegerV1Decoder.traces(in: text) ?? []
        case .otlp: traces += try JaegerV3Decoder.traces(in: text) ?? []
        case .zipkin: traces += try ZipkinDecoder.traces(in: text) ?? []
        }
      }
      traces.removeAll { $0.spans.isEmpty }
      guard !traces.isEmpty else { throw TraceText.Failure.empty(JaegerFailure.envelopeMessages(in: text)) }
      return TraceFile(traces: traces, format: first, warnings: TraceFile.otherSignals(in: text))
    } catch {
      throw problem.error(error, in: bytes)
    }
  }

  /// The forms that the values of a text have, each once, in the order in which they appear.
  private static func formats(in text: TraceText) -> [Format] {
    var found: [Format] = []
    text.envelope.withCursor { root in
      for value in root.elements {
        guard let format = format(of: value, in: text), !found.contains(format) else { continue }
        found.append(format)
      }
    }
    return found
  }

  private static func format(of value: JSONCursor, in text: TraceText) -> Format? {
    if value.isObject {
      if value.member("resourceSpans") != nil || value.member("batches") != nil { return .otlp }
      if value.member("result")?.isObject == true { return .otlp }
      return value.member("data") != nil || value.member("spans") != nil ? .jaeger : nil
    }
    guard value.isArray else { return nil }
    if let list = text.elements(of: value) { return text.source.hasMember("spanID", list.first) ? .jaeger : .zipkin }
    for element in value.elements {
      if element.isArray { return text.elements(of: element) == nil ? nil : .zipkin }
      return format(of: element, in: text)
    }
    return nil
  }

  /// The collector writes logs and metrics to the same files.
  private static func otherSignals(in text: TraceText) -> [String] {
    var count = 0
    text.envelope.withCursor { root in
      for value in root.elements where value.member("resourceLogs") != nil || value.member("resourceMetrics") != nil {
        count += 1
      }
    }
    return count == 0 ? [] : ["\(count) of the file's objects hold logs or metrics: not shown here"]
  }
}
