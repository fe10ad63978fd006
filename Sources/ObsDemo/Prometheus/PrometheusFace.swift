import ObsData

/// The demo's Prometheus: its HTTP API over the world's samples, with the semantics and the error texts of 3.x.
struct PrometheusFace: DemoFace {
  let source: any SampleSource

  init(source: any SampleSource) { self.source = source }

  /// The version that it says it is: range selectors are open to the left, as from 3.0 on.
  static let version = "3.5.0"

  func answer(_ request: DemoRequest, nanoseconds: Int64) async -> DemoResponse {
    let now = Timestamp(nanoseconds: nanoseconds).milliseconds
    let form = PrometheusForm(request)
    let path = request.path
    do throws(PromError) {
      switch path {
      case ["-", "ready"]: return plain("Prometheus Server is Ready.\n")
      case ["-", "healthy"]: return plain("Prometheus Server is Healthy.\n")
      case ["metrics"]: return exposition(selectors: nil, form, now)
      case ["federate"]: return exposition(selectors: try form.selectors(), form, now)
      default: break
      }
      guard path.starts(with: ["api", "v1"]) else { return notFound }
      guard request.method == "GET" || request.method == "HEAD" || takesPost(path) && request.method == "POST" else {
        return DemoResponse(status: 405, headers: [("content-type", "text/plain; charset=utf-8")], body: [])
      }
      return try api(Array(path.dropFirst(2)), form, now)
    } catch {
      return PrometheusEnvelope.failure(error)
    }
  }

  private func takesPost(_ path: [String]) -> Bool {
    guard path.count == 3 else { return false }
    return ["query", "query_range", "query_exemplars", "series", "labels"].contains(path[2])
  }

  private func api(_ path: [String], _ form: PrometheusForm, _ now: Int64) throws(PromError) -> DemoResponse {
    switch path {
    case ["query"]: return try query(form, now)
    case ["query_range"]: return try queryRange(form, now)
    case ["query_exemplars"]: return try exemplars(form, now)
    case ["series"]: return try series(form)
    case ["labels"]: return try labelNames(form)
    case ["metadata"]: return try metadata(form)
    case ["targets"]: return targets(form, now)
    case ["rules"]: return rules(form, now)
    case ["alerts"]: return alerts(now)
    case ["alertmanagers"]:
      return PrometheusEnvelope.success(#"{"activeAlertmanagers":[],"droppedAlertmanagers":[]}"#)
    case ["status", "buildinfo"]:
      return PrometheusEnvelope.success(
        #"{"version":"\#(PrometheusFace.version)","revision":"demo","branch":"HEAD","buildUser":"","buildDate":"","goVersion":""}"#
      )
    case ["status", "runtimeinfo"]: return runtime(now)
    default:
      guard path.count == 3, path[0] == "label", path[2] == "values" else { return notFound }
      return try labelValues(path[1], form)
    }
  }

  // MARK: Answers that are no API's

  private var notFound: DemoResponse { plain("404 page not found\n", status: 404) }

  func plain(_ text: String, status: Int = 200) -> DemoResponse {
    DemoResponse(status: status, headers: [("content-type", "text/plain; charset=utf-8")], body: Array(text.utf8))
  }

  private func runtime(_ now: Int64) -> DemoResponse {
    let time = Timestamp(milliseconds: now)
    let start = (time - .seconds(86_400)).iso8601(fractionDigits: 0)
    return PrometheusEnvelope.success(
      #"{"startTime":"\#(start)","CWD":"/","hostname":"demo","serverTime":"\#(time.iso8601)","reloadConfigSuccess":true,"#
        + #""lastConfigTime":"\#(start)","corruptionCount":0,"goroutineCount":1,"GOMAXPROCS":1,"GOMEMLIMIT":0,"#
        + #""GOGC":"","GODEBUG":"","storageRetention":"1d"}"#)
  }
}
