/// By which names a document's time, message, level, service, trace and span are looked for. The user's own names come before
/// the ones that are in common use (ECS, ecs-logging, OpenTelemetry, pino, bunyan, journald, logback, RustIM).
///
/// A name is a path with dots. In a document the dots may stand in a key or between objects, in any mixture: `log.level` finds
/// `{"log.level":…}` as well as `{"log":{"level":…}}`. The first name that holds something usable wins.
public struct FieldNames: Hashable, Sendable {
  /// The user's own names, tried before the common ones.
  public var time, message, level, service, trace, span: [String]

  /// Makes a set of names.
  public init(
    time: [String] = [], message: [String] = [], level: [String] = [], service: [String] = [], trace: [String] = [],
    span: [String] = []
  ) {
    self.time = time
    self.message = message
    self.level = level
    self.service = service
    self.trace = trace
    self.span = span
  }

  /// What a field tells of a line.
  enum Role: Int, CaseIterable, Sendable { case time, message, level, service, trace, span }

  /// Every name for a role: the user's, then the common ones, each once.
  func names(for role: Role) -> [String] {
    let own =
      switch role {
      case .time: time
      case .message: message
      case .level: level
      case .service: service
      case .trace: trace
      case .span: span
      }
    var seen: Set<String> = []
    return (own + FieldNames.common(role)).filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  private static func common(_ role: Role) -> [String] {
    switch role {
    case .time:
      [
        "@timestamp", "timestamp", "time", "ts", "datetime", "asctime", "observed_timestamp", "event.created",
        "__REALTIME_TIMESTAMP",
      ]
    case .message:
      [
        "message", "msg", "body.text", "body_text", "body", "log", "text", "event.original", "@fields.message",
        "@fields.msg", "MESSAGE", "error.message", "err.message", "exception.message",
      ]
    case .level:
      [
        "log.level", "level", "severity_text", "severity", "lvl", "levelname", "loglevel", "log_level", "severityText",
        "SeverityText", "syslog.severity.name", "log.syslog.severity.name", "@fields.level", "@fields.lvl",
        "severity_number", "severityNumber", "SeverityNumber", "levelno", "level_value", "log.syslog.severity.code",
        "syslog.severity.code", "PRIORITY",
      ]
    case .service:
      [
        "service.name", "service_name", "service", "serviceName", "app", "application", "app_name",
        "resource.attributes.service.name", "kubernetes.labels.app_kubernetes_io/name", "kubernetes.labels.app",
        "kubernetes.container.name", "SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT",
      ]
    case .trace:
      [
        "trace.id", "trace_id", "traceId", "traceID", "traceid", "TraceId", "otelTraceID", "labels.trace_id",
        "dd.trace_id", "X-B3-TraceId",
      ]
    case .span:
      [
        "span.id", "span_id", "spanId", "spanID", "spanid", "SpanId", "otelSpanID", "labels.span_id", "dd.span_id",
        "X-B3-SpanId", "transaction.id",
      ]
    }
  }
}
