/// Numbers distinct strings in the order they are first seen, without making a `String` of each.
struct JSONInterner {
  private var slots: [Int32] = Array(repeating: -1, count: 64)
  private var entries: [(hash: UInt64, bytes: JSONBytes)] = []
  /// Secret, so that no server can choose strings that all fall into one slot.
  private let seed = UInt64.random(in: .min ... .max)

  /// How many distinct strings have been seen.
  var count: Int { entries.count }

  /// The number of a string that has been seen.
  func existing(_ bytes: JSONBytes) -> Int? {
    var slot = Int(truncatingIfNeeded: hash(bytes)) & (slots.count - 1)
    while slots[slot] >= 0 {
      if entries[Int(slots[slot])].bytes == bytes { return Int(slots[slot]) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  mutating func index(of bytes: JSONBytes) -> Int {
    let hash = hash(bytes)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = Int(slots[slot])
      if entries[entry].hash == hash, entries[entry].bytes == bytes { return entry }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(entries.count)
    entries.append((hash, bytes))
    if entries.count * 2 > slots.count { grow() }
    return entries.count - 1
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
