/// Where the cursor stands in a PromQL expression that is being typed, and what may stand there.
public struct PromQLCursor: Hashable, Sendable {
  /// What may stand at the cursor.
  public enum Place: Hashable, Sendable {
    /// A function, an aggregation or a metric.
    case expression
    /// A word behind a value: `by`, `offset`, `and`.
    case keyword
    /// A label in braces.
    case label(metric: String?)
    /// A metric's name in quotes in braces.
    case quotedName
    /// The value of a label.
    case value(label: String, metric: String?)
    /// A label that series are grouped or matched by.
    case grouping(metric: String?)
    /// The length of a range.
    case duration
    /// Nothing that anybody could offer.
    case nothing
  }

  /// What may stand at the cursor.
  public let place: Place
  /// Where what is being typed begins, in characters.
  public let start: Int
  /// What there is of it, without quotes.
  public let text: String

  /// Reads the text up to the cursor; what stands behind it helps to find the metric whose labels are meant.
  public init(before text: String, after rest: String = "") {
    var scan = Scan(Array(text))
    let found = scan.run()
    self.start = found.start
    self.text = found.text
    if case .grouping(nil) = found.place {
      place = .grouping(metric: Scan.metric(in: Array(rest)).first ?? scan.metrics.last)
    } else {
      place = found.place
    }
  }

  /// What the server is asked for to have something to offer; nil where the place needs none.
  public var offer: PromQLOffer? {
    switch place {
    case .expression: text.isEmpty ? nil : .names(text)
    case .quotedName: .names(text)
    case .label(let metric), .grouping(let metric): .labels(metric: metric)
    case .value(let label, let metric): .values(of: label, metric: metric, text: text)
    case .keyword, .duration, .nothing: nil
    }
  }
}

/// One pass over the text before the cursor.
private struct Scan {
  private enum Frame: Equatable {
    case call, grouping, range
    case braces(metric: String?)
  }

  private let characters: [Character]
  private var index = 0
  private var frames: [Frame] = []
  /// The last word, as long as only blanks have come since.
  private var word: String?
  private var label: String?
  private var hasOperator = false
  /// Whether a value has just ended.
  private var isBehindValue = false
  /// The metrics that were named so far.
  private(set) var metrics: [String] = []

  init(_ characters: [Character]) { self.characters = characters }

  typealias Found = (place: PromQLCursor.Place, start: Int, text: String)

  /// The metrics that a text names.
  static func metric(in characters: [Character]) -> [String] {
    var scan = Scan(characters)
    _ = scan.run()
    return scan.metrics
  }

  mutating func run() -> Found {
    while index < characters.count {
      let character = characters[index]
      if character == "\"" || character == "'" || character == "`" {
        if let open = string(character) { return open }
      } else if character.isPromQLStart {
        if let open = name() { return open }
      } else if character.isNumber {
        if let open = number() { return open }
      } else {
        mark(character)
        index += 1
      }
    }
    return (place(isTyping: false), characters.count, "")
  }

  private func place(isTyping: Bool) -> PromQLCursor.Place {
    switch frames.last {
    case .braces(let metric)?: hasOperator ? .nothing : .label(metric: metric)
    case .grouping?: .grouping(metric: nil)
    case .range?: .duration
    case .call?, nil: isBehindValue ? .keyword : .expression
    }
  }

  /// A text in quotes; what it may become where the cursor stands inside.
  private mutating func string(_ quote: Character) -> Found? {
    let start = index + 1
    index = start
    var text = ""
    while index < characters.count, characters[index] != quote {
      if characters[index] == "\\", quote != "`" { index += 1 }
      if index < characters.count { text.append(characters[index]) }
      index += 1
    }
    let isInBraces = if case .braces? = frames.last { true } else { false }
    if index >= characters.count {
      guard isInBraces, quote == "\"" else { return (.nothing, characters.count, "") }
      guard case .braces(let metric)? = frames.last, let label, hasOperator else { return (.quotedName, start, text) }
      return (.value(label: label, metric: metric), start, text)
    }
    index += 1
    if case .braces(let metric)? = frames.last {
      if hasOperator {
        (label, hasOperator) = (nil, false)
      } else {
        // The name of the metric, unless an operator shows that it is a label.
        if metric == nil { frames[frames.count - 1] = .braces(metric: text) }
        label = text
      }
    }
    word = nil
    isBehindValue = !isInBraces
    return nil
  }

  /// A name; what it may become where it ends at the cursor.
  private mutating func name() -> Found? {
    let start = index
    while index < characters.count, characters[index].isPromQLName { index += 1 }
    let text = String(characters[start..<index])
    if index == characters.count { return (place(isTyping: true), start, text) }
    switch frames.last {
    case .braces?: if !hasOperator { label = text }
    case .grouping?, .range?: break
    case .call?, nil:
      word = text
      let isWord = PromQLFunctions.words.contains(text.lowercased())
      if !isWord { metrics.append(text) }
      // Behind an operator such as `and` comes a value; behind `sum` may come `by`.
      let joins = ["and", "or", "unless", "bool"].contains(text.lowercased())
      isBehindValue = !joins
    }
    return nil
  }

  private mutating func number() -> Found? {
    let start = index
    while index < characters.count, characters[index].isPromQLName || characters[index] == "." { index += 1 }
    if index == characters.count {
      guard frames.last == .range else { return (.nothing, index, "") }
      return (.duration, start, String(characters[start..<index]))
    }
    isBehindValue = true
    word = nil
    return nil
  }

  private mutating func mark(_ character: Character) {
    if character.isWhitespace { return }
    switch character {
    case "(":
      frames.append(PromQLFunctions.groupings.contains(word?.lowercased() ?? "") ? .grouping : .call)
      isBehindValue = false
    case "{":
      let isMetric = word.map { !PromQLFunctions.words.contains($0.lowercased()) } ?? false
      frames.append(.braces(metric: isMetric ? word : nil))
      (label, hasOperator) = (nil, false)
    case "[": frames.append(.range)
    case ")", "]", "}":
      let closed = frames.popLast()
      if case .braces(let name?)? = closed, metrics.last != name { metrics.append(name) }
      isBehindValue = closed != .grouping
    case "=", "!", "~":
      if case .braces(let metric)? = frames.last {
        hasOperator = true
        // It was a label in quotes.
        if metric == label, metric != nil, word == nil { frames[frames.count - 1] = .braces(metric: nil) }
      }
      isBehindValue = false
    case ",":
      (label, hasOperator) = (nil, false)
      isBehindValue = false
    default: isBehindValue = false
    }
    word = nil
  }
}

extension Character {
  fileprivate var isPromQLStart: Bool { isASCII && (isLetter || self == "_" || self == ":") }
  fileprivate var isPromQLName: Bool { isPromQLStart || isASCII && isNumber }
}
