import ObsData

/// Where the rows and panels of a scene stand in a width of cells. A line of Grafana's grid is a row and a half.
struct DashboardLayout: Equatable {
  /// One panel's place.
  struct Item: Equatable {
    let panel: ScenePanel
    let rect: Rect
  }

  /// The header of a row.
  struct Heading: Equatable {
    let section: Int
    let y: Int
    let title: String
    let isCollapsed: Bool
    let count: Int
  }

  let items: [Item]
  let headings: [Heading]
  let height: Int

  /// Below this width panels stand one below the other.
  static let narrow = 60
  /// A frame with one line in it.
  static let leastHeight = 3

  /// Lays a scene out; `open` says which folded rows are open all the same, `closed` which open ones are folded.
  init(_ scene: DashboardScene, width: Int, open: Set<Int> = [], closed: Set<Int> = []) {
    var items: [Item] = []
    var headings: [Heading] = []
    var y = 0
    for (index, section) in scene.sections.enumerated() {
      let isCollapsed = section.title != nil && (section.isCollapsed ? !open.contains(index) : closed.contains(index))
      if let title = section.title {
        headings.append(
          Heading(section: index, y: y, title: title, isCollapsed: isCollapsed, count: section.panels.count))
        y += 1
      }
      guard !isCollapsed else { continue }
      let top = y
      if width < DashboardLayout.narrow {
        for panel in section.panels {
          let height = DashboardLayout.height(panel.panel.place)
          items.append(Item(panel: panel, rect: Rect(x: 0, y: y, width: width, height: height)))
          y += height
        }
        continue
      }
      let lines = DashboardLayout.lines(section.panels.map(\.panel.place))
      for panel in section.panels {
        let place = panel.panel.place
        let left = place.x * width / GridPlace.columns
        let right = (place.x + place.width) * width / GridPlace.columns
        let (first, last) = (lines[place.y] ?? 0, lines[place.bottom] ?? 0)
        items.append(
          Item(panel: panel, rect: Rect(x: left, y: top + first, width: right - left, height: last - first)))
        y = max(y, top + last)
      }
    }
    self.items = items
    self.headings = headings
    height = y
  }

  /// The row of every edge on the grid: a row and a half for each line, and at least what a panel between two edges needs. Nothing
  /// overlaps that did not before.
  private static func lines(_ places: [GridPlace]) -> [Int: Int] {
    let edges = Set(places.flatMap { [$0.y, $0.bottom] }).sorted()
    var rows: [Int: Int] = [:]
    for (index, edge) in edges.enumerated() {
      guard index > 0 else {
        rows[edge] = edge * 3 / 2
        continue
      }
      let before = edges[index - 1]
      // Lines of the grid that nothing stands on are left out, as the browser does.
      let isCovered = places.contains { $0.y <= before && $0.bottom >= edge }
      var row = (rows[before] ?? 0) + (isCovered ? edge * 3 / 2 - before * 3 / 2 : 0)
      for place in places where place.bottom == edge { row = max(row, (rows[place.y] ?? 0) + leastHeight) }
      rows[edge] = row
    }
    return rows
  }

  private static func height(_ place: GridPlace) -> Int { max(leastHeight, place.height * 3 / 2) }
}
