/// Log records in a line of OTLP/JSON, as the OpenTelemetry Collector's file exporter writes it: one line holds many records,
/// grouped by resource and scope. https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/
enum OpenTelemetryLines {
  /// One record, without what it shares with others.
  struct Record {
    let time: Timestamp?
    let level: LogLevel
    let service: String?
    let message: String
    let trace: TraceID?
    let span: SpanID?
    let value: JSONValue

    func line(at time: Timestamp) -> DecodedLine {
      DecodedLine(timestamp: time, level: level, service: service, message: message, traceID: trace, spanID: span)
    }
  }

  /// The records of a line, none where it holds metrics or spans; nil where it is not OTLP.
  static func records(in line: JSONValue) -> [Record]? {
    // The first key tells: looking at all of a document's keys would cost more than reading its fields.
    guard let first = line.firstKey else { return nil }
    if ["resourceMetrics", "resourceSpans"].contains(first), line[first]?.kind == .array { return [] }
    guard first == "resourceLogs", let resources = line[first], resources.kind == .array else { return nil }
    var records: [Record] = []
    for resource in resources.elements {
      let service = attribute("service.name", of: resource["resource"])
      for scope in (resource["scopeLogs"] ?? resource["instrumentationLibraryLogs"])?.elements ?? [] {
        for record in scope["logRecords"]?.elements ?? [] { records.append(read(record, service: service)) }
      }
    }
    return records
  }

  private static func read(_ record: JSONValue, service: String?) -> Record {
    let times = ["timeUnixNano", "observedTimeUnixNano"].lazy.compactMap { name in
      record[name].flatMap { $0.int ?? $0.string.flatMap(Int64.init) }
    }
    var level = LogLevel.unknown
    if let text = record["severityText"]?.string {
      level = Array(text.utf8).withUnsafeBufferPointer { LogLevel(reading: $0, scale: .openTelemetry) }
    }
    if level == .unknown, let number = record["severityNumber"]?.int {
      level = LevelScale.openTelemetry.level(number)
    }
    let body = record["body"]
    return Record(
      time: times.first { $0 > 0 }.map(Timestamp.init(nanoseconds:)), level: level, service: service,
      message: body?["stringValue"]?.string ?? body?.tree.text ?? record.tree.text,
      trace: record["traceId"]?.string.flatMap { TraceID(hex: $0) },
      span: record["spanId"]?.string.flatMap { SpanID(hex: $0) }, value: record)
  }

  private static func attribute(_ name: String, of holder: JSONValue?) -> String? {
    let found = holder?["attributes"]?.elements.first { $0["key"]?.string == name }
    return found?["value"]?["stringValue"]?.string
  }
}
