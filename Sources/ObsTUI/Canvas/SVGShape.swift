/// Line and block characters as rectangles inside their cell.
enum SVGShape {
  struct Rectangle: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }

  /// Nil for a character that is better drawn as text.
  static func rectangles(for base: UInt32, width: Double, height: Double) -> [Rectangle]? {
    switch base {
    case 0x2580: return [Rectangle(x: 0, y: 0, width: width, height: height / 2)]
    // ▁ to █: eighths from below.
    case 0x2581...0x2588:
      let part = height * Double(base - 0x2580) / 8
      return [Rectangle(x: 0, y: height - part, width: width, height: part)]
    // ▉ to ▏: eighths from the left, the largest first.
    case 0x2589...0x258F: return [Rectangle(x: 0, y: 0, width: width * Double(0x2590 - base) / 8, height: height)]
    case 0x2590: return [Rectangle(x: width / 2, y: 0, width: width / 2, height: height)]
    case 0x2591...0x2593: return [Rectangle(x: 0, y: 0, width: width, height: height)]
    case 0x2594: return [Rectangle(x: 0, y: 0, width: width, height: height / 8)]
    case 0x2595: return [Rectangle(x: width * 7 / 8, y: 0, width: width / 8, height: height)]
    default: return lines(base).map { arms($0, width: width, height: height) }
    }
  }

  private struct Arms: OptionSet {
    let rawValue: Int
    static let up = Arms(rawValue: 1)
    static let down = Arms(rawValue: 2)
    static let left = Arms(rawValue: 4)
    static let right = Arms(rawValue: 8)
    static let heavy = Arms(rawValue: 16)
  }

  /// The ways that a light or heavy line goes from the middle of its cell.
  private static func lines(_ base: UInt32) -> Arms? {
    switch base {
    case 0x2500, 0x2574, 0x2576: return base == 0x2500 ? [.left, .right] : base == 0x2574 ? .left : .right
    case 0x2501: return [.left, .right, .heavy]
    case 0x2502: return [.up, .down]
    case 0x2503: return [.up, .down, .heavy]
    case 0x250C, 0x256D: return [.down, .right]
    case 0x2510, 0x256E: return [.down, .left]
    case 0x2514, 0x2570: return [.up, .right]
    case 0x2518, 0x256F: return [.up, .left]
    case 0x251C: return [.up, .down, .right]
    case 0x2524: return [.up, .down, .left]
    case 0x252C: return [.down, .left, .right]
    case 0x2534: return [.up, .left, .right]
    case 0x253C: return [.up, .down, .left, .right]
    default: return nil
    }
  }

  private static func arms(_ arms: Arms, width: Double, height: Double) -> [Rectangle] {
    let line = arms.contains(.heavy) ? 2.0 : 1.0
    let (x, y) = ((width - line) / 2, (height - line) / 2)
    var rectangles: [Rectangle] = []
    if !arms.isDisjoint(with: [.up, .down]) {
      let top = arms.contains(.up) ? 0 : y
      rectangles.append(Rectangle(x: x, y: top, width: line, height: (arms.contains(.down) ? height : y + line) - top))
    }
    if !arms.isDisjoint(with: [.left, .right]) {
      let left = arms.contains(.left) ? 0 : x
      rectangles.append(
        Rectangle(x: left, y: y, width: (arms.contains(.right) ? width : x + line) - left, height: line))
    }
    return rectangles
  }
}
