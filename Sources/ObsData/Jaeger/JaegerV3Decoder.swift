/// Decodes the traces of Jaeger's v3 JSON: OTLP's `resourceSpans`, bare or as `{"result":{…}}`, once or as a stream of several
/// objects (grpc-gateway). Numbers and identifiers come in two spellings: enums as numbers or names, 64-bit integers as strings
/// or numbers, identifiers hexadecimal or in base64. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
public enum JaegerV3Decoder {
  /// The traces that the documents of one answer hold, by the first span of each; nil where it is no v3 answer at all.
  /// Attributes, events and warnings stay in the documents and are decoded one span at a time, when they are looked at.
  /// `repairs` says what was odd in the text that the documents were made of: a warning of each trace.
  public static func traces(in documents: [JSONDocument], repairs: [JSONRepair] = []) -> [Trace]? {
    var reader = JaegerV3Reader(documents)
    var isAnswer = false
    for (number, document) in documents.enumerated() {
      document.withCursor { root in
        guard root.isObject else { return }
        let body = root.member("result") ?? root
        // `{}` and `{"result":{}}` are answers without spans: defaults are left out.
        isAnswer = isAnswer || root.member("error") == nil
        guard let resources = body.member("resourceSpans") else { return }
        for resource in resources.elements { reader.read(resource: resource, in: number) }
      }
    }
    return isAnswer ? reader.traces(warnings: JaegerFailure.sentence(repairs).map { [$0] } ?? []) : nil
  }
}

/// Sorts the spans of all resources by their trace.
private struct JaegerV3Reader {
  /// Where a span stands: its document, and the words of its object and of its scope on the tape.
  struct Place {
    let document: Int32
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

  private let documents: [JSONDocument]
  private var order: [TraceID] = []
  private var parts: [Part] = []
  private var partOf: [TraceID: Int] = [:]
  private var processes: [TraceProcess] = []
  private var processOf: [TraceProcess: Int] = [:]
  private var operationNames: [String: String] = [:]

  init(_ documents: [JSONDocument]) { self.documents = documents }

  func traces(warnings: [String]) -> [Trace] {
    zip(order, parts).map { [documents] id, part in
      let places = part.places
      return Trace(
        id: id, spans: part.spans, processes: part.processes, warnings: warnings,
        details: { number in
          guard places.indices.contains(number) else { return SpanDetails() }
          let place = places[number]
          let document = documents[Int(place.document)]
          return document.withCursor(at: Int(place.span)) { span in
            JaegerV3Details.details(of: span, scope: Int(place.scope), in: document)
          } ?? SpanDetails()
        })
    }
  }

  mutating func read(resource: JSONCursor, in document: Int) {
    let process = read(process: resource.member("resource"), in: documents[document])
    let number = processOf[process] ?? processes.count
    if number == processes.count {
      processes.append(process)
      processOf[process] = number
    }
    // `instrumentationLibrarySpans` is what OTLP called them before 0.15.
    guard let scopes = resource.member("scopeSpans") ?? resource.member("instrumentationLibrarySpans") else { return }
    for scope in scopes.elements {
      let scopePlace = (scope.member("scope") ?? scope.member("instrumentationLibrary"))?.index ?? 0
      guard let spans = scope.member("spans") else { continue }
      for span in spans.elements where span.isObject {
        let place = Place(
          document: Int32(truncatingIfNeeded: document), span: UInt32(truncatingIfNeeded: span.index),
          scope: UInt32(truncatingIfNeeded: scopePlace))
        read(span: span, process: number, place: place)
      }
    }
  }

  private func read(process resource: JSONCursor?, in document: JSONDocument) -> TraceProcess {
    var service = TraceProcess.unknownService
    var tags: [Attribute] = []
    if let attributes = resource?.member("attributes") {
      for element in attributes.elements {
        let attribute = JaegerV3Details.attribute(element, in: document)
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
    var references: [SpanReference] = []
    if let parent = JaegerIdentifiers.reference(parent) {
      references.append(SpanReference(kind: .childOf, traceID: traceID, spanID: parent))
    }
    if let links {
      for link in links.elements {
        guard let span = JaegerIdentifiers.reference(link.member("spanId")?.bytes) else { continue }
        let other = link.member("traceId")?.bytes.map(JaegerIdentifiers.traceID) ?? traceID
        references.append(SpanReference(kind: .followsFrom, traceID: other, spanID: span))
      }
    }
    let duration = end > start && start != 0 ? Timestamp(nanoseconds: end) - Timestamp(nanoseconds: start) : .zero
    let number = partNumber(traceID)
    let processNumber = parts[number].number(of: process, processes[process])
    parts[number].places.append(place)
    parts[number].spans.append(
      Span(
        id: JaegerIdentifiers.spanID(id), references: references, operation: shared(name?.string ?? ""),
        process: processNumber, start: Timestamp(nanoseconds: start), duration: duration, kind: kind, hasError: hasError
      ))
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

  private mutating func partNumber(_ id: TraceID) -> Int {
    if order.last == id { return order.count - 1 }
    if let number = partOf[id] { return number }
    partOf[id] = order.count
    order.append(id)
    parts.append(Part())
    return order.count - 1
  }

  /// One string for all spans of an operation.
  private mutating func shared(_ name: String) -> String {
    if let known = operationNames[name] { return known }
    operationNames[name] = name
    return name
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
