/// How text is emphasised, apart from its colour.
struct Emphasis: OptionSet, Hashable, Sendable {
  let rawValue: UInt8
  static let bold = Emphasis(rawValue: 1)
  static let dim = Emphasis(rawValue: 2)
  static let italic = Emphasis(rawValue: 4)
  static let underline = Emphasis(rawValue: 8)
  static let reverse = Emphasis(rawValue: 16)

  /// The words of a theme file.
  static let words: [(name: String, value: Emphasis)] = [
    ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline), ("reverse", .reverse),
  ]
}

/// What a terminal is told for a cell.
struct ResolvedStyle: Hashable, Sendable {
  var foreground: Color
  var background: Color
  var emphasis: Emphasis
}

/// Colours and emphasis for every role. A role that the file does not name answers with its parent along the dots
/// (`log.error` with `log`), and at last with `text`.
struct Theme: Equatable, Sendable {
  /// What a file says of a role; what it leaves out comes from the parent.
  struct Entry: Equatable, Sendable {
    var foreground: Color?
    var background: Color?
    var emphasis: Emphasis?
  }

  let name: String
  /// One line for the list of themes.
  let summary: String
  /// What `default` means in pictures of the screen, where there is no terminal to ask.
  let pictureForeground: Color
  let pictureBackground: Color
  /// One entry a role, in their order.
  private let entries: [Entry]

  init(
    name: String, summary: String, pictureForeground: Color, pictureBackground: Color, entries named: [String: Entry]
  ) {
    self.name = name
    self.summary = summary
    self.pictureForeground = pictureForeground
    self.pictureBackground = pictureBackground
    entries = Role.allCases.map { role in
      var whole = Entry()
      for key in Theme.path(of: role.name) {
        guard let part = named[key] else { continue }
        whole.foreground = whole.foreground ?? part.foreground
        whole.background = whole.background ?? part.background
        whole.emphasis = whole.emphasis ?? part.emphasis
      }
      return whole
    }
  }

  /// `a.b.c`, `a.b`, `a`.
  static func path(of name: String) -> [String] {
    let parts = name.split(separator: ".")
    return parts.indices.reversed().map { parts[...$0].joined(separator: ".") }
  }

  /// What a terminal of this depth is told for a style. Without colours, emphasis is that of the theme `mono`, so that
  /// every theme means the same there.
  func resolve(_ style: Style, depth: ColorDepth) -> ResolvedStyle {
    if depth == .mono {
      let source = name == Theme.mono.name ? self : Theme.mono
      let over = style.background.map { source[$0].emphasis ?? [] } ?? []
      let emphasis = (source[style.role].emphasis ?? []).union(over)
      return ResolvedStyle(foreground: .terminal, background: .terminal, emphasis: emphasis)
    }
    let own = self[style.role]
    let over = style.background.map { self[$0] } ?? Entry()
    let foreground = over.foreground ?? own.foreground ?? self[.text].foreground ?? .terminal
    let background = over.background ?? own.background ?? self[.text].background ?? .terminal
    let emphasis = (own.emphasis ?? []).union(over.emphasis ?? [])
    var resolved = ResolvedStyle(
      foreground: foreground.nearest(in: depth), background: background.nearest(in: depth), emphasis: emphasis)
    if depth == .ansi8, case .indexed(8...15) = foreground { resolved.emphasis.insert(.bold) }
    // A selection whose shade is lost among few colours is reversed.
    if let shade = over.background, let under = own.background ?? self[.text].background, shade != under,
      resolved.background == under.nearest(in: depth)
    {
      resolved.emphasis.formSymmetricDifference(.reverse)
    }
    // Two shades that few colours make one would hide the text.
    if foreground != background, resolved.foreground == resolved.background, resolved.background != .terminal {
      resolved.foreground = .indexed(resolved.background.luminance(fallback: 0) > 0.3 ? 0 : 7)
    }
    return resolved
  }

  subscript(role: Role) -> Entry { entries[Int(role.rawValue)] }
}
