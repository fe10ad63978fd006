/// Everything that the doctor can find, by the name that `--explain` takes. The first ones are steps that are in order, the
/// others what can be wrong.
public enum FindingKind: String, CaseIterable, Hashable, Sendable {
  case answers, clock, index, window, fields, parsed, files
  case traces, traceIDs = "trace-ids", propagation, services
  case samples, targets, rules, pipeline
  case storeAbsent = "store-absent"

  case nameUnknown = "name-unknown"
  case refused, unreachable, timeout, certificate, unauthorised, forbidden
  case wrongPath = "wrong-path"
  case overloaded
  case storeError = "store-error"
  case settings
  case clocksApart = "clocks-apart"
  case indexNothing = "index-nothing"
  case logsNone = "logs-none"
  case logsOld = "logs-old"
  case logsPartial = "logs-partial"
  case timeField = "time-field"
  case levelField = "level-field"
  case serviceField = "service-field"
  case traceField = "trace-field"
  case unparsed
  case logPathNothing = "log-path-nothing"
  case logFileUnreadable = "log-file-unreadable"
  case tracesNone = "traces-none"
  case tracesOld = "traces-old"
  case tracesBroken = "traces-broken"
  case traceUnknown = "trace-unknown"
  case serviceUntraced = "service-untraced"
  case serviceUnmeasured = "service-unmeasured"
  case samplesNone = "samples-none"
  case targetDown = "target-down"
  case ruleError = "rule-error"
  case filebeatNotAcking = "filebeat-not-acking"
  case logstashQueueFull = "logstash-queue-full"
  case collectorRefusing = "collector-refusing"

  /// The name as it is printed and typed.
  public var id: String { rawValue }
}
