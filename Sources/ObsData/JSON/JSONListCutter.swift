import CSimdjson

/// Cuts the long lists out of a text without parsing them: what is left is the text with a number in place of each list's
/// elements, small enough to be parsed whole, and where each element stands.
///
///     {"data":[{"traceID":"a","spans":[{…},{…},{…}],"processes":{…}}]}
///     {"data":[{"traceID":"a","spans":[0],"processes":{…}}]}        list 0: three places
///
/// The text may hold several values, one after the other; the envelope is an array of them. Only the envelope's outer structure
/// is walked here, and only the brackets of the elements: whoever parses the two finds what is wrong in them.
struct JSONListCutter {
  /// Which members hold lists to be cut out, and which are gone into in search of them.
  struct Names {
    let lists, containers: [StaticString]
    /// Members that an element of a list has which stands without a name around it.
    let marks: [StaticString]
  }

  /// How deep the envelope is walked; a text's writers stay far below it.
  private static let maximumDepth = 16

  private let bytes: UnsafeBufferPointer<UInt8>
  private let names: Names
  private let goesOn: (Int) -> Bool
  private var position = 0
  private var copied = 0
  private(set) var isCancelled = false

  /// The text with a number for each list.
  private(set) var envelope: [UInt8] = [UInt8(ascii: "[")]
  /// Where each element begins and ends, all lists one after the other.
  private(set) var starts: [UInt32] = []
  private(set) var ends: [UInt32] = []
  /// Which of the elements are a list's.
  private(set) var lists: [Range<Int>] = []

  /// `goesOn` is told from time to time how many bytes are done, and says whether to go on.
  init(_ bytes: UnsafeBufferPointer<UInt8>, names: Names, goesOn: @escaping (Int) -> Bool) {
    self.bytes = bytes
    self.names = names
    self.goesOn = goesOn
  }

  /// Walks the whole text. False where it is no JSON that can be walked, or where it was told not to go on.
  mutating func run() -> Bool {
    guard bytes.count < UInt32.max else { return false }
    skipSpace()
    while position < bytes.count {
      if envelope.count > 1 { envelope.append(UInt8(ascii: ",")) }
      copied = position
      guard value(depth: 0, isNamed: false) else { return false }
      envelope.append(contentsOf: bytes[copied..<position])
      skipSpace()
    }
    envelope.append(UInt8(ascii: "]"))
    return true
  }

  private mutating func value(depth: Int, isNamed: Bool) -> Bool {
    guard position < bytes.count, depth < JSONListCutter.maximumDepth else { return skipValue() }
    switch bytes[position] {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["):
      if !isNamed, holdsMarkedElements() { return list() }
      return array(depth: depth, isNamed: isNamed)
    default: return skipValue()
    }
  }

  private mutating func object(depth: Int) -> Bool {
    position += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return true }
    while true {
      guard let key = key() else { return false }
      if position < bytes.count, bytes[position] == UInt8(ascii: "["), matches(key, names.lists) {
        guard list() else { return false }
      } else if matches(key, names.containers) {
        guard value(depth: depth + 1, isNamed: true) else { return false }
      } else {
        guard skipValue() else { return false }
      }
      skipSpace()
      if take(UInt8(ascii: "}")) { return true }
      guard take(UInt8(ascii: ",")) else { return false }
      skipSpace()
    }
  }

  private mutating func array(depth: Int, isNamed: Bool) -> Bool {
    position += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return true }
    while true {
      guard value(depth: depth + 1, isNamed: isNamed) else { return false }
      skipSpace()
      if take(UInt8(ascii: "]")) { return true }
      guard take(UInt8(ascii: ",")) else { return false }
      skipSpace()
    }
  }

  /// Cuts the list out that begins here.
  private mutating func list() -> Bool {
    position += 1
    envelope.append(contentsOf: bytes[copied..<position])
    envelope.append(contentsOf: String(lists.count).utf8)
    let first = starts.count
    skipSpace()
    if position < bytes.count, bytes[position] != UInt8(ascii: "]") {
      while true {
        let start = position
        guard skipValue() else { return false }
        starts.append(UInt32(truncatingIfNeeded: start))
        ends.append(UInt32(truncatingIfNeeded: position))
        if starts.count % 8_192 == 0, !goesOn(position) {
          isCancelled = true
          return false
        }
        skipSpace()
        guard take(UInt8(ascii: ",")) else { break }
        skipSpace()
      }
    }
    copied = position
    lists.append(first..<starts.count)
    return take(UInt8(ascii: "]"))
  }

  /// Whether the first element of the array that begins here has a mark. Nothing is moved.
  private func holdsMarkedElements() -> Bool {
    var look = self
    look.position += 1
    look.skipSpace()
    guard look.take(UInt8(ascii: "{")) else { return false }
    look.skipSpace()
    var isMarked = false
    while let key = look.key() {
      if matches(key, names.lists) || matches(key, names.containers) { return false }
      isMarked = isMarked || matches(key, names.marks)
      guard look.skipValue() else { return false }
      look.skipSpace()
      guard look.take(UInt8(ascii: ",")) else { break }
      look.skipSpace()
    }
    return isMarked
  }

  // MARK: Tokens

  /// The bytes of a member's name; what follows is its value.
  private mutating func key() -> Range<Int>? {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
    let start = position + 1
    guard skipString() else { return nil }
    let name = start..<(position - 1)
    skipSpace()
    guard take(UInt8(ascii: ":")) else { return nil }
    skipSpace()
    return name
  }

  private func matches(_ key: Range<Int>, _ names: [StaticString]) -> Bool {
    names.contains { name in
      name.utf8CodeUnitCount == key.count
        && bytes[key].elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: key.count))
    }
  }

  private mutating func skipValue() -> Bool {
    guard position < bytes.count else { return false }
    switch bytes[position] {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard let base = bytes.baseAddress else { return false }
      let end = sj_skip(base, bytes.count, position)
      guard end > position else { return false }
      position = end
      return true
    case UInt8(ascii: "\""): return skipString()
    default:
      let start = position
      while position < bytes.count, isScalar(bytes[position]) { position += 1 }
      return position > start
    }
  }

  private func isScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "{"), UInt8(ascii: "["),
      UInt8(ascii: ":"), UInt8(ascii: "\""), 0...0x20:
      false
    default: true
    }
  }

  private mutating func skipString() -> Bool {
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return true
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    return false
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }
}
