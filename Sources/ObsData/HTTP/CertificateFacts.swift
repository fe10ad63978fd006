/// What of a certificate a person wants to know when it is refused. Read from its DER form (X.509, RFC 5280, 4.1) as far as that;
/// nothing here decides whether a certificate is to be trusted.
struct CertificateFacts: Equatable, Sendable {
  /// Subject and issuer as they are encoded: equal where a certificate is signed by itself.
  let subject: [UInt8]
  let issuer: [UInt8]
  /// The host names and IPv4 addresses that it is for.
  let names: [String]
  let notBefore: Timestamp
  let notAfter: Timestamp

  init(subject: [UInt8], issuer: [UInt8], names: [String], notBefore: Timestamp, notAfter: Timestamp) {
    self.subject = subject
    self.issuer = issuer
    self.names = names
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// Nil where the bytes are no certificate. The two times come from who has read them already.
  init?(der: [UInt8], notBefore: Timestamp, notAfter: Timestamp) {
    var certificate = DERReader(der[...])
    guard var outer = certificate.next(0x30)?.inside, var body = outer.next(0x30)?.inside else { return nil }
    if body.peek == 0xA0 { _ = body.next() }  // version
    guard body.next(0x02) != nil, body.next(0x30) != nil,  // serial number, algorithm
      let issuer = body.next(0x30), body.next(0x30) != nil,  // validity
      let subject = body.next(0x30)
    else { return nil }
    self.init(
      subject: Array(subject.bytes), issuer: Array(issuer.bytes), names: CertificateFacts.alternativeNames(&body),
      notBefore: notBefore, notAfter: notAfter)
  }

  var isSelfSigned: Bool { subject == issuer }

  /// The most telling part of a name: its common name, else its organisation.
  static func commonName(_ name: [UInt8]) -> String? {
    var texts: [[UInt8]: String] = [:]
    var sets = DERReader(name[...])
    while let set = sets.next() {
      var attributes = set.inside
      while var attribute = attributes.next(0x30)?.inside {
        guard let type = attribute.next(0x06), let value = attribute.next() else { break }
        texts[Array(type.bytes)] = String(decoding: value.bytes.prefix(80), as: UTF8.self)
      }
    }
    // 2.5.4.3 and 2.5.4.10.
    return texts[[0x55, 0x04, 0x03]] ?? texts[[0x55, 0x04, 0x0A]]
  }

  /// The names in the extension `subjectAltName` (2.5.29.17) of what follows a certificate's subject.
  private static func alternativeNames(_ body: inout DERReader) -> [String] {
    while let field = body.next() {
      guard field.tag == 0xA3 else { continue }
      var wrapper = field.inside
      guard var extensions = wrapper.next(0x30)?.inside else { return [] }
      while var member = extensions.next(0x30)?.inside {
        guard let type = member.next(0x06), Array(type.bytes) == [0x55, 0x1D, 0x11] else { continue }
        if member.peek == 0x01 { _ = member.next() }  // critical
        guard var value = member.next(0x04)?.inside, var list = value.next(0x30)?.inside else { return [] }
        var names: [String] = []
        while let name = list.next(), names.count < 100 {
          if name.tag == 0x82 { names.append(String(decoding: name.bytes.prefix(255), as: UTF8.self)) }
          if name.tag == 0x87, name.bytes.count == 4 {
            names.append(name.bytes.map { String($0) }.joined(separator: "."))
          }
        }
        return names
      }
    }
    return []
  }
}

/// Walks through values in DER (X.690), one after the other. What is cut off ends the walk.
struct DERReader {
  struct Element {
    let tag: UInt8
    let bytes: ArraySlice<UInt8>
    /// For walking through what it is made of.
    var inside: DERReader { DERReader(bytes) }
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next value's tag.
  var peek: UInt8? { rest.first }

  /// The next value; nil at the end, or where it has another tag than `tag`.
  mutating func next(_ tag: UInt8? = nil) -> Element? {
    guard let found = rest.first, tag == nil || found == tag, rest.count >= 2 else { return nil }
    var position = rest.startIndex + 1
    var length = Int(rest[position])
    position += 1
    if length >= 0x80 {
      let count = length & 0x7F
      guard (1...4).contains(count), rest.endIndex - position >= count else { return nil }
      length = rest[position..<position + count].reduce(0) { $0 << 8 | Int($1) }
      position += count
    }
    guard rest.endIndex - position >= length else { return nil }
    defer { rest = rest[(position + length)...] }
    return Element(tag: found, bytes: rest[position..<position + length])
  }
}
