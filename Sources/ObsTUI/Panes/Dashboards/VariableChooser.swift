import ObsData

/// Chooses values of a dashboard's variables: first the variable, then its value, or several.
struct VariableChooser: Equatable, Sendable {
  /// What a command comes to.
  enum Outcome: Equatable {
    case goesOn
    case closed
    case chose(name: String, values: [String])
  }

  private let choices: [DashboardAnswer.Choice]
  private let chosen: [String: VariableBinding]
  /// The variable whose values are shown; nil while the variable is chosen.
  private var variable: Int?
  private var marked: Set<String> = []
  private var cursor = ListCursor()

  init(_ choices: [DashboardAnswer.Choice], chosen: [String: VariableBinding]) {
    self.choices = choices
    self.chosen = chosen
  }

  /// The values of the variable, `All` before them where all may be chosen.
  private var options: [DashboardVariable.Option] {
    guard let variable else { return [] }
    let choice = choices[variable]
    return (choice.includesAll ? [DashboardVariable.Option(text: "All", value: DashboardVariable.all)] : [])
      + choice.options
  }

  private var count: Int { variable == nil ? choices.count : options.count }

  mutating func perform(_ command: Command, height: Int) -> Outcome {
    if cursor.move(command, count: count, height: max(1, height - 2)) { return .goesOn }
    switch command {
    case .back, .chooseVariable:
      guard variable != nil else { return .closed }
      variable = nil
      cursor = ListCursor()
    case .open:
      guard let variable else {
        open(cursor.selected)
        return .goesOn
      }
      guard options.indices.contains(cursor.selected) else { return .closed }
      let own = options[cursor.selected].value
      let values = marked.isEmpty ? [own] : options.map(\.value).filter(marked.contains)
      return .chose(name: choices[variable].name, values: values)
    case .mark:
      guard let variable, choices[variable].isMulti, options.indices.contains(cursor.selected) else { return .goesOn }
      let value = options[cursor.selected].value
      // All, and some of them, do not go together.
      if value == DashboardVariable.all { marked = [] } else { marked.remove(DashboardVariable.all) }
      marked.formSymmetricDifference([value])
    default: break
    }
    return .goesOn
  }

  private mutating func open(_ index: Int) {
    guard choices.indices.contains(index) else { return }
    variable = index
    marked = []
    cursor = ListCursor()
    let binding = chosen[choices[index].name]
    guard let binding else { return }
    let first = binding.isAll ? DashboardVariable.all : binding.values.first
    if let place = options.firstIndex(where: { $0.value == first }) {
      cursor.select(place, count: options.count, height: 10)
    }
  }

  /// The list with its heading; it lies over the upper left of the dashboard.
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    let rows = count
    let heading =
      variable.map { choice in
        let choice = choices[choice]
        return choice.label + (choice.isMulti ? ": m marks several, enter takes them" : ": enter takes it")
      } ?? "variables: enter opens one"
    let texts: [String] =
      variable == nil
      ? choices.map { choice in
        let binding = chosen[choice.name]
        let value = binding?.isAll == true ? "All" : binding?.texts.joined(separator: "+") ?? ""
        return "\(choice.label) = \(value.isEmpty ? "(none)" : value)"
      }
      : options.map { (marked.contains($0.value) ? "* " : "  ") + $0.text }
    let wanted = ([heading] + texts.prefix(1_000)).map { CharacterWidth.cells(in: $0) }.max() ?? 0
    let width = min(size.width, max(30, wanted + 8))
    let height = min(size.height, rows + 2)
    var canvas = Canvas(size: Size(width: width, height: height), style: Style(.completion))
    let inside = canvas.frame(
      Rect(x: 0, y: 0, width: width, height: height), title: heading, isFocused: true, glyphs: context.glyphs)
    let visible = cursor.visible(count: rows, height: inside.height)
    for (y, index) in visible.enumerated() where texts.indices.contains(index) {
      let role: Role = index == cursor.selected ? .completionSelected : .completion
      let mark = index == cursor.selected ? ">" : " "
      canvas.write(
        mark + CharacterWidth.fitted(texts[index], to: max(0, inside.width - 1)), x: inside.x, y: inside.y + y,
        style: Style(role), width: inside.width)
    }
    return canvas
  }
}
