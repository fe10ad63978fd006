import ObsData

/// Whether spans match a search, by service and operation. Few of these are distinct in a trace: each is looked at once.
struct SpanMatcher {
  private struct Name: Hashable {
    let process: Int
    let operation: String
  }
  let search: TextSearch
  let trace: Trace
  private var known: [Name: Bool] = [:]

  init(search: TextSearch, trace: Trace) {
    self.search = search
    self.trace = trace
  }

  mutating func matches(_ index: Int) -> Bool {
    let span = trace.spans[index]
    let name = Name(process: span.process, operation: span.operation)
    if let answer = known[name] { return answer }
    let answer = search.matches("\(trace.service(of: index)): \(span.operation)")
    known[name] = answer
    return answer
  }
}
