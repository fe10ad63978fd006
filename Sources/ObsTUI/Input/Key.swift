/// A key as the user means it. Modifiers that terminals cannot tell apart are not modelled.
enum Key: Hashable, Sendable {
  /// A printing character; the space bar is `.character(" ")`.
  case character(Character)
  /// ctrl with a letter, in lower case.
  case control(Character)
  /// Esc, then a character, in one go.
  case alt(Character)
  case enter, tab, backTab, escape, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  case shiftLeft, shiftRight
  /// F1 is `.function(1)`.
  case function(Int)
  /// Text that came as a bracketed paste: one event, never run as keys.
  case paste(String)
  /// The left button at a cell (when the mouse is on), and the wheel.
  case click(Point)
  case wheelUp(Point), wheelDown(Point)
}
