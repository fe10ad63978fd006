/// The ways of telling somebody.
public enum ChannelKind: String, Hashable, Sendable, CaseIterable {
  /// The terminal's bell.
  case bell
  /// A notification of the desktop that the terminal runs on, by an escape sequence.
  case desktop
  /// A program that gets the alert as JSON on its standard input.
  case command
  /// A POST of JSON, in the form of Alertmanager's webhooks.
  case webhook
  /// A POST to a Slack-compatible incoming webhook.
  case slack
  /// E-mail through the system's sendmail.
  case mail

  /// Whether only a terminal can do it.
  public var isOfTerminal: Bool { self == .bell || self == .desktop }
}

/// A way of telling somebody, as it is set.
public struct NotificationChannel: Hashable, Sendable {
  /// What it takes.
  public enum Target: Hashable, Sendable {
    case bell
    case desktop(DesktopProtocol)
    /// The program and its arguments; no shell reads them.
    case command([String])
    case webhook(WebTarget)
    case slack(WebTarget)
    case mail(MailTarget)
  }

  /// Its name.
  public let name: String
  /// What it takes.
  public let target: Target
  /// The least time between two messages.
  public let pause: Duration
  /// How long one message may take.
  public let timeout: Duration

  /// Makes a channel.
  public init(name: String, target: Target, pause: Duration = .seconds(10), timeout: Duration = .seconds(10)) {
    self.name = name
    self.target = target
    self.pause = pause
    self.timeout = timeout
  }

  /// What it is.
  public var kind: ChannelKind {
    switch target {
    case .bell: .bell
    case .desktop: .desktop
    case .command: .command
    case .webhook: .webhook
    case .slack: .slack
    case .mail: .mail
    }
  }

  /// What the outbox knows of it.
  public var label: ChannelLabel {
    var sequence: DesktopProtocol?
    if case .desktop(let known) = target { sequence = known }
    return ChannelLabel(name: name, kind: kind, pause: pause, sequence: sequence)
  }

  /// The channels that are there without being set: the bell, and the desktop by OSC 9. A watch uses what it names.
  public static let builtIn = [
    NotificationChannel(name: "bell", target: .bell), NotificationChannel(name: "desktop", target: .desktop(.osc9)),
  ]
}

/// The escape sequences by which terminals take a notification.
public enum DesktopProtocol: String, Hashable, Sendable, CaseIterable {
  /// `OSC 9 ; text` (iTerm2, Windows Terminal, kitty, WezTerm, Ghostty).
  case osc9
  /// `OSC 777 ; notify ; title ; body` (rxvt-unicode, foot, Ghostty, WezTerm).
  case osc777
}

/// Where a webhook goes. The whole address is a secret: whoever has it can post.
public struct WebTarget: Hashable, Sendable {
  /// The address.
  public let url: Secret
  /// Headers of the user's own.
  public let headers: [ExtraHeader]
  /// PEM file of the authorities to trust instead of the system's.
  public let caFile: String?

  /// Makes a target.
  public init(url: Secret, headers: [ExtraHeader] = [], caFile: String? = nil) {
    self.url = url
    self.headers = headers
    self.caFile = caFile
  }
}

/// Who gets e-mail.
public struct MailTarget: Hashable, Sendable {
  /// The addresses.
  public let to: [String]
  /// The sender; nil leaves it to sendmail.
  public let from: String?
  /// The program that is run with `-t -i`.
  public let sendmail: String

  /// Makes a target.
  public init(to: [String], from: String? = nil, sendmail: String = "/usr/sbin/sendmail") {
    self.to = to
    self.from = from
    self.sendmail = sendmail
  }

  /// Whether a text is an address that can stand in a header: something, an @, something, and nothing that could end the header or
  /// begin another address.
  static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254 && !text.hasPrefix("-")
      && text.unicodeScalars.allSatisfy {
        $0.value > 0x20 && $0.value < 0x7F && !",;:<>()[]\\\"".contains(Character($0))
      }
  }
}
