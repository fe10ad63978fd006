extension JSONValue {
  /// About how many bytes of memory the value keeps: its words of the tape and a share of the document's strings.
  public var approximateBytes: Int {
    let words = max(next - index, 1)
    let (share, overflow) = document.strings.count.multipliedReportingOverflow(by: words)
    return words * 8 + (overflow ? document.strings.count : share / max(document.tape.count, 1))
  }

  /// The name of an object's first member; nil where there is none.
  var firstKey: String? {
    guard kind == .object, next > index + 2 else { return nil }
    return document.string(at: Int(document.tape[index + 1] & JSONDocument.payloadMask))
  }
}
