extension JSONValue {
  /// The name of an object's first member; nil where there is none.
  var firstKey: String? {
    guard kind == .object, next > index + 2 else { return nil }
    return document.string(at: Int(document.word(at: index + 1) & JSONDocument.payloadMask))
  }
}
