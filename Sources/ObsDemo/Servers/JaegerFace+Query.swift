import Foundation
import ObsData

extension JaegerFace {
  /// A number in a parameter, in Go's words where it is none.
  func integer(_ request: DemoRequest, _ name: String, default value: Int64) throws(Refusal) -> Int64 {
    guard let text = request.parameter(name), !text.isEmpty else { return value }
    if let number = Int64(text) { return number }
    let isNumber = text.drop { $0 == "-" || $0 == "+" }.allSatisfy { $0.isASCII && $0.isNumber }
    let reason = isNumber ? "value out of range" : "invalid syntax"
    throw .bad("unable to parse param '\(name)': strconv.ParseInt: parsing \"\(text)\": \(reason)")
  }

  func microseconds(_ request: DemoRequest, _ name: String, default value: Int64) throws(Refusal) -> Int64 {
    try integer(request, name, default: value)
  }

  private func duration(_ request: DemoRequest, _ name: String) throws(Refusal) -> Int64? {
    guard let text = request.parameter(name), !text.isEmpty else { return nil }
    do {
      let nanoseconds = try GoDuration.parse(text)
      return nanoseconds == 0 ? nil : nanoseconds / 1_000
    } catch {
      throw .bad("unable to parse param '\(name)': \(error.description)")
    }
  }

  /// The parameters of a search over v1, checked in Jaeger's order.
  func searchQuery(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> TraceQuery {
    let start = try microseconds(request, "start", default: now.microseconds - 2 * 86_400_000_000)
    let end = try microseconds(request, "end", default: now.microseconds)
    var tags: [(key: String, value: String)] = []
    for item in request.query where item.name == "tag" {
      guard let colon = item.value.firstIndex(of: ":") else {
        throw .bad("malformed 'tag' parameter, expecting key:value, received: \(item.value)")
      }
      tags.append((String(item.value[..<colon]), String(item.value[item.value.index(after: colon)...])))
    }
    for item in request.query where item.name == "tags" {
      do {
        tags += try TagObject.parse(item.value)
      } catch {
        throw .bad("malformed 'tags' parameter, cannot unmarshal JSON: \(error.description)")
      }
    }
    let limit: Int
    if let text = request.parameter("limit"), !text.isEmpty {
      guard let number = Int32(text) else {
        throw .bad("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
      }
      limit = Int(number)
    } else {
      limit = 100
    }
    let minimum = try duration(request, "minDuration")
    let maximum = try duration(request, "maxDuration")
    let service = request.parameter("service") ?? ""
    if service.isEmpty, !request.query.contains(where: { $0.name == "traceID" }) {
      throw .bad("parameter 'service' is required")
    }
    if limit <= 0 { throw .bad("invalid parameter: limit must be greater than 0") }
    if start > end { throw .bad("invalid parameter: start time must be before end time") }
    if let minimum, let maximum, maximum < minimum {
      throw .bad("'maxDuration' should be greater than 'minDuration'")
    }
    return TraceQuery(
      service: service.isEmpty ? nil : service,
      operation: request.parameter("operation").flatMap { $0.isEmpty ? nil : $0 },
      start: start, end: end, minimumDuration: minimum, maximumDuration: maximum, tags: tags, limit: limit)
  }

  /// The parameters of a search over v3: camel case, or the older snake case.
  func searchQueryV3(_ request: DemoRequest) throws(Refusal) -> TraceQuery {
    func value(_ names: String...) -> (text: String, name: String)? {
      for name in names {
        if let text = request.parameter("query." + name), !text.isEmpty { return (text, "query." + name) }
      }
      return nil
    }
    func time(_ found: (text: String, name: String)) throws(Refusal) -> Int64 {
      guard found.text.contains("T"), let time = Timestamp(iso8601: found.text) else {
        throw .bad(
          "malformed parameter \(found.name): parsing time \"\(found.text)\" as \"2006-01-02T15:04:05.999999999Z07:00\": "
            + "cannot parse \"\(found.text)\" as \"2006\"")
      }
      return time.microseconds
    }
    var tags: [(key: String, value: String)] = []
    if let attributes = value("attributes") {
      do {
        tags = try TagObject.parse(attributes.text)
      } catch {
        throw .bad("malformed parameter \(attributes.name): \(error.description)")
      }
    }
    guard let first = value("startTimeMin", "start_time_min"), let last = value("startTimeMax", "start_time_max") else {
      throw .bad("query.startTimeMin and query.startTimeMax are required")
    }
    let start = try time(first)
    let end = try time(last)
    if start >= end { throw .bad("query.startTimeMin must be before query.startTimeMax") }
    var limit = 100
    if let depth = value("searchDepth", "search_depth", "num_traces") {
      guard let number = Int(depth.text), number >= 0 else {
        throw .bad("malformed parameter \(depth.name): strconv.Atoi: parsing \"\(depth.text)\": invalid syntax")
      }
      if number > 0 { limit = min(number, 10_000) }
    }
    func duration(_ found: (text: String, name: String)?) throws(Refusal) -> Int64? {
      guard let found else { return nil }
      do {
        let nanoseconds = try GoDuration.parse(found.text)
        return nanoseconds == 0 ? nil : nanoseconds / 1_000
      } catch {
        throw .bad("malformed parameter \(found.name): \(error.description)")
      }
    }
    return TraceQuery(
      service: value("serviceName", "service_name")?.text, operation: value("operationName", "operation_name")?.text,
      start: start, end: end, minimumDuration: try duration(value("durationMin", "duration_min")),
      maximumDuration: try duration(value("durationMax", "duration_max")), tags: tags, limit: limit)
  }
}

/// A JSON object whose values are all text, as Jaeger's tags are sent.
enum TagObject {
  struct Failure: Error {
    let description: String
  }

  /// The members by key. Throws in the words of Go's `encoding/json`, as far as they are worth telling apart.
  static func parse(_ text: String) throws(Failure) -> [(key: String, value: String)] {
    let trimmed = text.drop { $0 == " " || $0 == "\n" || $0 == "\t" }
    guard let first = trimmed.first else { throw Failure(description: "unexpected end of JSON input") }
    guard first == "{" else {
      throw Failure(description: "json: cannot unmarshal \(kind(first)) into Go value of type map[string]string")
    }
    let decoded = try? JSONSerialization.jsonObject(with: Data(text.utf8))
    guard let object = decoded as? [String: Any] else {
      let next = trimmed.dropFirst().first { $0 != " " }
      guard let next else { throw Failure(description: "unexpected end of JSON input") }
      if next != "\"" && next != "}" {
        throw Failure(description: "invalid character '\(next)' looking for beginning of object key string")
      }
      throw Failure(description: "unexpected end of JSON input")
    }
    var members: [(key: String, value: String)] = []
    for (key, value) in object.sorted(by: { $0.key < $1.key }) {
      guard let value = value as? String else {
        let type = value is NSNumber ? "number" : value is [Any] ? "array" : "object"
        throw Failure(description: "json: cannot unmarshal \(type) into Go value of type string")
      }
      members.append((key, value))
    }
    return members
  }

  private static func kind(_ first: Character) -> String {
    switch first {
    case "[": "array"
    case "\"": "string"
    case "t", "f": "bool"
    default: "number"
    }
  }
}
