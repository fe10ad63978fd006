import ObsData

/// A view of a trace that stands in the place of its bars: a list with a heading.
struct AnalysisView: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    case operations, services, flame, events, comparison, comparedPaths

    /// Whether it sets the trace beside another one.
    var isComparison: Bool { self == .comparison || self == .comparedPaths }
  }

  var kind: Kind
  var cursor = ListCursor()

  /// What the view is called in the title.
  var title: String {
    switch kind {
    case .operations: "self time by operation"
    case .services: "self time by service"
    case .flame: "flame graph"
    case .events: "events"
    case .comparison: "comparison by operation"
    case .comparedPaths: "comparison by call path"
    }
  }
}

/// A line of a view: cells with their roles, those of the figures at the right.
struct AnalysisLine: Equatable {
  /// A piece of text in a fixed column.
  struct Figure: Equatable {
    let text: String
    let width: Int
    var role = Role.text
  }

  var figures: [Figure]
  var name: [(text: String, role: Role)]

  static func == (a: AnalysisLine, b: AnalysisLine) -> Bool {
    a.figures == b.figures && a.name.map(\.text) == b.name.map(\.text) && a.name.map(\.role) == b.name.map(\.role)
  }

  /// Figures stand first, right-aligned, then the name takes what is left.
  func draw(y: Int, width: Int, on canvas: inout Canvas) {
    var x = 0
    for figure in figures {
      let cells = CharacterWidth.cells(in: figure.text)
      canvas.write(
        figure.text, x: x + max(0, figure.width - cells), y: y, style: Style(figure.role), width: max(0, width - x))
      x += figure.width + 2
    }
    for part in name where x < width {
      x += canvas.write(CharacterWidth.clipped(part.text, to: width - x), x: x, y: y, style: Style(part.role))
    }
  }
}
