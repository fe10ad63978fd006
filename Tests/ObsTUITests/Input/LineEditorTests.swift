import Testing

@testable import ObsTUI

/// Types a script into a line; the cursor is shown as `|`.
private func after(_ script: String, from text: String = "", history: [String] = []) throws -> String {
  var editor = LineEditor(text, history: history)
  for key in try Key.script(script) { _ = editor.press(key) }
  return String(editor.characters[..<editor.cursor]) + "|" + String(editor.characters[editor.cursor...])
}

@Suite struct LineEditorTests {
  @Test(arguments: [
    (#""hello""#, "hello|"), (#""hello" left left "X""#, "helX|lo"), (#""hello" ctrl-a "X" ctrl-e "Y""#, "XhelloY|"),
    (#""hello" backspace backspace"#, "hel|"), (#""hello" home delete ctrl-d"#, "|llo"),
    (#""a b  c" ctrl-w"#, "a b  |"),
    (#""a b  " ctrl-w"#, "a |"), (#""level:error x" alt-b alt-b"#, "level:|error x"),
    (#""level:error" alt-backspace"#, "level:|"),
    (#""level:error x" home alt-f"#, "level|:error x"), (#""level:error" home alt-d"#, "|:error"),
    (#""one two" alt-b ctrl-k"#, "one |"), (#""one two" alt-b ctrl-u"#, "|two"),
    (#""one two" ctrl-w ctrl-a ctrl-y "," "#, "two,|one "),
    (#""连接失败" left backspace"#, "连接|败"), (#"left right home end delete"#, "|"), (#""x" f5"#, "x|"),
  ])
  func `keys edit the line`(script: String, line: String) throws {
    #expect(try after(script) == line)
  }

  @Test func `up and down go through the history and come back to what was typed`() throws {
    let history = ["one", "two"]
    #expect(try after(#""new" up"#, history: history) == "two|")
    #expect(try after(#""new" up up up"#, history: history) == "one|")
    #expect(try after(#""new" up up down down"#, history: history) == "new|")
    #expect(try after(#""new" down"#, history: history) == "new|")
    #expect(try after("up ctrl-p ctrl-n", history: history) == "two|")
  }

  @Test func `enter submits and remembers, escape cancels`() {
    var editor = LineEditor("x", history: ["x"])
    #expect(editor.press(.enter) == .submitted("x"))
    #expect(editor.history == ["x"])
    _ = editor.press(.character("y"))
    #expect(editor.press(.enter) == .submitted("xy"))
    #expect(editor.history == ["x", "xy"])
    #expect(editor.press(.escape) == .cancelled)
    #expect(editor.press(.function(9)) == .ignored)
    var empty = LineEditor()
    #expect(empty.press(.backspace) == .cancelled)
  }

  @Test func `pasted text is one line without controls, and bounded`() {
    var editor = LineEditor("id=")
    #expect(editor.press(.paste("4bf9\n2f\t35\u{7}\u{1B}\n")) == .editing)
    #expect(editor.text == "id=4bf9 2f 35")
    _ = editor.press(.paste(String(repeating: "x", count: 100_000)))
    #expect(editor.characters.count == LineEditor.limit)
  }

  @Test func `a mark joins the character before it`() {
    var editor = LineEditor()
    for character in ["e", "\u{301}", "x"] as [Character] { _ = editor.press(.character(character)) }
    #expect(editor.characters == ["é", "x"] && editor.cursor == 2)
  }

  @Test func `tab goes through the candidates, any other key keeps one`() {
    var editor = LineEditor("theme ")
    let themes = LineEditor.Completion(start: 6, candidates: ["default", "nord"])
    func press(_ key: Key) -> String {
      _ = editor.press(key) { _, _ in themes }
      return editor.text
    }
    #expect(press(.tab) == "theme default")
    #expect(editor.chosen == 0 && editor.completion == themes)
    #expect(press(.tab) == "theme nord")
    #expect(press(.tab) == "theme default")
    #expect(press(.backTab) == "theme nord")
    #expect(press(.character("!")) == "theme nord!")
    #expect(editor.completion == nil)
  }

  @Test func `a single candidate is taken, none changes nothing`() {
    var editor = LineEditor("the")
    _ = editor.press(.tab) { _, _ in LineEditor.Completion(start: 0, candidates: ["theme"]) }
    #expect(editor.text == "theme" && editor.completion == nil)
    _ = editor.press(.tab) { _, _ in nil }
    _ = editor.press(.tab) { _, _ in LineEditor.Completion(start: 99, candidates: ["x"]) }
    #expect(editor.text == "theme")
  }

  @Test func `a long line scrolls so that the cursor is in view`() {
    func view(_ text: String, left: Int = 0, width: Int = 12) -> (String, Int) {
      var editor = LineEditor(text)
      for _ in 0..<left { _ = editor.press(.left) }
      let (canvas, cursor) = editor.view(prompt: ":", width: width)
      return (canvas.text, cursor)
    }
    #expect(view("filter x") == (":filter x", 9))
    #expect(view("filter message") == (":…r message", 11))
    #expect(view("filter message", left: 14) == (":filter mess", 1))
    #expect(view("连接失败连接失败") == (":…失败连接", 10) || view("连接失败连接失败").1 < 12)
    #expect(view("abc", width: 1) == (":", 0))
    #expect(view("abc", width: 0) == ("", 0))
  }
}
