import ObsData

/// What the terminal does when a watch fires: it rings, or has its desktop show a notification.
enum Alarm: Equatable, Sendable {
  case bell
  case desktop(DesktopProtocol, title: String, text: String)

  /// What a message comes to on a channel of the terminal's.
  init(_ delivery: WatchDelivery, on label: ChannelLabel) {
    guard label.kind == .desktop else {
      self = .bell
      return
    }
    let message = WatchMessage(changes: delivery.changes, context: "", lost: delivery.lost)
    self = .desktop(label.sequence ?? .osc9, title: "obs-tui", text: message.subject)
  }

  /// The escape sequence. tmux hands the notification on to the outer terminal where its `allow-passthrough` is on; the bell it
  /// rings itself. The text holds no control characters: nothing in it can end the sequence.
  func sequence(insideTmux: Bool) -> String {
    switch self {
    case .bell: return "\u{7}"
    case .desktop(let form, let title, let text):
      let words = WatchMessage.plain(text)
      let inner =
        switch form {
        case .osc9: "\u{1B}]9;\(words)\u{7}"
        // A semicolon would end the title.
        case .osc777: "\u{1B}]777;notify;\(WatchMessage.plain(title).replacing(";", with: ","));\(words)\u{7}"
        }
      return insideTmux ? "\u{1B}Ptmux;" + inner.replacing("\u{1B}", with: "\u{1B}\u{1B}") + "\u{1B}\\" : inner
    }
  }
}
