import ObsData

extension PatternBoard {
  /// What the frame says: how many patterns of how many lines, and what NEW means.
  func title(levels: String, progress: String?, in context: ViewContext) -> String {
    var parts = ["Patterns", levels]
    if let progress { parts.append(progress) }
    if let census {
      parts.append(
        "\(Formatting.count(rows.count, style: .exact)) of \(Formatting.count(census.count, style: .exact)) held lines")
      if census.unsorted > 0 { parts.append("\(Formatting.lines(census.unsorted)) beyond the last pattern") }
      parts.append("by \(order.rawValue)")
      parts.append(contentsOf: noveltyText(in: context).map { [$0] } ?? [])
    }
    return parts.joined(separator: context.glyphs == .unicode ? " · " : " - ")
  }

  /// What NEW rests on: a sample of the time before, never more than that.
  private func noveltyText(in context: ViewContext) -> String? {
    guard let before else { return nil }
    if let failure { return "what is new is not known: \(failure)" }
    guard let sample = census?.before else { return "asking what was there before" }
    let display = context.time == .relative ? TimeDisplay.utc : context.time
    let isLong = before.duration >= .seconds(86_400)
    func clock(_ time: Timestamp) -> String {
      if isLong { return Formatting.date(time, as: display) }
      return String(Formatting.time(time, as: display, now: context.now, fractionDigits: 0).prefix(5))
    }
    let dash = context.glyphs == .unicode ? "–" : "-"
    let span = "\(clock(before.start))\(dash)\(clock(before.end))"
    let lines = Formatting.count(sample.lines, style: .exact)
    if let matched = sample.matched, matched > sample.lines {
      let all = Formatting.count(matched, style: .exact) + (sample.isLowerBound ? "+" : "")
      return "NEW: not in \(lines) of \(all) lines of \(span)"
    }
    return "NEW: not in the \(lines) lines of \(span)"
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard census != nil else { return PaneMessage.view(["Reading the lines that are held …"], size, isError: false) }
    guard !rows.isEmpty else {
      return PaneMessage.view(
        ["No lines are held, so there are no patterns.", "Esc goes back; a line is counted when its second is over."],
        size,
        isError: false)
    }
    var canvas = Canvas(size: size)
    let columns = PatternColumns(width: size.width, withDate: hasOtherDays(in: context), context: context)
    let header = PatternBoard.headerHeight(size.height)
    if header > 0 { columns.drawHeader(order: order, on: &canvas) }
    let height = size.height - header
    let cursor = cursor(height: height)
    for (y, index) in cursor.visible(count: rows.count, height: height).enumerated() {
      draw(rows[index], y: header + y, columns, isSelected: index == cursor.selected, in: context, on: &canvas)
    }
    return canvas
  }

  /// Whether a pattern was seen on another day than today: then times say the day.
  private func hasOtherDays(in context: ViewContext) -> Bool {
    guard context.time != .relative else { return false }
    let today = Formatting.date(context.now, as: context.time)
    return rows.contains { Formatting.date($0.firstSeen, as: context.time) != today }
  }

  /// The rows that the names of the columns take.
  static func headerHeight(_ height: Int) -> Int { height >= 4 ? 1 : 0 }

