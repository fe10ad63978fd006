import ObsData
import Testing

@testable import ObsTUI

/// The log list as a whole, with Chinese, emoji and hostile text, at three widths.
struct LogsWidthTests {
  private let pane: LogPane = {
    var pane = Sample.pane([
      Sample.line("1", at: 123, "连接失败: redis 超时 user=42", service: "msg-server"),
      Sample.line("2", at: 1_500, "🔥 queue full 🧑‍🚒\n\tat push", service: "推送服务"),
      Sample.line("3", at: 2_750, "tab\tbell\u{7}esc\u{1B}[31mred\u{202E}", level: .critical, service: "im"),
      Sample.line("4", at: 3_000, "naïve café", level: .warning, service: nil),
    ])
    pane.receive(Sample.answer(pane, LogBatch(entries: [Sample.line("5", at: 2_000, "迟到", service: "group-server")])))
    pane.marks = [LogEntry.ID(index: "logs", document: "2")]
    return pane
  }()

  private func picture(_ width: Int) -> String {
    pane.view(Size(width: width, height: 5), in: Sample.context()).text
  }

  @Test func `at 40 columns the time is short and names are clipped`() {
    #expect(
      picture(40) == """
          08:53:10 E msg-ser… 连接失败: redis …
        ● 08:53:11 E 推送服务 🔥 queue full… ⏎+1
          08:53:12 E group-s… late +1.0s 迟到
          08:53:12 C im       tab    bell␇esc␛[…
          08:53:13 W          naïve café
        """)
  }

  @Test func `at 80 columns everything has its place`() {
    #expect(
      picture(80) == """
          08:53:10.123 E msg-server   连接失败: redis 超时 user=42
        ● 08:53:11.500 E 推送服务     🔥 queue full 🧑🚒                             ⏎+1
          08:53:12.000 E group-server late +1.0s 迟到
          08:53:12.750 C im           tab    bell␇esc␛[31mred⟨202E⟩
          08:53:13.000 W              naïve café
        """)
  }

  @Test func `at 120 columns too`() {
    #expect(
      picture(120) == """
          08:53:10.123 E msg-server   连接失败: redis 超时 user=42
        ● 08:53:11.500 E 推送服务     🔥 queue full 🧑🚒                                                                     ⏎+1
          08:53:12.000 E group-server late +1.0s 迟到
          08:53:12.750 C im           tab    bell␇esc␛[31mred⟨202E⟩
          08:53:13.000 W              naïve café
        """)
  }

  @Test func `messages begin in the same column whatever stands before them, at every scroll`() {
    var pane = pane
    for _ in 0..<6 {
      let canvas = pane.view(Size(width: 80, height: 5), in: Sample.context(search: "超"))
      for y in 0..<5 { #expect(canvas[LogColumns.messageStart(pane, 80) - 1, y].character == " ") }
      _ = pane.perform(.right, in: Sample.context(), height: 5)
    }
  }

  @Test func `a match on Chinese text covers both halves of its characters`() {
    let canvas = pane.view(Size(width: 80, height: 5), in: Sample.context(search: "失败"))
    #expect((0..<80).filter { canvas[$0, 0].style.background == .match }.count == 4)
  }
}

extension LogColumns {
  fileprivate static func messageStart(_ pane: LogPane, _ width: Int) -> Int {
    LogColumns(width: width, serviceWidth: pane.serviceWidth, context: Sample.context()).message
  }
}
