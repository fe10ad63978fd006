import NIOCore
import NIOHTTP1

/// How a plain `http://` request goes through an HTTP proxy: it is sent to the proxy itself, with the whole address as its target
/// (RFC 9112, 3.2.2). AsyncHTTPClient only knows CONNECT, which many proxies keep for port 443.
struct ForwardProxy: Sendable {
  let proxy: ProxyAddress

  /// Nil where the request is not for this kind of proxy: https is tunnelled, and so is everything through SOCKS.
  init?(_ proxy: ProxyAddress?, for scheme: BaseAddress.Scheme) {
    guard let proxy, proxy.kind == .http, scheme == .http else { return nil }
    self.proxy = proxy
  }

  /// Where the connection goes.
  var origin: String { "http://" + proxy.description }

  /// What the proxy wants to know, beside the request's own fields: whom the request is for, and who asks.
  func add(to headers: inout HTTPHeaders, for location: BaseAddress) {
    headers.replaceOrAdd(name: "Host", value: String(location.origin.dropFirst("http://".count)))
    guard let username = proxy.username else { return }
    let words = "\(username):\(proxy.password?.knownText ?? "")"
    headers.replaceOrAdd(name: "Proxy-Authorization", value: "Basic " + Credentials.base64(words))
  }

  /// Puts the rewriting of targets into a new connection, right before the requests become bytes.
  @Sendable static func prepare(_ channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
      try pipeline.addHandler(AbsoluteTargets(), position: .after(encoder))
    }
  }
}

/// Makes `GET /path` with a `Host` into `GET http://host/path`.
private final class AbsoluteTargets: ChannelOutboundHandler {
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .head(var head) = unwrapOutboundIn(data), let host = head.headers.first(name: "Host") else {
      context.write(data, promise: promise)
      return
    }
    head.uri = "http://" + host + head.uri
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }
}
