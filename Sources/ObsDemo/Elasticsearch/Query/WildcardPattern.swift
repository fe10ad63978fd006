/// A pattern with `*` (any text) and `?` (any character); a backslash takes the next character as it is.
struct WildcardPattern: Sendable {
  private enum Part: Sendable, Equatable { case any, one, literal(Unicode.Scalar) }
  private let parts: [Part]
  private let foldsCase: Bool

  init(_ text: String, caseInsensitive: Bool = false) {
    var parts: [Part] = []
    var isEscaped = false
    for scalar in (caseInsensitive ? text.lowercased() : text).unicodeScalars {
      if isEscaped {
        parts.append(.literal(scalar))
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else if scalar == "*" {
        if parts.last != .any { parts.append(.any) }
      } else {
        parts.append(scalar == "?" ? .one : .literal(scalar))
      }
    }
    if isEscaped { parts.append(.literal("\\")) }
    self.parts = parts
    foldsCase = caseInsensitive
  }

  /// A pattern of names, as in index lists and `_source` filters: only `*` is special.
  init(names text: String) {
    parts = text.unicodeScalars.map { $0 == "*" ? .any : .literal($0) }
    foldsCase = false
  }

  /// Two cursors with one point of return: linear for texts that people write, never exponential.
  func matches(_ text: String) -> Bool {
    let scalars = Array((foldsCase ? text.lowercased() : text).unicodeScalars)
    var part = 0
    var index = 0
    var retry: (part: Int, index: Int)?
    while index < scalars.count {
      if part < parts.count, parts[part] == .any {
        retry = (part, index)
        part += 1
      } else if part < parts.count, parts[part] == .one || parts[part] == .literal(scalars[index]) {
        part += 1
        index += 1
      } else if let point = retry {
        retry = (point.part, point.index + 1)
        part = point.part + 1
        index = point.index + 1
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0 == .any }
  }
}
