import Foundation
import Synchronization

/// Where other threads leave events for the main one: a list behind a lock, and a pipe that `poll(2)` can wait for.
///
/// A byte is written only when the list was empty, and the reader empties the pipe before it takes the list: a wake may be
/// needless, but none is lost. The list is bounded: while the terminal takes no output (an ssh connection that hangs), a
/// tick replaces the tick before it, and beyond `capacity` the oldest update gives way and is counted.
final class Mailbox: Sendable {
  private struct Contents {
    var events: [Event] = []
    var dropped = 0
  }

  private let contents = Mutex(Contents())
  private let capacity: Int
  /// Readable when there are events.
  let reader: Int32
  private let writer: Int32

  /// Nil when the process may open no more files.
  init?(capacity: Int = 2_000) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (reader, writer) = (ends[0], ends[1])
    self.capacity = max(1, capacity)
  }

  deinit {
    close(reader)
    close(writer)
  }

  /// Leaves an event. From any thread; never waits for the reader.
  func post(_ event: Event) {
    let wasEmpty = contents.withLock { contents in
      let wasEmpty = contents.events.isEmpty && contents.dropped == 0
      if case .tick = event, case .tick = contents.events.last { contents.events.removeLast() }
      contents.events.append(event)
      if contents.events.count > capacity {
        contents.events.removeFirst()
        contents.dropped += 1
      }
      return wasEmpty
    }
    if wasEmpty {
      var byte: UInt8 = 1
      // A full pipe wakes the reader as well.
      _ = write(writer, &byte, 1)
    }
  }

  /// Takes all events, in the order in which they came. Never waits.
  func drain() -> [Event] {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(reader, &bytes, bytes.count) > 0 {}
    return contents.withLock { contents in
      defer { contents = Contents() }
      return (contents.dropped > 0 ? [.dropped(updates: contents.dropped)] : []) + contents.events
    }
  }
}
