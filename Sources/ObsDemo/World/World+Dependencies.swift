import ObsData

extension World {
  /// Which service called which how often, as the traces of that time would tell.
  func dependencies(from start: Timestamp, to end: Timestamp) -> [(parent: String, child: String, count: Int)] {
    let first = max(Int(start.milliseconds / 1_000), firstSecond)
    let last = Int(end.milliseconds / 1_000)
    guard first < last else { return [] }
    // One trace in five is kept.
    let requests = Double(load.totals(from: first, to: last).requests) / 5
    var calls: [Int: Double] = [:]
    for node in graph.nodes {
      guard let parent = node.parent, graph.nodes[parent].service != node.service else { continue }
      let mean = Double(node.call.repeats.lowerBound + node.call.repeats.upperBound) / 2
      let weight = graph.operations[node.operation].share * node.reach * mean
      calls[graph.nodes[parent].service * graph.services.count + node.service, default: 0] += weight
    }
    return calls.sorted { $0.key < $1.key }.map { key, weight in
      (
        graph.services[key / graph.services.count], graph.services[key % graph.services.count],
        Int(requests * weight)
      )
    }.filter { $0.count > 0 }
  }
}
