extension JSONCursor {
  /// The value as a tree that can be printed or kept.
  var tree: JSONTree {
    switch kind {
    case .null: .null
    case .bool: .bool(isTrue)
    case .int: exactInteger.map(JSONTree.int) ?? .raw(String(unsigned))
    case .double: .double(double)
    case .string: .string(bytes?.string ?? "")
    case .array: .array(elements.map(\.tree))
    case .object: .object(members.map { ($0.key.string, $0.value.tree) })
    }
  }
}
