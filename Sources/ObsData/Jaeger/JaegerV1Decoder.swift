import Glibc

/// Decodes the traces of Jaeger's v1 JSON (`internal/uimodel/model.go` in jaegertracing/jaeger): the envelope
/// `{"data":[…],"errors":[…]}` of `/api/traces`, a trace on its own as the user interface downloads it, an array of such traces,
/// or an array of spans.
enum JaegerV1Decoder {
  /// The traces that a text holds, in its order; nil where it is no v1 answer at all. What was odd in the text is a warning of
  /// each trace. Details of spans are decoded when they are looked at.
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
    var isForeign = true
    var isDamaged = false
    var failure: TraceText.Failure?
    var traces: [Trace] = []
    let notes = JaegerFailure.sentence(text.repairs).map { [$0] } ?? []
    func add(_ trace: JSONCursor?, _ spans: Range<Int>?) {
      guard failure == nil, !isDamaged else { return }
      var reader = JaegerV1Reader(text)
      do throws(TraceText.Failure) {
        isDamaged = try !reader.read(trace, spans: spans ?? 0..<0, parser: parser)
      } catch {
        failure = error
      }
      traces.append(reader.trace(notes: notes))
    }
    text.envelope.withCursor { root in
      for value in root.elements {
        guard let list = JaegerV1Decoder.traces(of: value) else {
          if value.isArray, let spans = text.elements(of: value), text.source.hasMember("spanID", spans.first) {
            isForeign = false
            add(nil, spans)
          }
          continue
        }
        isForeign = false
        for trace in list { add(trace, trace.member("spans").flatMap(text.elements)) }
      }
    }
    if let failure { throw failure }
    return isDamaged ? .damaged : isForeign ? .foreign : .traces(traces)
  }

  /// The trace objects of one value; nil where it is of another form.
  private static func traces(of value: JSONCursor) -> [JSONCursor]? {
    if value.isArray {
      let traces = value.elements.filter { $0.member("spans")?.isArray == true }
      return traces.isEmpty ? nil : traces
    }
    guard value.isObject else { return nil }
    guard let data = value.member("data") else {
      // OTLP has spans below scopes only.
      return value.member("spans") == nil || value.member("scope") != nil ? nil : [value]
    }
    if data.isNull { return [] }
    return data.isArray ? data.elements.filter(\.isObject) : nil
  }
}

/// Reads one trace.
private struct JaegerV1Reader {
  var traceID = TraceID(high: 0, low: 0)
  var spans: [Span] = []
  var processes: [TraceProcess] = []
  var warnings: [String] = []
  /// The element of the text that each span is.
  private var places: [UInt32] = []

  private let text: TraceText
  private var operations = JSONInterner()
  private var operationNames: [String] = []
  private var processIDs = JSONInterner()
  private var ownProcesses: [TraceProcess: Int] = [:]
  /// The last identifier of a trace that was read, and its text: mostly the next one is the same.
  private var lastTrace = TraceID(high: 0, low: 0)
  private var lastTraceText: [UInt8] = []
  private var strangers = 0

  init(_ text: TraceText) { self.text = text }

  func trace(notes: [String]) -> Trace {
    let (places, source) = (places, text.source)
    return Trace(
      id: traceID, spans: spans, processes: processes, warnings: warnings + notes,
      text: { number in places.indices.contains(number) ? source.text(of: Int(places[number])) : [] },
      details: { number in
        guard places.indices.contains(number) else { return SpanDetails() }
        return source.withSpan(Int(places[number])) { JaegerV1Details.details(of: $0) } ?? SpanDetails()
      })
  }

  /// Reads a trace object of the envelope, where there is one, and its spans. False where the spans are no JSON as they stand.
  mutating func read(
    _ trace: JSONCursor?, spans elements: Range<Int>, parser: JSONPartParser
  ) throws(TraceText.Failure) -> Bool {
    var processTable: JSONCursor?
    var isKnown = false
    if let trace {
      for (key, value) in trace.members {
        switch key {
        case "traceID":
          if let bytes = value.bytes {
            traceID = identifier(bytes)
            isKnown = true
          }
        case "processes": processTable = value
        case "warnings": warnings = value.elements.compactMap { $0.bytes?.string }
        default: break
        }
      }
    }
    spans.reserveCapacity(elements.count)
    places.reserveCapacity(elements.count)
    let isRead = try text.forEachSpan(in: elements, parser: parser) { element, span in
      if !isKnown {
        isKnown = true
        if let bytes = span.member("traceID")?.bytes { traceID = identifier(bytes) }
      }
      places.append(UInt32(truncatingIfNeeded: element))
      read(span: span)
    }
    guard isRead else { return false }
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
    return true
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
    var reference: SpanReference?
    var references: [SpanReference] = []
    if let referenceList {
      for element in referenceList.elements {
        guard let found = read(reference: element, of: spanTrace) else { continue }
        if let reference, references.isEmpty { references.append(reference) }
        if reference != nil { references.append(found) }
        reference = reference ?? found
      }
    }
    if reference == nil, let parent = JaegerIdentifiers.reference(parentID) {
      reference = SpanReference(kind: .childOf, traceID: traceID, spanID: parent)
    }
    let (length, overflow) = max(0, duration).multipliedReportingOverflow(by: 1_000)
    spans.append(
      Span(
        id: id.map(JaegerIdentifiers.spanID) ?? SpanID(value: 0), reference: reference, references: references,
        operation: operation.map { name($0) } ?? "", process: number(of: process, id: processID),
        start: Timestamp(microseconds: start), nanoseconds: overflow ? .max : length, kind: kind, hasError: hasError))
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
    let isSame =
      bytes.count > 0 && bytes.count == lastTraceText.count
      && lastTraceText.withUnsafeBufferPointer { text in
        text.baseAddress.map { memcmp($0, bytes.base, bytes.count) == 0 } ?? false
      }
    if isSame { return lastTrace }
    let id = JaegerIdentifiers.traceID(bytes)
    lastTrace = id
    lastTraceText = Array(UnsafeBufferPointer(start: bytes.base, count: bytes.count))
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
    let tags = process.member("tags")?.elements.map { JaegerV1Details.attribute($0) }
    return TraceProcess(service: service.isEmpty ? TraceProcess.unknownService : service, tags: tags ?? [])
  }
}
