/// The help: every command with its keys, made from the keymap.
struct HelpOverlay: Equatable, Sendable {
  /// The scope that was focused: its keys come first, then those that are heard there too.
  var scope: CommandScope
  var top = 0

  /// A heading, or a line of keys and help.
  private enum Row {
    case heading(String)
    case entry(keys: String, help: String)
    case blank
  }

  private func rows(_ keymap: Keymap) -> [Row] {
    let scopes: [(CommandScope, String)] = [
      (.global, "Everywhere"), (.commandLineOnly, "Command line (:)"),
      (.logs, "Log pane"), (.traces, "Trace pane"), (.waterfall, "Waterfall"), (.metrics, "Metric pane"),
      (.alerts, "Alerts"), (.dashboards, "Dashboard"), (.dependencies, "Service graph"),
    ]
    var rows: [Row] = []
    for (scope, title) in scopes.filter({ $0.0 == self.scope }) + scopes.filter({ $0.0 != self.scope }) {
      let entries = keymap.help(for: scope)
      guard !entries.isEmpty else { continue }
      rows.append(.heading(title))
      rows += entries.map { .entry(keys: $0.keys, help: $0.help) }
      rows.append(.blank)
    }
    return rows
  }

  func view(_ size: Size, keymap: Keymap, glyphs: GlyphSet) -> Canvas {
    var canvas = Canvas(size: size, style: Style(.help))
    let rows = rows(keymap)
    let columns = size.width >= 110 ? 2 : 1
    let width = size.width / columns
    let height = size.height - 1
    let first = min(top, max(0, rows.count - height * columns))
    for (index, row) in rows.dropFirst(first).prefix(height * columns).enumerated() {
      let x = index / height * width
      let y = index % height
      switch row {
      case .heading(let title): canvas.write(title, x: x + 1, y: y, style: Style(.titleFocused), width: width - 2)
      case .entry(let keys, let help):
        canvas.write(CharacterWidth.fitted(keys, to: 20), x: x + 2, y: y, style: Style(.helpKey), width: 20)
        canvas.write(CharacterWidth.clipped(help, to: width - 25), x: x + 23, y: y, style: Style(.help))
      case .blank: break
      }
    }
    let rest = rows.count - first - height * columns
    let more = rest > 0 ? "j k scroll, \(rest) more lines; Esc closes" : "Esc closes"
    canvas.write(more, x: 1, y: size.height - 1, style: Style(.textMuted))
    return canvas
  }

  /// Scrolls; false when the key closes the help.
  mutating func perform(_ command: Command, size: Size, keymap: Keymap) -> Bool {
    let columns = size.width >= 110 ? 2 : 1
    let limit = max(0, rows(keymap).count - (size.height - 3) * columns)
    let page = max(1, size.height - 4)
    switch command {
    case .down: top = min(top + 1, limit)
    case .up: top = max(top - 1, 0)
    case .pageDown, .halfPageDown: top = min(top + page, limit)
    case .pageUp, .halfPageUp: top = max(top - page, 0)
    case .top: top = 0
    case .bottom: top = limit
    default: return false
    }
    return true
  }
}

extension Dashboard {
  mutating func pressInHelp(_ key: Key) -> [Effect] {
    guard var help, let command = configuration.keymap.command(for: key, in: commandScope) else { return [] }
    switch command {
    case .quit, .back, .help: self.help = nil
    case .redraw, .suspend: return perform(command)
    default:
      if help.perform(command, size: size, keymap: configuration.keymap) { self.help = help }
    }
    return []
  }
}
