import CMemory
import Synchronization

/// A few hundred log lines, one after the other in one piece of memory, made smaller where that is worth while. A block goes when
/// the last of its lines does.
///
/// A line is its document, packed or left in its file, and a `LogRecord` behind it; the entry knows where that begins.
final class LogBlock: Sendable {
  /// The file that documents were left in, and where what they count from begins.
  let file: OpenFile?
  let base: Int64
  /// How many bytes the lines have.
  let count: Int
  let lineCount: Int
  private let stored: [UInt8]

  /// A block is closed when its lines have so many bytes: packing looks back so far.
  static let capacity = 64 << 10

  init(_ bytes: [UInt8], lineCount: Int = 1, file: OpenFile? = nil, base: Int64 = 0) {
    self.file = file
    self.base = base
    count = bytes.count
    self.lineCount = lineCount
    stored = LogBlock.packed(bytes) ?? Array(bytes)
  }

  /// How many bytes of memory the lines take.
  var heldBytes: Int { stored.count }

  /// Nil where the bytes would become hardly fewer.
  private static func packed(_ bytes: [UInt8]) -> [UInt8]? {
    let room = bytes.count - bytes.count / 8
    var result: [UInt8]?
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(room, 1)) { buffer in
      guard let to = buffer.baseAddress else { return }
      let length = cm_pack(bytes, bytes.count, to, room)
      if length > 0 { result = Array(UnsafeBufferPointer(start: to, count: length)) }
    }
    return result
  }

  /// Calls `body` with the lines' bytes. What was made smaller is kept as it was for a while: lines are mostly looked at in a row.
  func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
    if stored.count == count { return stored.withUnsafeBufferPointer { body(LogBlock.start(of: $0)) } }
    return OpenBlocks.bytes(of: self).withUnsafeBufferPointer { body(LogBlock.start(of: $0)) }
  }

  /// Calls `body` with the lines' bytes, for one who looks at many blocks once: `room` is used again for each, and is filled
  /// already where the block is the same as before.
  func withBytes<Result>(
    room: inout [UInt8], isFilled: Bool, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if stored.count == count { return stored.withUnsafeBufferPointer(body) }
    if !isFilled {
      if room.count < count { room = [UInt8](repeating: 0, count: count) }
      unpack(into: &room)
    }
    return room.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
  }

  fileprivate func unpacked() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    unpack(into: &bytes)
    return bytes
  }

  private func unpack(into bytes: inout [UInt8]) {
    guard cm_unpack(stored, stored.count, &bytes, count) != 0 else { return }
    // What was packed here comes out as it went in. Should it not, its lines are empty.
    for place in 0..<count { bytes[place] = 0 }
  }

  private static func start(of bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8> {
    let nothing: StaticString = ""
    return bytes.baseAddress ?? nothing.utf8Start
  }
}

/// The blocks that were looked at last, as they were before they were made smaller.
private enum OpenBlocks {
  private struct Opened: Sendable {
    let block: LogBlock
    let bytes: [UInt8]
  }

  /// The one used last is in front.
  private static let opened = Mutex<[Opened]>([])
  /// What is worked through, whatever lines it holds.
  private static let leastCapacity = 8
  /// Two screens of lines: a huge line is a block of its own.
  private static let lineCapacity = 200
  private static let byteCapacity = 32 << 20

  static func bytes(of block: LogBlock) -> [UInt8] {
    let found = opened.withLock { opened -> [UInt8]? in
      guard let place = opened.firstIndex(where: { $0.block === block }) else { return nil }
      if place > 0 { opened.swapAt(0, place) }
      return opened[0].bytes
    }
    if let found { return found }
    // Opened outside of the lock: two threads may do the same work once.
    let bytes = block.unpacked()
    opened.withLock { opened in
      guard !opened.contains(where: { $0.block === block }) else { return }
      opened.insert(Opened(block: block, bytes: bytes), at: 0)
      var (size, lines) = opened.reduce((0, 0)) { ($0.0 + $1.bytes.count, $0.1 + $1.block.lineCount) }
      while opened.count > leastCapacity, size > byteCapacity || lines > lineCapacity {
        let last = opened.removeLast()
        size -= last.bytes.count
        lines -= last.block.lineCount
      }
    }
    return bytes
  }
}
