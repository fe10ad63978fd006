/// Decodes the traces of OTLP's JSON, which is Jaeger's v3 form: `resourceSpans`, bare or as `{"result":{…}}`, once or as a
/// stream of several objects (grpc-gateway, the collector's file exporter), or an array of such. Numbers and identifiers come in
/// two spellings: enums as numbers or names, 64-bit integers as strings or numbers, identifiers hexadecimal or in base64.
/// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
enum JaegerV3Decoder {
  /// The traces that a text holds, by the first span of each; nil where it is no such answer at all. What was odd in the text is
  /// a warning of each trace. Details of spans are decoded when they are looked at.
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
    var reader = JaegerV3Reader(text, parser: parser)
    var isAnswer = false
    text.envelope.withCursor { root in
      for value in root.elements {
        if value.isArray {
          for element in value.elements where element.isObject && resources(of: element) != nil {
            isAnswer = true
            reader.read(resources(of: element))
          }
        }
        guard value.isObject else { continue }
        let body = value.member("result") ?? value
        let isOther = value.member("data") != nil || value.member("error") != nil || value.member("spans") != nil
        // `{}` and `{"result":{}}` are answers without spans: defaults are left out.
        isAnswer = isAnswer || !isOther
        reader.read(resources(of: body))
      }
    }
    if let failure = reader.failure { throw failure }
    if reader.isDamaged { return .damaged }
    return isAnswer
      ? .traces(reader.traces(warnings: JaegerFailure.sentence(text.repairs).map { [$0] } ?? [])) : .foreign
  }

  /// `batches` is what Tempo calls them.
  private static func resources(of body: JSONCursor) -> JSONCursor? {
    body.member("resourceSpans") ?? body.member("batches")
  }
}

/// Sorts the spans of all resources by their trace.
private struct JaegerV3Reader {
  /// Where a span stands: its element in the text, and the word of its scope in the envelope.
  struct Place {
    let span, scope: UInt32
  }

  /// A trace that is being put together.
  struct Part {
    var spans: [Span] = []
    var places: [Place] = []
    var processes: [TraceProcess] = []
    /// The process's number in this trace, by its number in the answer.
    var processNumbers: [Int: Int] = [:]
  }

  private(set) var failure: TraceText.Failure?
  private(set) var isDamaged = false

  private let text: TraceText
  private let parser: JSONPartParser
  private var order: [TraceID] = []
  private var parts: [Part] = []
  private var partOf: [TraceID: Int] = [:]
  private var processes: [TraceProcess] = []
  private var processOf: [TraceProcess: Int] = [:]
  private var operations = JSONInterner()
  private var operationNames: [String] = []

  init(_ text: TraceText, parser: JSONPartParser) {
    self.text = text
    self.parser = parser
  }

  func traces(warnings: [String]) -> [Trace] {
    zip(order, parts).map { [source = text.source, envelope = text.envelope] id, part in
      let places = part.places
      return Trace(
        id: id, spans: part.spans, processes: part.processes, warnings: warnings,
        details: { number in
          guard places.indices.contains(number) else { return SpanDetails() }
          let place = places[number]
          return source.withSpan(Int(place.span)) { span in
            JaegerV3Details.details(of: span, scope: Int(place.scope), in: envelope)
          } ?? SpanDetails()
        })
    }
  }

  /// Reads the spans of a list of resources.
  mutating func read(_ resources: JSONCursor?) {
    guard let resources else { return }
    for resource in resources.elements { read(resource: resource) }
  }

  private mutating func read(resource: JSONCursor) {
    let process = read(process: resource.member("resource"))
    let number = processOf[process] ?? processes.count
    if number == processes.count {
      processes.append(process)
      processOf[process] = number
    }
    // `instrumentationLibrarySpans` is what OTLP called them before 0.15.
    guard let scopes = resource.member("scopeSpans") ?? resource.member("instrumentationLibrarySpans") else { return }
    for scope in scopes.elements {
      let scopePlace = (scope.member("scope") ?? scope.member("instrumentationLibrary"))?.index ?? 0
      guard failure == nil, !isDamaged, let elements = scope.member("spans").flatMap(text.elements) else { continue }
      do throws(TraceText.Failure) {
        let isRead = try text.forEachSpan(in: elements, parser: parser) { element, span in
          let place = Place(
            span: UInt32(truncatingIfNeeded: element), scope: UInt32(truncatingIfNeeded: scopePlace))
          read(span: span, process: number, place: place)
        }
        isDamaged = !isRead
      } catch {
        failure = error
      }
    }
  }

