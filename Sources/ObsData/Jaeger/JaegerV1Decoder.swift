/// Decodes the traces of Jaeger's v1 JSON (`internal/uimodel/model.go` in jaegertracing/jaeger): the envelope
/// `{"data":[…],"errors":[…]}` of `/api/traces`, or a trace on its own as the user interface downloads it.
public enum JaegerV1Decoder {
  /// The traces that a document holds, in its order; nil where it is no v1 answer at all.
  /// Tags, events and warnings stay in the document and are decoded one span at a time, when they are looked at.
  /// `repairs` says what was odd in the text that the document was made of: a warning of each trace.
  public static func traces(in document: JSONDocument, repairs: [JSONRepair] = []) -> [Trace]? {
    let notes = JaegerFailure.sentence(repairs).map { [$0] } ?? []
    return document.withCursor { root -> [Trace]? in
      guard root.isObject else { return nil }
      guard let data = root.member("data") else {
        return root.member("spans") == nil ? nil : [read(root, of: document, notes: notes)]
      }
      if data.isNull { return [] }
      return data.isArray ? data.elements.filter(\.isObject).map { read($0, of: document, notes: notes) } : nil
    } ?? nil
  }

  private static func read(_ trace: JSONCursor, of document: JSONDocument, notes: [String]) -> Trace {
    var reader = JaegerV1Reader(document)
    reader.read(trace)
    let places = reader.places
    return Trace(
      id: reader.traceID, spans: reader.spans, processes: reader.processes, warnings: reader.warnings + notes,
      details: { number in
        guard places.indices.contains(number) else { return SpanDetails() }
        return document.withCursor(at: Int(places[number])) { JaegerV1Details.details(of: $0, in: document) }
          ?? SpanDetails()
      })
  }
}

/// Reads one trace from the tape.
private struct JaegerV1Reader {
  var traceID = TraceID(high: 0, low: 0)
  var spans: [Span] = []
  var processes: [TraceProcess] = []
  var warnings: [String] = []
  /// Where each span's object stands on the tape.
  var places: [UInt32] = []

  private let document: JSONDocument
  private var operations = JSONInterner()
  private var operationNames: [String] = []
  private var processIDs = JSONInterner()
  private var ownProcesses: [TraceProcess: Int] = [:]
  private var lastTrace: (bytes: JSONBytes, id: TraceID)?
  private var strangers = 0

  init(_ document: JSONDocument) { self.document = document }

  mutating func read(_ trace: JSONCursor) {
    var processTable: JSONCursor?
    var spanList: JSONCursor?
    var ownID: JSONBytes?
    for (key, value) in trace.members {
      switch key {
      case "traceID": ownID = value.bytes
      case "spans": spanList = value
      case "processes": processTable = value
      case "warnings": warnings = value.elements.compactMap { $0.bytes?.string }
      default: break
      }
    }
    let firstID = spanList?.elements.first { $0.isObject }?.member("traceID")?.bytes
    if let bytes = ownID ?? firstID { traceID = identifier(bytes) }
    if let spanList {
      for span in spanList.elements where span.isObject { read(span: span) }
    }
    // A span's own process carries a negative number until the table's size is known.
    let named = namedProcesses(processTable)
    let own = ownProcesses.sorted { $0.value < $1.value }.map(\.key)
    processes = named + own
    if !own.isEmpty {
      spans = spans.map { $0.process < 0 ? $0.moved(to: named.count - 1 - $0.process) : $0 }
    }
    if strangers > 0 {
      warnings.append(strangers == 1 ? "1 span carries another trace id" : "\(strangers) spans carry another trace id")
    }
  }

