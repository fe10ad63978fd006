import ObsData

/// A `table` panel: the columns of the first frame, or of all frames that are rows of the same columns.
struct TablePanel {
  private let panel: DashboardPanel
  private let frame: DataFrame
  private let more: Int

  init(_ panel: DashboardPanel, _ data: PanelData) {
    self.panel = panel
    let frames = TablePanel.tables(data.frames)
    var frame = frames.first ?? DataFrame(refID: "", fields: [])
    frame.fields.removeAll { $0.settings.isHidden == true }
    self.frame = frame
    more = max(0, frames.count - 1)
  }

  /// Series of one value each, which nothing made a table of, are rows of one table.
  private static func tables(_ frames: [DataFrame]) -> [DataFrame] {
    guard frames.count > 1,
      frames.allSatisfy({ $0.fields.count == 2 && $0.time != nil && $0.fields.contains { !$0.labels.isEmpty } })
    else { return frames }
    let fields = frames.compactMap { $0.fields.first(where: \.isNumber) }
    let labels = Set(fields.flatMap(\.labels.keys)).subtracting(["__name__"]).sorted()
    var columns = labels.map { label in DataField(label, .texts(fields.map { $0.labels[label] })) }
    var values = DataField("Value", DataColumn(fields.map { Reduction.value("lastNotNull", of: $0.column) }))
    values.settings = fields.first?.settings ?? FieldSettings()
    columns.append(values)
    return [DataFrame(refID: frames[0].refID, fields: columns)]
  }

  /// The rows in the order that the panel's options ask for.
  private var order: [Int] {
    let all = Array(0..<frame.count)
    guard let sorting = panel.options.sorting.first else { return all }
    let place =
      sorting.field.hasPrefix("#") ? Int(sorting.field.dropFirst()) : frame.index(of: sorting.field)
    guard let place, frame.fields.indices.contains(place) else { return all }
    let column = frame.fields[place].column
    return all.sorted { a, b in
      let (left, right) = (column[a], column[b])
      if left == right { return a < b }
      if left == .null || right == .null { return right == .null }
      let isLess =
        if case .text(let x) = left, case .text(let y) = right { x < y } else {
          (left.number ?? 0) < (right.number ?? 0)
        }
      return isLess != sorting.isDescending
    }
  }

  func draw(in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    guard !frame.fields.isEmpty, rect.height > 0 else { return }
    let order = order
    let hasMore = more > 0 && rect.height > 3
    let bottom = rect.height - (hasMore ? 1 : 0)
    let rowCount = min(order.count, max(0, bottom - 1))
    let cells = frame.fields.map { field in
      order.prefix(rowCount).map { ValueDisplay(field.column[$0], settings: field.settings, now: context.now) }
    }
    let widths = TablePanel.widths(
      zip(frame.fields, cells).map { field, cells in
        ([field.displayName] + cells.map(\.text)).map { CharacterWidth.cells(in: $0) }.max() ?? 0
      }, within: rect.width)
    var x = rect.x
    for (index, field) in frame.fields.enumerated() where widths[index] > 0 {
      let width = widths[index]
      write(field.displayName, .textStrong, x, rect.y, width, isRight: field.isNumber, &canvas)
      for (y, cell) in cells[index].enumerated() {
        let role = field.settings.cell.map { _ in ColorRole.role(cell.color) ?? .text } ?? .text
        write(cell.text, role, x, rect.y + 1 + y, width, isRight: field.isNumber, &canvas)
      }
      x += width + 2
    }
    if order.count > rowCount, bottom > 1 {
      let text = "+\(order.count - rowCount + 1) more rows"
      canvas.fill(Rect(x: rect.x, y: rect.y + bottom - 1, width: rect.width, height: 1))
      canvas.write(text, x: rect.x, y: rect.y + bottom - 1, style: Style(.textMuted), width: rect.width)
    }
    if hasMore {
      canvas.write(
        "the first of \(more + 1) tables", x: rect.x, y: rect.y + rect.height - 1, style: Style(.textMuted),
        width: rect.width)
    }
  }

  private func write(
    _ text: String, _ role: Role, _ x: Int, _ y: Int, _ width: Int, isRight: Bool, _ canvas: inout Canvas
  ) {
    let text = CharacterWidth.clipped(text, to: width)
    let shift = isRight ? width - CharacterWidth.cells(in: text) : 0
    canvas.write(text, x: x + shift, y: y, style: Style(role), width: width)
  }

  /// Widths that fit: the widest columns give way, and at last those at the right are left out.
  static func widths(_ wanted: [Int], within room: Int) -> [Int] {
    var widths = wanted.map { max($0, 1) }
    let least = 6
    func total() -> Int { widths.reduce(0, +) + max(0, widths.count { $0 > 0 } - 1) * 2 }
    while total() > room {
      let widest = widths.max() ?? 0
      guard widest > least else { break }
      for index in widths.indices where widths[index] == widest && total() > room { widths[index] -= 1 }
    }
    var index = widths.count - 1
    while total() > room, index > 0 {
      widths[index] = 0
      index -= 1
    }
    if total() > room, !widths.isEmpty { widths[0] = room }
    return widths
  }
}
