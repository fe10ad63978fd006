/// Reads what `PackedWriter` wrote, front to back. It points into a block's memory and must not outlive it.
struct PackedReader {
  let base: UnsafePointer<UInt8>
  var position: Int

  @inline(__always) init(_ base: UnsafePointer<UInt8>, at position: Int) {
    self.base = base
    self.position = position
  }

  @inline(__always) mutating func byte() -> UInt8 {
    defer { position += 1 }
    return base[position]
  }

  /// Seven bits a byte, the lowest first; the highest bit says that more follow.
  @inline(__always) mutating func number() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = byte()
      value |= UInt64(byte & 0x7F) &<< shift
      guard byte >= 0x80, shift < 63 else { return value }
      shift += 7
    }
  }

  @inline(__always) mutating func count() -> Int { Int(truncatingIfNeeded: number()) }

  /// Eight bytes, the lowest first.
  @inline(__always) mutating func word() -> UInt64 {
    defer { position += 8 }
    return UInt64(littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
  }

  /// A length, and so many bytes.
  @inline(__always) mutating func bytes() -> UnsafeBufferPointer<UInt8> {
    let count = count()
    defer { position += count }
    return UnsafeBufferPointer(start: base + position, count: count)
  }
}

/// Bytes that are written front to back, numbers in as few as they take.
struct PackedWriter {
  private(set) var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }
  mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }

  @inline(__always) mutating func byte(_ byte: UInt8) { bytes.append(byte) }

  @inline(__always) mutating func number(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  @inline(__always) mutating func count(_ value: Int) { number(UInt64(truncatingIfNeeded: value)) }

  @inline(__always) mutating func word(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Their length, and the bytes; returns where they begin.
  @discardableResult
  @inline(__always) mutating func bytes(_ content: UnsafeBufferPointer<UInt8>) -> Int {
    count(content.count)
    let start = bytes.count
    bytes.append(contentsOf: content)
    return start
  }

  mutating func text(_ text: String) {
    var text = text
    text.withUTF8 { _ = bytes($0) }
  }

  /// Bytes that another writer wrote.
  mutating func copy(_ content: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: content) }
}

extension UnsafeBufferPointer<UInt8> {
  var text: String { String(decoding: self, as: UTF8.self) }
}
