import Testing

@testable import ObsData

/// Changes of a file that leave what they do not change as it was.
struct OwnDashboardEditTests {
  private static let text = """
    # Mine.
    title: T   # the name
    panels:
      # The first.
      - title: A
        expr: a   # with a comment

      - title: B
        expr: |
          sum(
            b)
      # About C.
      - expr: c
        title: C

    # The end.
    variables:
      x: 'y'

    """

  private func changed(_ edit: OwnDashboardEdit, _ text: String = text) -> String {
    do throws(DashboardError) {
      return try edit.apply(to: text)
    } catch {
      return error.description
    }
  }

  @Test func `a panel is added behind the last, whatever its expression holds`() {
    #expect(
      changed(.add(expression: "sum(x{a=\"it's\"}) # no comment", title: "New: one"))
        == Self.text.replacing(
          "    title: C\n", with: "    title: C\n  - title: 'New: one'\n    expr: 'sum(x{a=\"it''s\"}) # no comment'\n")
    )
    #expect(
      changed(.add(expression: "up", title: "up"), "title: T\npanels:\n")
        == "title: T\npanels:\n  - title: 'up'\n    expr: 'up'\n")
    #expect(
      changed(.add(expression: "up", title: "up"), "panels:\n- {expr: a, title: A}")
        == "panels:\n- {expr: a, title: A}\n- title: 'up'\n  expr: 'up'\n")
  }

  @Test func `a panel goes with the comment above it`() {
    #expect(changed(.remove(panel: 3)) == Self.text.replacing("  # About C.\n  - expr: c\n    title: C\n", with: ""))
    #expect(
      changed(.remove(panel: 1))
        == Self.text.replacing("  # The first.\n  - title: A\n    expr: a   # with a comment\n", with: ""))
  }

  @Test func `a panel changes places with its neighbour, comments and all`() {
    let second = "  - title: B\n    expr: |\n      sum(\n        b)\n"
    let third = "  # About C.\n  - expr: c\n    title: C\n"
    let expected = Self.text.replacing(second + third, with: third + second)
    #expect(expected != Self.text)
    #expect(changed(.move(panel: 2, forward: true)) == expected)
    #expect(changed(.move(panel: 3, forward: false)) == expected)
    #expect(changed(.move(panel: 3, forward: true)) == "has no panel behind this one")
    #expect(changed(.move(panel: 1, forward: false)) == "has no panel before this one")
    #expect(changed(.remove(panel: 9)) == "has no panel 9")
  }

  @Test(arguments: [
    ("panels: [{expr: a}]", "has its panels on one line: write them one below the other, each behind a dash"),
    ("{title: T, panels: []}", "has no list of panels at its left edge"),
    ("panels:\n  - {expr: a, oops: 1}", "line 2: panels know no “oops”"),
  ])
  func `a file that cannot be changed from here stays as it is`(_ text: String, _ expected: String) {
    #expect(changed(.add(expression: "up", title: "up"), text).hasPrefix(expected))
  }

  @Test func `there and back is the same text`() throws {
    let there = try OwnDashboardEdit.move(panel: 1, forward: true).apply(to: Self.text)
    #expect(there != Self.text)
    #expect(try OwnDashboardEdit.move(panel: 2, forward: false).apply(to: there) == Self.text)
    let added = try OwnDashboardEdit.add(expression: "up", title: "up").apply(to: Self.text)
    #expect(try OwnDashboardEdit.remove(panel: 4).apply(to: added) == Self.text)
  }
}
