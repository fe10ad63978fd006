import Glibc

/// How many lines a message has, whichever way they are broken; a break at the very end opens no further one.
enum LineCount {
  static func of(_ message: String) -> Int {
    message.utf8.withContiguousStorageIfAvailable { of($0) } ?? Array(message.utf8).withUnsafeBufferPointer { of($0) }
  }

  static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return 1 }
    // Messages may be megabytes long, and hold few breaks: the C library looks at many bytes in one step.
    if memchr(base, 13, bytes.count) != nil { return ofMixed(bytes) }
    var count = 1
    var place = 0
    while let found = memchr(base + place, 10, bytes.count - place) {
      place = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
      // A line begins with the first byte behind a break.
      guard place < bytes.count else { break }
      count += 1
    }
    return count
  }

  /// Where there are carriage returns: CR LF breaks once.
  private static func ofMixed(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 1
    var previous: UInt8 = 0
    for byte in bytes {
      if previous == 10 || (previous == 13 && byte != 10) { count += 1 }
      previous = byte
    }
    return count
  }
}
