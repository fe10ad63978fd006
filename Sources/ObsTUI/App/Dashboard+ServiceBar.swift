import ObsData

/// The row of services: each with its state and figures, as much of them as there is room for.
extension Dashboard {
  /// What is said of a service, from much to little.
  private enum Detail: CaseIterable { case figures, errors, names }

  private typealias Item = (text: String, name: String?, role: Role)

  /// All services in one row where they fit, with less detail where they do not; else as many as fit, the chosen one in view.
  func serviceBar(width: Int) -> Canvas {
    var canvas = Canvas(size: Size(width: width, height: 1))
    var items: [Item] = []
    for detail in Detail.allCases {
      items = barItems(detail)
      if items.map({ CharacterWidth.cells(in: $0.text) }).reduce(0, +) <= width { break }
    }
    let chosen = items.firstIndex { $0.name == chosenService } ?? 0
    let first = firstInView(items, chosen: chosen, width: width)
    var x = 0
    if first > 0 { x += canvas.write(glyphs == .ascii ? "< " : "‹ ", x: x, y: 0, style: Style(.textMuted)) }
    for index in first..<items.count {
      let item = items[index]
      let room = width - x - (index < items.count - 1 ? 2 : 0)
      guard CharacterWidth.cells(in: item.text) <= room else {
        canvas.write(glyphs == .ascii ? " >" : " ›", x: width - 2, y: 0, style: Style(.textMuted))
        break
      }
      x += canvas.write(item.text, x: x, y: 0, style: Style(item.role, on: index == chosen ? .serviceSelected : nil))
    }
    if directory.entries.isEmpty {
      let words = directory.expected.isEmpty ? " no store here that knows services" : " no service known yet"
      canvas.write(words, x: x + 1, y: 0, style: Style(.textMuted))
    }
    return canvas
  }

  private func barItems(_ detail: Detail) -> [Item] {
    var items: [Item] = [(" 0 all ", nil, .serviceOK)]
    for (index, entry) in directory.entries.enumerated() {
      let key = index < 9 ? "\(index + 1)" : ""
      let mark = healthMark(entry.health)
      let text =
        switch detail {
        case .figures: " \(key) \(mark) \(entry.name)\(rate(of: entry))\(errors(of: entry)) "
        case .errors: " \(key) \(mark)\(entry.name)\(errors(of: entry)) "
        case .names: "\(key)\(mark)\(entry.name) "
        }
      items.append((text, entry.name, role(of: entry.health)))
    }
    return items
  }

  /// As few as possible are left out in front of the chosen one.
  private func firstInView(_ items: [Item], chosen: Int, width: Int) -> Int {
    var first = 0
    func cells() -> Int { items[first...chosen].map { CharacterWidth.cells(in: $0.text) }.reduce(0, +) }
    while first < chosen, cells() > width - 4 { first += 1 }
    return first
  }

  private func healthMark(_ health: ServiceDirectory.Health) -> String {
    switch (health, glyphs) {
    case (.unknown, .unicode): "·"
    case (.good, .unicode): "●"
    case (.warning, .unicode): "▲"
    case (.error, .unicode): "✗"
    case (.unknown, .ascii): "."
    case (.good, .ascii): "+"
    case (.warning, .ascii): "!"
    case (.error, .ascii): "x"
    }
  }

  private func role(of health: ServiceDirectory.Health) -> Role {
    switch health {
    case .unknown, .good: .serviceOK
    case .warning: .serviceWarning
    case .error: .serviceError
    }
  }

  private func rate(of entry: ServiceDirectory.Entry) -> String {
    entry.requestRate.map { " " + Formatting.value($0, .perSecond) } ?? ""
  }

  private func errors(of entry: ServiceDirectory.Entry) -> String {
    guard let ratio = entry.errorRatio, ratio >= 0.01 else { return "" }
    return " " + Formatting.value(ratio, .ratio)
  }
}