  private func read(process resource: JSONCursor?) -> TraceProcess {
    var service = TraceProcess.unknownService
    var tags: [Attribute] = []
    if let attributes = resource?.member("attributes") {
      for element in attributes.elements {
        let attribute = JaegerV3Details.attribute(element)
        if attribute.key == "service.name", case .string(let name) = attribute.value, !name.isEmpty {
          service = name
        } else {
          tags.append(attribute)
        }
      }
    }
    return TraceProcess(service: service, tags: tags)
  }

  private mutating func read(span: JSONCursor, process: Int, place: Place) {
    var id = JSONBytes.empty
    var trace = JSONBytes.empty
    var parent: JSONBytes?
    var name: JSONBytes?
    var start: Int64 = 0
    var end: Int64 = 0
    var kind: SpanKind?
    var hasError = false
    var links: JSONCursor?
    for (key, value) in span.members {
      switch key {
      case "traceId": trace = value.bytes ?? .empty
      case "spanId": id = value.bytes ?? .empty
      case "parentSpanId": parent = value.bytes
      case "name": name = value.bytes
      case "kind": kind = SpanKind(otlp: value)
      case "startTimeUnixNano": start = value.integer
      case "endTimeUnixNano": end = value.integer
      case "status": if let code = value.member("code"), JaegerV3Details.isError(code) { hasError = true }
      case "attributes": if hasErrorAttribute(value) { hasError = true }
      case "links": links = value
      default: break
      }
    }
    let traceID = JaegerIdentifiers.traceID(trace)
    var reference = JaegerIdentifiers.reference(parent).map {
      SpanReference(kind: .childOf, traceID: traceID, spanID: $0)
    }
    var references: [SpanReference] = []
    if let links {
      for link in links.elements {
        guard let span = JaegerIdentifiers.reference(link.member("spanId")?.bytes) else { continue }
        let other = link.member("traceId")?.bytes.map(JaegerIdentifiers.traceID) ?? traceID
        let found = SpanReference(kind: relation(of: link), traceID: other, spanID: span)
        if let reference, references.isEmpty { references.append(reference) }
        if reference != nil { references.append(found) }
        reference = reference ?? found
      }
    }
    let (length, overflow) = end.subtractingReportingOverflow(start)
    let number = partNumber(traceID)
    let processNumber = parts[number].number(of: process, processes[process])
    parts[number].places.append(place)
    parts[number].spans.append(
      Span(
        id: JaegerIdentifiers.spanID(id), reference: reference, references: references,
        operation: name.map { shared($0) } ?? "", process: processNumber, start: Timestamp(nanoseconds: start),
        nanoseconds: start == 0 ? 0 : overflow ? (end > start ? .max : 0) : length, kind: kind, hasError: hasError))
  }

  private func hasErrorAttribute(_ attributes: JSONCursor) -> Bool {
    for attribute in attributes.elements {
      guard let key = attribute.member("key")?.bytes, "error" ~= key, let value = attribute.member("value") else {
        continue
      }
      if value.member("boolValue")?.isTrue == true { return true }
      if let text = value.member("stringValue")?.bytes, "true" ~= text { return true }
    }
    return false
  }

  /// A link follows from the other span, unless OpenTracing's attribute says that it is one of several parents.
  private func relation(of link: JSONCursor) -> SpanReference.Kind {
    guard let attributes = link.member("attributes") else { return .followsFrom }
    for attribute in attributes.elements {
      guard let key = attribute.member("key")?.bytes, "opentracing.ref_type" ~= key,
        let value = attribute.member("value")?.member("stringValue")?.bytes
      else { continue }
      return "child_of" ~= value ? .childOf : .followsFrom
    }
    return .followsFrom
  }

  private mutating func partNumber(_ id: TraceID) -> Int {
    if order.last == id { return order.count - 1 }
    if let number = partOf[id] { return number }
    partOf[id] = order.count
    order.append(id)
    parts.append(Part())
    return order.count - 1
  }

  /// One string for all spans of an operation.
  private mutating func shared(_ name: JSONBytes) -> String {
    let number = operations.index(of: name)
    if number == operationNames.count { operationNames.append(name.string) }
    return operationNames[number]
  }
}

extension JaegerV3Reader.Part {
  mutating func number(of process: Int, _ value: TraceProcess) -> Int {
    if let number = processNumbers[process] { return number }
    processNumbers[process] = processes.count
    processes.append(value)
    return processes.count - 1
  }
}
