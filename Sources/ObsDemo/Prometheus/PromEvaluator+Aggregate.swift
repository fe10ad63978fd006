/// `sum`, `topk` and the like.
extension PromEvaluator {
  func evaluate(_ aggregate: PromAggregate) throws(PromError) -> PromValue {
    let series = try evaluate(aggregate.inner).series
    var groups: [(labels: PromLabels, members: [Int])] = []
    var places: [PromLabels: Int] = [:]
    let names = Set(aggregate.labels)
    let removed = names.union([PromLabels.nameLabel])
    for (index, item) in series.enumerated() {
      let labels = aggregate.isWithout ? item.labels.removing(removed) : item.labels.keeping(names)
      if let place = places[labels] {
        groups[place].members.append(index)
      } else {
        places[labels] = groups.count
        groups.append((labels, [index]))
      }
    }
    switch aggregate.operation {
    case "topk", "bottomk": return .vector(try ranked(aggregate, series, groups))
    case "count_values": return .vector(try counted(aggregate, series, groups))
    default: return .vector(try combined(aggregate, series, groups))
    }
  }

  private func combined(
    _ aggregate: PromAggregate, _ series: [PromSeries], _ groups: [(labels: PromLabels, members: [Int])]
  ) throws(PromError) -> [PromSeries] {
    var quantiles: [Double] = []
    if let parameter = aggregate.parameter { quantiles = try scalars(parameter) }
    var present: [Double] = []
    return groups.compactMap { group in
      var values = [Double](repeating: PromSeries.absent, count: times.count)
      for step in values.indices {
        present.removeAll(keepingCapacity: true)
        for member in group.members {
          let value = series[member].values[step]
          if !PromSeries.isAbsent(value) { present.append(value) }
        }
        guard !present.isEmpty else { continue }
        values[step] =
          switch aggregate.operation {
          case "sum": PromStatistics.sum(present)
          case "avg": PromStatistics.mean(present)
          case "min": PromStatistics.least(present)
          case "max": PromStatistics.greatest(present)
          case "count": Double(present.count)
          case "stddev": PromStatistics.variance(present).squareRoot()
          case "stdvar": PromStatistics.variance(present)
          case "quantile": PromStatistics.quantile(quantiles[step], present)
          default: 1
          }
      }
      let series = PromSeries(labels: group.labels, values: values)
      return series.isEmpty ? nil : series
    }
  }

  /// `topk` and `bottomk` keep the series themselves, in the order of their values.
  private func ranked(
    _ aggregate: PromAggregate, _ series: [PromSeries], _ groups: [(labels: PromLabels, members: [Int])]
  ) throws(PromError) -> [PromSeries] {
    let isTop = aggregate.operation == "topk"
    let limits = try aggregate.parameter.map { node throws(PromError) in try scalars(node) } ?? []
    var order: [Int] = []
    var kept: [Int: [Double]] = [:]
    for step in times.indices {
      let limit = limits[step]
      if limit.isNaN { throw PromError(.execution, "Parameter value is NaN") }
      guard limit >= 1 else { continue }
      for group in groups {
        let present = group.members.filter { !PromSeries.isAbsent(series[$0].values[step]) }
        // NaN comes last either way; equals stay in the order of the vector.
        let sorted = present.sorted { a, b in
          let x = series[a].values[step]
          let y = series[b].values[step]
          if x.isNaN || y.isNaN { return !x.isNaN }
          return isTop ? x > y : x < y
        }
        for member in sorted.prefix(limit < 1e9 ? Int(limit) : sorted.count) {
          if kept[member] == nil {
            kept[member] = Array(repeating: PromSeries.absent, count: times.count)
            order.append(member)
          }
          kept[member]?[step] = series[member].values[step]
        }
      }
    }
    return order.map { PromSeries(labels: series[$0].labels, values: kept[$0] ?? []) }
  }

  private func counted(
    _ aggregate: PromAggregate, _ series: [PromSeries], _ groups: [(labels: PromLabels, members: [Int])]
  ) throws(PromError) -> [PromSeries] {
    guard let parameter = aggregate.parameter, case .string(let name) = try evaluate(parameter) else { return [] }
    guard PrometheusLabel.isValid(name) else {
      throw PromError(.execution, "invalid label name \(PromToken.quoted(name))")
    }
    var result: [PromSeries] = []
    var places: [PromLabels: Int] = [:]
    for group in groups {
      for member in group.members {
        for (step, value) in series[member].values.enumerated() where !PromSeries.isAbsent(value) {
          let labels = group.labels.setting(name, PromNumber.plain(value))
          let place = places[labels] ?? result.count
          if place == result.count {
            places[labels] = place
            result.append(
              PromSeries(labels: labels, values: Array(repeating: PromSeries.absent, count: times.count)))
          }
          let count = result[place].values[step]
          result[place].values[step] = PromSeries.isAbsent(count) ? 1 : count + 1
        }
      }
      try budget.spend(result.count)
    }
    return result
  }
}
