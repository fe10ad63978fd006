import ObsData

/// Grafana's dashboards on top of the panes: a list to choose from, then one of them, scrolled and folded, one panel of it enlarged.
/// Only what is in view is asked for.
struct DashboardPane: Pane {
  /// The dashboards to choose from; nil while nobody has answered.
  private(set) var list: DashboardList?
  private(set) var listCursor = ListCursor()
  /// The name that is looked for in the list as soon as it comes.
  private var wantedTitle: String?
  /// Whether the list is behind the dashboard: `Esc` goes back to it.
  private var cameFromList: Bool

  /// The dashboard that is shown; nil for the list.
  private(set) var source: DashboardSource?
  private(set) var wanted: [String: [String]] = [:]
  private(set) var answer: DashboardAnswer?
  private(set) var failure: FetchFailure?
  private(set) var data: [String: PanelData] = [:]
  private(set) var range: TimeRange?

  private(set) var layout: DashboardLayout?
  private var open: Set<Int> = []
  private var closed: Set<Int> = []
  private(set) var top = 0
  /// The place in `stops` that the user is at.
  private(set) var focus = 0
  private(set) var isZoomed = false
  private(set) var chooser: VariableChooser?
  /// The panels whose axis was turned to powers of ten, or back to a linear one.
  private(set) var turned: Set<String> = []
  private var size = Size(width: 0, height: 0)
  /// How often the file was changed from here.
  private(set) var revision = 0
  /// The panel that is removed if the key is pressed once more.
  var pendingRemoval: String?
  /// The panel of the file to go to when it has been read again.
  private var wantedPanel: Int?

  /// What the user can be at: a row's header, or a panel.
  enum Stop: Equatable {
    case heading(DashboardLayout.Heading)
    case panel(DashboardLayout.Item)

    var rect: Rect {
      switch self {
      case .heading(let heading): Rect(x: 0, y: heading.y, width: 1, height: 1)
      case .panel(let item): item.rect
      }
    }
  }

  /// The list, or with a name the dashboard of that name; a name with a stroke, `.json` or `.yaml` is a file.
  init(named name: String) {
    let isFile = name.contains("/") || name.hasSuffix(".json") || OwnDashboardReader.isOwn(name)
    source = isFile ? .file(name) : nil
    wantedTitle = isFile || name.isEmpty ? nil : name
    cameFromList = !isFile
  }

  /// What the user can be at, in reading order.
  var stops: [Stop] {
    guard let layout else { return [] }
    return (layout.headings.map(Stop.heading) + layout.items.map(Stop.panel))
      .sorted { ($0.rect.y, $0.rect.x) < ($1.rect.y, $1.rect.x) }
  }

  var focused: Stop? { stops.indices.contains(focus) ? stops[focus] : nil }
  private var bodyHeight: Int { max(1, size.height - DashboardPicture.headerHeight) }

  func title(in context: ViewContext) -> String {
    guard source != nil else {
      return "dashboards" + (list.map { " \($0.entries.count)" } ?? "")
    }
    let name = answer?.scene.title ?? "dashboard"
    let instant = context.cursor.map { " at " + TimeRuler.text($0, in: context) } ?? ""
    if isZoomed, case .panel(let item) = focused { return "\(name): \(item.panel.panel.title)\(instant)" }
    guard let answer else { return name }
    let panels = answer.scene.sections.flatMap(\.panels)
    let missing = panels.count { $0.obstacle != nil }
    return "\(name) \(panels.count) panels" + (missing > 0 ? ", \(missing) not drawn" : "") + instant
  }

  func subscriptions(in scope: Scope) -> Set<Subscription> {
    guard let source else { return [.dashboards] }
    var wanted: Set<Subscription> = [
      .dashboard(DashboardRequest(source: source, wanted: self.wanted, window: scope.window, revision: revision))
    ]
    if let answer {
      let items = visible.filter { $0.item.panel.obstacle == nil && $0.item.panel.panel.kind != .text }.map {
        PanelsRequest.Item(panel: $0.item.panel.id, points: max(20, ($0.width - 2) * 2))
      }
      if !items.isEmpty {
        wanted.insert(.panels(PanelsRequest(scene: answer.scene, items: items, window: scope.window)))
      }
      for expression in exemplarExpressions {
        wanted.insert(.exemplars(ExemplarQuery(expression: expression, window: scope.window)))
      }
    }
    return wanted
  }