  private mutating func read(span: JSONCursor) {
    var id: JSONBytes?
    var spanTrace = traceID
    var parentID: JSONBytes?
    var operation: JSONBytes?
    var processID: JSONBytes?
    var process: JSONCursor?
    var referenceList: JSONCursor?
    var start: Int64 = 0
    var duration: Int64 = 0
    var kind: SpanKind?
    var hasError = false
    for (key, value) in span.members {
      switch key {
      case "spanID": id = value.bytes
      case "traceID": if let bytes = value.bytes { spanTrace = identifier(bytes) }
      case "references": referenceList = value
      case "tags": readMarks(value, &kind, &hasError)
      case "startTime": start = value.integer
      case "duration": duration = value.integer
      case "operationName": operation = value.bytes
      case "processID": processID = value.bytes
      case "parentSpanID": parentID = value.bytes
      case "process": process = value
      default: break
      }
    }
    if spanTrace != traceID { strangers += 1 }
    var references: [SpanReference] = []
    if let referenceList {
      for element in referenceList.elements {
        if let reference = read(reference: element, of: spanTrace) { references.append(reference) }
      }
    }
    if references.isEmpty, let parent = JaegerIdentifiers.reference(parentID) {
      references.append(SpanReference(kind: .childOf, traceID: traceID, spanID: parent))
    }
    places.append(UInt32(truncatingIfNeeded: span.index))
    spans.append(
      Span(
        id: id.map(JaegerIdentifiers.spanID) ?? SpanID(value: 0), references: references,
        operation: operation.map { name($0) } ?? "", process: number(of: process, id: processID),
        start: Timestamp(microseconds: start), duration: .microseconds(max(0, duration)), kind: kind, hasError: hasError
      ))
  }

  /// A span's references to its own trace are references into this one, whatever the two are called.
  private mutating func read(reference: JSONCursor, of spanTrace: TraceID) -> SpanReference? {
    var kind = SpanReference.Kind.childOf
    var trace = spanTrace
    var span: JSONBytes?
    for (key, value) in reference.members {
      switch key {
      case "refType": if let bytes = value.bytes, "FOLLOWS_FROM" ~= bytes { kind = .followsFrom }
      case "traceID": if let bytes = value.bytes, bytes.count > 0 { trace = identifier(bytes) }
      case "spanID": span = value.bytes
      default: break
      }
    }
    guard let id = JaegerIdentifiers.reference(span) else { return nil }
    return SpanReference(kind: kind, traceID: trace == spanTrace ? traceID : trace, spanID: id)
  }

  /// Looks for the two things that every view needs of the tags: the span's kind and whether it failed.
  private func readMarks(_ tags: JSONCursor, _ kind: inout SpanKind?, _ hasError: inout Bool) {
    for tag in tags.elements {
      var name: JSONBytes?
      var content: JSONCursor?
      for (key, value) in tag.members {
        switch key {
        case "key": name = value.bytes
        case "value": content = value
        default: break
        }
      }
      guard let name, let content else { continue }
      switch name {
      case "error": if content.isTrue || content.bytes.map({ "true" ~= $0 }) == true { hasError = true }
      case "otel.status_code": if let code = content.bytes, "ERROR" ~= code { hasError = true }
      case "span.kind": kind = content.bytes.flatMap(SpanKind.init(bytes:)) ?? kind
      default: break
      }
    }
  }

  private mutating func identifier(_ bytes: JSONBytes) -> TraceID {
    if let last = lastTrace, last.bytes == bytes { return last.id }
    let id = JaegerIdentifiers.traceID(bytes)
    lastTrace = (bytes, id)
    return id
  }

  private mutating func name(_ bytes: JSONBytes) -> String {
    let number = operations.index(of: bytes)
    if number == operationNames.count { operationNames.append(bytes.string) }
    return operationNames[number]
  }

  private mutating func number(of process: JSONCursor?, id: JSONBytes?) -> Int {
    if let process, process.isObject {
      let own = read(process: process)
      let number = ownProcesses[own] ?? ownProcesses.count
      ownProcesses[own] = number
      return -1 - number
    }
    guard let id else { return number(of: nil, id: .empty) }
    return processIDs.index(of: id)
  }

  /// The processes that spans name, in the order of their numbers; those that the table lacks have no name.
  private func namedProcesses(_ table: JSONCursor?) -> [TraceProcess] {
    var named: [TraceProcess?] = Array(repeating: nil, count: processIDs.count)
    if let table {
      for (key, value) in table.members {
        if let number = processIDs.existing(key), named[number] == nil { named[number] = read(process: value) }
      }
    }
    return named.map { $0 ?? TraceProcess(service: TraceProcess.unknownService) }
  }

  private func read(process: JSONCursor) -> TraceProcess {
    let service = process.member("serviceName")?.bytes?.string ?? ""
    let tags = process.member("tags")?.elements.map { JaegerV1Details.attribute($0, in: document) }
    return TraceProcess(service: service.isEmpty ? TraceProcess.unknownService : service, tags: tags ?? [])
  }
}
