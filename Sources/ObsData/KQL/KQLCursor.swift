/// What is being typed at the end of an unfinished query: a field, a comparison, a value, or the word between two conditions.
public struct KQLCursor: Hashable, Sendable {
  /// What may stand here.
  public enum Place: Hashable, Sendable {
    /// A field's name, below a nested path where there is one.
    case field(path: String)
    /// What stands behind a field's name.
    case comparison(String)
    /// A value of a field.
    case value(String)
    /// `and`, `or`.
    case connector
    /// Nothing that could be offered.
    case nothing
  }

  /// What may stand here.
  public let place: Place
  /// As much of it as is typed, without quotation marks.
  public let text: String
  /// Where it begins, in characters.
  public let start: Int

  private init(_ place: Place, _ text: String, at start: Int) {
    self.place = place
    self.text = text
    self.start = start
  }

  /// What a bracket that is not closed yet surrounds.
  private enum Bracket {
    case group, list(String), nested(String)
  }

  private enum Expected {
    case condition, value(String), connector
  }

  /// Looks at a query up to the cursor. What is wrong in it makes `nothing`.
  public init(before text: String) {
    guard text.utf8.count <= 4_096 else {
      self.init(.nothing, "", at: text.count)
      return
    }
    var scanner = KQLScanner(text)
    var brackets: [Bracket] = []
    var expected = Expected.condition
    let end = text.count
    /// What follows `and`, `or` and an opening bracket.
    func next() -> Expected {
      if case .list(let field) = brackets.last { return .value(field) }
      return .condition
    }
    var path: String {
      brackets.reversed().lazy.compactMap { if case .nested(let path) = $0 { path } else { nil } }.first ?? ""
    }
    while true {
      scanner.skipSpaces()
      guard let scalar = scanner.current else { break }
      switch expected {
      case .connector:
        if scalar == ")" || scalar == "}" {
          guard brackets.popLast() != nil else { break }
          scanner.position += 1
          continue
        }
        let word = scanner.scalars[scanner.position...].prefix { !KQLScanner.isSpace($0) }
        let isWhole = scanner.position + word.count < scanner.scalars.count
        let start = scanner.characters(before: scanner.position)
        let typed = String(String.UnicodeScalarView(word))
        if isWhole, ["and", "or"].contains(typed.lowercased()) {
          scanner.position += word.count
          expected = next()
          continue
        }
        let isBegun = !isWhole && ["and", "or"].contains { $0.hasPrefix(typed.lowercased()) }
        self.init(isBegun ? .connector : .nothing, typed, at: start)
        return
      case .condition, .value:
        if scalar == "(" {
          scanner.position += 1
          if case .value(let field) = expected { brackets.append(.list(field)) } else { brackets.append(.group) }
          continue
        }
        if scanner.takeNot() { continue }
        let start = scanner.characters(before: scanner.position)
        let place: Place = if case .value(let field) = expected { .value(field) } else { .field(path: path) }
        guard let term = KQLCursor.term(&scanner) else {
          self.init(.nothing, "", at: end)
          return
        }
        if scanner.isAtEnd, !term.isClosed {
          self.init(place, term.text, in: text, at: start, isQuoted: term.isQuoted)
          return
        }
        guard case .condition = expected else {
          expected = .connector
          continue
        }
        scanner.skipSpaces()
        let field = path.isEmpty ? term.text : path + "." + term.text
        switch scanner.current {
        case ":":
          scanner.position += 1
          scanner.skipSpaces()
          expected = .value(field)
          if scanner.take("{") {
            brackets.append(.nested(field))
            expected = .condition
          }
        case "<", ">":
          scanner.position += 1
          _ = scanner.take("=")
          expected = .value(field)
        default: expected = .connector
        }
        continue
      }
      self.init(.nothing, "", at: end)
      return
    }
    // Nothing is typed of what comes next.
    switch expected {
    case .condition: self.init(.field(path: path), "", at: end)
    case .value(let field): self.init(.value(field), "", at: end)
    case .connector: self.init(text.last?.isWhitespace == true ? .connector : .nothing, "", at: end)
    }
  }

  /// A term that reaches up to the cursor: it goes on, or white space has ended it.
  private init(_ place: Place, _ typed: String, in text: String, at start: Int, isQuoted: Bool) {
    guard !isQuoted else {
      self.init(place, typed, at: start)
      return
    }
    let end = text.count
    let trailing = text.reversed().prefix(while: \.isWhitespace).count
    switch place {
    case .field(let path) where trailing > 0:
      self.init(.comparison(path.isEmpty ? typed : path + "." + typed), "", at: end - trailing)
    case .value where trailing > 0: self.init(.connector, "", at: end)
    case .value where typed.contains(where: \.isWhitespace):
      // The last word of a value may be the beginning of `and` or `or`.
      let word = typed.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
      let isBegun = ["and", "or"].contains { $0.hasPrefix(word.lowercased()) }
      self.init(isBegun ? .connector : place, isBegun ? word : typed, at: isBegun ? end - word.count : start)
    default: self.init(typed.contains("*") ? .nothing : place, typed, at: start)
    }
  }

  /// Reads a term that may lack its end. Nil for what is no term.
  private static func term(_ scanner: inout KQLScanner) -> (text: String, isQuoted: Bool, isClosed: Bool)? {
    let start = scanner.position
    let isQuoted = scanner.current == "\""
    if let term = try? scanner.term() { return (term.text, isQuoted, isQuoted) }
    guard isQuoted else { return nil }
    let rest = String(String.UnicodeScalarView(scanner.scalars[(start + 1)...]))
    scanner.position = scanner.scalars.count
    return (rest.replacing("\\\"", with: "\"").replacing("\\\\", with: "\\"), true, false)
  }
}
