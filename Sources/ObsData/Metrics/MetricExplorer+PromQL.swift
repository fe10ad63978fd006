extension MetricExplorer {
  /// Evaluates an expression of the user's: at the window's end, which tells its type, and over the window where it has a course.
  public func evaluate(_ query: PromQLQuery, now: Timestamp) async throws(FetchError) -> PromQLResult {
    let range = query.window.range(now: now)
    do throws(FetchError) {
      let instant = try await client.instant(query.expression, at: range.end)
      var result = PromQLResult(instant: instant.value, warnings: instant.warnings, infos: instant.infos)
      switch instant.value {
      case .matrix, .string: break
      case .scalar, .vector:
        let course = try await client.range(query.expression, on: PrometheusGrid(range, columns: query.columns))
        result.series = course.value
        result.warnings += course.warnings.filter { !result.warnings.contains($0) }
        result.infos += course.infos.filter { !result.infos.contains($0) }
      }
      return result
    } catch {
      throw PromQLError.pointing(error, at: query.expression)
    }
  }
}

/// Where in an expression Prometheus says that it cannot go on.
public enum PromQLError {
  /// The place in characters that a message names: `1:5: parse error: …` counts lines and bytes from 1.
  public static func offset(in expression: String, saidBy message: String) -> Int? {
    guard let mark = message.firstRange(of: ": parse error") else { return nil }
    // `invalid parameter "query": 1:5`: the two numbers stand right before the words.
    let numbers = message[..<mark.lowerBound].split(separator: " ").last?.split(separator: ":") ?? []
    guard numbers.count >= 2, let line = Int(numbers[numbers.count - 2]), let column = Int(numbers[numbers.count - 1]),
      line >= 1, column >= 1
    else { return nil }
    let lines = expression.split(separator: "\n", omittingEmptySubsequences: false)
    guard line <= lines.count else { return nil }
    let before = lines.prefix(line - 1).reduce(0) { $0 + $1.count + 1 }
    let bytes = lines[line - 1].utf8.prefix(column - 1)
    return before + String(decoding: bytes, as: UTF8.self).count
  }

  /// The message without the parameter's name and the place, for a reader who sees the place.
  public static func words(_ message: String) -> String {
    guard let mark = message.firstRange(of: "parse error: ") else { return message }
    return String(message[mark.upperBound...])
  }

  /// A refusal with the expression and a caret under the place.
  static func pointing(_ error: FetchError, at expression: String) -> FetchError {
    guard error.kind == .badQuery, let offset = offset(in: expression, saidBy: error.answer) else { return error }
    let characters = Array(expression.replacing("\n", with: " "))
    // As much around the place as a narrow screen has room for.
    let first = max(0, offset - 40)
    let shown = String(characters[first..<min(characters.count, first + 76)])
    let caret = String(repeating: " ", count: offset - first) + "^"
    return FetchError(
      error.kind, tried: error.tried, answer: error.answer, advice: error.advice, retryAfter: error.retryAfter,
      status: error.status, isFinal: error.isFinal, excerpt: shown + "\n" + caret)
  }
}
