import ObsData

extension TraceLines {
  /// Draws lines as ticks upon a row's bar: the letter of a warning or worse, a dot for others; the one that the reader has
  /// stepped to as a diamond. Of several in a cell the worst is drawn.
  func drawTicks(
    _ indices: some Sequence<Int>, columns: WaterfallColumns, y: Int, isZoomed: Bool, background: Role?,
    in context: ViewContext, on canvas: inout Canvas
  ) {
    let axis = columns.axis
    guard axis.width > 0 else { return }
    let current = cursorIndex
    var worst: [Int: (level: LogLevel, isCurrent: Bool)] = [:]
    for index in indices {
      let time = lines[index].entry.timestamp
      // Of the whole trace the edges stand for what lies outside it.
      let edge = time < axis.range.start ? 0 : axis.width - 1
      guard let column = axis.column(time) ?? (isZoomed ? nil : edge) else { continue }
      let old = worst[column]
      worst[column] = (
        max(old?.level ?? .unknown, lines[index].entry.level), old?.isCurrent == true || index == current
      )
    }
    for (column, tick) in worst {
      let isUnicode = context.glyphs == .unicode
      let text =
        tick.isCurrent
        ? (isUnicode ? "◆" : "@") : tick.level >= .warning ? tick.level.letter : isUnicode ? "·" : "o"
      let role: Role =
        tick.isCurrent
        ? .chartCursor : tick.level >= .error ? .logError : tick.level == .warning ? .logWarning : .logInfo
      canvas.write(text, x: columns.barX + column, y: y, style: Style(role, on: background))
    }
  }

  /// Draws a row of lines that have no span.
  func drawExtra(
    _ row: Int, columns: WaterfallColumns, y: Int, isZoomed: Bool, isSelected: Bool, in context: ViewContext,
    on canvas: inout Canvas
  ) {
    let own = indices(inExtra: row)
    let background: Role? = isSelected ? (context.isFocused ? .selection : .selectionUnfocused) : nil
    if isSelected {
      canvas.fill(Rect(x: 0, y: y, width: columns.width, height: 1), style: Style(.text, on: background))
    }
    let mark = context.glyphs == .unicode ? "· " : "o "
    let text = CharacterWidth.clipped(mark + extras[row].text(count: own.count), to: columns.name)
    canvas.write(text, x: 0, y: y, style: Style(.textMuted, on: background))
    drawTicks(
      own, columns: columns, y: y, isZoomed: isZoomed, background: background, in: context, on: &canvas)
  }
}
