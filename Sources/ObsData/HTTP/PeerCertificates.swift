import NIOCore
import NIOPosix
import NIOSSL

/// Looks at the certificates of a server without trusting them: the handshake is broken off as soon as they are known, and nothing
/// is sent.
enum PeerCertificates {
  /// How long it may take. It only finds words for a failure that is certain already.
  private static let patience = TimeAmount.seconds(2)

  /// What the server sends, its own certificate first; empty where it cannot be found out.
  static func chain(of address: BaseAddress, on group: any EventLoopGroup) async -> [CertificateFacts] {
    guard let context = try? NIOSSLContext(configuration: .makeClientConfiguration()) else { return [] }
    let isNumeric = address.host.contains(":") || address.host.allSatisfy { $0 == "." || $0.isNumber }
    let promise = group.next().makePromise(of: [NIOSSLCertificate].self)
    let bootstrap = ClientBootstrap(group: group).connectTimeout(patience).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let handler = try NIOSSLClientHandler(context: context, serverHostname: isNumeric ? nil : address.host) {
          certificates, verdict in
          promise.succeed(certificates)
          verdict.succeed(NIOSSLVerificationResult.failed)
        }
        try channel.pipeline.syncOperations.addHandler(handler)
      }
    }
    let connection = bootstrap.connect(host: address.host, port: address.effectivePort)
    connection.whenFailure { promise.fail($0) }
    connection.whenSuccess { channel in
      let end = channel.eventLoop.scheduleTask(in: patience) { channel.close(mode: .all, promise: nil) }
      channel.closeFuture.whenComplete { _ in
        end.cancel()
        promise.fail(ChannelError.eof)
      }
    }
    let certificates = (try? await promise.futureResult.get()) ?? []
    if let channel = try? await connection.get() { channel.close(mode: .all, promise: nil) }
    return facts(certificates)
  }

  /// The facts of certificates that can be read.
  static func facts(_ certificates: [NIOSSLCertificate]) -> [CertificateFacts] {
    certificates.prefix(10).compactMap { certificate in
      guard let der = try? certificate.toDERBytes() else { return nil }
      return CertificateFacts(
        der: der, notBefore: Timestamp(seconds: Double(certificate.notValidBefore)),
        notAfter: Timestamp(seconds: Double(certificate.notValidAfter)))
    }
  }
}
