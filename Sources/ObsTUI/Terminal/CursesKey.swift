import CNcurses

/// Key codes of curses as keys.
enum CursesKey {
  /// Nil for codes that mean nothing here. Mouse and resize codes are the terminal's business.
  static func key(_ code: Int32) -> Key? {
    switch code {
    case KEY_UP: return .up
    case KEY_DOWN: return .down
    case KEY_LEFT: return .left
    case KEY_RIGHT: return .right
    case KEY_SLEFT: return .shiftLeft
    case KEY_SRIGHT: return .shiftRight
    // The line scrolls of a terminal with shift-up and shift-down.
    case KEY_SR: return .up
    case KEY_SF: return .down
    case KEY_HOME, KEY_FIND, KEY_A1, KEY_SHOME: return .home
    case KEY_END, KEY_SELECT, KEY_C1, KEY_LL, KEY_SEND: return .end
    case KEY_PPAGE, KEY_A3, KEY_SPREVIOUS: return .pageUp
    case KEY_NPAGE, KEY_C3, KEY_SNEXT: return .pageDown
    case KEY_ENTER: return .enter
    case KEY_BACKSPACE: return .backspace
    case KEY_DC, KEY_SDC: return .delete
    case KEY_IC, KEY_SIC: return .insert
    case KEY_BTAB: return .backTab
    case KEY_F0 + 1...KEY_F0 + 24: return .function(Int(code - KEY_F0))
    default: return extended(code)
    }
  }

  /// Keys with modifiers, which a terminal's description names by itself: `kLFT5` is ctrl-left.
  private static func extended(_ code: Int32) -> Key? {
    guard let name = keyname(code).map({ String(cString: $0) }), name.hasPrefix("k"), name.count >= 4 else {
      return nil
    }
    let byWord = name.hasSuffix("3") || name.hasSuffix("5")
    switch name.dropLast() {
    case "kLFT": return byWord ? .alt("b") : .left
    case "kRIT": return byWord ? .alt("f") : .right
    case "kUP": return .up
    case "kDN": return .down
    case "kHOM": return .home
    case "kEND": return .end
    case "kPRV": return .pageUp
    case "kNXT": return .pageDown
    case "kDC": return .delete
    default: return nil
    }
  }
}
