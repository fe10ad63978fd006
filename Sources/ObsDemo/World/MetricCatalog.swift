/// Every series of a world, with what its value is made of.
struct MetricCatalog: Sendable {
  /// What a series counts or shows.
  enum Source: Sendable {
    /// Sums of cells of the metric table, times a factor, in whole numbers where it counts.
    case counter(cells: [Int], slot: Int, factor: Double, isWhole: Bool)
    case up
    case processStart
    case memory
    case connections
    case pool(Dependency, PoolState)
    case consumerLag(partition: Int)
  }

  enum PoolState: String, Sendable, CaseIterable { case inUse = "in_use", idle }

  struct Row: Sendable {
    let labels: [String: String]
    let service: Int
    /// What gives series of one histogram the same wobble.
    let phase: Int
    let source: Source
  }

  private(set) var rows: [Row] = []
  private(set) var metrics: [WorldMetric] = []
  private(set) var ranges: [String: Range<Int>] = [:]
  private(set) var index: [[String: String]: Int] = [:]
  private let graph: CallGraph

  init(graph: CallGraph) {
    self.graph = graph
    addRequests()
    addSpanMetrics()
    addHTTP()
    addProcesses()
    addPools()
    for (number, row) in rows.enumerated() { index[row.labels] = number }
  }

  private mutating func add(
    _ name: String, _ type: WorldMetricType, _ help: String, unit: String = "", suffixes: [String] = [""],
    _ made: [Row]
  ) {
    metrics.append(WorldMetric(name: name, type: type, help: help, unit: unit))
    for suffix in suffixes {
      let full = name + suffix
      let start = rows.count
      rows += made.filter { $0.labels["__name__"] == full }
      ranges[full] = start..<rows.count
    }
  }

  private func collect(_ make: (inout [Row]) -> Void) -> [Row] {
    var rows: [Row] = []
    make(&rows)
    return rows
  }

  private func row(
    _ name: String, service: Int, _ labels: [String: String], phase: Int? = nil, _ source: Source
  ) -> Row {
    let service = min(service, graph.services.count - 1)
    var all = labels
    all["__name__"] = name
    all["service"] = graph.services[service]
    all["job"] = "rustim"
    all["instance"] = "\(graph.services[service]):9100"
    return Row(labels: all, service: service, phase: phase ?? service, source: source)
  }

  /// Buckets, sum and count of cells.
  private func histogram(
    _ name: String, key: Int, labels: [String: String], cells: [Int], factor: Double, to rows: inout [Row]
  ) {
    let service = graph.keys[key].service
    for (number, bound) in (MetricTable.bounds + [.infinity]).enumerated() {
      var labels = labels
      labels["le"] = bound.isFinite ? MetricCatalog.text(bound * factor) : "+Inf"
      rows.append(
        row(
          name + "_bucket", service: service, labels, phase: key,
          .counter(cells: cells, slot: 2 + number, factor: 1, isWhole: true)))
    }
    rows.append(
      row(
        name + "_sum", service: service, labels, phase: key,
        .counter(cells: cells, slot: 1, factor: factor, isWhole: false)))
    rows.append(
      row(
        name + "_count", service: service, labels, phase: key, .counter(cells: cells, slot: 0, factor: 1, isWhole: true)
      ))
  }