  /// The panels in view, each with the width that it is drawn in.
  var visible: [(item: DashboardLayout.Item, width: Int)] {
    guard let layout else { return [] }
    if isZoomed, case .panel(let item) = focused { return [(item, size.width)] }
    return DashboardPicture.visible(layout, from: top, height: bodyHeight).map { ($0, $0.rect.width) }
  }

  mutating func adopt(_ scope: Scope) {
    guard let size = scope.paneSizes[.pushed], size != self.size else { return }
    self.size = size
    relayout()
  }

  mutating func receive(_ update: Update) {
    switch (update.subscription, update.body) {
    case (.dashboards, .dashboards(let list)): receive(list)
    case (.dashboard(let request), .dashboard(let answer)):
      guard request.source == source, request.wanted == wanted, request.revision == revision else { return }
      failure = nil
      let isNew = self.answer?.scene != answer.scene
      self.answer = answer
      if isNew { relayout() }
      if let number = wantedPanel { goToPanel(number) }
    case (.panels(let request), .panels(let answer)):
      guard request.scene == self.answer?.scene else { return }
      failure = nil
      data.merge(answer.panels) { $1 }
      range = answer.range
    case (.dashboards, .failed(let failure)), (.dashboard, .failed(let failure)), (.panels, .failed(let failure)):
      self.failure = failure
    default: break
    }
  }

  /// Reads the file again, which was changed, and goes to the panel that it is about.
  mutating func readAgain(after edit: OwnDashboardEdit) {
    revision += 1
    switch edit {
    case .add: wantedPanel = .max
    case .remove: wantedPanel = nil
    case .move(let panel, let forward): wantedPanel = forward ? panel + 1 : panel - 1
    }
  }

  private mutating func goToPanel(_ number: Int) {
    wantedPanel = nil
    let numbers = stops.map { stop in if case .panel(let item) = stop { item.panel.panel.id } else { 0 } }
    let wanted = min(number, numbers.max() ?? 0)
    if let index = numbers.firstIndex(of: wanted) { step(to: index) }
  }

  private mutating func receive(_ list: DashboardList) {
    self.list = list
    guard let title = wantedTitle?.lowercased() else { return }
    wantedTitle = nil
    let found =
      list.entries.first { $0.title.lowercased() == title }
      ?? list.entries.first { $0.title.lowercased().contains(title) }
    if let found { show(found.source) }
  }

  private mutating func show(_ source: DashboardSource) {
    self.source = source
    (wanted, answer, failure, data, layout) = ([:], nil, nil, [:], nil)
    (open, closed, top, focus, isZoomed, turned) = ([], [], 0, 0, false, [])
  }

  private mutating func relayout() {
    guard let answer, size.width > 0 else { return }
    layout = DashboardLayout(answer.scene, width: size.width, open: open, closed: closed)
    focus = min(focus, max(0, stops.count - 1))
    reveal()
  }

  /// Scrolls as little as needed to have what the user is at in view.
  private mutating func reveal() {
    guard let layout, let rect = focused?.rect else { return }
    if rect.y + rect.height > top + bodyHeight { top = rect.y + rect.height - bodyHeight }
    if rect.y < top { top = rect.y }
    top = min(max(top, 0), max(0, layout.height - bodyHeight))
  }

  /// Chooses values of a variable.
  mutating func choose(_ values: [String], of name: String) {
    wanted[name] = values
    failure = nil
  }

