extension JSONValue {
  /// About how many bytes of memory the value keeps: its words of the tape and a share of the document's strings.
  public var approximateBytes: Int {
    let words = max(next - index, 1)
    let (share, overflow) = document.stringByteCount.multipliedReportingOverflow(by: words)
    return words * 8 + (overflow ? document.stringByteCount : share / max(document.wordCount, 1))
  }

  /// The name of an object's first member; nil where there is none.
  var firstKey: String? {
    guard kind == .object, next > index + 2 else { return nil }
    return document.string(at: Int(document.word(at: index + 1) & JSONDocument.payloadMask))
  }
}
