import Foundation

/// A colour as a theme names it, or as a terminal can show it.
enum Color: Hashable, Sendable {
  /// Whatever the terminal has: its own foreground or background.
  case terminal
  /// A place in the terminal's palette: 0–7 the basic colours, 8–15 their bright kin, 16–255 xterm's cube and greys.
  case indexed(UInt8)
  case rgb(red: UInt8, green: UInt8, blue: UInt8)

  /// The names of the first sixteen, in order.
  static let names = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red",
    "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
  ]

  /// `red`, `bright-blue`, `gray`, `default`, `0`…`255`, `#rgb` or `#rrggbb`.
  init?(_ text: String) {
    let text = text.lowercased()
    if let index = Color.names.firstIndex(of: text) {
      self = .indexed(UInt8(index))
    } else if text == "default" {
      self = .terminal
    } else if text == "gray" || text == "grey" {
      self = .indexed(8)
    } else if let index = UInt8(text), text.allSatisfy(\.isNumber) {
      self = .indexed(index)
    } else if text.hasPrefix("#"), let value = UInt32(text.dropFirst(), radix: 16), text.dropFirst().first != "+" {
      switch text.utf8.count {
      case 4: self = Color(hex: (value & 0xF00) << 8 | (value & 0xF0) << 4 | value & 0xF, times: 0x11)
      case 7: self = Color(hex: value, times: 1)
      default: return nil
      }
    } else {
      return nil
    }
  }

  private init(hex: UInt32, times factor: UInt32) {
    self = .rgb(
      red: UInt8((hex >> 16 & 0xFF) * factor), green: UInt8((hex >> 8 & 0xFF) * factor),
      blue: UInt8((hex & 0xFF) * factor))
  }

  /// Red, green and blue; nil for the terminal's own colour. The first sixteen are xterm's defaults.
  var components: (red: UInt8, green: UInt8, blue: UInt8)? {
    switch self {
    case .terminal: return nil
    case .rgb(let red, let green, let blue): return (red, green, blue)
    case .indexed(let index): return Color.palette[Int(index)]
    }
  }

  /// xterm's 256 colours: sixteen names, a cube of 6×6×6, 24 greys (256colres.pl in its sources).
  static let palette: [(red: UInt8, green: UInt8, blue: UInt8)] = {
    var colors: [(red: UInt8, green: UInt8, blue: UInt8)] = [
      (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
      (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
      (255, 255, 255),
    ]
    let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
    for red in steps { for green in steps { for blue in steps { colors.append((red, green, blue)) } } }
    for grey in 0..<24 { colors.append((UInt8(8 + 10 * grey), UInt8(8 + 10 * grey), UInt8(8 + 10 * grey))) }
    return colors
  }()

  /// Relative luminance, from 0 (black) to 1 (white); see WCAG 2, "relative luminance". The terminal's own counts as
  /// `fallback`.
  func luminance(fallback: Double) -> Double {
    guard let (red, green, blue) = components else { return fallback }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}

private func linear(_ component: UInt8) -> Double {
  let value = Double(component) / 255
  return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
}

/// How many colours a terminal shows.
enum ColorDepth: Sendable, CaseIterable {
  case mono, ansi8, ansi16, indexed256, truecolor
}

extension Color {
  /// The nearest colour that a terminal of this depth has; the same on every machine.
  func nearest(in depth: ColorDepth) -> Color {
    switch (depth, self) {
    case (_, .terminal), (.mono, _): return .terminal
    case (.truecolor, _), (.indexed256, .indexed): return self
    case (.ansi16, .indexed(let index)) where index < 16: return self
    case (.ansi8, .indexed(let index)) where index < 8: return self
    // A bright name keeps its hue; bright black is no black.
    case (.ansi8, .indexed(8)): return .indexed(7)
    case (.ansi8, .indexed(let index)) where index < 16: return .indexed(index - 8)
    // The first sixteen are whatever the user made them, so they are not candidates.
    case (.indexed256, _): return closest
    case (.ansi16, _): return named(count: 16)
    case (.ansi8, _): return named(count: 8)
    }
  }

  /// The nearest of the cube and the greys.
  private var closest: Color {
    guard let wanted = lab else { return self }
    var best = 16
    var least = Double.infinity
    for index in 16..<256 {
      guard let got = Color.indexed(UInt8(index)).lab else { continue }
      let (l, a, b) = (got.l - wanted.l, got.a - wanted.a, got.b - wanted.b)
      let distance = l * l + a * a + b * b
      if distance < least { (best, least) = (index, distance) }
    }
    return .indexed(UInt8(best))
  }

  /// The nearest of the named colours. A pastel is nearer to white than to any of them, so a colour goes by its hue, and
  /// what has hardly any by its lightness.
  private func named(count: Int) -> Color {
    guard let wanted = lab else { return self }
    let chroma = hypot(wanted.a, wanted.b)
    // The eye sees little colour in the dark.
    if chroma < (wanted.l < 0.35 ? 0.07 : 0.04) {
      if count == 8 { return .indexed(wanted.l < 0.45 ? 0 : 7) }
      return .indexed(wanted.l < 0.35 ? 0 : wanted.l < 0.72 ? 8 : wanted.l < 0.95 ? 7 : 15)
    }
    var best = 7
    var least = Double.infinity
    for index in 1..<count where index % 8 != 0 && index % 8 != 7 {
      guard let got = Color.indexed(UInt8(index)).lab else { continue }
      let turn = abs(atan2(wanted.b, wanted.a) - atan2(got.b, got.a))
      let hue = min(turn, 2 * Double.pi - turn)
      let distance = hue * hue + (count == 16 ? 3 : 0.2) * (got.l - wanted.l) * (got.l - wanted.l)
      if distance < least { (best, least) = (index, distance) }
    }
    return .indexed(UInt8(best))
  }

  /// Oklab, in which distances are what the eye sees (B. Ottosson, https://bottosson.github.io/posts/oklab/).
  private var lab: (l: Double, a: Double, b: Double)? {
    guard let components else { return nil }
    let (red, green, blue) = (linear(components.red), linear(components.green), linear(components.blue))
    let l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    )
  }
}
