import ObsData
import Testing

@testable import ObsTUI

/// Every kind of panel as the cells that it draws.
struct DashboardPanelTests {
  private let stage = PanelStage()

  private static let unit = #","fieldConfig":{"defaults":{"unit":"bytes"}}"#

  @Test func `a time series has a legend with its figures`() async throws {
    same(
      try await stage.panel("timeseries", "n=cpu: 1024 2048 512 4096", more: Self.unit, height: 10),
      """
      ┌─ Panel ──────────────────────────────────────────────────┐
      │4 KiB┤                                        ⡏⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉│
      │     │                                       ⢸            │
      │2 KiB┤              ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡀            ⡸            │
      │     │             ⢰⠁           ⢣            ⡇            │
      │     │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠃            ⠘⡄          ⢰⠁            │
      │  0 B┤                           ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉             │
      │      ╵08:50    ╵08:52    ╵08:54     ╵08:56    ╵08:58     │
      │cpu 4 KiB min 512 B max 4 KiB mean 1.85 KiB               │
      └──────────────────────────────────────────────────────────┘
      """)
  }

  @Test func `several series are told apart by marks`() async throws {
    same(
      try await stage.panel("timeseries", "n=read: 1 2 3;n=write: 3 2 1", height: 9),
      """
      ┌─ Panel ──────────────────────────────────────────────────┐
      │ │⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠱⡀                  ⢠⠋⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉1│
      │2┤                   ⢱⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢤⠃                 │
      │ │                  ⢠⠃                  ⢣                 │
      │ │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠃                    ⠓⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒2│
      │0┤                                                        │
      │  ╵08:50     ╵08:52     ╵08:54     ╵08:56     ╵08:58      │
      │1 read 3  2 write 1                                       │
      └──────────────────────────────────────────────────────────┘
      """)
  }

  @Test func `a stat is its figure, with the course below`() async throws {
    let options = #","options":{"graphMode":"area","reduceOptions":{"calcs":["lastNotNull"]}}"#
    same(
      try await stage.panel("stat", "n=x: 1024 2048 3072", more: Self.unit + options, width: 30, height: 7),
      """
      ┌─ Panel ────────────────────┐
      │                            │
      │           3 KiB            │
      │                            │
      │                            │
      │▁▁▁▁▁▁▁▁▁▅▅▅▅▅▅▅▅▅▅█████████│
      └────────────────────────────┘
      """)
  }

  @Test func `several stats are a list`() async throws {
    same(
      try await stage.panel("stat", "n=one: 1;n=two: 2", more: Self.unit, width: 30, height: 5),
      """
      ┌─ Panel ────────────────────┐
      │one                      1 B│
      │two                      2 B│
      │                            │
      └────────────────────────────┘
      """)
  }

  @Test func `an old singlestat has its mappings and its affixes`() async throws {
    let more =
      #","format":"percent","valueName":"avg","prefix":"~","valueMaps":[{"op":"=","value":"7","text":"seven"}]"#
    same(
      try await stage.panel("singlestat", "n=x: 1 2 3", more: more, width: 20, height: 3),
      """
      ┌─ Panel ──────────┐
      │      ~1.98%      │
      └──────────────────┘
      """)
    same(
      try await stage.panel("singlestat", "n=x: 7", more: more, width: 20, height: 3),
      """
      ┌─ Panel ──────────┐
      │      seven       │
      └──────────────────┘
      """)
  }

  @Test func `gauges are bars between their ends`() async throws {
    let more = #","fieldConfig":{"defaults":{"unit":"percent","min":0,"max":200}}"#
    same(
      try await stage.panel("gauge", "n=x: 50", more: more, width: 40, height: 5),
      """
      ┌─ Panel ──────────────────────────────┐
      │                                      │
      │████████▌░░░░░░░░░░░░░░░░░░░░░░░░░ 50%│
      │                                      │
      └──────────────────────────────────────┘
      """)
    same(
      try await stage.panel("bargauge", "n=alpha: 50;n=b: 150", more: more, width: 40, height: 5),
      """
      ┌─ Panel ──────────────────────────────┐
      │alpha ██████▊░░░░░░░░░░░░░░░░░░░░  50%│
      │b     ████████████████████▎░░░░░░ 150%│
      │                                      │
      └──────────────────────────────────────┘
      """)
    same(
      try await stage.panel("bargauge", "n=alpha: 50;n=b: 150", more: more, width: 40, height: 5, glyphs: .ascii),
      """
      +- Panel ------------------------------+
      |alpha #######....................  50%|
      |b     ####################....... 150%|
      |                                      |
      +--------------------------------------+
      """)
  }

  @Test func `the parts of a pie are bars with their shares, the greatest first`() async throws {
    same(
      try await stage.panel("piechart", "n=a: 1;n=b: 3", width: 40, height: 5),
      """
      ┌─ Panel ──────────────────────────────┐
      │b ██████████████████████▌░░░░░░░ 3 75%│
      │a ███████▌░░░░░░░░░░░░░░░░░░░░░░ 1 25%│
      │                                      │
      └──────────────────────────────────────┘
      """)
  }

