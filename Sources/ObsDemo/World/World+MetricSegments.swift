extension Timeline {
  /// A segment as counters need it; times in milliseconds.
  struct MetricSegment: Sendable {
    let end: Int64
    let coefficients: MetricTable.Coefficients
    /// Services that a crash holds down.
    let down: Set<Int>
    /// Services whose process starts at the segment's end: their counters start again.
    let starts: Set<Int>
  }
}

extension World {
  /// The segments of the day of a second, in order, with what their requests add to the counters.
  func metricSegments(at second: Int) -> [Timeline.MetricSegment] {
    let index = second < firstSecond ? -1 : (second - firstSecond) / 86_400
    return metricDays.withLock { days in
      if let known = days[index] { return known }
      if days.count > 40 { days.removeAll() }
      let day = timeline.day(second)
      let made = day.segments.map { segment in
        let down = Set(graph.services.indices.filter { isDown(service: $0, in: segment) })
        // A process that starts at midnight is an event of the next day.
        let starts = timeline.events(from: segment.end, to: segment.end + 1).filter { $0.kind != .died }.map(\.service)
        return Timeline.MetricSegment(
          end: Int64(segment.end) * 1_000, coefficients: metricTable.coefficients(regimes.regime(segment.active)),
          down: down, starts: Set(starts))
      }
      days[index] = made
      return made
    }
  }

  private func isDown(service: Int, in segment: Timeline.Segment) -> Bool {
    segment.active.contains { active in
      let incident = scenario.incidents[active.incident]
      return incident.kind == .crash && incident.service == graph.services[service]
    }
  }
}
