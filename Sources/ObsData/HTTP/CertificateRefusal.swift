/// Why a server's certificate was refused, in words. TLS says no more than that it was: the facts are looked at afterwards.
struct CertificateRefusal {
  /// What the server sent, its own certificate first.
  let chain: [CertificateFacts]
  /// What `ca_file` holds; empty where the machine's authorities count.
  let authorities: [CertificateFacts]
  let endpoint: Endpoint
  let now: Timestamp
  /// Whether the certificate was sound, but for another name.
  let isOtherName: Bool

  private static let orSkip = "(insecure_skip_verify takes any)"

  /// What is wrong and what to do, the surest reason first; nil where nothing is known of the certificate.
  var words: (answer: String, advice: String)? {
    guard let own = chain.first else { return nil }
    return isOtherName ? otherName(own) : expiry ?? selfSigned(own) ?? unknown
  }

  private func otherName(_ own: CertificateFacts) -> (String, String) {
    let names = own.names.isEmpty ? [CertificateFacts.commonName(own.subject) ?? "no name"] : own.names
    let shown = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
    return (
      "its certificate is for \(shown), not for \(endpoint.address.host)",
      "use a name that stands in the certificate \(CertificateRefusal.orSkip)"
    )
  }

  private var expiry: (String, String)? {
    for (index, facts) in (chain + authorities).enumerated() {
      let what =
        index == 0
        ? "its certificate"
        : "the certificate of its authority, \(CertificateRefusal.name(facts.subject)),"
      if facts.notAfter < now {
        return (
          "\(what) expired on \(CertificateRefusal.day(facts.notAfter))",
          "renew it on the server, or check this machine's clock \(CertificateRefusal.orSkip)"
        )
      }
      if facts.notBefore > now {
        return (
          "\(what) is not valid before \(facts.notBefore.iso8601(fractionDigits: 0))",
          "check the clocks of this machine and of the server \(CertificateRefusal.orSkip)"
        )
      }
    }
    return nil
  }

  private func selfSigned(_ own: CertificateFacts) -> (String, String)? {
    guard own.isSelfSigned, !authorities.contains(where: { $0.subject == own.subject }) else { return nil }
    return (
      "its certificate is self-signed by \(CertificateRefusal.name(own.subject))",
      "set ca_file to this very certificate \(CertificateRefusal.orSkip)"
    )
  }

  /// The chain ends at an authority that is not trusted.
  private var unknown: (String, String)? {
    guard let last = chain.last else { return nil }
    let name = CertificateRefusal.name(last.issuer)
    if authorities.contains(where: { $0.subject == last.issuer }) {
      return (
        "its certificate does not fit the authority \(name) in \(endpoint.tls.caFile ?? "ca_file"): another key of that name",
        "take ca_file anew from the server: the authority may have been made again \(CertificateRefusal.orSkip)"
      )
    }
    let place = endpoint.tls.caFile.map { "is not in \($0)" } ?? "this machine does not trust"
    return (
      "its certificate is signed by \(name), which \(place)",
      "set ca_file to the certificate of that authority \(CertificateRefusal.orSkip)"
    )
  }

  private static func name(_ bytes: [UInt8]) -> String {
    "“\(FetchError.singleLine(CertificateFacts.commonName(bytes) ?? "an authority without a name"))”"
  }

  private static func day(_ time: Timestamp) -> String { String(time.iso8601(fractionDigits: 0).prefix(10)) }
}
