import Testing

@testable import ObsTUI

@Suite struct `Screen layout` {
  /// The layout as boxes: each pane by its letter.
  private func picture(_ size: Size, focus: PaneID = .logs, isMaximised: Bool = false, hasPushed: Bool = false)
    -> String
  {
    guard let layout = ScreenLayout(size: size, focus: focus, isMaximised: isMaximised, hasPushed: hasPushed) else {
      return "too small"
    }
    var rows = Array(repeating: Array(repeating: Character("?"), count: size.width), count: size.height)
    func draw(_ rect: Rect, _ letter: Character) {
      for y in rect.y..<rect.y + rect.height { for x in rect.x..<rect.x + rect.width { rows[y][x] = letter } }
    }
    draw(layout.header, "H")
    draw(layout.services, "S")
    draw(layout.alerts, "A")
    draw(layout.footer, "F")
    for (pane, rect) in layout.panes { draw(rect, pane == .pushed ? "w" : pane.rawValue.first ?? "?") }
    return rows.map { String($0) }.joined(separator: "\n")
  }

  /// Every second column and row of it, to keep the pictures small.
  private func small(_ picture: String) -> String {
    picture.split(separator: "\n").enumerated().filter { $0.offset % 2 == 0 }.map { _, row in
      String(row.enumerated().filter { $0.offset % 4 == 0 }.map(\.element))
    }.joined(separator: "\n")
  }

  @Test func `at 80 by 24 the logs have the width, traces and metrics share the rest`() {
    #expect(
      small(picture(Size(width: 80, height: 24))) == """
        HHHHHHHHHHHHHHHHHHHH
        llllllllllllllllllll
        llllllllllllllllllll
        llllllllllllllllllll
        llllllllllllllllllll
        llllllllllllllllllll
        llllllllllllllllllll
        ttttttttttmmmmmmmmmm
        ttttttttttmmmmmmmmmm
        ttttttttttmmmmmmmmmm
        ttttttttttmmmmmmmmmm
        ttttttttttmmmmmmmmmm
        """)
  }

  @Test func `at 40 by 10 the focused pane has the screen`() {
    #expect(
      picture(Size(width: 40, height: 10), focus: .traces) == """
        HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH
        SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
        tttttttttttttttttttttttttttttttttttttttt
        tttttttttttttttttttttttttttttttttttttttt
        tttttttttttttttttttttttttttttttttttttttt
        tttttttttttttttttttttttttttttttttttttttt
        tttttttttttttttttttttttttttttttttttttttt
        tttttttttttttttttttttttttttttttttttttttt
        tttttttttttttttttttttttttttttttttttttttt
        FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
        """)
  }

  @Test func `below 40 by 10 there is no layout`() {
    #expect(picture(Size(width: 39, height: 10)) == "too small")
    #expect(picture(Size(width: 40, height: 9)) == "too small")
  }

  @Test(arguments: [40, 79, 80, 120, 200, 300], [10, 15, 24, 40, 60, 100])
  func `at every size, in every state, each cell has one owner`(width: Int, height: Int) {
    for isMaximised in [false, true] {
      for hasPushed in [false, true] {
        let focus: PaneID = hasPushed ? .pushed : .metrics
        let size = Size(width: width, height: height)
        let drawn = picture(size, focus: focus, isMaximised: isMaximised, hasPushed: hasPushed)
        #expect(!drawn.contains("?"))
        let layout = ScreenLayout(size: size, focus: focus, isMaximised: isMaximised, hasPushed: hasPushed)
        let area =
          [layout?.header, layout?.services, layout?.alerts, layout?.footer].compactMap { $0 }
          + Array(layout?.panes.values ?? [:].values)
        #expect(area.map { $0.width * $0.height }.reduce(0, +) == width * height)
        #expect(layout?.panes[focus] != nil)
      }
    }
  }

  @Test func `a waterfall leaves the sparklines of the window in view`() {
    let layout = ScreenLayout(
      size: Size(width: 120, height: 40), focus: .pushed, isMaximised: false, hasPushed: true)
    #expect(layout?.order == [.metrics, .pushed])
    #expect(layout?.panes[.pushed]?.height == 27)
  }
}
