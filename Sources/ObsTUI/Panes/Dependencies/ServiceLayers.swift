import ObsData

/// A service graph in layers: callers on the left of those that they call. A call over several layers goes through a place in each
/// of them; a call that closes a circle, or of a service to itself, has no place in the picture and is told apart.
struct ServiceLayers: Equatable, Sendable {
  /// A place in a layer.
  struct Place: Hashable, Sendable {
    /// The service that stands here, or whose calls pass through.
    let service: String
    let isPassing: Bool
  }

  /// From one place to places of the next layer.
  struct Bundle: Equatable, Sendable {
    /// Indexes into the places of the layer, and of the next one.
    let from: Int
    var to: [Int]
  }

  /// The places of each layer, from top to bottom.
  private(set) var layers: [[Place]] = []
  /// What leads from each layer to the next.
  private(set) var bundles: [[Bundle]] = []
  /// The calls that are not drawn.
  private(set) var left: [TraceDependency] = []

  /// Beyond this no terminal shows a picture that can be read.
  static let greatestCount = 400

  /// Puts a graph in layers; nil where it is too large to be drawn.
  init?(_ edges: [TraceDependency]) {
    guard !edges.isEmpty, edges.count <= ServiceLayers.greatestCount else { return nil }
    let names = Set(edges.flatMap { [$0.parent, $0.child] }).sorted()
    let index = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    var targets: [[Int]] = Array(repeating: [], count: names.count)
    // Frequent calls are walked first: of those that close a circle the rare ones are cut.
    for edge in edges.sorted(by: { ($1.callCount, $0.parent, $0.child) < ($0.callCount, $1.parent, $1.child) }) {
      guard let parent = index[edge.parent], let child = index[edge.child], parent != child else {
        left.append(edge)
        continue
      }
      targets[parent].append(child)
    }
    let back = ServiceLayers.cutCircles(&targets)
    left += edges.filter { edge in back.contains { names[$0.0] == edge.parent && names[$0.1] == edge.child } }
    let depths = ServiceLayers.depths(targets)
    place(names, targets, depths)
    for sweep in 0..<6 { arrange(fromLeft: sweep % 2 == 0) }
  }

  /// Takes the edges out that lead back into the path that they lie on, walking from the services that nobody calls.
  private static func cutCircles(_ targets: inout [[Int]]) -> [(Int, Int)] {
    enum Mark { case new, open, done }
    var marks = Array(repeating: Mark.new, count: targets.count)
    var back: [(Int, Int)] = []
    let called = Set(targets.joined())
    let order = targets.indices.filter { !called.contains($0) } + targets.indices.filter { called.contains($0) }
    for root in order where marks[root] == .new {
      var path = [(node: root, next: 0)]
      marks[root] = .open
      while let last = path.last {
        guard last.next < targets[last.node].count else {
          marks[last.node] = .done
          path.removeLast()
          continue
        }
        let target = targets[last.node][last.next]
        switch marks[target] {
        case .open:
          targets[last.node].remove(at: last.next)
          back.append((last.node, target))
        case .new:
          marks[target] = .open
          path[path.count - 1].next += 1
          path.append((target, 0))
        case .done: path[path.count - 1].next += 1
        }
      }
    }
    return back
  }

  /// The longest way to each service from one that nobody calls.
  private static func depths(_ targets: [[Int]]) -> [Int] {
    var callers = Array(repeating: 0, count: targets.count)
    for target in targets.joined() { callers[target] += 1 }
    var ready = targets.indices.filter { callers[$0] == 0 }
    var depths = Array(repeating: 0, count: targets.count)
    while let node = ready.popLast() {
      for target in targets[node] {
        depths[target] = max(depths[target], depths[node] + 1)
        callers[target] -= 1
        if callers[target] == 0 { ready.append(target) }
      }
    }
    return depths
  }

  private mutating func place(_ names: [String], _ targets: [[Int]], _ depths: [Int]) {
    layers = Array(repeating: [], count: (depths.max() ?? 0) + 1)
    for (node, name) in names.enumerated() { layers[depths[node]].append(Place(service: name, isPassing: false)) }
    for (node, name) in names.enumerated() {
      let farthest = targets[node].map { depths[$0] }.max() ?? 0
      for depth in stride(from: depths[node] + 1, to: farthest, by: 1) {
        layers[depth].append(Place(service: name, isPassing: true))
      }
    }
    bundles = layers.indices.dropLast().map { depth in
      layers[depth].enumerated().compactMap { place, from in
        guard let node = names.firstIndex(of: from.service) else { return nil }
        let to = layers[depth + 1].indices.filter { index in
          let target = layers[depth + 1][index]
          if target.isPassing { return target.service == from.service }
          return targets[node].contains { names[$0] == target.service }
        }
        return to.isEmpty ? nil : Bundle(from: place, to: to)
      }
    }
  }

  /// Sorts each layer by the mean place of its neighbours on one side.
  private mutating func arrange(fromLeft: Bool) {
    let order = fromLeft ? Array(layers.indices.dropFirst()) : Array(layers.indices.dropLast().reversed())
    for depth in order {
      var places: [[Int]] = Array(repeating: [], count: layers[depth].count)
      if fromLeft {
        for bundle in bundles[depth - 1] { for to in bundle.to { places[to].append(bundle.from) } }
      } else {
        for bundle in bundles[depth] { places[bundle.from] = bundle.to }
      }
      let means = places.enumerated().map { index, neighbours in
        neighbours.isEmpty ? Double(index) : Double(neighbours.reduce(0, +)) / Double(neighbours.count)
      }
      let sorted = layers[depth].indices.sorted { (means[$0], $0) < (means[$1], $1) }
      var new = Array(repeating: 0, count: sorted.count)
      for (place, old) in sorted.enumerated() { new[old] = place }
      layers[depth] = sorted.map { layers[depth][$0] }
      if depth > 0 {
        for index in bundles[depth - 1].indices {
          bundles[depth - 1][index].to = bundles[depth - 1][index].to.map { new[$0] }.sorted()
        }
      }
      if depth < bundles.count {
        bundles[depth] = bundles[depth].map { Bundle(from: new[$0.from], to: $0.to) }.sorted { $0.from < $1.from }
      }
    }
  }
}
