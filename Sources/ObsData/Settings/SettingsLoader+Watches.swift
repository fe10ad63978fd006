/// Watches and the channels by which they tell somebody.
extension SettingsLoader {
  /// Reads the channels; one that is called like a built-in one takes its place.
  mutating func readChannels(_ node: SettingsNode?) {
    for entry in reader.entries(node, of: "channels") {
      let what = "settings of channel \(reader.shown(entry.key))"
      let members = reader.members(entry.value, keys: SettingsSchema.channel, of: what)
      guard members["kind"] != nil else {
        reader.report(
          entry.keyOrigin,
          "channel \(reader.shown(entry.key)) has no kind: "
            + ChannelKind.allCases.map(\.rawValue).joined(separator: ", "))
        continue
      }
      let kinds = ChannelKind.allCases.map(\.rawValue)
      guard let word = reader.choice(members["kind"], "kind", of: kinds), let kind = ChannelKind(rawValue: word.value)
      else { continue }
      let allowed = SettingsLoader.keys(of: kind)
      for key in SettingsSchema.channel where members[key] != nil && !allowed.contains(key) {
        reader.report(members[key]?.origin ?? entry.keyOrigin, "a channel of kind \(kind.rawValue) takes no \(key)")
      }
      channelRows.append(SettingRow("channels.\(entry.key).kind", kind.rawValue, word.origin))
      let pause = reader.duration(members["pause"], "pause", in: .seconds(1) ... .seconds(86_400))
      let timeout = reader.duration(members["timeout"], "timeout", in: .seconds(1) ... .seconds(300))
      for (key, value) in [("pause", pause), ("timeout", timeout)] {
        if let value {
          channelRows.append(
            SettingRow("channels.\(entry.key).\(key)", DurationText.text(value.value), value.origin))
        }
      }
      guard let target = target(kind, members, entry) else { continue }
      let channel = NotificationChannel(
        name: entry.key, target: target, pause: pause?.value ?? .seconds(10), timeout: timeout?.value ?? .seconds(10))
      if let index = channels.firstIndex(where: { $0.name == channel.name }) {
        channels[index] = channel
      } else {
        channels.append(channel)
      }
    }
  }

  private static func keys(of kind: ChannelKind) -> [String] {
    let own =
      switch kind {
      case .bell: [String]()
      case .desktop: ["protocol"]
      case .command: ["command", "timeout"]
      case .webhook, .slack: ["url", "url_file", "url_command", "headers", "ca_file", "timeout"]
      case .mail: ["to", "from", "sendmail", "timeout"]
      }
    return ["kind", "pause"] + own
  }

  private mutating func target(
    _ kind: ChannelKind, _ members: [String: SettingsNode], _ entry: SettingsNode.Entry
  ) -> NotificationChannel.Target? {
    func show(_ key: String, _ value: String, _ origin: SettingOrigin) {
      channelRows.append(SettingRow("channels.\(entry.key).\(key)", value, origin))
    }
    switch kind {
    case .bell: return .bell
    case .desktop:
      let words = DesktopProtocol.allCases.map(\.rawValue)
      let word = reader.choice(members["protocol"], "protocol", of: words)
      return .desktop(word.flatMap { DesktopProtocol(rawValue: $0.value) } ?? .osc9)
    case .command:
      // One text is a program without arguments: who wants a shell names one, [sh, -c, …].
      guard let words = reader.list(members["command"], "command"), let first = words.first else {
        if members["command"] == nil { reader.report(entry.keyOrigin, "channel \(entry.key) has no command") }
        return nil
      }
      guard !first.value.isEmpty, !words.contains(where: { $0.value.contains("\0") }) else {
        reader.report(first.origin, "command begins with the name of a program")
        return nil
      }
      show("command", words.map(\.value).joined(separator: " "), first.origin)
      let program = SettingsLoader.expandedHome(first.value, reader.environment)
      return .command([program] + words.dropFirst().map(\.value))
    case .webhook, .slack:
      guard let url = webSecret(members, entry) else { return nil }
      var rows: [SettingRow] = []
      let headers = headers(members["headers"], isSelected: false, rows: &rows)
      for row in rows { show(row.path, row.value, row.origin) }
      let authority = reader.path(members["ca_file"], "ca_file")
      if let authority { show("ca_file", authority.value, authority.origin) }
      let target = WebTarget(url: url, headers: headers, caFile: authority?.value)
      return kind == .slack ? .slack(target) : .webhook(target)
    case .mail: return mail(members, entry)
    }
  }

