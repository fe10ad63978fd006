/// Decodes Zipkin's v2 JSON: a list of spans, or a list of such lists, a trace each. What the two sides of a call both write under
/// one identifier becomes two spans here: the server's below the client's. https://zipkin.io/zipkin-api/#/default/post_spans
enum ZipkinDecoder {
  /// The traces that a text holds, by the first span of each; nil where it holds no list of Zipkin's spans.
  static func traces(in text: TraceText) throws(TraceText.Failure) -> [Trace]? {
    try decode(text)?.traces
  }

  /// The same with what was odd in the text.
  static func decode(
    _ text: TraceText
  ) throws(TraceText.Failure) -> (traces: [Trace], repairs: [JSONRepair])? {
    try text.traces { text throws(TraceText.Failure) in try read(text) }
  }

  private static func read(_ text: TraceText) throws(TraceText.Failure) -> TraceText.Reading {
    guard let parser = JSONPartParser() else { return .damaged }
    var lists: [Range<Int>] = []
    text.envelope.withCursor { root in
      for value in root.elements where value.isArray {
        let inner = value.elements.filter(\.isArray).compactMap(text.elements)
        lists += inner.isEmpty ? text.elements(of: value).map { [$0] } ?? [] : inner
      }
    }
    var reader = ZipkinReader()
    var isZipkins = false
    for list in lists where !text.source.hasMember("spanID", list.first) {
      isZipkins = true
      let isRead = try text.forEachSpan(in: list, parser: parser) { element, span in
        reader.read(span: span, element: element)
      }
      guard isRead else { return .damaged }
    }
    let notes = JaegerFailure.sentence(text.repairs).map { [$0] } ?? []
    return isZipkins ? .traces(reader.traces(of: text.source, notes: notes)) : .foreign
  }
}

/// Sorts spans by their trace, and tells the two halves of a shared span apart.
private struct ZipkinReader {
  /// A span as it came.
  struct Record {
    let element: Int
    let id: SpanID
    let parent: SpanID?
    let operation: String
    let process: Int
    let start, duration: Int64
    let kind: SpanKind?
    let hasError, isShared: Bool
  }

  private var order: [TraceID] = []
  private var records: [[Record]] = []
  private var numbers: [TraceID: Int] = [:]
  private var processes: [TraceProcess] = []
  private var processNumbers: [TraceProcess: Int] = [:]
  private var operations = JSONInterner()
  private var operationNames: [String] = []

  mutating func read(span: JSONCursor, element: Int) {
    var trace = JSONBytes.empty
    var id = JSONBytes.empty
    var parent: JSONBytes?
    var name: JSONBytes?
    var endpoint: JSONCursor?
    var start: Int64 = 0
    var duration: Int64 = 0
    var kind: SpanKind?
    var hasError = false
    var isShared = false
    for (key, value) in span.members {
      switch key {
      case "traceId": trace = value.bytes ?? .empty
      case "id": id = value.bytes ?? .empty
      case "parentId": parent = value.bytes
      case "name": name = value.bytes
      case "kind": kind = value.bytes.flatMap(SpanKind.init(zipkin:))
      case "timestamp": start = value.integer
      case "duration": duration = value.integer
      case "shared": isShared = value.isTrue
      case "localEndpoint": endpoint = value
      // Zipkin's own screen takes any text under this key for an error.
      case "tags": if let error = value.member("error")?.bytes { hasError = !("false" ~= error) }
      default: break
      }
    }
    let record = Record(
      element: element, id: JaegerIdentifiers.spanID(id), parent: JaegerIdentifiers.reference(parent),
      operation: name.map { shared($0) } ?? "", process: process(of: endpoint), start: start, duration: duration,
      kind: kind, hasError: hasError, isShared: isShared)
    let traceID = JaegerIdentifiers.traceID(trace)
    if order.last == traceID {
      records[order.count - 1].append(record)
    } else if let number = numbers[traceID] {
      records[number].append(record)
    } else {
      numbers[traceID] = order.count
      order.append(traceID)
      records.append([record])
    }
  }

  func traces(of source: SpanSource, notes: [String]) -> [Trace] {
    zip(order, records).map { id, records in
      let halves = SharedSpans(records)
      var numbers: [Int: Int] = [:]
      var used: [TraceProcess] = []
      let spans = records.map { record in
        let process = numbers[record.process] ?? used.count
        if process == used.count {
          used.append(processes[record.process])
          numbers[record.process] = process
        }
        let (length, overflow) = max(0, record.duration).multipliedReportingOverflow(by: 1_000)
        return Span(
          id: halves.identifier(of: record),
          reference: halves.parent(of: record).map { SpanReference(kind: .childOf, traceID: id, spanID: $0) },
          references: [], operation: record.operation, process: process, start: Timestamp(microseconds: record.start),
          nanoseconds: overflow ? .max : length, kind: record.kind, hasError: record.hasError)
      }
      let elements = records.map { UInt32(truncatingIfNeeded: $0.element) }
      return Trace(
        id: id, spans: spans, processes: used, warnings: halves.warnings + notes,
        details: { number in
          guard elements.indices.contains(number) else { return SpanDetails() }
          return source.withSpan(Int(elements[number])) { ZipkinDetails.details(of: $0) } ?? SpanDetails()
        })
    }
  }

  private mutating func process(of endpoint: JSONCursor?) -> Int {
    let process = ZipkinDetails.process(endpoint)
    if let number = processNumbers[process] { return number }
    processNumbers[process] = processes.count
    processes.append(process)
    return processes.count - 1
  }

  private mutating func shared(_ name: JSONBytes) -> String {
    let number = operations.index(of: name)
    if number == operationNames.count { operationNames.append(name.string) }
    return operationNames[number]
  }
}

/// The spans of a trace whose identifier a client and a server share. The server's half gets an identifier of its own and hangs
/// below the client's; what names the shared one as its parent belongs to the half of its own service, else to the server's.
private struct SharedSpans {
  private struct Halves {
    let server: SpanID
    let clientProcess, serverProcess: Int
  }

  private var halves: [SpanID: Halves] = [:]
  private var servers: Set<Int> = []

  init(_ records: [ZipkinReader.Record]) {
    guard records.contains(where: \.isShared) else { return }
    var clients: [SpanID: ZipkinReader.Record] = [:]
    for record in records where !record.isShared && clients[record.id] == nil { clients[record.id] = record }
    for record in records where record.isShared {
      guard let client = clients[record.id], halves[record.id] == nil else { continue }
      // The golden ratio's bits spread neighbouring identifiers apart.
      let server = SpanID(value: record.id.value ^ 0x9E37_79B9_7F4A_7C15)
      halves[record.id] = Halves(server: server, clientProcess: client.process, serverProcess: record.process)
      servers.insert(record.element)
    }
  }

  var warnings: [String] {
    switch servers.count {
    case 0: []
    case 1: ["1 span is shared by a client and a server: shown as two"]
    default: ["\(servers.count) spans are shared by a client and a server each: shown as two"]
    }
  }

  func identifier(of record: ZipkinReader.Record) -> SpanID {
    servers.contains(record.element) ? halves[record.id]?.server ?? record.id : record.id
  }

  func parent(of record: ZipkinReader.Record) -> SpanID? {
    if servers.contains(record.element) { return record.id }
    guard let parent = record.parent, let shared = halves[parent] else { return record.parent }
    let isClients = record.process == shared.clientProcess && record.process != shared.serverProcess
    return isClients ? parent : shared.server
  }
}
