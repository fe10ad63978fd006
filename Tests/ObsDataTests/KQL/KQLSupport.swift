@testable import ObsData

/// The mapping that the tables of these tests speak of.
enum KQLSample {
  static let types = FieldTypes(
    types: [
      "@timestamp": ["date"], "seen": ["date", "date_nanos"], "level": ["keyword"], "service_name": ["keyword"],
      "user_id": ["keyword"], "trace_id": ["keyword"], "message": ["text"], "message.keyword": ["keyword"],
      "latency": ["long"], "ok": ["boolean"], "ip": ["ip"], "env": ["constant_keyword"], "path": ["wildcard"],
      "mixed": ["keyword", "long"], "soft": ["keyword", "text"], "items": ["nested"], "items.name": ["keyword"],
      "items.qty": ["integer"], "items.parts": ["nested"], "items.parts.id": ["keyword"], "machine.os": ["text"],
      "machine.os.keyword": ["keyword"], "machine.ram": ["long"], "machine.booted": ["date"], "machine": ["object"],
      "_id": ["_id"],
    ],
    asked: [])

  static func dsl(_ query: String, zone: String? = "+08:00") throws -> String {
    KQLTranslator(fields: types, timeZone: zone).query(try KQLParser.parse(query)).text
  }

  /// `should` with one or more clauses, as most conditions are wrapped.
  static func any(_ clauses: String) -> String { #"{"bool":{"should":[\#(clauses)],"minimum_should_match":1}}"# }
}
