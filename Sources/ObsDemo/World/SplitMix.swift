/// A small deterministic generator (SplitMix64, Steele, Lea and Flood 2014): the world asks it for every choice, seeded from what
/// the choice is about, so that any second can be made without the seconds before it.
struct SplitMix: Sendable {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return SplitMix.mix(state)
  }

  /// Uniform in 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in 0 ..< `bound`; 0 where `bound` is not positive.
  mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }

  /// The index that a uniform draw falls on in cumulative weights; nil where they are empty.
  mutating func pick(_ cumulative: [Double]) -> Int? {
    guard let total = cumulative.last else { return nil }
    let draw = unit() * total
    var index = 0
    while index < cumulative.count - 1, draw >= cumulative[index] { index += 1 }
    return index
  }

  /// SplitMix64's finaliser: a bijection of 64 bits.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The inverse of `mix`: the multipliers' inverses modulo 2⁶⁴, the shifts undone.
  static func unmix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 31) ^ (z >> 62)) &* 0x3196_42B2_D24D_8EC3
    z = (z ^ (z >> 27) ^ (z >> 54)) &* 0x96DE_1B17_3F11_9089
    return z ^ (z >> 30) ^ (z >> 60)
  }

  /// A hash of several numbers, each in its place.
  static func hash(_ a: UInt64, _ b: Int64 = 0, _ c: Int64 = 0, _ d: Int64 = 0) -> UInt64 {
    var z = mix(a &+ 0x9E37_79B9_7F4A_7C15)
    z = mix(z ^ UInt64(bitPattern: b) &+ 0xD1B5_4A32_D192_ED03)
    if c != 0 || d != 0 {
      z = mix(z ^ UInt64(bitPattern: c) &+ 0x8CB9_2BA7_2F3D_8DD7)
      z = mix(z ^ UInt64(bitPattern: d) &+ 0xABC9_8388_FB8F_AC03)
    }
    return z
  }

  /// A hash of text (FNV-1a, mixed): the same in every run, unlike Swift's own.
  static func hash(_ text: String) -> UInt64 {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return mix(value)
  }

  /// Uniform in 0 ..< 1 from a hash.
  static func unit(_ hash: UInt64) -> Double { Double(hash >> 11) * 0x1p-53 }
}

/// Sixteen lower-case hexadecimal digits.
func hexadecimal(_ value: UInt64) -> String {
  String(unsafeUninitializedCapacity: 16) { buffer in
    for index in 0..<16 {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * index)) & 15
      buffer[index] = digit < 10 ? 48 + digit : 87 + digit
    }
    return 16
  }
}
