import ObsData

/// The text of a panel: Markdown as far as a terminal shows it, HTML without its tags.
enum MarkdownText {
  /// A line with its role.
  struct Line: Equatable {
    var text: String
    var role: Role
  }

  /// The lines for a width, `limit` at most.
  static func lines(_ content: String, _ format: PanelOptions.TextMode, width: Int, limit: Int) -> [Line] {
    guard width > 0 else { return [] }
    let content = String(content.prefix(100_000))
    var result: [Line] = []
    var isCode = format == .code
    for raw in content.split(separator: "\n", omittingEmptySubsequences: false) {
      guard result.count < limit else { break }
      let line = String(raw.filter { $0 != "\r" })
      if format == .markdown, line.trimmingSpaces().hasPrefix("```") {
        isCode.toggle()
        continue
      }
      if isCode {
        result.append(Line(text: line, role: .logField))
        continue
      }
      let (text, role, indent) = block(plain(line))
      if text.isEmpty {
        if result.last?.text.isEmpty == false { result.append(Line(text: "", role: .text)) }
        continue
      }
      for (index, piece) in TextWrap.lines(text, width: max(1, width - indent)).enumerated() {
        result.append(Line(text: (index > 0 ? String(repeating: " ", count: indent) : "") + piece, role: role))
      }
    }
    while result.last?.text.isEmpty == true { result.removeLast() }
    return Array(result.prefix(limit))
  }

  /// What a line begins with: a heading, an item of a list, a quotation, a rule.
  private static func block(_ line: String) -> (text: String, role: Role, indent: Int) {
    let text = line.trimmingSpaces()
    let hashes = text.prefix { $0 == "#" }.count
    if (1...6).contains(hashes), text.dropFirst(hashes).first == " " {
      return (String(text.dropFirst(hashes + 1)), .textStrong, 0)
    }
    if text.count >= 3, text.allSatisfy({ $0 == "-" }) || text.allSatisfy({ $0 == "*" }) { return ("", .text, 0) }
    for bullet in ["- ", "* ", "+ "] where text.hasPrefix(bullet) { return ("• " + text.dropFirst(2), .text, 2) }
    if text.hasPrefix("> ") { return (String(text.dropFirst(2)), .textMuted, 0) }
    return (text, .text, 0)
  }

  /// A line without tags, emphasis and the addresses of links.
  static func plain(_ line: String) -> String {
    var result = ""
    var rest = line[...]
    while let character = rest.first {
      switch character {
      case "<" where rest.dropFirst().first.map({ $0.isLetter || $0 == "/" || $0 == "!" }) ?? false:
        guard let close = rest.firstIndex(of: ">") else { return result + rest }
        rest = rest[rest.index(after: close)...]
      case "[":
        if let link = link(rest) {
          result += link.text
          rest = rest[link.end...]
        } else {
          result.append(character)
          rest = rest.dropFirst()
        }
      case "!" where rest.dropFirst().first == "[": rest = rest.dropFirst()
      case "*" where rest.hasPrefix("**"): rest = rest.dropFirst(2)
      case "`": rest = rest.dropFirst()
      case "&":
        let entities = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&nbsp;": " ", "&#39;": "'"]
        if let entity = entities.first(where: { rest.hasPrefix($0.key) }) {
          result += entity.value
          rest = rest.dropFirst(entity.key.count)
        } else {
          result.append(character)
          rest = rest.dropFirst()
        }
      default:
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// `[text](address)`.
  private static func link(_ rest: Substring) -> (text: Substring, end: String.Index)? {
    guard let close = rest.firstIndex(of: "]"), rest[close...].dropFirst().first == "(",
      let end = rest[close...].firstIndex(of: ")")
    else { return nil }
    return (rest[rest.index(after: rest.startIndex)..<close], rest.index(after: end))
  }
}
