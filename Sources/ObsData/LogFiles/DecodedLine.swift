/// What a line of a file tells of itself, before it is known whether it is wanted.
struct DecodedLine {
  let timestamp: Timestamp
  let level: LogLevel
  let service: String?
  let message: String
  var traceID: TraceID?
  var spanID: SpanID?
}
