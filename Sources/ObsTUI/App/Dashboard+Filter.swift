import ObsData

/// The user's log filter: read as it is typed, sent only when it can be read.
extension Dashboard {
  /// Takes a filter for the logs. One that cannot be read stays in its prompt, with the cursor on the place.
  mutating func setFilter(_ text: String) {
    do throws(KQLError) {
      _ = try TypedFilter.parse(text)
      filter = text.trimmingSpaces()
    } catch {
      if focus != .logs, focus != .pushed { focus = .logs }
      openPrompt(.query, text: text)
      prompt?.editor.move(to: error.offset)
      prompt?.complaint = error.sentence
      keepFocusInView()
    }
  }

  /// The zone in which the filter's dates are meant, where it matters: that in which times are shown.
  var filterZone: String? { time.zone(for: filter) }

  /// What is wrong with the line in the prompt: rows above it, with an arrow that points at the cursor.
  func complaintView(width: Int, cursor: Int) -> Canvas? {
    guard let complaint = prompt?.complaint else { return nil }
    let arrow = glyphs == .unicode ? "▼" : "v"
    let style = Style(.noticeError)
    let cells = CharacterWidth.cells(in: complaint)
    // Behind the arrow where there is room, else before it, else in rows of its own above it.
    let fits = cursor + 2 + cells <= width || cells < cursor
    let above = fits ? [] : TextWrap.lines(complaint, width: width)
    var canvas = Canvas(size: Size(width: width, height: above.count + 1))
    for (y, line) in above.enumerated() { canvas.write(line, x: 0, y: y, style: style) }
    canvas.write(arrow, x: cursor, y: above.count, style: style)
    if fits {
      let x = cursor + 2 + cells <= width ? cursor + 2 : cursor - 1 - cells
      canvas.write(complaint, x: x, y: 0, style: style)
    }
    return canvas
  }
}

extension TimeDisplay {
  /// The zone of the times shown as a store reads it, where it matters to a filter; nil for UTC, or where it does not.
  func zone(for filter: String) -> String? {
    guard case .local(let offset, _) = self, !filter.isEmpty, TypedFilter.dependsOnZone(filter) else { return nil }
    let minutes = abs(offset) / 60
    return (offset < 0 ? "-" : "+") + Formatting.padded(minutes / 60, 2) + ":" + Formatting.padded(minutes % 60, 2)
  }

  /// The zone in which times are typed, for a prompt: what is shown relative to now is typed in UTC.
  var typedZone: String { self == .relative ? TimeDisplay.utc.name : name }
}
