import Glibc

/// Numbers distinct strings in the order they are first seen, without making a `String` of each. It keeps its own copies of
/// them, so it outlives the documents that they come from.
struct JSONInterner {
  private struct Entry {
    let hash: UInt64
    let start, count: Int
  }

  private var slots: [Int32] = Array(repeating: -1, count: 64)
  private var entries: [Entry] = []
  private var text: [UInt8] = []
  /// Secret, so that no server can choose strings that all fall into one slot.
  private let seed = UInt64.random(in: .min ... .max)

  /// How many distinct strings have been seen.
  var count: Int { entries.count }

  /// The number of a string that has been seen.
  func existing(_ bytes: JSONBytes) -> Int? {
    let hash = hash(bytes)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      if isEqual(Int(slots[slot]), hash, bytes) { return Int(slots[slot]) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  mutating func index(of bytes: JSONBytes) -> Int {
    let hash = hash(bytes)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = Int(slots[slot])
      if isEqual(entry, hash, bytes) { return entry }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(entries.count)
    entries.append(Entry(hash: hash, start: text.count, count: bytes.count))
    text.append(contentsOf: UnsafeBufferPointer(start: bytes.base, count: bytes.count))
    if entries.count * 2 > slots.count { grow() }
    return entries.count - 1
  }

  private func isEqual(_ entry: Int, _ hash: UInt64, _ bytes: JSONBytes) -> Bool {
    let known = entries[entry]
    guard known.hash == hash, known.count == bytes.count else { return false }
    guard known.count > 0 else { return true }
    return text.withUnsafeBufferPointer { text in
      text.baseAddress.map { memcmp($0 + known.start, bytes.base, known.count) == 0 } ?? false
    }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for (number, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  private func hash(_ bytes: JSONBytes) -> UInt64 {
    let raw = UnsafeRawPointer(bytes.base)
    var hash = seed ^ UInt64(bytes.count)
    var position = 0
    while position + 8 <= bytes.count {
      hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    var rest: UInt64 = 0
    while position < bytes.count {
      rest = rest << 8 | UInt64(bytes.base[position])
      position += 1
    }
    return mixed(hash ^ rest)
  }

  /// The finaliser of MurmurHash3, https://github.com/aappleby/smhasher
  private func mixed(_ value: UInt64) -> UInt64 {
    var value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
    value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return value ^ value >> 33
  }
}
