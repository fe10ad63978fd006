import ObsData

/// How the user wants the panel with a span's details.
enum PanelWish: Equatable, Sendable {
  /// Shown where there is room that nothing else needs.
  case automatic
  case open, closed
}

/// How the cells of the waterfall are dealt out: a pure function of its size and of what there is to show, so that movement and
/// drawing agree.
struct WaterfallLayout: Equatable {
  /// From this width on the panel stands at the right when the user opens it, and by itself.
  static let widthForPanelAtRight = 120
  static let widthForAutomaticPanel = 160
  /// Fewer lines than this below the last row are left empty.
  static let linesForAutomaticPanel = 8

  /// Header, axis and the row of the whole trace; low panes have only the header.
  let head: Int
  /// Whether the whole trace has a row.
  let hasMinimap: Bool
  let rows: Int
  /// Lines of the panel below, its heading included.
  let panel: Int
  /// Cells of the panel at the right, the line before it not counted.
  let panelWidth: Int
  let note: Int

  /// `count` is how many rows there are to show: what they do not need is the panel's.
  init(_ size: Size, count: Int, wish: PanelWish, hasNote: Bool, isZoomed: Bool) {
    let height = max(size.height, 0)
    hasMinimap = isZoomed && height >= 7
    head = height >= 5 ? (hasMinimap ? 3 : 2) : min(height, 1)
    note = hasNote && height >= 6 ? 1 : 0
    let left = max(0, height - head - note)
    let isWide = size.width >= WaterfallLayout.widthForPanelAtRight
    var lines = 0
    var isAtRight = false
    switch wish {
    case .closed: break
    case .open:
      isAtRight = isWide
      if !isAtRight { lines = min(left, max(left / 2, left - count, min(left - 1, 4))) }
    case .automatic:
      isAtRight = size.width >= WaterfallLayout.widthForAutomaticPanel && left >= 4
      if !isAtRight, left - count >= WaterfallLayout.linesForAutomaticPanel { lines = left - count }
    }
    panelWidth = isAtRight ? min(80, size.width * 2 / 5) : 0
    panel = lines
    rows = max(0, left - lines)
  }

  /// Whether the panel has a place.
  var hasPanel: Bool { panel > 0 || panelWidth > 0 }
  /// Lines of the panel, wherever it stands.
  func panelHeight(of size: Size) -> Int { panelWidth > 0 ? max(0, size.height - head - note) : panel }
}
