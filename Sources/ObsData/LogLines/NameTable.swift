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

  /// The number of a name, which is taken in where it is new; nil where it stands for itself.
  mutating func number(of name: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !name.isEmpty, name.count <= NameTable.longest else { return nil }
    var slot = hash(name) & (slots.count - 1)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      if isName(number, name) { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard names.count < NameTable.capacity else { return nil }
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

/// A table of names as it was when a block of lines was closed: shared by all blocks that brought no new name.
final class SharedNames: Sendable {
  let table: NameTable

  init(_ table: NameTable) { self.table = table }

  private static let newest = Mutex(SharedNames(NameTable()))

  /// The table to begin with.
  static var current: SharedNames { newest.withLock { $0 } }

  /// A table that has grown becomes the one to begin with, unless another has grown further.
  static func offer(_ table: NameTable) -> SharedNames {
    newest.withLock { newest in
      let shared = SharedNames(table)
      if table.count > newest.table.count { newest = shared }
      return shared
    }
  }
}
