/// What an expression evaluates to, by the names of Prometheus's messages.
enum PromType: String {
  case scalar, string
  case vector = "instant vector"
  case matrix = "range vector"
}

/// A PromQL expression with the bytes it was written in.
struct PromNode {
  var expression: PromExpression
  var start, end: Int
  /// How many levels of expressions lie below: bounded, so that no recursion over a query runs out of stack.
  var depth = 1

  var type: PromType {
    switch expression {
    case .number: .scalar
    case .string: .string
    case .selector, .aggregate: .vector
    case .range, .subquery: .matrix
    case .parentheses(let inner), .unary(_, let inner): inner.type
    case .binary(let binary): binary.left.type == .scalar && binary.right.type == .scalar ? .scalar : .vector
    case .call(let call): call.function.result
    }
  }
}

/// The kinds of expressions.
indirect enum PromExpression {
  case number(Double)
  case string(String)
  case selector(PromSelector)
  /// `selector[range]`, in milliseconds.
  case range(PromSelector, Int64)
  case subquery(PromSubquery)
  case parentheses(PromNode)
  case unary(isNegative: Bool, PromNode)
  case binary(PromBinary)
  case aggregate(PromAggregate)
  case call(PromCall)
}

/// The time of an `@` modifier.
enum PromInstant: Equatable { case milliseconds(Int64), start, end }

/// `name{label="value"} offset 5m @ 100`.
struct PromSelector {
  /// The name in front of the braces.
  var name: String?
  /// All matchers, that of the name among them.
  var matchers: [PromMatcher]
  /// How far back, in milliseconds.
  var offset: Int64 = 0
  var at: PromInstant?
}

/// `expression[range:step]`.
struct PromSubquery {
  var inner: PromNode
  var range: Int64
  /// Nil for the server's default.
  var step: Int64?
  var offset: Int64 = 0
  var at: PromInstant?
}

/// Two expressions and what stands between them.
struct PromBinary {
  enum Cardinality { case oneToOne, manyToOne, oneToMany, manyToMany }
  var operation: String
  var left, right: PromNode
  var returnsBool = false
  /// Whether `on` or `ignoring` was written, and with which labels.
  var isOn = false
  var labels: [String] = []
  var cardinality = Cardinality.oneToOne
  /// The labels of `group_left (…)`.
  var include: [String] = []
  /// Where the operator stands.
  var position = 0

  static let comparisons: Set<String> = ["==", "!=", "<", "<=", ">", ">="]
  static let sets: Set<String> = ["and", "or", "unless"]
  var isComparison: Bool { PromBinary.comparisons.contains(operation) }
  var isSet: Bool { PromBinary.sets.contains(operation) }
}

/// `topk by (job) (5, expression)`.
struct PromAggregate {
  var operation: String
  var parameter: PromNode?
  var inner: PromNode
  var labels: [String] = []
  var isWithout = false

  static let withParameter: Set<String> = ["topk", "bottomk", "count_values", "quantile"]
}

/// `function(arguments)`.
struct PromCall {
  var function: PromFunction
  var arguments: [PromNode]
}
