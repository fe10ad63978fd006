import Synchronization

/// The lines of the seconds asked for last, up to so many lines in all.
final class LineCache: Sendable {
  private struct State: Sendable {
    var lines: [Int: [Line]] = [:]
    /// Seconds in the order in which they came in.
    var order: [Int] = []
    var count = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  func lines(of second: Int) -> [Line]? { state.withLock { $0.lines[second] } }

  func keep(_ lines: [Line], of second: Int) {
    guard lines.count <= capacity / 4 else { return }
    state.withLock { state in
      guard state.lines.updateValue(lines, forKey: second) == nil else { return }
      state.order.append(second)
      state.count += lines.count
      var dropped = 0
      while state.count > capacity, dropped < state.order.count {
        state.count -= state.lines.removeValue(forKey: state.order[dropped])?.count ?? 0
        dropped += 1
      }
      state.order.removeFirst(dropped)
    }
  }
}
