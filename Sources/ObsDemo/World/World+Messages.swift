/// What the lines say. RustIM's people write Chinese and English, as it comes.
extension World {
  /// The message of a line, and the Rust module (`target`) that wrote it.
  func message(of line: Line) -> (text: String, target: String) {
    let module = graph.modules[line.service]
    switch line.content {
    case .request(let context): return requestMessage(context, module: module, at: Int(line.milliseconds / 1_000))
    case .background(let hash): return backgroundMessage(line, hash: hash, module: module)
    case .event(let event): return (eventMessage(event), "\(module)::main")
    }
  }

  private func requestMessage(
    _ context: RequestLineContext, module: String, at second: Int
  ) -> (text: String, target: String) {
    let call = graph.nodes[context.node].call
    let target = "\(module)::\(World.submodule(of: call))"
    let milliseconds = context.duration / 1_000
    let variant = Int(context.high >> 40 & 0xFFFF)
    let root = graph.nodes[context.root].call
    switch context.kind {
    case .failure:
      guard case .fail(let failure) = context.effect else { return ("request failed", target) }
      return (failureMessage(failure, call: call, context: context), target)
    case .failedAccess:
      guard case .fail(let failure) = context.effect else { return ("request failed", target) }
      return ("\(root.name) \(failure.status.code) \(milliseconds)ms 请求失败", target)
    case .retry:
      let text = ["消息处理失败，稍后重试 (attempt 1/3)", "will retry in 500ms (attempt 1/3)"]
      return (text[variant % text.count], target)
    case .rejected:
      let text = [
        "401 unauthorized: token expired", "鉴权失败: invalid token signature", "401 unauthorized: session not found",
      ]
      return ("\(root.name) \(text[variant % text.count])", target)
    case .slow:
      if case .sql(_, _, let statement) = call.detail { return ("slow query: \(milliseconds)ms \(statement)", target) }
      let text = ["slow call: \(call.name) took \(milliseconds)ms", "响应过慢: \(call.name) 耗时 \(milliseconds)ms"]
      return (text[variant % text.count], target)
    case .late:
      return ("消费延迟: consumer of \(World.topic(of: call)) is \(waiting(at: second)) messages behind", target)
    case .handled: return (handledMessage(call, milliseconds: milliseconds, variant: variant), target)
    case .dependency: return (dependencyMessage(call, context: context), target)
    case .access: return ("\(root.name) 200 \(milliseconds)ms", target)
    }
  }

  private func failureMessage(_ failure: Failure, call: Call, context: RequestLineContext) -> String {
    let variant = Int(context.high >> 40 & 0xFFFF)
    let name = call.dependency?.rawValue ?? call.name
    switch (failure, call.dependency) {
    case (.poolExhausted, .redis):
      return variant % 3 == 0
        ? "获取 redis 连接超时: pool exhausted (in_use=64, max=64, waiting=\(variant % 90))"
        : "redis pool exhausted: timed out waiting for connection"
    case (.poolExhausted, .postgres): return "pool timed out while waiting for an open connection (sqlx, max=50)"
    case (.poolExhausted, _): return "连接池耗尽: no permit for \(name) within 1000ms"
    case (.timeout, _):
      let text = [
        "\(name) 超时: deadline exceeded after 3000ms", "timeout: \(call.name) did not answer within 3s",
        "请求超时: \(call.name) (3000ms)",
      ]
      return text[variant % text.count]
    case (.refused, _):
      let port = 50_050 + context.node % 10
      return "连接失败: tcp connect error: Connection refused (os error 111), addr=10.0.3.\(1 + variant % 40):\(port)"
    case (.badVersion, _):
      let text = [
        "failed to decode \(call.name): missing field `conversation_type` at line 1 column 214",
        "反序列化失败: unknown variant `VOICE_V2`, expected one of `TEXT`, `IMAGE`, `VOICE`",
        "panicked at src/handler.rs:87:41: called `Option::unwrap()` on a `None` value",
      ]
      return text[variant % text.count]
    case (.error, .redis):
      let text = ["redis 连接失败: Broken pipe (os error 32)", "LOADING Redis is loading the dataset in memory"]
      return text[variant % text.count]
    case (.error, .postgres):
      let text = [
        "error returned from database: deadlock detected", "数据库连接失败: could not connect to server: Connection refused",
        "error returned from database: canceling statement due to statement timeout",
      ]
      return text[variant % text.count]
    case (.error, .kafka):
      return "消息发送失败: Broker: Not enough in-sync replicas (topic \(World.topic(of: call)))"
    case (.error, nil): return "internal error in \(call.name): 服务内部错误"
    case (.rejected, _): return "rejected"
    }
  }