  /// The names of the variables that can be chosen.
  var variableNames: [String] { answer?.choices.map(\.name) ?? [] }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    if command != .removePanel { pendingRemoval = nil }
    if chooser != nil { return performInChooser(command, height: height) }
    return source == nil
      ? performInList(command, height: height) : performInDashboard(command, in: context, height: height)
  }

  private mutating func performInList(_ command: Command, height: Int) -> [Request]? {
    let entries = list?.entries ?? []
    if command == .open {
      guard entries.indices.contains(listCursor.selected) else { return [] }
      show(entries[listCursor.selected].source)
      return []
    }
    return listCursor.move(command, count: entries.count, height: max(1, height - 1)) ? [] : nil
  }

  private mutating func performInDashboard(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    switch command {
    case .open where isZoomed && context.cursor != nil && !focusedExemplars(in: context).isEmpty,
      .openExemplar:
      return [openExemplar(in: context)]
    case .logScale: return [turnAxis()]
    case .removePanel, .movePanelBack, .movePanelForward: return edit(command)
    case .open:
      switch focused {
      case .heading(let heading): fold(heading)
      case .panel: isZoomed.toggle()
      case nil: break
      }
    case .back:
      if isZoomed {
        isZoomed = false
        reveal()
      } else if cameFromList {
        source = nil
      } else {
        return nil
      }
    case .left: step(to: focus - 1)
    case .right: step(to: focus + 1)
    case .down: isZoomed ? step(to: focus + 1) : stepLine(1)
    case .up: isZoomed ? step(to: focus - 1) : stepLine(-1)
    case .pageDown, .halfPageDown: scroll(by: command == .pageDown ? bodyHeight - 1 : bodyHeight / 2)
    case .pageUp, .halfPageUp: scroll(by: -(command == .pageUp ? bodyHeight - 1 : bodyHeight / 2))
    case .top: step(to: 0)
    case .bottom: step(to: stops.count - 1)
    case .copy:
      guard case .panel(let item) = focused, let queries = data[item.panel.id]?.queries, !queries.isEmpty else {
        return [.notice("there is no query to copy here")]
      }
      return [.copy(queries.map(\.expression).joined(separator: "\n"), what: "the panel's PromQL")]
    case .chooseVariable:
      guard let choices = answer?.choices, !choices.isEmpty else { return [.notice("the dashboard has no variables")] }
      chooser = VariableChooser(choices, chosen: answer?.scene.bindings ?? [:])
    default: return nil
    }
    return []
  }

  private mutating func performInChooser(_ command: Command, height: Int) -> [Request]? {
    guard var chooser else { return nil }
    switch chooser.perform(command, height: height) {
    case .goesOn: self.chooser = chooser
    case .closed: self.chooser = nil
    case .chose(let name, let values):
      self.chooser = nil
      choose(values, of: name)
    }
    return []
  }

  /// Turns the axis of the panel that the user is at to powers of ten, or back.
  private mutating func turnAxis() -> Request {
    guard case .panel(let item) = focused, item.panel.panel.kind == .timeSeries else {
      return .notice("only charts of lines have an axis to turn")
    }
    turned.formSymmetricDifference([item.panel.id])
    let isLogarithmic = turned.contains(item.panel.id) != ((item.panel.panel.settings.logarithm ?? 1) > 1)
    return .notice(isLogarithmic ? "the axis goes by powers of ten" : "the axis is linear")
  }

  private mutating func fold(_ heading: DashboardLayout.Heading) {
    let isFoldedByFile = answer?.scene.sections[heading.section].isCollapsed ?? false
    if isFoldedByFile {
      open.formSymmetricDifference([heading.section])
    } else {
      closed.formSymmetricDifference([heading.section])
    }
    relayout()
    focus =
      stops.firstIndex { if case .heading(let other) = $0 { other.section == heading.section } else { false } } ?? focus
    reveal()
  }

  private mutating func step(to index: Int) {
    focus = min(max(index, 0), max(0, stops.count - 1))
    // A row's header cannot be enlarged.
    if isZoomed, case .heading = focused { isZoomed = false }
    reveal()
  }

  /// To the next line of panels, as near to the same column as it has one.
  private mutating func stepLine(_ direction: Int) {
    let stops = stops
    guard let here = focused?.rect else { return }
    let lines = Set(stops.map(\.rect.y)).sorted()
    let line = direction > 0 ? lines.first { $0 > here.y } : lines.last { $0 < here.y }
    guard let line else { return }
    let nearest = stops.indices.filter { stops[$0].rect.y == line }.min {
      abs(stops[$0].rect.x - here.x) < abs(stops[$1].rect.x - here.x)
    }
    step(to: nearest ?? focus)
  }

  private mutating func scroll(by lines: Int) {
    guard let layout, !isZoomed else { return }
    top = min(max(top + lines, 0), max(0, layout.height - bodyHeight))
    let inView = stops.firstIndex { $0.rect.y >= top }
    if let inView, let rect = focused?.rect, rect.y < top || rect.y + rect.height > top + bodyHeight { focus = inView }
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    guard chooser == nil else { return }
    if source == nil {
      let entries = list?.entries ?? []
      let rows = listCursor.visible(count: entries.count, height: max(1, height - 1))
      if rows.lowerBound + y < rows.upperBound {
        listCursor.select(rows.lowerBound + y, count: entries.count, height: max(1, height - 1))
      }
    } else if !isZoomed, y >= DashboardPicture.headerHeight {
      let line = top + y - DashboardPicture.headerHeight
      if let hit = stops.firstIndex(where: { $0.rect.y <= line && line < $0.rect.y + $0.rect.height }) { step(to: hit) }
    }
  }
}
