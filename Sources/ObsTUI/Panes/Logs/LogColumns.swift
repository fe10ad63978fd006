import ObsData

/// What a column of the log list shows.
enum LogColumn: Hashable, Sendable {
  case time, level, service, message, trace
  /// A field of the document, by its name with dots.
  case field(String)

  /// The columns where the user has chosen none.
  static let standard: [LogColumn] = [.time, .level, .service, .message]
  /// More than this fit on no screen.
  static let maximum = 12

  init(_ name: String) {
    self =
      switch name {
      case "time": .time
      case "level": .level
      case "service": .service
      case "message": .message
      case "trace": .trace
      default: .field(name)
      }
  }

  var name: String {
    switch self {
    case .time: "time"
    case .level: "level"
    case .service: "service"
    case .message: "message"
    case .trace: "trace"
    case .field(let name): name
    }
  }

  /// Columns by name, each once; `default` for the usual ones. The message is always there: at the end where it is not named.
  static func columns(named names: [String]) -> [LogColumn] {
    if names.isEmpty || names == ["default"] { return standard }
    var columns: [LogColumn] = []
    for column in names.map(LogColumn.init) where !columns.contains(column) && columns.count < maximum {
      columns.append(column)
    }
    return columns.contains(.message) ? columns : columns + [.message]
  }

  /// What the column shows of a line that is no place of its own in `LogEntry`.
  func text(of entry: LogEntry) -> String? {
    switch self {
    case .trace: return entry.traceID.map { String($0.description.prefix(8)) }
    case .field(let name):
      guard let value = entry.source.value(at: name), !value.isNull else { return nil }
      return value.string ?? value.tree.text
    case .time, .level, .service, .message: return nil
    }
  }
}

/// The columns of the log list at a width. The message takes what the others leave.
///
///     ● 08:53:10.123 E msg-server   connection refused
struct LogColumns: Equatable {
  /// A column in its place.
  struct Place: Equatable {
    let column: LogColumn
    let x: Int
    let width: Int
  }

  let time: Int
  let fractionDigits: Int
  /// Whether the month and day stand before the time, because the window holds more than one day.
  let hasDate: Bool
  /// Cells of the service column; 0 where there is no room for it.
  let service: Int
  /// All columns but the message, from left to right.
  let places: [Place]
  /// Where the message begins, and where it ends.
  let message, messageEnd: Int

  /// The message keeps at least this many cells: a column that leaves less is left out.
  private static let leastMessage = 20

  init(
    width: Int, serviceWidth: Int, choice: [LogColumn] = LogColumn.standard, fieldWidths: [LogColumn: Int] = [:],
    context: ViewContext
  ) {
    let display = context.time
    let spansDays =
      display != .relative
      && Formatting.date(context.window.start, as: display) != Formatting.date(context.window.end, as: display)
    hasDate = spansDays && width >= 60
    fractionDigits = width >= (hasDate ? 100 : 60) ? 3 : 0
    time = Formatting.timeWidth(as: display, fractionDigits: fractionDigits) + (hasDate ? 6 : 0)
    let most = width >= 120 ? 22 : width >= 70 ? 16 : 8
    service = width < 32 || !choice.contains(.service) ? 0 : min(serviceWidth, most)
    let (time, service) = (time, service)
    func cells(_ column: LogColumn) -> Int {
      switch column {
      case .time: time
      case .level: 1
      case .service: service
      case .trace: 8
      case .field: fieldWidths[column] ?? 6
      case .message: 0
      }
    }
    let turn = choice.firstIndex(of: .message) ?? choice.count
    var places: [Place] = []
    var x = 2
    for column in choice[..<turn] {
      let own = cells(column)
      guard own > 0, !column.isExtra || x + own + 1 + LogColumns.leastMessage <= width else { continue }
      places.append(Place(column: column, x: x, width: own))
      x += own + 1
    }
    message = x
    var end = width
    var behind: [Place] = []
    for column in choice[turn...].dropFirst().reversed() {
      let own = cells(column)
      guard own > 0, end - own - 1 - x >= LogColumns.leastMessage else { continue }
      end -= own
      behind.append(Place(column: column, x: end, width: own))
      end -= 1
    }
    messageEnd = end
    self.places = places + behind.reversed()
  }

  /// The time column's text for a line.
  func timeText(_ line: LogLine, in context: ViewContext) -> String {
    let text = Formatting.time(
      line.key.timestamp, as: context.time, now: context.now, withDate: hasDate, fractionDigits: fractionDigits)
    // The year goes without saying: no window of the screen is that long.
    return hasDate ? String(text.dropFirst(5)) : text
  }

  /// How wide the columns of fields should be for some lines: a few fixed widths, so that they do not move with every line.
  static func widths(of choice: [LogColumn], in lines: [LogLine]) -> [LogColumn: Int] {
    var widths: [LogColumn: Int] = [:]
    for column in choice {
      guard case .field(let name) = column else { continue }
      var widest = min(CharacterWidth.cells(in: String(name.prefix(24))), 12)
      for line in lines {
        guard widest < 24, let text = column.text(of: line.entry) else { continue }
        widest = max(widest, CharacterWidth.cells(in: String(text.prefix(24))))
      }
      widths[column] = [6, 10, 16, 24].first { $0 >= widest } ?? 24
    }
    return widths
  }

  /// The columns' names, as a row above the lines.
  func header(width: Int) -> Canvas {
    var canvas = Canvas(size: Size(width: width, height: 1))
    for place in places where place.column.isExtra || place.width >= place.column.name.utf8.count {
      let name = CharacterWidth.clipped(place.column.name, to: place.width)
      canvas.write(name, x: place.x, y: 0, style: Style(.textMuted))
    }
    canvas.write(
      CharacterWidth.clipped("message", to: messageEnd - message), x: message, y: 0, style: Style(.textMuted))
    return canvas
  }
}

extension LogColumn {
  /// Whether the column is one of those that are not usually there.
  var isExtra: Bool {
    switch self {
    case .trace, .field: true
    case .time, .level, .service, .message: false
    }
  }
}
