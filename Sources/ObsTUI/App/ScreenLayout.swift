/// The parts of the screen that can hold the focus.
enum PaneID: String, CaseIterable, Hashable, Sendable {
  case logs, traces, metrics
  /// The view pushed on top of the panes: a waterfall, the logs of a trace.
  case pushed
}

/// Where everything stands on a screen of a given size: a pure function, so that a test can draw the boxes.
struct ScreenLayout: Equatable, Sendable {
  /// The least size that shows something useful.
  static let minimum = Size(width: 40, height: 10)

  var header: Rect
  var services: Rect
  /// Empty where the screen is too low for a row of its own.
  var alerts: Rect
  var footer: Rect
  /// All that lies between these rows.
  var body: Rect
  /// The panes in view with their frames' rectangles.
  var panes: [PaneID: Rect]

  /// Nil when the screen is below `minimum`.
  init?(size: Size, focus: PaneID, isMaximised: Bool, hasPushed: Bool) {
    guard size.width >= ScreenLayout.minimum.width, size.height >= ScreenLayout.minimum.height else { return nil }
    let width = size.width
    header = Rect(x: 0, y: 0, width: width, height: 1)
    services = Rect(x: 0, y: 1, width: width, height: 1)
    alerts = Rect(x: 0, y: 2, width: width, height: size.height >= 30 ? 1 : 0)
    footer = Rect(x: 0, y: size.height - 1, width: width, height: 1)
    let top = 2 + alerts.height
    body = Rect(x: 0, y: top, width: width, height: size.height - top - 1)
    if isMaximised || body.width < 76 || body.height < 16 {
      panes = [focus: body]
    } else if hasPushed {
      panes = ScreenLayout.besidePushed(body)
    } else if body.width >= 180 {
      panes = ScreenLayout.sideBySide(body)
    } else {
      panes = ScreenLayout.stacked(body)
    }
  }

  /// Logs over the whole width, traces and metrics below them.
  private static func stacked(_ body: Rect) -> [PaneID: Rect] {
    let upper = (body.height + 1) / 2
    let left = body.width / 2
    return [
      .logs: Rect(x: body.x, y: body.y, width: body.width, height: upper),
      .traces: Rect(x: body.x, y: body.y + upper, width: left, height: body.height - upper),
      .metrics: Rect(x: body.x + left, y: body.y + upper, width: body.width - left, height: body.height - upper),
    ]
  }

  /// On a wide screen the logs keep the whole height on the left.
  private static func sideBySide(_ body: Rect) -> [PaneID: Rect] {
    let left = body.width * 11 / 20
    let upper = body.height / 2
    return [
      .logs: Rect(x: body.x, y: body.y, width: left, height: body.height),
      .traces: Rect(x: body.x + left, y: body.y, width: body.width - left, height: upper),
      .metrics: Rect(x: body.x + left, y: body.y + upper, width: body.width - left, height: body.height - upper),
    ]
  }

  /// The pushed view has the most room; the sparklines of the same window stay beside or below it.
  private static func besidePushed(_ body: Rect) -> [PaneID: Rect] {
    if body.width >= 180 {
      let right = min(90, body.width / 3)
      return [
        .pushed: Rect(x: body.x, y: body.y, width: body.width - right, height: body.height),
        .metrics: Rect(x: body.x + body.width - right, y: body.y, width: right, height: body.height),
      ]
    }
    let below = body.height >= 26 ? 9 : 6
    return [
      .pushed: Rect(x: body.x, y: body.y, width: body.width, height: body.height - below),
      .metrics: Rect(x: body.x, y: body.y + body.height - below, width: body.width, height: below),
    ]
  }

  /// The room inside the frames: below the rule with the title, beside the line on the left.
  var innerSizes: [PaneID: Size] {
    panes.mapValues { Size(width: $0.width - ($0.x > 0 ? 1 : 0), height: $0.height - 1) }
  }

  /// The panes in view, in the order that `Tab` walks through them.
  var order: [PaneID] { PaneID.allCases.filter { panes[$0] != nil } }
}
