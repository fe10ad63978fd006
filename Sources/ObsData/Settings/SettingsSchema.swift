/// Every key that the settings know, in the order of the sample file. Reading, "did you mean" and the test of the sample all
/// go by these tables.
enum SettingsSchema {
  static let root = [
    "current_context", "contexts", "theme", "time_display", "window", "mouse", "held_lines", "keys", "fields",
    "services",
    "metrics", "log_columns", "dashboards", "watches", "channels",
  ]
  static let context =
    ["color", "writable"] + Store.allCases.map(\.rawValue) + [
      "fields", "services", "metrics", "log_columns", "watches",
    ]
  static let fields = ["time", "message", "level", "service", "trace_id", "span_id"]
  static let services = ["aliases", "strip_prefixes", "strip_suffixes"]
  static let metric = ["title", "unit", "expr"]
  static let watch = [
    "name", "expr", "query", "count", "within", "for", "every", "severity", "labels", "annotations", "channels",
  ]
  static let channel =
    ["kind", "command", "url", "url_file", "url_command", "headers", "ca_file", "to", "from", "sendmail", "protocol"]
    + ["pause", "timeout"]
  static let colors = ContextColor.allCases.map(\.rawValue)
  static let units = MetricUnit.allCases.map(unitName)

  /// The three kinds of secrets, and the endings that say where one is read.
  static let secrets = ["password", "token", "api_key"]
  static let secretEndings = ["", "_file", "_command"]
  static let secretKeys = secrets.flatMap { name in secretEndings.map { name + $0 } }

  /// The keys of one store.
  static func store(_ store: Store) -> [String] {
    let common = ["url", "username"] + secretKeys + ["ca_file", "cert_file", "key_file", "insecure_skip_verify"]
    switch store {
    case .elasticsearch: return common + ["headers", "proxy", "interval", "timeout", "indices", "overlap"]
    // These are asked nothing at intervals: they are where links lead, or what the doctor asks.
    case .grafana, .kibana, .filebeat, .logstash, .collector: return common + ["headers", "proxy", "timeout"]
    default: return common + ["headers", "proxy", "interval", "timeout"]
    }
  }

  /// The environment variables of one store, by the key that each sets.
  static func variables(of store: Store) -> [(key: String, name: String)] {
    let keys = ["url", "username", "password", "token", "api_key", "ca_file", "cert_file", "key_file"]
    let prefix = "OBS_TUI_" + store.rawValue.uppercased() + "_"
    let all = keys.map { ($0, prefix + $0.uppercased()) }
    return store == .elasticsearch ? all + [("indices", prefix + "INDEX")] : all
  }

  /// `perSecond` is written `per_second`.
  static func unitName(_ unit: MetricUnit) -> String {
    unit.rawValue.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
  }

  /// All keys as paths, with `*` for names that the user chooses and `STORE` for what every store takes.
  static var paths: Set<String> {
    func shared(_ prefix: String) -> [String] {
      fields.map { "\(prefix)fields.\($0)" }
        + ["aliases.*", "strip_prefixes", "strip_suffixes"].map { "\(prefix)services.\($0)" }
        + metric.map { "\(prefix)metrics.*.\($0)" } + ["\(prefix)log_columns"]
        + watch.map { "\(prefix)watches.*.\($0)" + (["labels", "annotations"].contains($0) ? ".*" : "") }
    }
    var paths = Set(
      ["current_context", "theme", "time_display", "window", "mouse", "held_lines", "dashboards", "keys.*"] + shared("")
    )
    for key in channel { paths.insert("channels.*.\(key)" + (key == "headers" ? ".*" : "")) }
    paths.insert("contexts.*.color")
    paths.insert("contexts.*.writable")
    paths.formUnion(shared("contexts.*."))
    for store in Store.allCases {
      paths.insert("contexts.*.\(store.rawValue)")
      for key in self.store(store) {
        paths.insert("contexts.*.STORE.\(key)" + (key == "headers" ? ".*" : ""))
      }
    }
    return paths
  }
}
