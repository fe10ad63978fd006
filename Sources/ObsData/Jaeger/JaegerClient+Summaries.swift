extension JaegerClient {
  /// The summaries of an answer, which is `{}` where there are none; nil where it is no such answer.
  static func summaries(in root: JSONValue) -> [TraceSummary]? {
    guard root.kind == .object else { return nil }
    return (root["summaries"]?.elements ?? []).compactMap(summary)
  }

  /// A summary of v3; what is zero is left out, 64-bit numbers come as strings.
  private static func summary(_ value: JSONValue) -> TraceSummary? {
    guard let text = value["traceId"]?.string, let id = TraceID(hex: text) else { return nil }
    func number(_ value: JSONValue?) -> Int64 { value?.int ?? value?.string.flatMap(Int64.init) ?? 0 }
    let start = Timestamp(nanoseconds: number(value["minStartTimeUnixNano"]))
    let end = Timestamp(nanoseconds: number(value["maxEndTimeUnixNano"]))
    let services = (value["services"]?.elements ?? []).map { service in
      TraceSummary.Service(
        name: service["name"]?.string ?? TraceProcess.unknownService,
        spanCount: Int(clamping: number(service["spanCount"])),
        errorCount: Int(clamping: number(service["errorSpanCount"])))
    }
    return TraceSummary(
      id: id, rootService: value["rootServiceName"]?.string, rootOperation: value["rootOperationName"]?.string,
      start: start, duration: max(end - start, .zero), spanCount: Int(clamping: number(value["spanCount"])),
      errorCount: Int(clamping: number(value["errorSpanCount"])),
      orphanCount: Int(clamping: number(value["orphanSpanCount"])), services: services.sorted { $0.name < $1.name })
  }
}