  private func handledMessage(_ call: Call, milliseconds: Int64, variant: Int) -> String {
    switch call.detail {
    case .http: return "accepted \(call.name) from 10.8.\(variant % 200).\(variant / 7 % 250)"
    case .rpc(_, let method):
      let text = ["\(method) ok in \(milliseconds)ms", "\(method) 处理完成 \(milliseconds)ms"]
      return text[variant % text.count]
    case .consume(let topic): return "消费消息 topic=\(topic) partition=\(variant % 6) offset=\(800_000 + variant * 7)"
    default: return "\(call.name) done in \(milliseconds)ms"
    }
  }

  private func dependencyMessage(_ call: Call, context: RequestLineContext) -> String {
    let user = World.user(context.high)
    switch call.detail {
    case .redis(let command):
      return
        "redis \(command.replacing("{user_id}", with: user).replacing("{id}", with: user).replacing("{token}", with: "***")) (\(context.duration)us)"
    case .sql(let operation, let table, _): return "sql \(operation) \(table) 1 row (\(context.duration)us)"
    case .publish(let topic): return "已投递 topic=\(topic) partition=\(context.high % 6)"
    default: return "\(call.name) (\(context.duration)us)"
    }
  }

  private func backgroundMessage(_ line: Line, hash: UInt64, module: String) -> (text: String, target: String) {
    let number = Int(hash >> 8 & 0xFFF)
    if line.level == .warn {
      switch trouble(at: Int(line.milliseconds / 1_000)) {
      case .lag?:
        return (
          "consumer group rustim-push is lagging: \(waiting(at: Int(line.milliseconds / 1_000))) messages behind, 消息积压",
          "\(module)::kafka"
        )
      case .saturation(let dependency, _)?:
        let size = dependency == .redis ? 64 : 50
        return (
          "\(dependency.rawValue) pool 使用率 100%: in_use=\(size) max=\(size) waiting=\(1 + number % 90)",
          "\(module)::pool"
        )
      case nil: return ("heartbeat late", "\(module)::health")
      }
    }
    switch hash >> 4 & 3 {
    case 0: return ("heartbeat ok, connections=\(400 + number)", "\(module)::health")
    case 1: return ("清理过期会话 \(number) 个", "\(module)::session")
    case 2: return ("pool stats: in_use=\(number % 40) idle=\(24 + number % 12)", "\(module)::pool")
    default: return ("config reloaded, 0 changes", "\(module)::config")
    }
  }

  private func eventMessage(_ event: Timeline.Event) -> String {
    let name = graph.services[event.service]
    let version = timeline.process(of: event.service, at: event.second).version
    switch event.kind {
    case .died:
      return
        "thread 'tokio-runtime-worker' panicked at src/session.rs:214:30: index out of bounds: the len is 0 but the "
        + "index is 0\nstack backtrace:\n   0: rust_begin_unwind\n   1: core::panicking::panic_fmt\n   2: "
        + "\(graph.modules[event.service])::session::Session::route\n   3: tokio::runtime::task::raw::poll"
    case .restarted: return "\(name) \(version) 已重启 (exit code 101, restart count +1)"
    case .deployed: return "\(name) \(version) 启动完成, rolling update"
    case .rolledBack: return "\(name) rolled back to \(version)"
    }
  }

  private static func submodule(of call: Call) -> String {
    switch call.detail {
    case .http: "http"
    case .rpc: call.kind == .client ? "client" : "handler"
    case .sql: "db"
    case .redis: "redis_pool"
    case .publish, .consume: "kafka"
    case .work: "service"
    }
  }

  private static func topic(of call: Call) -> String {
    switch call.detail {
    case .publish(let topic), .consume(let topic): topic
    default: call.name
    }
  }

  /// Messages that wait in all partitions: the sum of `kafka_consumergroup_lag`, about.
  private func waiting(at second: Int) -> Int { 60 + Int(backlog(at: second) * 6) }

  /// The user that a request is made for.
  static func user(_ high: UInt64) -> String { "u_\(10_000 + high >> 13 % 80_000)" }
}
