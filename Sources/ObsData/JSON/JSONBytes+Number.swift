import CSimdjson

extension JSONBytes {
  /// The number that the bytes spell, NaN and infinity among them; nil where they spell none.
  var double: Double? {
    var value = 0.0
    return sj_number(base, count, &value) == 1 ? value : nil
  }
}

extension JSONCursor {
  /// The value where it is a number.
  var numberOrNil: Double? { kind == .int || kind == .double ? double : nil }
}
