import AsyncHTTPClient
import NIOSSL

extension TLSOptions {
  /// The options as NIOSSL takes them, files read. Throws a `FetchError` that names the file.
  func configuration(tried: String) throws(FetchError) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if skipsVerification { configuration.certificateVerification = .none }
    if let caFile {
      configuration.trustRoots = .certificates(try certificates(in: caFile, setting: "ca_file", tried: tried))
    }
    if let certificateFile {
      configuration.certificateChain = try certificates(in: certificateFile, setting: "cert_file", tried: tried)
        .map { .certificate($0) }
      // A key may lie in the same file as its certificate.
      let path = keyFile ?? certificateFile
      let bytes = try read(path, setting: keyFile == nil ? "cert_file" : "key_file", tried: tried)
      guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
        throw FetchError(
          .settings, tried: tried, answer: "\(path) holds no private key that can be used (PEM, without a passphrase)",
          advice: "set key_file to the key of cert_file")
      }
      configuration.privateKey = .privateKey(key)
    }
    return configuration
  }

  /// What `ca_file` holds, as far as it can be read.
  var authorities: [CertificateFacts] {
    guard let caFile, let held = try? certificates(in: caFile, setting: "ca_file", tried: "") else { return [] }
    return PeerCertificates.facts(held)
  }

  private func certificates(
    in path: String, setting: String, tried: String
  ) throws(FetchError) -> [NIOSSLCertificate] {
    let bytes = try read(path, setting: setting, tried: tried)
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
      throw FetchError(
        .settings, tried: tried, answer: "\(path) holds no certificate (PEM)",
        advice: "correct \(setting) in the settings")
    }
    return certificates
  }

  private func read(_ path: String, setting: String, tried: String) throws(FetchError) -> [UInt8] {
    switch FileReading.read(path, maximumBytes: 4 << 20) {
    case .success(let bytes): return bytes
    case .failure(let failure):
      throw FetchError(
        .settings, tried: tried, answer: "\(path) \(failure.reason)", advice: "correct \(setting) in the settings")
    }
  }
}

extension ProxyAddress {
  /// The proxy as AsyncHTTPClient takes it.
  var configuration: HTTPClient.Configuration.Proxy {
    switch kind {
    case .socks5: return .socksServer(host: host, port: port)
    case .http:
      guard let username else { return .server(host: host, port: port) }
      return .server(
        host: host, port: port, authorization: .basic(username: username, password: password?.knownText ?? ""))
    }
  }
}

/// The two ways in which a certificate is refused on this side.
enum CertificateFault {
  /// It is not trusted, or not valid now.
  case notTrusted
  /// It is trusted, but for another host.
  case otherName

  /// Nil where the failure is another one.
  init?(_ error: any Error) {
    let words = "\(error)"
    if words.contains("CERTIFICATE_VERIFY_FAILED") {
      self = .notTrusted
    } else if words.contains("failedToValidateHostname") || words.contains("unableToValidateCertificate") {
      self = .otherName
    } else {
      return nil
    }
  }
}

extension FetchError {
  /// What went wrong with TLS, by the words that BoringSSL has for it.
  static func tls(_ error: any Error, tried: String, endpoint: Endpoint) -> FetchError {
    let words = "\(error)"
    let fault = CertificateFault(error)
    let hasCertificate = endpoint.tls.certificateFile != nil
    let certificateAdvice = "set ca_file to the certificate authority that signed it (insecure_skip_verify takes any)"
    let (answer, advice): (String, String?)
    if fault == .notTrusted {
      answer =
        endpoint.tls.caFile.map { "its certificate is not signed by an authority in \($0), or has expired" }
        ?? "its certificate is not signed by an authority that this machine trusts, or has expired"
      advice = certificateAdvice
    } else if fault == .otherName {
      answer = "its certificate is for another name than \(endpoint.address.host)"
      advice = "use the name that stands in the certificate (insecure_skip_verify takes any)"
    } else if words.contains("WRONG_VERSION_NUMBER") || words.contains("HTTP_REQUEST") {
      answer = "the port does not speak TLS"
      advice = "try http:// instead of https://"
    } else if words.contains("CERTIFICATE_REQUIRED") {
      answer = "it asks for a client certificate"
      advice = "set cert_file and key_file"
    } else if words.contains("CERTIFICATE_EXPIRED") {
      answer = "it says that our client certificate has expired"
      advice = "renew cert_file"
    } else if words.contains("UNKNOWN_CA") || words.contains("BAD_CERTIFICATE") || words.contains("CERTIFICATE_UNKNOWN")
      || words.contains("ALERT_ACCESS_DENIED") || words.contains("HANDSHAKE_FAILURE")
    {
      // Servers of TLS 1.2 have no alert for a certificate that is missing: they take one that says it is bad, or just stop.
      answer = hasCertificate ? "it did not accept our client certificate" : "it seems to ask for a client certificate"
      advice =
        hasCertificate
        ? "check cert_file and key_file: the authority that signed them, and how long they are valid"
        : "set cert_file and key_file"
    } else if words.contains("PROTOCOL_VERSION") || words.contains("UNSUPPORTED_PROTOCOL") {
      answer = "it speaks only versions of TLS that are no longer safe"
      advice = nil
    } else if words.contains("KEY_VALUES_MISMATCH") || words.contains("failedToLoadPrivateKey") {
      answer = "key_file is not the key of cert_file"
      advice = "correct the settings"
    } else if words.contains("EOF") || words.contains("uncleanShutdown") {
      answer = "the connection was closed during the TLS handshake"
      advice = "check that this port speaks https"
    } else {
      answer = "TLS failed: " + bounded(reason(in: words), to: 160)
      advice = nil
    }
    return FetchError(.tls, tried: tried, answer: answer, advice: advice)
  }

  /// The last part of BoringSSL's `error:1000007d:SSL routines:OPENSSL_internal:REASON at file:line`.
  private static func reason(in words: String) -> String {
    guard let mark = words.firstRange(of: "OPENSSL_internal:") else { return words }
    return words[mark.upperBound...].prefix { $0.isUppercase || $0 == "_" || $0.isNumber }
      .replacing("_", with: " ").lowercased()
  }
}