  private static func expandedHome(_ path: String, _ environment: [String: String]) -> String {
    guard path.hasPrefix("~/"), let home = environment["HOME"] else { return path }
    return home + path.dropFirst()
  }

  private mutating func webSecret(_ members: [String: SettingsNode], _ entry: SettingsNode.Entry) -> Secret? {
    let given = ["url", "url_file", "url_command"].filter { members[$0] != nil }
    guard let key = given.first, let node = members[key] else {
      reader.report(entry.keyOrigin, "channel \(entry.key) has no url (url, url_file or url_command)")
      return nil
    }
    for other in given.dropFirst() {
      reader.report(members[other]?.origin ?? node.origin, "\(key) and \(other) are both given; only one can be used")
    }
    guard let secret = secret(node, key, isSelected: false) else { return nil }
    if let text = secret.knownText {
      do {
        _ = try WebAddress(text)
      } catch {
        reader.report(node.origin, "url: \(error.reason)")
        return nil
      }
    }
    channelRows.append(
      SettingRow("channels.\(entry.key).\(key)", key == "url_file" ? secret.shown : Secret.mask, node.origin))
    return secret
  }

  private mutating func mail(_ members: [String: SettingsNode], _ entry: SettingsNode.Entry)
    -> NotificationChannel.Target?
  {
    let to = reader.list(members["to"], "to") ?? []
    let from = reader.text(members["from"], "from")
    let sendmail = reader.path(members["sendmail"], "sendmail")
    guard let first = to.first else {
      reader.report(entry.keyOrigin, "channel \(entry.key) has nobody to send to (to: an address, or a list of them)")
      return nil
    }
    for address in to + [from].compactMap({ $0 }) where !MailTarget.isAddress(address.value) {
      reader.report(address.origin, "“\(reader.shown(address.value))” is no mail address such as oncall@example.org")
    }
    channelRows.append(
      SettingRow("channels.\(entry.key).to", to.map(\.value).joined(separator: ", "), first.origin))
    for (key, value) in [("from", from), ("sendmail", sendmail)] {
      if let value { channelRows.append(SettingRow("channels.\(entry.key).\(key)", value.value, value.origin)) }
    }
    return .mail(
      MailTarget(to: to.map(\.value), from: from?.value, sendmail: sendmail?.value ?? "/usr/sbin/sendmail"))
  }

  /// Reads the watches of the file or of a context, where one takes the place of another of its name.
  mutating func watches(_ node: SettingsNode?, into names: inout Names) {
    guard let node else { return }
    let items: [SettingsNode]
    switch node.content {
    case .empty: items = []
    case .list(let list): items = list
    default:
      reader.report(node.origin, "watches are a list, not \(node.kind)")
      return
    }
    var seen: Set<String> = []
    for item in items {
      guard let (watch, rows) = watch(item) else { continue }
      guard seen.insert(watch.name).inserted else {
        reader.report(item.origin, "there is already a watch “\(reader.shown(watch.name))”")
        continue
      }
      names.rows.removeAll { $0.path.hasPrefix("watches.\(watch.name).") }
      names.rows += rows
      if let index = names.watches.firstIndex(where: { $0.name == watch.name }) {
        names.watches[index] = watch
      } else {
        names.watches.append(watch)
      }
    }
  }