  @Test func `a table has a column for each label, sorted as asked`() async throws {
    let more =
      #","options":{"sortBy":[{"displayName":"Value","desc":true}]},"transformations":[{"id":"organize","options":{"excludeByName":{"Time":true}}}]"#
    same(
      try await stage.panel(
        "table", "n=a,zone=x: 1;n=b,zone=y: 3;n=c,zone=x: 2", more: more, query: #","format":"table","instant":true"#,
        width: 40, height: 6),
      """
      ┌─ Panel ──────────────────────────────┐
      │n  zone  Value                        │
      │b  y         3                        │
      │c  x         2                        │
      │a  x         1                        │
      └──────────────────────────────────────┘
      """)
  }

  @Test func `rows that have no room are counted`() async throws {
    same(
      try await stage.panel(
        "table", "n=a: 1;n=b: 3;n=c: 2;n=d: 4", query: #","format":"table","instant":true"#, width: 40, height: 5),
      """
      ┌─ Panel ──────────────────────────────┐
      │Time                 n  Value         │
      │2026-11-22 09:00:00  a      1         │
      │+3 more rows                          │
      └──────────────────────────────────────┘
      """)
  }

  @Test func `a heat map takes the differences of cumulative buckets`() async throws {
    same(
      try await stage.panel(
        "heatmap", "le=+Inf: 10 10 10;le=0.1: 1 2 3;le=1: 9 9 5", more: #","fieldConfig":{"defaults":{"unit":"s"}}"#,
        query: #","format":"heatmap""#, width: 40, height: 6),
      """
      ┌─ Panel ──────────────────────────────┐
      │  +Inf ░░░░░░░░░░░░░░░░░░░░░▓▓▓▓▓▓▓▓▓▓│
      │   1 s █████████████████████▒▒▒▒▒▒▒▒▒▒│
      │100 ms ░░░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓▓▓│
      │       ╵08:50         ╵08:55          │
      └──────────────────────────────────────┘
      """)
  }

  @Test func `states are written where they begin`() async throws {
    let more =
      #","fieldConfig":{"defaults":{"mappings":[{"type":"value","options":{"0":{"text":"down","color":"red"},"1":{"text":"up","color":"green"}}}]}}"#
    same(
      try await stage.panel("state-timeline", "n=a: 1 1 0 1;n=b: 0 - 1 1", more: more, width: 50, height: 5),
      """
      ┌─ Panel ────────────────────────────────────────┐
      │a up━━━━━━━━━━━━━━━━━━━━━━down━━━━━━━up━━━━━━━━━│
      │b down━━━━━━━━━           up━━━━━━━━━━━━━━━━━━━━│
      │  ╵08:50   ╵08:52   ╵08:54   ╵08:56   ╵08:58    │
      └────────────────────────────────────────────────┘
      """)
  }

  @Test func `bars of a bar chart are named by their texts`() async throws {
    let more = #","transformations":[{"id":"organize","options":{"excludeByName":{"Time":true}}}]"#
    same(
      try await stage.panel(
        "barchart", "n=a: 1;n=b: 4", more: more, query: #","format":"table","instant":true"#, width: 40, height: 5),
      """
      ┌─ Panel ──────────────────────────────┐
      │a ████████▌░░░░░░░░░░░░░░░░░░░░░░░░░ 1│
      │b ██████████████████████████████████ 4│
      │                                      │
      └──────────────────────────────────────┘
      """)
  }

  @Test func `Markdown loses its marks, HTML its tags`() async throws {
    let more =
      ##","options":{"mode":"markdown","content":"# Head\n\nSome **bold** [link](http://x) and `code`\n- item <b>one</b>\n\n```\nraw *x*\n```"}"##
    same(
      try await stage.panel("text", more: more, width: 30, height: 9),
      """
      ┌─ Panel ────────────────────┐
      │Head                        │
      │                            │
      │Some bold link and code     │
      │• item one                  │
      │                            │
      │raw *x*                     │
      │                            │
      └────────────────────────────┘
      """)
  }

  @Test func `nothing, a failure and what is not drawn have their sentences`() async throws {
    same(
      try await stage.panel("timeseries", "", width: 40, height: 4),
      """
      ┌─ Panel ──────────────────────────────┐
      │Not drawn: its queries are empty or   │
      │switched off.                         │
      └──────────────────────────────────────┘
      """)
    same(
      try await stage.panel("timeseries", "fail", width: 40, height: 4),
      """
      ┌─ Panel failed ───────────────────────┐
      │400: no such thing                    │
      │                                      │
      └──────────────────────────────────────┘
      """)
    same(
      try await stage.panel("nodeGraph", "n=a: 1", width: 40, height: 4),
      """
      ┌─ Panel ──────────────────────────────┐
      │Not drawn: nothing here draws the kind│
      │nodeGraph.                            │
      └──────────────────────────────────────┘
      """)
    same(
      try await stage.panel("stat", "n=a: 1", "fail", width: 40, height: 6),
      """
      ┌─ Panel failed ───────────────────────┐
      │                                      │
      │                  1                   │
      │                                      │
      │400: no such thing                    │
      └──────────────────────────────────────┘
      """)
  }

  @Test func `every kind of panel draws in every size`() async throws {
    let kinds = [
      "timeseries", "stat", "gauge", "bargauge", "table", "text", "heatmap", "state-timeline", "barchart", "piechart",
    ]
    for kind in kinds {
      for (width, height) in [(1, 1), (2, 2), (3, 3), (5, 3), (9, 4), (12, 20), (200, 3)] {
        let text = try await stage.panel(
          kind, "n=a,le=1: 1 - NaN +Inf;n=b,le=2: -5 1e300 0", width: width, height: height)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == height)
      }
    }
  }
}