  /// A bound as client libraries write it: `0.25`, `1`, `2500`.
  private static func text(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func cells(_ key: Int, _ wanted: (StatusClass) -> Bool = { _ in true }) -> [Int] {
    StatusClass.allCases.filter(wanted).map { MetricTable.cell(key: key, $0) }
  }

  /// Keys of work that a service was asked for, or asks itself for.
  private var served: [Int] {
    let roots = Set(graph.operations.map { graph.nodes[$0.root].key })
    return graph.keys.indices.filter { graph.keys[$0].kind.isServed || roots.contains($0) }
  }

  private func method(_ key: Int) -> String {
    let node = graph.nodes.first { $0.key == key }
    switch node?.call.detail {
    case .http(let method, _): return method
    case .rpc: return "grpc"
    case .consume: return "kafka"
    default: return "timer"
    }
  }

  private mutating func addRequests() {
    let served = served
    add(
      "app_request_total", .counter, "Requests served, by operation and status.",
      collect { rows in
        for key in served {
          let labels = ["operation": graph.keys[key].name, "method": method(key)]
          for status in StatusClass.allCases {
            rows.append(
              row(
                "app_request_total", service: graph.keys[key].service,
                labels.merging(["status": String(status.code)]) { $1 }, phase: key,
                .counter(cells: [MetricTable.cell(key: key, status)], slot: 0, factor: 1, isWhole: true)))
          }
        }
      })
    add(
      "app_request_duration_seconds", .histogram, "How long requests took.", unit: "seconds",
      suffixes: ["_bucket", "_sum", "_count"],
      collect { rows in
        for key in served {
          histogram(
            "app_request_duration_seconds", key: key, labels: ["operation": graph.keys[key].name], cells: cells(key),
            factor: 1, to: &rows)
        }
      })
  }

  private mutating func addSpanMetrics() {
    func labels(_ key: Int, isError: Bool) -> [String: String] {
      let key = graph.keys[key]
      return [
        "service_name": graph.services[key.service], "span_name": key.name,
        "span_kind": "SPAN_KIND_\(key.kind.rawValue.uppercased())",
        "status_code": isError ? "STATUS_CODE_ERROR" : "STATUS_CODE_UNSET",
      ]
    }
    add(
      "traces_span_metrics_calls_total", .counter, "Spans, by name, kind and status.",
      collect { rows in
        for key in graph.keys.indices {
          for isError in [false, true] {
            rows.append(
              row(
                "traces_span_metrics_calls_total", service: graph.keys[key].service, labels(key, isError: isError),
                phase: key,
                .counter(cells: cells(key) { $0.isFailure == isError }, slot: 0, factor: 1, isWhole: true)))
          }
        }
      })
    add(
      "traces_span_metrics_duration_milliseconds", .histogram, "How long spans took.", unit: "milliseconds",
      suffixes: ["_bucket", "_sum", "_count"],
      collect { rows in
        for key in graph.keys.indices {
          for isError in [false, true] {
            histogram(
              "traces_span_metrics_duration_milliseconds", key: key, labels: labels(key, isError: isError),
              cells: cells(key) { $0.isFailure == isError }, factor: 1_000, to: &rows)
          }
        }
      })
  }

  private mutating func addHTTP() {
    add(
      "http_server_request_duration_seconds", .histogram, "Duration of HTTP server requests.", unit: "seconds",
      suffixes: ["_bucket", "_sum", "_count"],
      collect { rows in
        for operation in graph.operations {
          let node = graph.nodes[operation.root]
          guard case .http(let method, let route) = node.call.detail else { continue }
          for status in StatusClass.allCases {
            histogram(
              "http_server_request_duration_seconds", key: node.key,
              labels: [
                "http_request_method": method, "http_route": route, "http_response_status_code": String(status.code),
              ], cells: [MetricTable.cell(key: node.key, status)], factor: 1, to: &rows)
          }
        }
      })
  }

  private mutating func addProcesses() {
    let services = graph.services.indices
    add(
      "up", .gauge, "Whether the last scrape of the target succeeded.",
      collect { rows in
        for service in services { rows.append(row("up", service: service, [:], .up)) }
      })
    add(
      "process_start_time_seconds", .gauge, "When the process began, since the Unix epoch.", unit: "seconds",
      collect { rows in
        for service in services { rows.append(row("process_start_time_seconds", service: service, [:], .processStart)) }
      })
    add(
      "process_resident_memory_bytes", .gauge, "Resident memory.", unit: "bytes",
      collect { rows in
        for service in services { rows.append(row("process_resident_memory_bytes", service: service, [:], .memory)) }
      })
    add(
      "process_cpu_seconds_total", .counter, "User and system CPU time.", unit: "seconds",
      collect { rows in
        for service in services {
          let all = graph.keys.indices.filter { graph.keys[$0].service == service }.flatMap { cells($0) }
          rows.append(
            row(
              "process_cpu_seconds_total", service: service, [:],
              .counter(cells: all, slot: 0, factor: 0.002, isWhole: false)))
        }
      })
    add(
      "app_active_connections", .gauge, "Open connections.",
      collect { rows in
        for service in services { rows.append(row("app_active_connections", service: service, [:], .connections)) }
      })
  }

  private mutating func addPools() {
    let pools: [(Dependency, String, String)] = [
      (.redis, "redis_pool", "Connections of the redis pool."),
      (.postgres, "db_pool", "Connections of the database pool."),
    ]
    for (dependency, prefix, help) in pools {
      func keys(_ service: Int) -> [Int] {
        graph.keys.indices.filter { key in
          graph.keys[key].service == service
            && graph.nodes.contains { $0.key == key && $0.call.dependency == dependency }
        }
      }
      let users = graph.services.indices.filter { !keys($0).isEmpty }
      add(
        "\(prefix)_connections", .gauge, help,
        collect { rows in
          for service in users {
            for state in PoolState.allCases {
              rows.append(
                row(
                  "\(prefix)_connections", service: service, ["state": state.rawValue], .pool(dependency, state)))
            }
          }
        })
      add(
        "\(prefix)_timeouts_total", .counter, "Waits for a connection that ended without one.",
        collect { rows in
          for service in users {
            rows.append(
              row(
                "\(prefix)_timeouts_total", service: service, [:],
                .counter(
                  cells: keys(service).map { MetricTable.cell(key: $0, .unavailable) }, slot: 0, factor: 1,
                  isWhole: true)))
          }
        })
    }
    guard let pusher = graph.services.firstIndex(of: "push-server") else { return }
    add(
      "kafka_consumergroup_lag", .gauge, "Messages that the group has not consumed yet.",
      collect { rows in
        for partition in 0..<6 {
          rows.append(
            row(
              "kafka_consumergroup_lag", service: pusher,
              ["consumergroup": "rustim-push", "topic": "rustim.messages", "partition": String(partition)],
              .consumerLag(partition: partition)))
        }
      })
  }
}