  private mutating func watch(_ node: SettingsNode) -> (Watch, [SettingRow])? {
    guard case .map = node.content else {
      reader.report(node.origin, "a watch is a map with a name, not \(node.kind)")
      return nil
    }
    let members = reader.members(node, keys: SettingsSchema.watch, of: "settings of a watch")
    guard let name = reader.text(members["name"], "name") else {
      if members["name"] == nil { reader.report(node.origin, "a watch has no name") }
      return nil
    }
    guard !name.value.isEmpty, name.value.count <= 100, !name.value.contains(where: \.isNewline) else {
      reader.report(name.origin, "the name of a watch is one line of 1 to 100 characters")
      return nil
    }
    var rows: [SettingRow] = []
    func show(_ key: String, _ value: String, _ origin: SettingOrigin) {
      rows.append(SettingRow("watches.\(name.value).\(key)", value, origin))
    }
    guard let condition = condition(members, node, name.value, show) else { return nil }
    func duration(_ key: String, _ standard: Duration, _ range: ClosedRange<Duration>) -> Duration {
      guard let value = reader.duration(members[key], key, in: range) else { return standard }
      show(key, DurationText.text(value.value), value.origin)
      return value.value
    }
    let holdsFor = duration("for", .zero, .seconds(1) ... .seconds(7 * 86_400))
    let every = duration("every", .seconds(30), .seconds(1) ... .seconds(86_400))
    var labels = texts(members["labels"], "labels", isName: true)
    if labels["alertname"] != nil {
      reader.report(members["labels"]?.origin ?? node.origin, "the label alertname is the watch's name")
    }
    if let severity = reader.text(members["severity"], "severity") {
      labels["severity"] = severity.value
      show("severity", severity.value, severity.origin)
    }
    let annotations = texts(members["annotations"], "annotations", isName: false)
    var told = ["bell"]
    if let list = reader.list(members["channels"], "channels") {
      told = list.map(\.value)
      if let first = list.first { show("channels", told.joined(separator: ", "), first.origin) }
      let known = channels.map(\.name)
      for channel in list where !known.contains(channel.value) {
        let hint = NearestName.suggestion(for: channel.value, among: known)
        reader.report(channel.origin, "there is no channel “\(reader.shown(channel.value))”\(hint)")
      }
    }
    return (
      Watch(
        name: name.value, condition: condition, holdsFor: holdsFor, every: every, labels: labels,
        annotations: annotations, channels: told), rows
    )
  }

  private mutating func condition(
    _ members: [String: SettingsNode], _ node: SettingsNode, _ name: String,
    _ show: (String, String, SettingOrigin) -> Void
  ) -> Watch.Condition? {
    if members["expr"] != nil {
      for key in ["query", "count", "within"] where members[key] != nil {
        reader.report(members[key]?.origin ?? node.origin, "a watch with an expr takes no \(key)")
      }
      guard let expression = reader.raw(members["expr"], "expr"), !expression.value.isEmpty else { return nil }
      show("expr", FetchError.singleLine(expression.value), expression.origin)
      return .metrics(expression.value)
    }
    guard members["query"] != nil else {
      reader.report(node.origin, "the watch \(reader.shown(name)) has neither expr (PromQL) nor query (KQL)")
      return nil
    }
    guard let query = reader.text(members["query"], "query") else { return nil }
    do throws(KQLError) {
      _ = try TypedFilter.parse(query.value)
    } catch {
      reader.report(query.origin, "query: \(error)")
      return nil
    }
    guard let count = reader.text(members["count"], "count") else {
      if members["count"] == nil {
        reader.report(node.origin, "the watch \(reader.shown(name)) has a query but no count: '> 100'")
      }
      return nil
    }
    let text = count.value.filter { !$0.isWhitespace }
    let sign = AlertCondition.Comparison.allCases.first { text.hasPrefix($0.rawValue) }
    guard let sign, let threshold = Double(text.dropFirst(sign.rawValue.count)), threshold.isFinite, threshold >= 0
    else {
      reader.report(count.origin, "count is a comparison such as '> 100', not “\(reader.shown(count.value))”")
      return nil
    }
    let within =
      reader.duration(members["within"], "within", in: .seconds(1) ... .seconds(30 * 86_400)) ?? Sourced(.seconds(300))
    show("query", query.value, query.origin)
    show("count", count.value, count.origin)
    show("within", DurationText.text(within.value), within.origin)
    return .lines(query: query.value, comparison: sign, threshold: threshold, within: within.value)
  }

  /// A map of texts; the names of labels are Prometheus's.
  private mutating func texts(_ node: SettingsNode?, _ what: String, isName: Bool) -> [String: String] {
    var result: [String: String] = [:]
    for entry in reader.entries(node, of: what) {
      if isName, !PrometheusName.isLegacyLabel(entry.key) {
        reader.report(entry.keyOrigin, "“\(reader.shown(entry.key))” is no name of a label: letters, digits and _")
      }
      if let text = reader.text(entry.value, entry.key) { result[entry.key] = text.value }
    }
    return result
  }
}