  private func draw(
    _ pattern: LogPattern, y: Int, _ columns: PatternColumns, isSelected: Bool, in context: ViewContext,
    on canvas: inout Canvas
  ) {
    columns.writeRight(Formatting.count(pattern.count), columns.count, y, .text, &canvas)
    let share = Double(pattern.count) / Double(max(census?.count ?? 1, 1))
    columns.writeRight(Formatting.percent(share), columns.share, y, .textMuted, &canvas)
    if columns.chart.width > 0, let span = census?.span {
      let samples = pattern.samples(over: span, width: columns.chart.width).map { ChartSample.value(Double($0)) }
      let scale = ValueScale(
        samples.compactMap { if case .value(let value) = $0 { value } else { nil } }, fromZero: true)
      Sparkline.draw(
        samples, scale: scale, at: Point(x: columns.chart.x, y: y), on: &canvas, glyphs: context.glyphs,
        role: { $0 > 0 ? .chart : .chartGap })
    }
    for (time, column) in [(pattern.firstSeen, columns.first), (pattern.lastSeen, columns.last)] where column.width > 0
    {
      let text = Formatting.time(
        time, as: context.time, now: context.now, withDate: columns.hasDate, fractionDigits: 0)
      // `11-22 08:53`: the month to the minute.
      canvas.write(
        columns.hasDate ? String(text.dropFirst(5).prefix(11)) : text, x: column.x, y: y, style: Style(.logTime),
        width: column.width)
    }
    if columns.service.width > 0, let first = pattern.services.max(by: { $0.count < $1.count }) {
      let more = pattern.services.count > 1 ? " +\(pattern.services.count - 1)" : ""
      let room = columns.service.width - CharacterWidth.cells(in: more)
      let name = CharacterWidth.clipped(first.name, to: room)
      canvas.write(name, x: columns.service.x, y: y, style: Style(Role.series(for: first.name)))
      canvas.write(
        more, x: columns.service.x + CharacterWidth.cells(in: name), y: y, style: Style(.textMuted))
    }
    let letter = pattern.level == .unknown && context.glyphs == .ascii ? "?" : pattern.level.letter
    canvas.write(letter, x: columns.level.x, y: y, style: Style(pattern.level.role))
    if isNew(pattern) { canvas.write("NEW", x: columns.new.x, y: y, style: Style(.chartWarning)) }
    let template = CharacterWidth.clipped(pattern.template, to: columns.template.width)
    canvas.write(template, x: columns.template.x, y: y, style: Style(.logMessage))
    // What differs from line to line stands out from what they share.
    var x = columns.template.x
    for (index, part) in template.split(separator: LogPattern.wildcard, omittingEmptySubsequences: false).enumerated() {
      if index > 0 { x += canvas.write(LogPattern.wildcard, x: x, y: y, style: Style(.logField)) }
      x += CharacterWidth.cells(in: String(part))
    }
    if isSelected {
      let role: Role = context.isFocused ? .selection : .selectionUnfocused
      canvas.highlight(Rect(x: 0, y: y, width: columns.width, height: 1), with: role)
    }
    SearchedText.highlight(
      template, x: columns.template.x, y: y, on: &canvas, search: context.search, isCurrent: isSelected)
  }
}

/// Where the columns of the board stand. Narrow panes leave out the services and the times, then the chart and the share.
struct PatternColumns {
  let width: Int
  /// Whether the times begin with the day.
  let hasDate: Bool
  let count, share, chart, first, last, service, level, new, template: (x: Int, width: Int)

  init(width: Int, withDate: Bool, context: ViewContext) {
    self.width = width
    hasDate = withDate
    var x = 0
    func column(_ width: Int) -> (x: Int, width: Int) {
      defer { x += width > 0 ? width + 1 : 0 }
      return (x, width)
    }
    let time = width >= 100 ? withDate ? 11 : Formatting.timeWidth(as: context.time, fractionDigits: 0) : 0
    count = column(Formatting.countWidth)
    share = column(width >= 60 ? 5 : 0)
    chart = column(width >= 140 ? 20 : width >= 70 ? 10 : 0)
    first = column(time)
    last = column(time)
    service = column(width >= 140 ? 20 : width >= 100 ? 14 : 0)
    level = column(1)
    new = column(3)
    template = (x, max(0, width - x))
  }

  func drawHeader(order: PatternBoard.Order, on canvas: inout Canvas) {
    // The sorting column's name stands in capitals, so that it is seen without colours.
    func write(
      _ name: String, _ column: (x: Int, width: Int), _ sorting: PatternBoard.Order? = nil, atRight: Bool = false
    ) {
      guard column.width > 0 else { return }
      let isSorted = order == sorting
      let role: Role = isSorted ? .textStrong : .textMuted
      let text = isSorted ? name.uppercased() : name
      if atRight {
        writeRight(text, column, 0, role, &canvas)
      } else {
        canvas.write(text, x: column.x, y: 0, style: Style(role), width: column.width)
      }
    }
    write("lines", count, .count, atRight: true)
    write("share", share, atRight: true)
    write("over time", chart)
    write("first", first, .firstSeen)
    write("last", last)
    write("service", service)
    write("new", new, .new)
    write("pattern", template)
  }

  func writeRight(_ text: String, _ column: (x: Int, width: Int), _ y: Int, _ role: Role, _ canvas: inout Canvas) {
    guard column.width > 0 else { return }
    let text = CharacterWidth.clipped(text, to: column.width)
    canvas.write(text, x: column.x + column.width - CharacterWidth.cells(in: text), y: y, style: Style(role))
  }
}

extension LogPattern {
  /// Lines in each of `width` equal parts of a span of steps.
  func samples(over span: ClosedRange<Int64>, width: Int) -> [Int] {
    guard width > 0 else { return [] }
    var samples = [Int](repeating: 0, count: width)
    let length = Double(span.upperBound - span.lowerBound + 1)
    for (step, lines) in steps where span.contains(step) {
      let column = Int(Double(step - span.lowerBound) / length * Double(width))
      samples[min(column, width - 1)] += lines
    }
    return samples
  }
}
