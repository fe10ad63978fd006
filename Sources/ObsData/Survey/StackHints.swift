/// Where stores may be, by a file that tells of a stack: a RustIM's `config/config.yaml`, or a compose file.
public struct StackHints: Sendable, Equatable {
  /// The addresses that the file means, and in what words it does.
  public private(set) var places: [Store: (address: String, source: String)] = [:]
  /// What in the file keeps things from showing, a sentence each.
  public private(set) var remarks: [String] = []

  /// No hints.
  public init() {}

  /// Two hints are equal when they say the same.
  public static func == (a: StackHints, b: StackHints) -> Bool {
    a.remarks == b.remarks
      && a.places.mapValues { "\($0.address) \($0.source)" } == b.places.mapValues { "\($0.address) \($0.source)" }
  }

  /// Which store listens on which port inside its container.
  static let ports: [(store: Store, port: Int)] = [
    (.elasticsearch, 9200), (.jaeger, 16_686), (.prometheus, 9090), (.alertmanager, 9093), (.grafana, 3000),
    (.kibana, 5601), (.filebeat, 5066), (.logstash, 9600), (.collector, 8888),
  ]

  /// More than this is no file of the two kinds.
  private static let maximumBytes = 1 << 20

  /// Reads a file of either kind, known by its content. Throws what is wrong with it. `environment` fills in `${NAME}`.
  public static func read(file path: String, environment: [String: String]) throws(SettingsError) -> StackHints {
    switch FileReading.read(path, maximumBytes: maximumBytes) {
    case .failure(let failure): throw SettingsError([SettingsProblem(.flag(path), "the file \(failure.reason)")])
    case .success(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw SettingsError([SettingsProblem(.flag(path), "the file is not UTF-8 text")])
      }
      return try parse(text, file: path, environment: environment)
    }
  }

  /// The hints in a text.
  static func parse(_ text: String, file: String, environment: [String: String] = [:]) throws(SettingsError)
    -> StackHints
  {
    let root = try SettingsYAML.parse(text, file: file)
    var hints = StackHints()
    let name = file.split(separator: "/").last.map(String.init) ?? file
    if let services = root?["services"], !services.entries.isEmpty {
      hints.readCompose(services, file: name, environment: environment)
    } else if root?["telemetry"] != nil || root?["log"] != nil {
      hints.readConfiguration(root, file: name)
    } else {
      throw SettingsError([
        SettingsProblem(
          .file(path: file, line: 1, column: 1),
          "neither services, as in a compose file, nor log or telemetry, as in RustIM's config.yaml")
      ])
    }
    return hints
  }

  private mutating func readConfiguration(_ root: SettingsNode?, file: String) {
    if let format = root?["log"]?["format"]?.text, format.lowercased() != "json" {
      remarks.append("\(file): log.format is \(format): lines come unparsed; set it to json")
    }
    guard let telemetry = root?["telemetry"] else {
      remarks.append("\(file): there is no telemetry: the service sends no traces")
      return
    }
    if telemetry["enabled"]?.text?.lowercased() != "true" {
      remarks.append("\(file): telemetry.enabled is not true: the service sends no traces")
    }
    if let ratio = telemetry["sampling_ratio"]?.text.flatMap(Double.init), ratio < 1 {
      remarks.append("\(file): telemetry.sampling_ratio is \(ratio): Jaeger knows only that share of the traces")
    }
    guard let endpoint = telemetry["endpoint"]?.text else { return }
    guard let address = try? BaseAddress.parse(endpoint).address else {
      remarks.append("\(file): telemetry.endpoint is no address")
      return
    }
    // Whoever takes the spans mostly has the stack beside it.
    for (store, port) in StackHints.ports where StoreSettings.standardURL(store) != nil || store == .grafana {
      let place = BaseAddress(host: address.host, port: port)
      places[store] = (place.description, "the host of telemetry.endpoint in \(file)")
    }
  }

  private mutating func readCompose(_ services: SettingsNode, file: String, environment: [String: String]) {
    for (name, service) in services.entries {
      for entry in service["ports"]?.items ?? [] {
        guard let mapping = PortMapping(entry, environment: environment),
          let store = StackHints.ports.first(where: { $0.port == mapping.container })?.store, places[store] == nil
        else { continue }
        places[store] = (
          BaseAddress(host: mapping.host, port: mapping.published).description, "the service \(name) in \(file)"
        )
      }
    }
    if places.isEmpty { remarks.append("\(file): no service publishes a port of a store that obs-tui knows") }
  }
}

/// A published port of a compose file, in the short form `127.0.0.1:9201:9200` or the long one.
struct PortMapping: Equatable {
  let host: String
  let published: Int
  let container: Int

  init?(_ node: SettingsNode, environment: [String: String]) {
    if let text = node.text {
      let filled = PortMapping.filled(text, environment)
      let parts = filled.split(separator: "/", maxSplits: 1).first.map(String.init) ?? filled
      // An IPv6 address has colons of its own, and stands in brackets.
      let ports = parts.split(separator: "]").last.map(String.init) ?? parts
      let pieces = ports.split(separator: ":").map(String.init)
      guard pieces.count >= 2, let container = Int(pieces[pieces.count - 1]), let port = Int(pieces[pieces.count - 2])
      else { return nil }
      let address =
        parts.hasPrefix("[") ? String(parts.dropFirst().prefix { $0 != "]" }) : pieces.count > 2 ? pieces[0] : ""
      self.init(host: address, published: port, container: container)
    } else {
      func number(_ key: String) -> Int? { node[key]?.text.flatMap { Int(PortMapping.filled($0, environment)) } }
      guard let container = number("target"), let port = number("published") else { return nil }
      let address = node["host_ip"]?.text.map { PortMapping.filled($0, environment) } ?? ""
      self.init(host: address, published: port, container: container)
    }
  }

  private init?(host: String, published: Int, container: Int) {
    guard (1...65_535).contains(published) else { return nil }
    // What listens everywhere listens here.
    self.host = ["", "0.0.0.0", "::", "[::]"].contains(host) ? "localhost" : host
    self.published = published
    self.container = container
  }

  /// `${NAME:-otherwise}`, `${NAME-otherwise}` and `${NAME}`, as Compose fills them in; a name that is not set is empty.
  static func filled(_ text: String, _ environment: [String: String]) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
      result += rest[..<start.lowerBound]
      let inside = rest[start.upperBound..<end]
      let name = inside.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
      let otherwise = inside[name.endIndex...].drop { ":-".contains($0) }
      let value = environment[String(name)] ?? ""
      result += value.isEmpty ? String(otherwise) : value
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}

extension SettingsNode {
  /// The member of that name of a map.
  subscript(_ key: String) -> SettingsNode? { entries.first { $0.key == key }?.value }
  /// The members of a map; none of anything else.
  var entries: [(key: String, value: SettingsNode)] {
    if case .map(let entries) = content { entries.map { ($0.key, $0.value) } } else { [] }
  }
  /// The items of a list; none of anything else.
  var items: [SettingsNode] { if case .list(let items) = content { items } else { [] } }
  /// The text of a single value.
  var text: String? { if case .text(let text) = content { text } else { nil } }
}
