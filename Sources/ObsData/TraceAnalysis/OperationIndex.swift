/// The operations of one or more traces by number, so that analyses compare integers instead of texts. An operation is a name
/// within a service.
public struct OperationIndex: Sendable, Equatable {
  /// An operation of a service.
  public struct Operation: Hashable, Sendable, Comparable {
    /// The service's name.
    public let service: String
    /// The operation's name.
    public let name: String

    /// Makes one.
    public init(service: String, name: String) {
      self.service = service
      self.name = name
    }

    /// Service and operation as one text: `redis: GET`.
    public var text: String { "\(service): \(name)" }

    /// By service, then by name.
    public static func < (a: Operation, b: Operation) -> Bool { (a.service, a.name) < (b.service, b.name) }
  }

  /// The operations by their number.
  public private(set) var operations: [Operation] = []
  private var numbers: [Operation: Int32] = [:]

  /// An empty index.
  public init() {}

  /// The number of every node's operation, by the index in `TraceTree.nodes`; operations that are new get the next numbers.
  public mutating func numbers(of trace: Trace, _ tree: TraceTree) -> [Int32] {
    // Names are looked up by process first: a process has few, and shares none with another service.
    var byProcess: [[String: Int32]] = Array(repeating: [:], count: trace.processes.count)
    return tree.nodes.map { node in
      let span = trace.spans[node.span]
      let process = span.process
      if let known = byProcess[process][span.operation] { return known }
      let number = number(of: Operation(service: trace.processes[process].service, name: span.operation))
      byProcess[process][span.operation] = number
      return number
    }
  }

  private mutating func number(of operation: Operation) -> Int32 {
    if let known = numbers[operation] { return known }
    let number = Int32(truncatingIfNeeded: operations.count)
    numbers[operation] = number
    operations.append(operation)
    return number
  }
}
