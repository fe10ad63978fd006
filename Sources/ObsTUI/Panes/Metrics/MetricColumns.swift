/// The columns of the metric pane at a width: title, sparkline, current value, least to greatest value.
///
///     request rate   ▁▂▃▅▇█▆▅   12.3/s  3.1/s–14.0/s
struct MetricColumns: Equatable {
  let title, sparkline, value: Int
  /// Cells for least and greatest; 0 where there is no room.
  let range: Int

  init(width: Int) {
    title = width < 50 ? 12 : width < 100 ? 14 : 20
    value = width < 50 ? 7 : 9
    range = width < 64 ? 0 : width < 100 ? 17 : 21
    sparkline = max(1, width - title - 1 - value - 1 - (range > 0 ? range + 1 : 0))
  }

  var sparklineStart: Int { title + 1 }
  var valueStart: Int { sparklineStart + sparkline + 1 }
  var rangeStart: Int { valueStart + value + 1 }
}

extension MetricPane {
  /// How many cells a sparkline has in a pane of this inner width: what the dashboard puts into its scope.
  static func sparklineWidth(forWidth width: Int) -> Int { MetricColumns(width: width).sparkline }
}
