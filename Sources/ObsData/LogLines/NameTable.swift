import Glibc
import Synchronization

/// Names that most lines have in common, by number: of fields, of services, of indices. In a line the number stands for them.
///
/// There is one table for all lines; it only grows, and not far: a name that is long, or comes when the table is full, stands
/// in its line as it is.
struct NameTable: Sendable {
  /// The names, by number.
  private(set) var names: [String] = []
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  private var slots: [Int32] = Array(repeating: -1, count: 256)
  /// Secret, so that no server can choose names that all fall into one slot.
  private let seed = UInt64.random(in: .min ... .max)

  /// How many names there are at most, and how long each may be.
  static let capacity = 4_096
  static let longest = 128

  var count: Int { names.count }

  /// Whether a name of a number is made of these bytes.
  @inline(__always) func isName(_ number: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = ends[number]
    guard ends[number + 1] - start == name.count, let base = name.baseAddress else { return false }
    return bytes.withUnsafeBufferPointer { own in
      own.baseAddress.map { memcmp($0 + start, base, name.count) == 0 } ?? false
    }
  }

  /// The number of a name that is in the table.
  func existing(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !name.isEmpty, name.count <= NameTable.longest else { return nil }
    var slot = hash(name) & (slots.count - 1)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      if isName(number, name) { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// The number of a name, which is taken in where it is new; nil where it stands for itself.
  mutating func number(of name: UnsafeBufferPointer<UInt8>) -> Int? {
    if let number = existing(name) { return number }
    guard !name.isEmpty, name.count <= NameTable.longest, names.count < NameTable.capacity else { return nil }
    var slot = hash(name) & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(names.count)
    names.append(name.text)
    bytes.append(contentsOf: name)
    ends.append(bytes.count)
    if names.count * 2 > slots.count { grow() }
    return names.count - 1
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    bytes.withUnsafeBufferPointer { own in
      for number in names.indices {
        var slot = hash(UnsafeBufferPointer(rebasing: own[ends[number]..<ends[number + 1]])) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(number)
      }
    }
  }

  /// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), with the finaliser of MurmurHash3.
  private func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    var hash = seed
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    return Int(truncatingIfNeeded: hash ^ hash >> 33)
  }
}

extension NameTable {
  /// The table of all lines.
  private static let shared = Mutex(NameTable())

  /// The table of all lines as it is now. It grows by names at its end: what is in it keeps its number.
  static var current: NameTable { shared.withLock { $0 } }

  static func name(_ number: Int) -> String { shared.withLock { $0.names[number] } }

  /// The number of a name in the table of all lines, which this one becomes a copy of.
  mutating func numberForAll(of name: UnsafeBufferPointer<UInt8>) -> Int? {
    let (number, table) = NameTable.shared.withLock { table in (table.number(of: name), table) }
    self = table
    return number
  }
}

/// A table of names with a guess: behind a name mostly comes the one that came behind it in the document before.
struct NameGuess {
  private(set) var table: NameTable
  private let isForAll: Bool
  private var behind: [Int32]
  private var last = 0

  /// Numbers by a table of its own.
  init(_ table: NameTable) {
    self.table = table
    isForAll = false
    behind = [-1]
  }

  /// Numbers by the table of all lines.
  init() {
    table = NameTable.current
    isForAll = true
    behind = Array(repeating: -1, count: max(table.count, 1))
  }

  /// The number of a field's name; nil where the name stands for itself.
  mutating func number(of name: UnsafeBufferPointer<UInt8>) -> Int? {
    let guess = Int(behind[last])
    if guess >= 0, table.isName(guess, name) {
      last = guess
      return guess
    }
    guard let number = find(name) else { return nil }
    while behind.count <= number { behind.append(-1) }
    behind[last] = Int32(number)
    last = number
    return number
  }

  /// The number of a name that stands in no row of names.
  mutating func find(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
    if let number = table.existing(name) { return number }
    guard table.count < NameTable.capacity else { return nil }
    return isForAll ? table.numberForAll(of: name) : table.number(of: name)
  }
}
