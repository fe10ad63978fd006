import Testing

@testable import ObsData

/// The words for a refused certificate, by what is known of it.
@Suite struct HTTPCertificateTests {
  private static let day = Duration.seconds(86_400)
  private static let now = Timestamp(seconds: 1_795_000_000)

  /// A name in DER with one common name.
  private static func name(_ text: String) -> [UInt8] {
    let value = [0x0C, UInt8(text.utf8.count)] + Array(text.utf8)
    let attribute = [0x30, UInt8(value.count + 5), 0x06, 0x03, 0x55, 0x04, 0x03] + value
    return [0x31, UInt8(attribute.count)] + attribute
  }

  private static func facts(
    _ subject: String, by issuer: String, names: [String] = [], from: Duration = .zero - day, to: Duration = day
  ) -> CertificateFacts {
    CertificateFacts(
      subject: name(subject), issuer: name(issuer), names: names, notBefore: now + from, notAfter: now + to)
  }

  private static func words(
    _ chain: [CertificateFacts], authorities: [CertificateFacts] = [], isOtherName: Bool = false
  ) -> String? {
    var endpoint = Endpoint(address: BaseAddress(scheme: .https, host: "es.prod"))
    if !authorities.isEmpty { endpoint.tls.caFile = "/ca.pem" }
    let refusal = CertificateRefusal(
      chain: chain, authorities: authorities, endpoint: endpoint, now: now, isOtherName: isOtherName)
    return refusal.words?.answer
  }

  @Test func `the surest reason is told first`() {
    let own = Self.facts("es", by: "ca", names: ["a", "b", "c", "d", "e"])
    let old = Self.facts("es", by: "ca", to: .zero - Self.day)
    #expect(Self.words([]) == nil)
    #expect(Self.words([own]) == "its certificate is signed by “ca”, which this machine does not trust")
    #expect(
      Self.words([own], authorities: [Self.facts("x", by: "x")])
        == "its certificate is signed by “ca”, which is not in /ca.pem")
    #expect(
      Self.words([own], authorities: [Self.facts("ca", by: "ca")])
        == "its certificate does not fit the authority “ca” in /ca.pem: another key of that name")
    #expect(Self.words([own], isOtherName: true) == "its certificate is for a, b, c, d, …, not for es.prod")
    #expect(
      Self.words([Self.facts("es", by: "ca")], isOtherName: true) == "its certificate is for es, not for es.prod")
    #expect(Self.words([Self.facts("es", by: "es")]) == "its certificate is self-signed by “es”")
    #expect(Self.words([old]) == "its certificate expired on \((Self.now - Self.day).iso8601.prefix(10))")
    #expect(
      Self.words([own, Self.facts("ca", by: "root", to: .zero - Self.day)])?.hasPrefix(
        "the certificate of its authority, “ca”, expired on ") == true)
    #expect(
      Self.words([own], authorities: [Self.facts("ca", by: "ca", from: Self.day, to: Self.day * 2)])?.hasPrefix(
        "the certificate of its authority, “ca”, is not valid before ") == true)
    // The end of the chain counts: what lies between was sent by the server itself.
    #expect(
      Self.words([own, Self.facts("ca", by: "root")])
        == "its certificate is signed by “root”, which this machine does not trust")
  }

  @Test func `bytes that are no certificate are none, wherever they are cut`() {
    let bytes: [UInt8] = [0x30, 0x82, 0x01, 0x00, 0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0xA0, 0x03, 0x02, 0x01, 0x02]
    for end in 0...bytes.count {
      #expect(CertificateFacts(der: Array(bytes[..<end]), notBefore: Self.now, notAfter: Self.now) == nil)
    }
    #expect(CertificateFacts.commonName([0x31, 0x80]) == nil)
  }
}
