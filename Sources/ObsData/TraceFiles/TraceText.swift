/// A text that holds traces, with its spans cut out: the envelope is parsed as a whole, the spans a few hundred at a time, each
/// again when somebody looks at it. So a trace takes the memory of its text and little more, and no tape of it is ever whole.
struct TraceText: Sendable {
  /// Told how many bytes of the text are done, and how many there are; says whether to go on.
  typealias Watch = @Sendable (_ done: Int, _ total: Int) -> Bool

  /// Why a text gave no traces.
  enum Failure: Error, Hashable {
    case syntax(JSONSyntaxError)
    case cancelled
    /// JSON of another form.
    case foreign
    /// No spans; what the store said instead.
    case empty([String])
  }

  private static let names = JSONListCutter.Names(
    lists: ["spans"],
    containers: [
      "data", "result", "resourceSpans", "batches", "scopeSpans", "instrumentationLibrarySpans",
    ],
    marks: ["id", "spanID"])
  /// So many bytes of spans are parsed at once, or one span where it is longer: their tape fits into a cache.
  private static let partSize = 256 << 10

  /// An array of the text's values; where spans stood there is the number of their list.
  let envelope: JSONDocument
  /// What was odd in the text and had to be replaced.
  let repairs: [JSONRepair]
  /// How many elements the lists of spans hold together.
  var elementCount: Int { source.starts.count }
  /// Which elements are a list's.
  let lists: [Range<Int>]
  let source: SpanSource

  private let watch: Watch

  /// Cuts a text. Odd values in the envelope are replaced as `JSONReader` does it. Throws where the text is truncated or no JSON.
  init(_ bytes: [UInt8], watch: @escaping Watch = { _, _ in true }) throws(Failure) {
    if let cut = try TraceText(cutting: bytes, repairs: [], watch: watch) {
      self = cut
    } else {
      self = try TraceText.repaired(bytes, watch: watch)
    }
  }

  /// The same text with its odd values replaced, for when its spans turn out to hold some.
  func repaired() throws(Failure) -> TraceText { try TraceText.repaired(source.bytes, watch: watch) }

  private static func repaired(_ bytes: [UInt8], watch: @escaping Watch) throws(Failure) -> TraceText {
    let pass: (bytes: [UInt8], values: [JSONRepairPass.Value], repairs: [JSONRepair])
    do {
      pass = try JSONRepairPass.run(bytes)
    } catch {
      throw .syntax(error)
    }
    guard let text = try TraceText(cutting: pass.bytes, repairs: pass.repairs, watch: watch) else {
      throw .syntax(JSONSyntaxError(offset: 0, reason: "JSON that cannot be taken apart"))
    }
    return text
  }

  /// Nil where the text is no JSON as it stands.
  private init?(cutting bytes: [UInt8], repairs: [JSONRepair], watch: @escaping Watch) throws(Failure) {
    let cutter = bytes.withUnsafeBufferPointer { buffer -> (JSONListCutter, Bool) in
      // Finding the spans is a fifth of the work.
      var cutter = JSONListCutter(buffer, names: TraceText.names, goesOn: { watch($0 / 5, buffer.count) })
      let isWhole = cutter.run()
      return (cutter, isWhole)
    }
    if cutter.0.isCancelled { throw .cancelled }
    guard cutter.1, let envelope = try? JSONDocument(parsing: cutter.0.envelope) else { return nil }
    self.envelope = envelope
    self.repairs = repairs
    self.watch = watch
    lists = cutter.0.lists
    source = SpanSource(bytes: bytes, starts: cutter.0.starts, ends: cutter.0.ends)
  }

  /// The text's values.
  var values: [JSONValue] { envelope.root.elements }

  /// The elements of the list that an array of the envelope stands for.
  func elements(of array: JSONCursor) -> Range<Int>? {
    guard array.isArray else { return nil }
    for number in array.elements {
      guard let list = number.exactInteger.flatMap({ Int(exactly: $0) }), lists.indices.contains(list) else {
        return nil
      }
      return lists[list]
    }
    return nil
  }

  /// Calls `body` with each span object and the number of its element, in order. False where the spans' text is no JSON as it
  /// stands; throws where nobody waits for it any more.
  func forEachSpan(
    in elements: Range<Int>, parser: JSONPartParser, _ body: (Int, JSONCursor) -> Void
  ) throws(Failure) -> Bool {
    var first = elements.lowerBound
    while first < elements.upperBound {
      let start = Int(source.starts[first])
      var last = first + 1
      while last < elements.upperBound, Int(source.ends[last]) - start <= TraceText.partSize { last += 1 }
      let isRead = source.withBytes(start..<Int(source.ends[last - 1])) { text in
        parser.withElements(of: text) { array in
          var number = first
          for element in array.elements {
            if element.isObject { body(number, element) }
            number += 1
          }
          return number == last
        } ?? false
      }
      guard isRead else { return false }
      let done = Int(source.ends[last - 1])
      let total = source.bytes.count
      guard watch(total / 5 + done / 5 * 4, total) else { throw .cancelled }
      first = last
    }
    return true
  }
}

/// The text of spans and where each of them stands in it: what is kept of a trace's text to show details from.
struct SpanSource: Sendable {
  let bytes: [UInt8]
  let starts, ends: [UInt32]

  func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  /// The text of an element.
  func text(of element: Int) -> ArraySlice<UInt8> {
    guard starts.indices.contains(element) else { return [] }
    return bytes[Int(starts[element])..<Int(ends[element])]
  }

  /// Whether an element is an object with a member of that name.
  func hasMember(_ name: StaticString, _ element: Int?) -> Bool {
    element.flatMap { withSpan($0) { $0.member(name) != nil } } ?? false
  }

  /// Parses an element; nil where there is no such one.
  func withSpan<Result>(_ element: Int, _ body: (JSONCursor) -> Result) -> Result? {
    guard let document = try? JSONDocument(parsing: Array(text(of: element))) else { return nil }
    return document.withCursor { body($0) }
  }
}
