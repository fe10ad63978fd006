import ObsData

/// `min`, `max`, `avg`, `sum`, `stats`, `extended_stats`, `value_count` and `cardinality`.
final class MetricAggregator: Aggregator {
  private let kind: MetricKind
  private let field: String
  private let missing: FieldValue?
  private let isDate: Bool
  private var count = 0
  private var sum = 0.0
  private var squares = 0.0
  private var minimum = Double.infinity
  private var maximum = -Double.infinity
  private var distinct: Set<FieldValue> = []

  init(_ kind: MetricKind, _ field: String, _ missing: FieldValue?, isDate: Bool) {
    self.kind = kind
    self.field = field
    self.missing = missing
    self.isDate = isDate
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    for row in rows { collect(reader, row) }
  }

  private func collect(_ reader: SegmentReader, _ row: Int) {
    var values = reader.values(of: field, row)
    if values.isEmpty, let missing { values = [missing] }
    for value in values {
      count += 1
      if kind == .cardinality {
        distinct.insert(value)
      } else if kind != .count, let number = value.number {
        sum += number
        squares += number * number
        minimum = min(minimum, number)
        maximum = max(maximum, number)
      }
    }
  }

  func result() throws -> [(key: String, value: JSONTree)] {
    let average = count > 0 ? sum / Double(count) : nil
    switch kind {
    case .count: return [("value", .int(Int64(count)))]
    case .cardinality: return [("value", .int(Int64(distinct.count)))]
    case .minimum: return number("value", count > 0 ? minimum : nil)
    case .maximum: return number("value", count > 0 ? maximum : nil)
    case .average: return number("value", average)
    case .sum: return number("value", sum)
    case .stats, .extendedStats:
      // Dates are said as texts too, behind all the numbers.
      var members: [(key: String, value: JSONTree)] = [("count", .int(Int64(count)))]
      let plain = [
        ("min", count > 0 ? minimum : nil), ("max", count > 0 ? maximum : nil), ("avg", average), ("sum", sum),
      ]
      let numbers = plain.map { number($0.0, $0.1) }
      members += numbers.compactMap(\.first) + numbers.flatMap { $0.dropFirst() }
      guard kind == .extendedStats else { return members }
      let variance = average.map { max(squares / Double(count) - $0 * $0, 0) }
      let deviation = variance?.squareRoot()
      func json(_ value: Double?) -> JSONTree { value.map(JSONTree.double) ?? .null }
      func bound(_ factor: Double) -> JSONTree {
        guard let average, let deviation else { return .null }
        return .double(average + factor * deviation)
      }
      return members + [
        ("sum_of_squares", json(count > 0 ? squares : nil)), ("variance", json(variance)),
        ("std_deviation", json(deviation)),
        ("std_deviation_bounds", ["upper": bound(2), "lower": bound(-2)]),
      ]
    }
  }

  private func number(_ name: String, _ value: Double?) -> [(key: String, value: JSONTree)] {
    guard let value else { return [(name, .null)] }
    guard isDate, let time = Int64(exactly: value.rounded()) else { return [(name, .double(value))] }
    return [(name, .double(value)), (name + "_as_string", .string(DateFormatPattern.standard.format(time)))]
  }
}

/// `percentiles`, exact by linear interpolation: what a t-digest comes close to.
final class PercentilesAggregator: Aggregator {
  private let field: String
  private let percents: [Double]
  private let isKeyed: Bool
  private var values: [Double] = []

  init(_ field: String, _ percents: [Double], _ isKeyed: Bool) {
    self.field = field
    self.percents = percents
    self.isKeyed = isKeyed
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    for row in rows { values += reader.values(of: field, row).compactMap(\.number) }
  }

  func result() throws -> [(key: String, value: JSONTree)] {
    let sorted = values.sorted()
    let rows = percents.sorted().map { percent -> (percent: Double, value: JSONTree) in
      guard let last = sorted.indices.last else { return (percent, .null) }
      let place = percent / 100 * Double(last)
      let low = min(Int(place.rounded(.down)), last)
      let high = min(low + 1, last)
      return (percent, .double(sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))))
    }
    if isKeyed { return [("values", .object(rows.map { ("\($0.percent)", $0.value) }))] }
    return [("values", .array(rows.map { ["key": .double($0.percent), "value": $0.value] }))]
  }
}

/// `top_hits`: the best documents of a bucket.
final class TopHitsAggregator: Aggregator {
  private let request: SearchRequest
  private let context: AggregationContext
  private var collector: HitCollector
  private var count = 0

  init(_ request: SearchRequest, _ context: AggregationContext) {
    self.request = request
    self.context = context
    collector = HitCollector(
      request: request, sort: request.sort ?? .byScore, wanted: max(request.from, 0) + request.size)
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    count += rows.count
    for row in rows { collector.offer(reader, row) }
  }

  func result() throws -> [(key: String, value: JSONTree)] {
    guard let store = context.store else { return [] }
    var outcome = SearchExecutor.Outcome()
    outcome.hits = Array(collector.sorted().dropFirst(max(request.from, 0)))
    outcome.total = count
    if request.sort == nil { outcome.maximumScore = collector.maximumScore }
    return [("hits", HitRenderer(request: request, mapping: context.mapping, store: store).hits(outcome))]
  }
}
