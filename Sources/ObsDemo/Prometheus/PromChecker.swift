/// Checks the types of an expression, as Prometheus does when nothing is wrong with its grammar.
struct PromChecker {
  let query: [UInt8]

  private func error(_ message: String, at position: Int) -> PromError { .parse(message, at: position, in: query) }

  @discardableResult func check(_ node: PromNode) throws(PromError) -> PromType {
    switch node.expression {
    case .number, .string: break
    case .parentheses(let inner): try check(inner)
    case .selector(let selector), .range(let selector, _): try check(selector, node)
    case .unary(_, let inner):
      let type = try check(inner)
      if type != .scalar && type != .vector {
        throw error(
          "unary expression only allowed on expressions of type scalar or instant vector, got \"\(type.rawValue)\"",
          at: node.start)
      }
    case .subquery(let subquery):
      let type = try check(subquery.inner)
      if type != .vector {
        let name = type == .matrix ? "matrix" : type.rawValue
        throw error("subquery is only allowed on instant vector, got \(name) instead", at: node.start)
      }
    case .aggregate(let aggregate):
      try expect(.vector, aggregate.inner, "aggregation expression")
      if let parameter = aggregate.parameter {
        try expect(aggregate.operation == "count_values" ? .string : .scalar, parameter, "aggregation parameter")
      }
    case .binary(let binary): try check(binary, node)
    case .call(let call): try check(call, node)
    }
    return node.type
  }

  private func expect(_ type: PromType, _ node: PromNode, _ context: String) throws(PromError) {
    let found = try check(node)
    if found != type {
      throw error("expected type \(type.rawValue) in \(context), got \(found.rawValue)", at: node.start)
    }
  }

  private func check(_ selector: PromSelector, _ node: PromNode) throws(PromError) {
    let names = selector.matchers.filter { $0.label == PromLabels.nameLabel && $0.operation == .equal }
    if let name = selector.name {
      let matchers = selector.matchers.dropLast()
      if let other = matchers.first(where: { $0.label == PromLabels.nameLabel }) {
        throw error(
          "metric name must not be set twice: \(PromToken.quoted(name)) or \(PromToken.quoted(other.value))",
          at: node.start)
      }
    } else if names.count > 1 {
      throw error(
        "metric name must not be set twice: \(PromToken.quoted(names[0].value)) or \(PromToken.quoted(names[1].value))",
        at: node.start)
    } else if !selector.matchesSomething {
      throw error("vector selector must contain at least one non-empty matcher", at: node.start)
    }
  }

  private func check(_ binary: PromBinary, _ node: PromNode) throws(PromError) {
    let left = try check(binary.left)
    let right = try check(binary.right)
    if binary.returnsBool && !binary.isComparison {
      throw error("bool modifier can only be used on comparison operators", at: binary.position)
    }
    if binary.isComparison, !binary.returnsBool, left == .scalar, right == .scalar {
      throw error("comparisons between scalars must use BOOL modifier", at: binary.position)
    }
    if binary.isOn, let label = binary.labels.first(where: { binary.include.contains($0) }) {
      throw error("label \(PromToken.quoted(label)) must not occur in ON and GROUP clause at once", at: binary.position)
    }
    for (type, side) in [(left, binary.left), (right, binary.right)] where type != .scalar && type != .vector {
      throw error("binary expression must contain only scalar and instant vector types", at: side.start)
    }
    if left != .vector || right != .vector {
      if !binary.labels.isEmpty { throw error("vector matching only allowed between instant vectors", at: node.start) }
      if binary.isSet {
        throw error("set operator \"\(binary.operation)\" not allowed in binary scalar expression", at: node.start)
      }
    } else if binary.isSet, binary.cardinality != .manyToMany {
      throw error("no grouping allowed for \"\(binary.operation)\" operation", at: node.start)
    }
  }

  private func check(_ call: PromCall, _ node: PromNode) throws(PromError) {
    let function = call.function
    let types = function.parameters
    let count = call.arguments.count
    let name = PromToken.quoted(function.name)
    if function.variadic == 0 {
      if types.count != count {
        throw error("expected \(types.count) argument(s) in call to \(name), got \(count)", at: node.start)
      }
    } else if count < types.count - 1 {
      throw error("expected at least \(types.count - 1) argument(s) in call to \(name), got \(count)", at: node.start)
    } else if function.variadic > 0, count > types.count - 1 + function.variadic {
      throw error(
        "expected at most \(types.count - 1 + function.variadic) argument(s) in call to \(name), got \(count)",
        at: node.start)
    }
    for (index, argument) in call.arguments.enumerated() {
      guard let type = index < types.count ? types[index] : types.last else { continue }
      try expect(type, argument, "call to function \(name)")
    }
  }
}
