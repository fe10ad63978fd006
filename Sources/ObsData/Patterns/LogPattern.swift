/// What many log lines have in common, and what is known of them.
public struct LogPattern: Identifiable, Equatable, Sendable {
  /// What a template shows where its lines differ.
  public static let wildcard = "<*>"

  /// A line of the pattern to look at: one with a trace before one without, and one whose spans have had time to come in.
  public struct Example: Equatable, Sendable {
    /// The document.
    public let id: LogEntry.ID
    /// When it happened.
    public let timestamp: Timestamp
    /// The trace it belongs to.
    public let traceID: TraceID?
    /// The span that wrote it.
    public let spanID: SpanID?
  }

  /// Tells it from the other patterns of a census, for as long as it has lines.
  public let id: Int
  /// The words that its lines share, with `<*>` where they differ.
  public internal(set) var template = ""
  /// How many of the lines that are held belong to it.
  public internal(set) var count = 0
  /// How many of the sampled lines of the time before belong to it.
  public internal(set) var countBefore = 0
  /// The earliest line, whether it is still held or not.
  public internal(set) var firstSeen: Timestamp
  /// The latest line.
  public internal(set) var lastSeen: Timestamp
  /// Lines by service, in order of appearance, those that are held no more included; beyond `maximumServices` further ones are not told apart.
  public internal(set) var services: [(name: String, count: Int)] = []
  /// The most serious level among its lines.
  public internal(set) var level = LogLevel.unknown
  /// A line to look at.
  public internal(set) var example: Example?
  /// The line that is the example once it is old enough.
  private var nextExample: Example?
  /// Lines by time: how many in each step of the census, the number of the step counted from the epoch.
  public internal(set) var steps: [Int64: Int] = [:]

  /// More services than this are not counted one by one.
  public static let maximumServices = 16

  init(id: Int, at time: Timestamp) {
    self.id = id
    firstSeen = time
    lastSeen = time
  }

  /// Whether two are the same pattern with the same lines.
  public static func == (a: LogPattern, b: LogPattern) -> Bool {
    a.id == b.id && a.template == b.template && a.count == b.count && a.countBefore == b.countBefore
      && a.firstSeen == b.firstSeen && a.lastSeen == b.lastSeen && a.level == b.level && a.example == b.example
  }

  mutating func note(_ entry: LogEntry, step: Int64) {
    count += 1
    firstSeen = min(firstSeen, entry.timestamp)
    lastSeen = max(lastSeen, entry.timestamp)
    level = max(level, entry.level)
    steps[step, default: 0] += 1
    if let service = entry.service {
      if let index = services.firstIndex(where: { $0.name == service }) {
        services[index].count += 1
      } else if services.count < LogPattern.maximumServices {
        services.append((service, 1))
      }
    }
    offer(Example(id: entry.id, timestamp: entry.timestamp, traceID: entry.traceID, spanID: entry.spanID))
  }

  /// Spans arrive some seconds after their log lines: a line waits for so long before it is the example.
  private static let exampleAge = Duration.seconds(15)

  private mutating func offer(_ line: Example) {
    guard let example, example.traceID != nil else {
      if line.traceID != nil || self.example == nil { self.example = line }
      return
    }
    guard line.traceID != nil else { return }
    guard let waiting = nextExample else {
      nextExample = line
      return
    }
    guard line.timestamp >= waiting.timestamp + LogPattern.exampleAge else { return }
    self.example = waiting
    nextExample = line
  }
}
