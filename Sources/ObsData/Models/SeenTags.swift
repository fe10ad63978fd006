/// The tags that spans were seen to carry, with some of their values: what a prompt can offer. It has capacities: a store may hold
/// a value of its own for every request.
public struct SeenTags: Sendable, Equatable {
  /// No more keys are kept, no more values of each, and none that is longer.
  static let keyLimit = 400
  static let valueLimit = 30
  static let lengthLimit = 80

  private var byKey: [String: Set<String>] = [:]

  /// Nothing seen yet.
  public init() {}

  /// The keys, by name.
  public var keys: [String] { byKey.keys.sorted() }
  /// The values of a key, by name.
  public func values(of key: String) -> [String] { (byKey[key] ?? []).sorted() }

  /// Takes the tags of a trace's first spans, `limit` of them at most.
  public mutating func note(_ trace: Trace, limit: Int = 25) {
    for index in trace.spans.indices.prefix(limit) {
      for tag in trace.details(of: index).tags { note(tag) }
    }
  }

  /// Takes a tag.
  public mutating func note(_ tag: Attribute) {
    guard byKey[tag.key] != nil || byKey.count < SeenTags.keyLimit, tag.key.utf8.count <= SeenTags.lengthLimit else {
      return
    }
    let value = tag.value.searched
    let isKept = value.utf8.count <= SeenTags.lengthLimit && byKey[tag.key, default: []].count < SeenTags.valueLimit
    if isKept { byKey[tag.key, default: []].insert(value) } else { byKey[tag.key, default: []].formUnion([]) }
  }

  /// Takes what others have seen.
  public mutating func merge(_ other: SeenTags) {
    for (key, values) in other.byKey where byKey[key] != nil || byKey.count < SeenTags.keyLimit {
      let room = SeenTags.valueLimit - (byKey[key]?.count ?? 0)
      byKey[key, default: []].formUnion(values.subtracting(byKey[key] ?? []).sorted().prefix(max(room, 0)))
    }
  }
}

extension AttributeValue {
  /// The value as Jaeger's search compares it: as text.
  var searched: String {
    switch self {
    case .string(let text), .json(let text), .binary(let text): text
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .double(let value): String(value)
    }
  }
}
