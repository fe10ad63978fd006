/// The value of a tag or attribute.
public enum AttributeValue: Hashable, Sendable {
  case string(String)
  case bool(Bool)
  case int(Int64)
  case double(Double)
  /// Bytes, in base64 as they came.
  case binary(String)
  /// An array or object, as JSON text.
  case json(String)
}

/// A tag or attribute of a span, of an event, or of a process. Keys may repeat.
public struct Attribute: Hashable, Sendable {
  /// The key, such as `http.status_code`.
  public let key: String
  /// The value.
  public let value: AttributeValue

  /// Makes an attribute.
  public init(key: String, value: AttributeValue) {
    self.key = key
    self.value = value
  }
}

/// What a span is to its neighbours (OpenTelemetry's SpanKind).
public enum SpanKind: String, Hashable, Sendable { case `internal`, server, client, producer, consumer }

/// A reference from a span to another one, which may be part of another trace.
public struct SpanReference: Hashable, Sendable {
  /// `CHILD_OF` or `FOLLOWS_FROM`; span links of OpenTelemetry arrive as the latter.
  public enum Kind: Hashable, Sendable { case childOf, followsFrom }

  /// What the reference says.
  public let kind: Kind
  /// The trace of the span referred to.
  public let traceID: TraceID
  /// The span referred to.
  public let spanID: SpanID

  /// Makes a reference.
  public init(kind: Kind, traceID: TraceID, spanID: SpanID) {
    self.kind = kind
    self.traceID = traceID
    self.spanID = spanID
  }
}

/// One operation of a trace: what every view needs at once. The rest comes from `Trace.details(of:)`.
public struct Span: Hashable, Sendable, Identifiable {
  /// Most spans have one reference, to their parent: it costs no array.
  private enum References: Hashable, Sendable {
    case none
    case one(SpanReference)
    case many([SpanReference])
  }

  /// The span's identifier; two spans of a trace may share one.
  public let id: SpanID
  private let referenceList: References
  /// The operation's name.
  public let operation: String
  /// When it began; the epoch when the store had no time for it.
  public let start: Timestamp
  private let nanoseconds: Int64
  private let processNumber: Int32
  /// The span's kind, where it says one.
  public let kind: SpanKind?
  /// Whether the span says that it failed (`error=true`, `otel.status_code=ERROR`).
  public let hasError: Bool

  /// Makes a span of its parts.
  public init(
    id: SpanID, references: [SpanReference], operation: String, process: Int, start: Timestamp, duration: Duration,
    kind: SpanKind?, hasError: Bool
  ) {
    let list: References =
      switch references.count {
      case 0: .none
      case 1: .one(references[0])
      default: .many(references)
      }
    self.init(
      id: id, list: list, operation: operation, process: process, start: start,
      nanoseconds: duration.nanoseconds, kind: kind, hasError: hasError)
  }

  /// Makes a span of what a decoder has found: its first reference, and all of them where there are several.
  init(
    id: SpanID, reference: SpanReference?, references: [SpanReference], operation: String, process: Int,
    start: Timestamp, nanoseconds: Int64, kind: SpanKind?, hasError: Bool
  ) {
    self.init(
      id: id, list: references.count > 1 ? .many(references) : reference.map { .one($0) } ?? .none,
      operation: operation, process: process, start: start, nanoseconds: nanoseconds, kind: kind, hasError: hasError)
  }

  private init(
    id: SpanID, list: References, operation: String, process: Int, start: Timestamp, nanoseconds: Int64,
    kind: SpanKind?, hasError: Bool
  ) {
    self.id = id
    referenceList = list
    self.operation = operation
    processNumber = Int32(clamping: process)
    self.start = start
    self.nanoseconds = max(nanoseconds, 0)
    self.kind = kind
    self.hasError = hasError
  }

  /// References in the order they came; the first that resolves inside the trace is the parent.
  public var references: [SpanReference] {
    switch referenceList {
    case .none: []
    case .one(let reference): [reference]
    case .many(let references): references
    }
  }
  /// How many references there are.
  public var referenceCount: Int {
    switch referenceList {
    case .none: 0
    case .one: 1
    case .many(let references): references.count
    }
  }
  /// One of `references`, without making an array of them.
  public func reference(_ index: Int) -> SpanReference {
    switch referenceList {
    case .one(let reference) where index == 0: reference
    default: references[index]
    }
  }
  /// Index of the span's process in `Trace.processes`.
  public var process: Int { Int(processNumber) }
  /// How long it took; never negative.
  public var duration: Duration { .nanoseconds(nanoseconds) }
  /// When it ended, clamped to what can be held.
  public var end: Timestamp {
    let (sum, overflow) = start.nanoseconds.addingReportingOverflow(nanoseconds)
    return Timestamp(nanoseconds: overflow ? .max : sum)
  }

  /// The same span with its process at another index.
  func moved(to process: Int) -> Span {
    Span(
      id: id, list: referenceList, operation: operation, process: process, start: start, nanoseconds: nanoseconds,
      kind: kind, hasError: hasError)
  }
}

