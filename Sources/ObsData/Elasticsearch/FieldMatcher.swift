/// The field names as one automaton over bytes, so that a document's keys are each read once, whatever the number of names.
///
///     names  log.level, log, level          start ─l─o─g─● message        ● a name ends here
///                                             │        └.─l─e─v─e─l─● level
///                                             └─…                     a dot is a dot in a key, or the step into an object
struct FieldMatcher: Sendable {
  /// A name that ends at a node.
  struct Terminal: Sendable {
    let role: FieldNames.Role
    /// The name's place among those of its role: the lowest wins.
    let rank: Int
    let scale: LevelScale
    /// Whether digits are decimal where they could be hexadecimal (Datadog).
    let isDecimal: Bool
  }

  /// Where every document begins.
  static let start = 1

  /// A small number for each byte that occurs in a name, 0 for the others.
  private let classes: [UInt8]
  private let width: Int
  /// The node behind a node, for each class; 0 where no name goes on.
  private let edges: [UInt16]
  private let ends: [[Terminal]]
  private let dot: Int

  init(_ names: FieldNames) {
    let all = FieldNames.Role.allCases.map { role in names.names(for: role).map { (Array($0.utf8), $0) } }
    var classes = [UInt8](repeating: 0, count: 256)
    var width = 1
    for byte in [UInt8(ascii: ".")] + all.joined().flatMap(\.0) where classes[Int(byte)] == 0 && width < 256 {
      classes[Int(byte)] = UInt8(width)
      width += 1
    }
    var edges = [UInt16](repeating: 0, count: 2 * width)
    var ends: [[Terminal]] = [[], []]
    for (role, entries) in zip(FieldNames.Role.allCases, all) {
      for (rank, (bytes, name)) in entries.enumerated() where ends.count + bytes.count < Int(UInt16.max) {
        var node = FieldMatcher.start
        for byte in bytes {
          let edge = node * width + Int(classes[Int(byte)])
          if edges[edge] == 0 {
            edges[edge] = UInt16(ends.count)
            ends.append([])
            edges.append(contentsOf: repeatElement(0, count: width))
          }
          node = Int(edges[edge])
        }
        ends[node].append(
          Terminal(role: role, rank: rank, scale: LevelScale(field: name), isDecimal: name.hasPrefix("dd.")))
      }
    }
    self.classes = classes
    self.width = width
    self.edges = edges
    self.ends = ends
    dot = Int(classes[Int(UInt8(ascii: "."))])
  }

  /// The node behind `node` by a key's bytes; nil where no name goes that way.
  @inline(__always) func node(behind node: Int, by key: JSONBytes) -> Int? {
    var node = node
    for position in 0..<key.count {
      node = Int(edges[node * width + Int(classes[Int(key.base[position])])])
      if node == 0 { return nil }
    }
    return node
  }

  /// The names that end at a node.
  @inline(__always) func ends(at node: Int) -> [Terminal] { ends[node] }

  /// The node behind the dot that stands for the step into an object.
  func inside(_ node: Int) -> Int? {
    let next = Int(edges[node * width + dot])
    return next == 0 ? nil : next
  }
}
