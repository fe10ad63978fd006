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
  var filterZone: String? {
    guard case .local(let offset, _) = time, !filter.isEmpty, TypedFilter.dependsOnZone(filter) else { return nil }
    let minutes = abs(offset) / 60
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(offset < 0 ? "-" : "+")\(padded(minutes / 60)):\(padded(minutes % 60))"
  }

  /// What is wrong with the line in the prompt: a row above it, whose arrow points at the cursor.
  func complaintView(width: Int, cursor: Int) -> Canvas? {
    guard let complaint = prompt?.complaint else { return nil }
    var canvas = Canvas(size: Size(width: width, height: 1))
    let arrow = glyphs == .unicode ? "▼" : "v"
    let behind = "\(arrow) \(complaint)"
    let style = Style(.noticeError)
    if cursor + CharacterWidth.cells(in: behind) <= width {
      canvas.write(behind, x: cursor, y: 0, style: style)
    } else {
      // There is more room before the place than behind it, or too little on both sides: the place is what matters.
      let before = CharacterWidth.clipped(complaint, to: max(cursor - 1, 0))
      canvas.write(before, x: max(cursor - 1 - CharacterWidth.cells(in: before), 0), y: 0, style: style)
      canvas.write(arrow, x: cursor, y: 0, style: style)
    }
    return canvas
  }
}
