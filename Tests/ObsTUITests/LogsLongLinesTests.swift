import ObsData
import Testing

@testable import ObsTUI

/// Lines of absurd lengths: what is drawn costs what is seen, not what there is.
struct LogsLongLinesTests {
  /// Texts that are long in every way there is: letters, wide characters, one character of a million marks, line breaks.
  private static let texts = [
    String(repeating: "x", count: 1_000_000), String(repeating: "连接失败 ", count: 80_000),
    "e" + String(repeating: "\u{301}", count: 500_000), String(repeating: "\n", count: 500_000) + "end",
    String(repeating: "\u{202E}", count: 300_000), String(repeating: "👩‍👩‍👧‍👦", count: 40_000),
  ]

  @Test(arguments: texts.indices)
  func `a row of a line of a megabyte is clipped to what is seen`(index: Int) {
    var pane = Sample.pane([Sample.line("1", LogsLongLinesTests.texts[index])])
    for search in [nil, "x", "~[a-z]{3}"] {
      let canvas = pane.view(Size(width: 80, height: 3), in: Sample.context(search: search))
      #expect(canvas.text.hasPrefix("  08:53:10.000 E msg-server"))
    }
    for _ in 0..<20 { _ = pane.perform(.right, in: Sample.context(), height: 3) }
    #expect(pane.view(Size(width: 80, height: 3), in: Sample.context()).text.hasPrefix("  08:53:10.000 E"))
  }

  @Test(arguments: texts.indices)
  func `no more of a text is looked at than can be seen`(index: Int) {
    let text = LogsLongLinesTests.texts[index]
    let shown = SearchedText.visible(text, from: 100, width: 50)
    #expect(shown.utf8.count <= 151 * SearchedText.mostBytes + 3)
    #expect(text.utf8.starts(with: shown.utf8))
    #expect(CharacterWidth.cells(in: SearchedText.slice(text, from: 100, width: 50)) <= 50)
  }
}
