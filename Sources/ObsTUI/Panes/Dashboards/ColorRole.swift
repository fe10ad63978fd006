/// The role that a colour of a dashboard comes to: what is red there warns here too. Colours of a dashboard mean order or degree;
/// what they look like is the theme's.
enum ColorRole {
  /// The role of `semi-dark-red`, `#F2495C`, `rgba(242, 73, 92, 0.9)`; nil for colours that say nothing: text, transparent, greys.
  static func role(_ name: String?) -> Role? {
    guard let name = name?.lowercased(), !name.isEmpty else { return nil }
    let words: [(String, Role)] = [
      ("red", .chartError), ("orange", .chartWarning), ("yellow", .chartWarning), ("green", .statusOK),
      ("blue", .series8), ("purple", .series4),
    ]
    if let match = words.first(where: { name.contains($0.0) }) { return match.1 }
    return components(name).flatMap(role)
  }

  private static func components(_ name: String) -> (Double, Double, Double)? {
    if name.hasPrefix("#"), let value = UInt32(name.dropFirst().prefix(6), radix: 16), name.count >= 7 {
      return (Double(value >> 16 & 0xFF), Double(value >> 8 & 0xFF), Double(value & 0xFF))
    }
    guard name.hasPrefix("rgb"), let open = name.firstIndex(of: "(") else { return nil }
    let parts = name[name.index(after: open)...].split { ", )".contains($0) }.compactMap { Double($0) }
    return parts.count >= 3 ? (parts[0], parts[1], parts[2]) : nil
  }

  /// By the hue, as degrees on the circle from red over green to blue.
  private static func role(_ color: (Double, Double, Double)) -> Role? {
    let (r, g, b) = color
    let (high, low) = (max(r, g, b), min(r, g, b))
    guard high - low > 30 else { return nil }
    var hue: Double
    if high == r {
      hue = (g - b) / (high - low) * 60
    } else if high == g {
      hue = 120 + (b - r) / (high - low) * 60
    } else {
      hue = 240 + (r - g) / (high - low) * 60
    }
    if hue < 0 { hue += 360 }
    switch hue {
    case ..<15, 340...: return .chartError
    case ..<70: return .chartWarning
    case ..<170: return .statusOK
    case ..<255: return .series8
    default: return .series4
    }
  }
}
