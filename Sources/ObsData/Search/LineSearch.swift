/// Looks for a pattern in log lines: in the message, the service and every field of the document, shown or not. Names of fields are
/// not looked at.
public struct LineSearch: ~Copyable {
  private let matcher: TextMatcher
  private let mayBeNumber: Bool

  /// Makes a search for the use of one thread.
  public init(_ pattern: TextPattern) {
    matcher = TextMatcher(pattern)
    mayBeNumber = pattern.syntax == .expression || pattern.text.utf8.allSatisfy { "0123456789.-+e".utf8.contains($0) }
  }

  /// Whether the line holds the pattern; nil where the expression was given up on it.
  public func matches(_ entry: LogEntry) -> Bool? {
    // A line that stays in its file is decoded only where its bytes hold the text.
    if matcher.pattern.syntax == .literal, let bytes = entry.plainText,
      bytes.withUnsafeBufferPointer({ matcher.find(in: $0) == .none })
    {
      return matchesParts(entry)
    }
    let source = entry.source
    // One look at the document's memory tells for nearly every line that no string of it holds a literal text.
    if matcher.pattern.syntax == .literal, source.kind == .object,
      source.withStringMemory({ matcher.find(in: $0) == .none })
    {
      if mayBeNumber, source.containsText(.numbers, where: { matcher.find(in: $0) != .none }) { return true }
      return matchesParts(entry)
    }
    let isInParts = matchesParts(entry)
    if isInParts == true { return true }
    var isUndecided = isInParts == nil
    let isFound = source.containsText(mayBeNumber ? .all : .strings) { bytes in
      switch matcher.find(in: bytes) {
      case .match: return true
      case .none: return false
      case .undecided:
        isUndecided = true
        return false
      }
    }
    return isFound ? true : isUndecided ? nil : false
  }

  /// What stands in the line's columns; mostly it stands in the document as well.
  private func matchesParts(_ entry: LogEntry) -> Bool? {
    switch find(entry.message) {
    case .match: return true
    case .undecided: return nil
    case .none: break
    }
    guard let service = entry.service else { return false }
    return find(service) != .none
  }

  private func find(_ text: String) -> TextMatcher.Outcome {
    if let outcome = text.utf8.withContiguousStorageIfAvailable({ matcher.find(in: $0) }) { return outcome }
    var copy = text
    return copy.withUTF8 { matcher.find(in: $0) }
  }
}
