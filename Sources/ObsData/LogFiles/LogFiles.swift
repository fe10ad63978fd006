/// The log files that take the log store's place, and how they are read.
public struct LogFiles: Sendable {
  /// How files are read.
  public struct Options: Sendable {
    /// The user's names for fields.
    public var fields = FieldNames()
    /// How many of the newest lines are read.
    public var heldLines = 100_000
    /// Seconds east of UTC, for times that name no zone.
    public var localOffset = 0
    /// Whether a live window ends with the newest line, rather than now: where nothing else shares the window.
    public var endsWithNewestLine = true

    /// The usual options.
    public init() {}
  }

  /// The files, in the order they were named.
  public let files: [LogFile]
  /// How they are read.
  public var options: Options
  private let matcher: FieldMatcher

  /// Makes a source of files that were opened.
  public init(_ files: [LogFile], options: Options = Options()) {
    self.files = files
    self.options = options
    matcher = FieldMatcher(options.fields)
  }

  /// What the screen calls them: `app.log`, `app.log and 2 more`.
  public var label: String {
    let names = files.map { $0.name.split(separator: "/").last.map(String.init) ?? $0.name }
    return (names.first ?? "") + (names.count > 1 ? " and \(names.count - 1) more" : "")
  }

  /// A reader of each file. Where there are several, lines that name no service get their file's name for it. With `isLazy`,
  /// documents stay in the files until they are looked at: for lines that are held.
  func readers(isLazy: Bool = false) -> [LogFileReader] {
    files.map { file in
      let name = file.name.split(separator: "/").last.map(String.init) ?? file.name
      let stem = name.split(separator: ".").first.map(String.init) ?? name
      return LogFileReader(
        file, matcher: matcher, service: files.count > 1 ? stem : nil, offset: options.localOffset,
        isLazy: isLazy)
    }
  }

  /// What is said of lines that look like JSON and cannot be read.
  static func words(broken: Int) -> String {
    broken == 1 ? "1 line begins like JSON and is none" : "\(broken) lines begin like JSON and are none"
  }

  /// What decides whether a line answers a query.
  func filter(_ query: LogQuery, now: Timestamp) throws(FetchError) -> LogFileFilter {
    try LogFileFilter(query, fields: options.fields, now: now, zone: KQLDate.offset(query.timeZone ?? "Z") ?? 0)
  }

  /// A window as times. Where nothing else shares it, a live one reaches back from the newest line that is there; what is dated
  /// ahead of the clock belongs to it.
  func window(_ window: TimeWindow, now: Timestamp) -> TimeRange {
    guard case .live(let length) = window else { return window.range(now: now) }
    var end = now
    if options.endsWithNewestLine, !window.isEverything, let range = range(now: now) { end = min(range.end, now) }
    return TimeRange(start: end - length, end: Timestamp(nanoseconds: .max))
  }

  /// From the oldest to the newest line, by a look at both ends of each file; nil where there is no line.
  public func range(now: Timestamp) -> TimeRange? {
    var times: [Timestamp] = []
    for var reader in readers() {
      reader.refresh()
      var forward = reader
      reader.begin(now: now)
      times += reader.readBack(64 << 10).entries.map(\.timestamp)
      forward.begin(now: now, atStart: true)
      times += forward.readForward(64 << 10, now: now).entries.map(\.timestamp)
    }
    guard let first = times.min(), let last = times.max() else { return nil }
    return TimeRange(start: first, end: last + .nanoseconds(1))
  }
}

extension TimeWindow {
  /// The window of all times: a file from its first line to its last.
  public static let everything = TimeWindow.live(.seconds(100 * 366 * 86_400))

  /// Whether the window leaves nothing out.
  public var isEverything: Bool { duration >= .seconds(99 * 366 * 86_400) }
}
