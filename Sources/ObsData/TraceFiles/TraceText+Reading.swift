extension TraceText {
  /// What a decoder made of a text.
  enum Reading {
    case traces([Trace])
    /// JSON of another form.
    case foreign
    /// The spans hold what simdjson refuses.
    case damaged
  }

  /// Has the text read, and read once more with its odd values replaced where that is needed. Nil where it is of another form.
  func traces(
    _ read: (TraceText) throws(Failure) -> Reading
  ) throws(Failure) -> (traces: [Trace], repairs: [JSONRepair])? {
    var text = self
    var reading = try read(text)
    if case .damaged = reading {
      text = try repaired()
      reading = try read(text)
    }
    switch reading {
    case .traces(let traces): return (traces, text.repairs)
    case .foreign: return nil
    case .damaged: throw .syntax(JSONSyntaxError(offset: 0, reason: "spans that cannot be parsed"))
    }
  }
}
