/// The forms in which a trace is written, both of which Jaeger's user interface opens again.
public enum TraceFormat: String, Hashable, Sendable, CaseIterable {
  /// What Jaeger's own `/api/traces` answers. Its times are whole microseconds.
  case jaeger
  /// OpenTelemetry's `resourceSpans`: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
  case otlp
}

/// Writes a trace as JSON: all that its spans carry, decoded one span at a time, so that a large trace needs no more memory than
/// it has.
public struct TraceWriter: Sendable, Equatable {
  /// What is written.
  public let trace: Trace
  /// In which form.
  public let format: TraceFormat

  /// Makes a writer.
  public init(_ trace: Trace, as format: TraceFormat) {
    self.trace = trace
    self.format = format
  }

  /// Whether times have to be cut to be written in this form.
  public var cutsTimes: Bool {
    format == .jaeger
      && trace.spans.contains { $0.start.nanoseconds % 1_000 != 0 || $0.duration.nanoseconds % 1_000 != 0 }
  }

  /// Hands the text over in pieces of some 64 KB.
  public func forEachPiece(_ body: (String) throws -> Void) rethrows {
    var piece = ""
    func add(_ text: String) throws {
      piece += text
      guard piece.utf8.count > 65_536 else { return }
      try body(piece)
      piece = ""
    }
    switch format {
    case .jaeger: try writeJaeger(add)
    case .otlp: try writeOTLP(add)
    }
    try body(piece + "\n")
  }

  /// The whole text.
  public var text: String {
    var text = ""
    forEachPiece { text += $0 }
    return text
  }

  /// One span as an object of this form.
  public func span(at index: Int) -> JSONTree {
    switch format {
    case .jaeger: jaegerSpan(at: index)
    case .otlp: otlpSpan(at: index)
    }
  }
}
