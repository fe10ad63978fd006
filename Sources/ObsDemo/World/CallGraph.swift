import Foundation

/// The call graph of a world, flattened: nodes in preorder, so that a node's subtree is a range of indices.
struct CallGraph: Sendable {
  /// A call in the graph.
  struct Node: Sendable {
    let call: Call
    /// Index of the service in `services`.
    let service: Int
    /// Index in `keys`: calls of one service, name and kind share one.
    let key: Int
    /// Index of the root operation in `operations`.
    let operation: Int
    /// The node that calls this one; nil for a root.
    let parent: Int?
    var children: [Int]
    /// Behind the last node of the subtree.
    var end: Int
    /// How many times it is reached in a request to its operation, on average, with one at most.
    let reach: Double
  }

  /// A root operation and its part of the requests, 0 to 1.
  struct Operation: Sendable {
    let root: Int
    let share: Double
  }

  /// What span metrics tell apart.
  struct Key: Hashable, Sendable {
    let service: Int
    let name: String
    let kind: CallKind
  }

  let services: [String]
  /// The services' names as Rust's modules are written: `msg_server`.
  let modules: [String]
  private(set) var nodes: [Node] = []
  private(set) var operations: [Operation] = []
  private(set) var keys: [Key] = []
  /// For each service, whether each root operation touches it.
  private(set) var touches: [[Bool]] = []
  private var keyIndex: [Key: Int] = [:]

  /// RustIM with `count` services: the last are left out, further ones are added.
  init(serviceCount count: Int) {
    let count = max(1, min(count, 500))
    var names = Array(CallGraph.serviceNames.prefix(count))
    var further: [String] = []
    while names.count + further.count < count {
      let number = further.count
      let known = CallGraph.furtherNames
      let round = number / known.count
      let name = known[number % known.count]
      further.append(round == 0 ? name : "\(name)-\(round + 1)")
    }
    names += further
    services = names
    modules = names.map { $0.split(separator: "-").joined(separator: "_") }
    let serviceIndex = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let present = Set(names)
    let roots = CallGraph.operations(further: further).compactMap { entry in
      entry.root.pruned(to: present).map { (root: $0, share: entry.share) }
    }
    let total = roots.reduce(0) { $0 + $1.share }
    for (index, entry) in roots.enumerated() {
      operations.append(Operation(root: nodes.count, share: entry.share / total))
      append(entry.root, parent: nil, operation: index, reach: 1, serviceIndex: serviceIndex)
    }
    touches = names.indices.map { service in
      operations.map { operation in
        nodes[operation.root..<nodes[operation.root].end].contains { $0.service == service }
      }
    }
  }

  private mutating func append(
    _ call: Call, parent: Int?, operation: Int, reach: Double, serviceIndex: [String: Int]
  ) {
    let service = serviceIndex[call.service] ?? 0
    let key = Key(service: service, name: call.name, kind: call.kind)
    let index = nodes.count
    let keyNumber = keyIndex[key] ?? keys.count
    if keyNumber == keys.count {
      keys.append(key)
      keyIndex[key] = keyNumber
    }
    let reach = reach * call.probability
    nodes.append(
      Node(
        call: call, service: service, key: keyNumber, operation: operation, parent: parent, children: [],
        end: index + 1,
        reach: reach))
    for child in call.calls {
      nodes[index].children.append(nodes.count)
      append(child, parent: index, operation: operation, reach: reach, serviceIndex: serviceIndex)
    }
    nodes[index].end = nodes.count
  }

  /// Whether `node` is `target` or stands above it.
  func leads(_ node: Int, to target: Int) -> Bool { node <= target && target < nodes[node].end }

  /// The name and kind of every operation of a service, by name.
  func operationNames(of service: String) -> [(name: String, kind: CallKind)] {
    guard let index = services.firstIndex(of: service) else { return [] }
    return keys.filter { $0.service == index }.map { ($0.name, $0.kind) }
      .sorted { ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue) }
  }
}
