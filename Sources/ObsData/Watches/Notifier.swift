/// Sends messages through channels: runs commands and sendmail, posts to webhooks. What a terminal does by itself (bell, desktop) is not
/// its business.
public struct Notifier: Sendable {
  private let channels: [String: NotificationChannel]
  private let context: String
  private let environment: [String: String]
  private let makeTransport: @Sendable (Endpoint) -> any HTTPTransport
  private let secrets = SecretReader()

  /// The most that is read of what a command prints.
  private static let maximumOutput = 64 << 10

  /// Makes a notifier for a context's messages; nothing is opened yet. `environment` says which proxies there are.
  public init(channels: [NotificationChannel], context: String, environment: [String: String] = [:]) {
    self.init(
      channels: channels, context: context, environment: environment,
      makeTransport: { AsyncHTTPTransport(endpoint: $0) })
  }

  init(
    channels: [NotificationChannel], context: String, environment: [String: String] = [:],
    makeTransport: @escaping @Sendable (Endpoint) -> any HTTPTransport
  ) {
    self.channels = Dictionary(channels.map { ($0.name, $0) }) { $1 }
    self.context = context
    self.environment = environment
    self.makeTransport = makeTransport
  }

  /// Sends one message, within the channel's timeout.
  public func send(_ delivery: WatchDelivery) async -> DeliveryOutcome {
    guard let channel = channels[delivery.channel] else { return .failed("there is no such channel") }
    let message = WatchMessage(changes: delivery.changes, context: context, lost: delivery.lost)
    switch channel.target {
    case .bell, .desktop: return .sent
    case .command(let words): return await run(words, input: message.jsonLines, channel)
    case .mail(let target):
      return await run([target.sendmail, "-t", "-i"], input: MailText.text(message, to: target), channel)
    case .webhook(let target): return await post(message.webhook(channel: channel.name), to: target, channel)
    case .slack(let target): return await post(message.slack, to: target, channel)
    }
  }

  private func run(_ words: [String], input: String, _ channel: NotificationChannel) async -> DeliveryOutcome {
    let outcome = await CommandRun.output(
      of: words, input: Array(input.utf8), deadline: channel.timeout, keeping: Notifier.maximumOutput)
    guard case .failure(let failure) = outcome else { return .sent }
    return .failed("\(WatchMessage.plain(words.first ?? "")) \(failure.reason)")
  }

  private func post(_ json: JSONTree, to target: WebTarget, _ channel: NotificationChannel) async -> DeliveryOutcome {
    do {
      let url = try await secrets.text(of: target.url, tried: channel.name)
      return await post(json, to: try WebAddress(url), target, channel)
    } catch let error as FetchError {
      return .failed(error.sentence, retryAfter: error.retryAfter)
    } catch let fault as BaseAddress.Fault {
      return .failed("its url is no address: \(fault.reason)")
    } catch {
      return .failed("its url cannot be read")
    }
  }

  private func post(
    _ json: JSONTree, to address: WebAddress, _ target: WebTarget, _ channel: NotificationChannel
  ) async -> DeliveryOutcome {
    var endpoint = Endpoint(
      address: address.base, credentials: address.credentials, headers: target.headers,
      tls: TLSOptions(caFile: target.caFile))
    do {
      endpoint.proxy = try ProxyAddress.fromEnvironment(environment, for: address.base)
    } catch {
      return .failed("the proxy that the environment names: \(error.reason)")
    }
    let request = HTTPRequest(
      .post, address.base.path.isEmpty ? [""] : [], query: address.query,
      headers: [("Content-Type", "application/json")],
      body: Array(json.text.utf8), deadline: channel.timeout, maximumBytes: 1 << 20)
    do throws(FetchError) {
      let response = try await makeTransport(endpoint).send(request)
      guard !(200..<300).contains(response.status) else { return .sent }
      let error = FetchError.status(response, to: request, at: address.base.origin)
      return .failed(
        address.redacted(error?.sentence ?? "status \(response.status)") + " from \(address.base.origin)",
        retryAfter: error?.retryAfter)
    } catch {
      return .failed(address.redacted(error.sentence) + " (\(address.base.origin))", retryAfter: error.retryAfter)
    }
  }
}

/// A webhook's address in its parts. Only scheme, host and port of it may be shown.
struct WebAddress {
  let base: BaseAddress
  let credentials: Credentials
  let query: [(name: String, value: String)]

  init(_ text: String) throws(BaseAddress.Fault) {
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let parsed = try BaseAddress.parse(String(parts.first ?? ""))
    base = parsed.address
    credentials = parsed.username.map { .basic(username: $0, password: parsed.password ?? Secret("")) } ?? .none
    query = (parts.count > 1 ? parts[1].split(separator: "&") : []).map { item in
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (
        PercentEncoding.decode(String(pair[0])), pair.count > 1 ? PercentEncoding.decode(String(pair[1])) : ""
      )
    }
  }

  /// A sentence without what is secret in the address, should a server have repeated it.
  func redacted(_ sentence: String) -> String {
    let secrets = [base.path] + base.path.split(separator: "/").map(String.init) + query.map(\.value)
    return secrets.filter { $0.utf8.count >= 4 }.reduce(sentence) { $0.replacing($1, with: Secret.mask) }
  }
}
