/// A function of PromQL: its signature, by Prometheus's table, and which part of the evaluator computes it.
struct PromFunction {
  /// How it is computed.
  enum Body {
    /// From the samples of each series in a window.
    case window(PromWindowFunction)
    /// From each value alone, with further scalar arguments.
    case value(@Sendable (Double, [Double]) -> Double)
    /// From the calendar fields of the value as a time.
    case calendar(@Sendable (PromCalendar) -> Int)
    /// By the evaluator itself.
    case special
  }

  let name: String
  let parameters: [PromType]
  /// How many further arguments may come (-1: any number); the last parameter may then be missing.
  let variadic: Int
  let result: PromType
  let body: Body

  static let all: [String: PromFunction] = Dictionary(
    list.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  private static let list: [PromFunction] =
    windows + values + calendar + [
      special("absent", [.vector]), special("absent_over_time", [.matrix]),
      special("histogram_quantile", [.scalar, .vector]),
      special("label_replace", [.vector, .string, .string, .string, .string]),
      special("label_join", [.vector, .string, .string, .string], variadic: -1),
      special("scalar", [.vector], result: .scalar), special("vector", [.scalar]),
      special("sort", [.vector]), special("sort_desc", [.vector]), special("time", [], result: .scalar),
      special("timestamp", [.vector]), special("pi", [], result: .scalar),
      special("clamp", [.vector, .scalar, .scalar]),
    ]

  private static func special(
    _ name: String, _ parameters: [PromType], variadic: Int = 0, result: PromType = .vector
  ) -> PromFunction {
    PromFunction(name: name, parameters: parameters, variadic: variadic, result: result, body: .special)
  }

  private static let windows: [PromFunction] = PromWindowFunction.allCases.map { function in
    let parameters: [PromType] =
      switch function {
      case .quantile: [.scalar, .matrix]
      case .predictLinear: [.matrix, .scalar]
      default: [.matrix]
      }
    return PromFunction(
      name: function.rawValue, parameters: parameters, variadic: 0, result: .vector, body: .window(function))
  }
}