/// An event that a span logged.
public struct SpanEvent: Hashable, Sendable {
  /// When it happened.
  public let timestamp: Timestamp
  /// Its name (the field `event` in Jaeger's v1 form); empty where it has none.
  public let name: String
  /// Its fields, without the name.
  public let attributes: [Attribute]

  /// Makes an event.
  public init(timestamp: Timestamp, name: String, attributes: [Attribute]) {
    self.timestamp = timestamp
    self.name = name
    self.attributes = attributes
  }
}

/// What a span carries beyond what every view needs.
public struct SpanDetails: Hashable, Sendable {
  /// The span's tags, in the order they came.
  public var tags: [Attribute]
  /// The span's events, in the order they came.
  public var events: [SpanEvent]
  /// What the store says of the span (clock skew, duplicate identifiers, …).
  public var warnings: [String]
  /// Jaeger's flags (1 sampled, 2 debug, of `model.proto`); nil where the store has none.
  public var flags: Int64?

  /// Makes the details of a span.
  public init(tags: [Attribute] = [], events: [SpanEvent] = [], warnings: [String] = [], flags: Int64? = nil) {
    self.tags = tags
    self.events = events
    self.warnings = warnings
    self.flags = flags
  }
}

/// The process that wrote spans: a service and where it ran.
public struct TraceProcess: Hashable, Sendable {
  /// The service's name; `unknown-service` where the store named none.
  public let service: String
  /// Where it ran: host, version, ….
  public let tags: [Attribute]
  /// What a service is called whose name the store does not say.
  public static let unknownService = "unknown-service"

  /// Makes a process.
  public init(service: String, tags: [Attribute] = []) {
    self.service = service
    self.tags = tags
  }
}

/// A trace as the store gave it. Immutable, and shared rather than copied: 250,000 spans are held once.
public final class Trace: Sendable, Equatable {
  /// The trace's identifier.
  public let id: TraceID
  /// Its spans, in the order they came.
  public let spans: [Span]
  /// The processes that the spans name by index.
  public let processes: [TraceProcess]
  /// What the store says of the whole trace (truncated, …).
  public let warnings: [String]
  private let detailsOfSpan: @Sendable (Int) -> SpanDetails
  private let textOfSpan: (@Sendable (Int) -> ArraySlice<UInt8>)?

  /// Makes a trace; `details` decodes one span's details, by its index in `spans`, when somebody looks at it.
  public init(
    id: TraceID, spans: [Span], processes: [TraceProcess], warnings: [String] = [],
    text: (@Sendable (Int) -> ArraySlice<UInt8>)? = nil,
    details: @escaping @Sendable (Int) -> SpanDetails = { _ in SpanDetails() }
  ) {
    self.id = id
    self.spans = spans
    self.processes = processes
    self.warnings = warnings
    detailsOfSpan = details
    textOfSpan = text
  }

  /// Tags, events and warnings of the span at `index` in `spans`.
  public func details(of index: Int) -> SpanDetails { detailsOfSpan(index) }
  /// The JSON that the span at `index` in `spans` was read from, where every word of its details stands in it as it is, but for
  /// what a backslash escapes; nil where details are put together in another way. To pass over spans fast in a search.
  public func text(of index: Int) -> ArraySlice<UInt8>? { textOfSpan?(index) }
  /// The service that wrote the span at `index` in `spans`.
  public func service(of index: Int) -> String { processes[spans[index].process].service }

  /// Whether two traces hold the same spans; details are not compared.
  public static func == (a: Trace, b: Trace) -> Bool {
    a === b || (a.id == b.id && a.spans == b.spans && a.processes == b.processes && a.warnings == b.warnings)
  }
}

/// A trace in a list: what a search gives without its spans.
public struct TraceSummary: Identifiable, Hashable, Sendable {
  /// A service's part in a trace.
  public struct Service: Hashable, Sendable {
    /// The service's name as Jaeger has it.
    public let name: String
    /// How many spans it wrote, and how many of them failed.
    public let spanCount, errorCount: Int

    /// Makes a service's part.
    public init(name: String, spanCount: Int, errorCount: Int) {
      self.name = name
      self.spanCount = spanCount
      self.errorCount = errorCount
    }
  }

  /// The trace's identifier.
  public let id: TraceID
  /// Service and operation of the earliest root span; nil while no root has arrived.
  public let rootService, rootOperation: String?
  /// When its first span began, by the least start of all spans.
  public let start: Timestamp
  /// From the first start to the last end of all spans.
  public let duration: Duration
  /// How many spans it holds, how many of them failed, how many have a parent that is not there.
  public let spanCount, errorCount, orphanCount: Int
  /// The services in it, by name.
  public let services: [Service]

  /// Makes a summary of its parts.
  public init(
    id: TraceID, rootService: String?, rootOperation: String?, start: Timestamp, duration: Duration, spanCount: Int,
    errorCount: Int, orphanCount: Int, services: [Service]
  ) {
    self.id = id
    self.rootService = rootService
    self.rootOperation = rootOperation
    self.start = start
    self.duration = duration
    self.spanCount = spanCount
    self.errorCount = errorCount
    self.orphanCount = orphanCount
    self.services = services
  }
}
