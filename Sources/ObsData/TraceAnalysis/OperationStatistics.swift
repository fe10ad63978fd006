/// What the spans of each operation, and of each service, come to.
public struct OperationStatistics: Sendable, Equatable {
  /// One line of the table.
  public struct Row: Sendable, Equatable {
    /// The operation; of a service's row its name is empty.
    public let operation: OperationIndex.Operation
    /// How many spans.
    public let count: Int
    /// How many of them failed.
    public let errorCount: Int
    /// The sum of their durations, and of their self times.
    public let total, selfTime: Duration
    /// The 95th percentile of the durations, by nearest rank.
    public let percentile95: Duration

    /// The mean duration.
    public var average: Duration { .nanoseconds(total.nanoseconds / Int64(max(count, 1))) }
  }

  /// By operation, and by service; the greatest self time first, then by name.
  public let operations, services: [Row]
}

extension OperationStatistics {
  /// Counts a trace's spans.
  public init(_ trace: Trace, _ tree: TraceTree) {
    var index = OperationIndex()
    let numbers = index.numbers(of: trace, tree)
    self.init(trace, tree, index, numbers, SelfTimes(trace, tree))
  }

  init(
    _ trace: Trace, _ tree: TraceTree, _ index: OperationIndex, _ numbers: [Int32], _ selfTimes: SelfTimes
  ) {
    operations = OperationStatistics.rows(trace, tree, numbers, of: index.operations, selfTimes)
    var serviceNumbers: [String: Int32] = [:]
    var services: [OperationIndex.Operation] = []
    let serviceOfOperation = index.operations.map { operation -> Int32 in
      if let known = serviceNumbers[operation.service] { return known }
      let number = Int32(truncatingIfNeeded: services.count)
      serviceNumbers[operation.service] = number
      services.append(OperationIndex.Operation(service: operation.service, name: ""))
      return number
    }
    self.services = OperationStatistics.rows(
      trace, tree, numbers.map { serviceOfOperation[Int($0)] }, of: services, selfTimes)
  }

  /// Sorts the durations into groups by counting, so that only those of one group are compared.
  private static func rows(
    _ trace: Trace, _ tree: TraceTree, _ numbers: [Int32], of names: [OperationIndex.Operation],
    _ selfTimes: SelfTimes
  ) -> [Row] {
    var counts = [Int](repeating: 0, count: names.count)
    for number in numbers { counts[Int(number)] += 1 }
    var firsts = [Int](repeating: 0, count: names.count)
    var sum = 0
    for (number, count) in counts.enumerated() {
      firsts[number] = sum
      sum += count
    }
    var durations = [Int64](repeating: 0, count: numbers.count)
    var next = firsts
    var totals = [Int64](repeating: 0, count: names.count)
    var selves = totals
    var errors = [Int](repeating: 0, count: names.count)
    for (node, number) in numbers.enumerated() {
      let group = Int(number)
      let span = trace.spans[tree.nodes[node].span]
      let length = span.duration.nanoseconds
      durations[next[group]] = length
      next[group] += 1
      totals[group] = totals[group].saturatingAdd(length)
      selves[group] = selves[group].saturatingAdd(selfTimes.nanoseconds[node])
      if span.hasError { errors[group] += 1 }
    }
    var rows: [Row] = []
    for (number, name) in names.enumerated() where counts[number] > 0 {
      let (first, count) = (firsts[number], counts[number])
      durations[first..<first + count].sort()
      rows.append(
        Row(
          operation: name, count: count, errorCount: errors[number], total: .nanoseconds(totals[number]),
          selfTime: .nanoseconds(selves[number]),
          percentile95: .nanoseconds(durations[first + (count * 95 + 99) / 100 - 1])))
    }
    return rows.sorted { $0.selfTime != $1.selfTime ? $0.selfTime > $1.selfTime : $0.operation < $1.operation }
  }
}

extension Int64 {
  /// The sum, or the greatest value where it does not fit. Neither operand is negative.
  func saturatingAdd(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
