import Testing

@testable import ObsTUI

struct LogsCursorTests {
  @Test(arguments: [
    (Command.down, 6, 3), (.up, 4, 3), (.pageDown, 8, 5), (.pageUp, 2, 2), (.halfPageDown, 7, 4), (.halfPageUp, 3, 3),
    (.top, 0, 0), (.bottom, 19, 16),
  ])
  func `a command moves the selection and scrolls no more than it must`(command: Command, selected: Int, top: Int) {
    var cursor = ListCursor(selected: 5, top: 3)
    let moved = cursor.move(command, count: 20, height: 4)
    #expect(moved)
    #expect(cursor.selected == selected)
    #expect(cursor.top == top)
  }

  @Test func `the selection stays inside lists and views of any size`() {
    for count in [0, 1, 3, 100] {
      for height in [-1, 0, 1, 50] {
        var cursor = ListCursor(selected: 70, top: 90)
        cursor.reveal(count: count, height: height)
        let rows = cursor.visible(count: count, height: height)
        #expect(cursor.selected <= max(0, count - 1))
        #expect(rows.isEmpty || rows.contains(cursor.selected))
        let moved = cursor.move(.copy, count: count, height: height)
        #expect(!moved)
      }
    }
  }

  @Test func `the selection follows its row when others come in front of it`() {
    var cursor = ListCursor(selected: 5, top: 3)
    cursor.shift(by: 10)
    #expect(cursor == ListCursor(selected: 15, top: 13))
  }
}
