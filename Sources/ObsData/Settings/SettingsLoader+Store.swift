extension SettingsLoader {
  /// Puts together one store of a context from its layers: file, environment, flags. Nil where nothing says where it is.
  mutating func store(
    _ store: Store, _ node: SettingsNode?, isSelected: Bool, hasDefaults: Bool, context: String
  ) -> StoreSettings? {
    let keys = SettingsSchema.store(store)
    var layers = [reader.members(node, keys: keys, of: "\(store.rawValue) settings")]
    if isSelected { layers += [environmentLayer(store), flagLayer(store)] }
    let top = layers.reduce(into: [:]) { $0.merge($1) { _, new in new } }
    if hasDefaults, top["url"] == nil, StoreSettings.standardURL(store) == nil { return nil }
    guard top["url"] != nil || hasDefaults else {
      if let node { reader.report(node.origin, "\(store.rawValue) of context \(context) has no url") }
      return nil
    }
    let standard = StoreSettings.standardURL(store) ?? ""
    let url = top["url"].map { reader.text($0, "url") } ?? Sourced(standard)
    guard let url, let parsed = address(url, of: store) else { return nil }

    var rows = [SettingRow("url", parsed.address.description, url.origin)]
    let credentials = credentials(layers, url: Sourced(parsed, url.origin), isSelected: isSelected, rows: &rows)
    let tls = tls(top, rows: &rows)
    let headers = headers(top["headers"], isSelected: isSelected, rows: &rows)
    if credentials != .none, headers.contains(where: { $0.name.lowercased() == "authorization" }) {
      reader.report(top["headers"]?.origin ?? url.origin, "the header Authorization is given beside other credentials")
    }
    let proxy = proxy(top["proxy"], address: Sourced(parsed.address, url.origin), rows: &rows)
    func duration(_ key: String, _ standard: Duration, _ range: ClosedRange<Duration>) -> Sourced<Duration> {
      let value = reader.duration(top[key], key, in: range) ?? Sourced(standard)
      if keys.contains(key) { rows.append(SettingRow(key, DurationText.text(value.value), value.origin)) }
      return value
    }
    let interval = duration("interval", StoreSettings.standardInterval(store), .milliseconds(250) ... .seconds(86_400))
    let timeout = duration("timeout", StoreSettings.standardTimeout, .milliseconds(100) ... .seconds(3_600))
    let overlap = duration("overlap", StoreSettings.standardOverlap, .seconds(1) ... .seconds(3_600))
    let names = reader.list(top["indices"], "indices") ?? []
    let indices = Sourced(
      names.isEmpty ? StoreSettings.standardIndices : names.map(\.value).joined(separator: ","),
      names.first?.origin ?? .standard)
    for name in names where name.value.isEmpty || name.value.contains(where: { " /\\?\"<>|#".contains($0) }) {
      reader.report(name.origin, "“\(reader.shown(name.value))” is no index pattern")
    }
    if store == .elasticsearch { rows.append(SettingRow("indices", indices.value, indices.origin)) }
    return StoreSettings(
      endpoint: Endpoint(
        address: parsed.address, credentials: credentials, headers: headers, tls: tls, proxy: proxy),
      urlOrigin: url.origin, interval: interval, timeout: timeout, indices: indices, overlap: overlap, rows: rows)
  }

  private func environmentLayer(_ store: Store) -> [String: SettingsNode] {
    var layer: [String: SettingsNode] = [:]
    for (key, name) in SettingsSchema.variables(of: store) {
      guard let value = reader.environment[name], !value.isEmpty else { continue }
      layer[key] = SettingsNode(content: .text(value), origin: .environment(name))
    }
    return layer
  }

  private func flagLayer(_ store: Store) -> [String: SettingsNode] {
    var layer: [String: SettingsNode] = [:]
    if let url = overrides.urls[store] {
      layer["url"] = SettingsNode(content: .text(url), origin: .flag("--\(store.rawValue)-url"))
    }
    if store == .elasticsearch, let index = overrides.index {
      layer["indices"] = SettingsNode(content: .text(index), origin: .flag("--index"))
    }
    return layer
  }

  private mutating func address(_ url: Sourced<String>, of store: Store) -> BaseAddress.Parsed? {
    do {
      let parsed = try BaseAddress.parse(url.value)
      if case .flag = url.origin, parsed.username != nil {
        let variable = "OBS_TUI_\(store.rawValue.uppercased())_"
        reader.report(
          url.origin,
          "no user and no password here, for everybody on this machine can read the command line: "
            + "username and password_file in the settings, or \(variable)USERNAME and \(variable)PASSWORD, keep them")
        return nil
      }
      return parsed
    } catch {
      reader.report(url.origin, "url: \(error.reason)")
      return nil
    }
  }

  /// The credentials of the highest layer that gives any; two kinds in one layer are an error.
  private mutating func credentials(
    _ layers: [[String: SettingsNode]], url: Sourced<BaseAddress.Parsed>, isSelected: Bool, rows: inout [SettingRow]
  ) -> Credentials {
    var username = layers.reversed().lazy.compactMap { $0["username"] }.first.flatMap { reader.text($0, "username") }
    username = username ?? url.value.username.map { Sourced($0, url.origin) }
    if let username { rows.append(SettingRow("username", username.value, username.origin)) }

    for layer in layers.reversed() {
      let given = SettingsSchema.secretKeys.filter { layer[$0] != nil }
      guard let key = given.first, let node = layer[key] else { continue }
      for other in given.dropFirst() {
        reader.report(layer[other]?.origin ?? node.origin, "\(key) and \(other) are both given; only one can be used")
      }
      guard let secret = secret(node, key, isSelected: isSelected) else { return .none }
      rows.append(SettingRow(key, key.hasSuffix("_file") ? secret.shown : Secret.mask, node.origin))
      if key.hasPrefix("token") { return .bearer(secret) }
      if key.hasPrefix("api_key") { return .apiKey(secret) }
      if let username { return .basic(username: username.value, password: secret) }
      reader.report(node.origin, "\(key) is given without a username")
      return .none
    }
    guard let username else { return .none }
    if let password = url.value.password {
      rows.append(SettingRow("password", Secret.mask, url.origin))
      return .basic(username: username.value, password: password)
    }
    reader.report(username.origin, "username is given without a password (password, password_file or password_command)")
    return .none
  }

  /// A secret by the ending of its key. A variable that is missing is an error for the context that is used; the others of the
  /// file are not disturbed, but have no secret either.
  mutating func secret(_ node: SettingsNode, _ key: String, isSelected: Bool) -> Secret? {
    if key.hasSuffix("_file") { return reader.path(node, key).map { Secret(file: $0.value) } }
    if key.hasSuffix("_command") {
      // The shell fills in variables itself.
      guard let command = reader.raw(node, key) else { return nil }
      return Secret(command: command.value)
    }
    guard let raw = reader.raw(node, key) else { return nil }
    let (text, missing) = reader.expanded(raw)
    guard let name = missing.first else { return Secret(text) }
    if isSelected { reader.report(raw.origin, "\(key): the environment has no \(name)") }
    return Secret(missingVariable: name)
  }

  private mutating func tls(_ layer: [String: SettingsNode], rows: inout [SettingRow]) -> TLSOptions {
    var options = TLSOptions()
    let authority = reader.path(layer["ca_file"], "ca_file")
    let certificate = reader.path(layer["cert_file"], "cert_file")
    let key = reader.path(layer["key_file"], "key_file")
    let skips = reader.bool(layer["insecure_skip_verify"], "insecure_skip_verify")
    if let key, certificate == nil { reader.report(key.origin, "key_file is given without cert_file") }
    for (name, file) in [("ca_file", authority), ("cert_file", certificate), ("key_file", key)] {
      if let file { rows.append(SettingRow(name, file.value, file.origin)) }
    }
    if let skips { rows.append(SettingRow("insecure_skip_verify", "\(skips.value)", skips.origin)) }
    options.caFile = authority?.value
    options.certificateFile = certificate?.value
    options.keyFile = key?.value
    options.skipsVerification = skips?.value ?? false
    return options
  }

  mutating func headers(
    _ node: SettingsNode?, isSelected: Bool, rows: inout [SettingRow]
  ) -> [ExtraHeader] {
    var headers: [ExtraHeader] = []
    for entry in reader.entries(node, of: "headers") {
      let isToken = entry.key.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
      let name = entry.key.lowercased()
      if !isToken || ["host", "content-length", "transfer-encoding", "connection"].contains(name) {
        reader.report(entry.keyOrigin, "“\(reader.shown(entry.key))” is no header that can be set")
      } else if headers.contains(where: { $0.name.lowercased() == name }) {
        reader.report(entry.keyOrigin, "the header \(entry.key) is given twice")
      } else if let value = secret(entry.value, entry.key, isSelected: isSelected) {
        headers.append(ExtraHeader(name: entry.key, value: value))
        rows.append(SettingRow("headers.\(entry.key)", Secret.mask, entry.value.origin))
      }
    }
    return headers
  }

  /// The proxy that is set, else the environment's; `none` is no proxy at all.
  private mutating func proxy(
    _ node: SettingsNode?, address: Sourced<BaseAddress>, rows: inout [SettingRow]
  ) -> ProxyAddress? {
    do {
      if let node {
        guard let text = reader.text(node, "proxy") else { return nil }
        do {
          let proxy = text.value == "none" ? nil : try ProxyAddress.parse(text.value)
          rows.append(SettingRow("proxy", proxy?.description ?? "none", text.origin))
          return proxy
        } catch {
          reader.report(text.origin, "proxy: \(error.reason)")
          return nil
        }
      }
      let proxy = try ProxyAddress.fromEnvironment(reader.environment, for: address.value)
      if let proxy { rows.append(SettingRow("proxy", proxy.description, .environment("proxy variables"))) }
      return proxy
    } catch {
      let hint = "set proxy for this store in the settings (none for no proxy)"
      reader.report(.environment("proxy variables"), "for \(address.value): \(error.reason); \(hint)")
      return nil
    }
  }
}
