import Testing

@testable import ObsData

/// Queries and what is sent for them. `~(…)` stands for the `should` that Kibana puts around the conditions of a field.
@Suite struct `KQL as query DSL` {
  static let conditions: [(kql: String, dsl: String)] = [
    // The queries that a RustIM team uses.
    (
      #"level: "error" AND service_name: "msg-server""#,
      #"{"bool":{"filter":[~({"term":{"level":{"value":"error"}}}),~({"term":{"service_name":{"value":"msg-server"}}})]}}"#
    ),
    (
      #"message: "*连接失败*" OR message: "*超时*""#,
      #"{"bool":{"should":[~({"match_phrase":{"message":"*连接失败*"}}),~({"match_phrase":{"message":"*超时*"}})],"minimum_should_match":1}}"#
    ),
    (
      #"user_id: "12345" AND level: "error""#,
      #"{"bool":{"filter":[~({"term":{"user_id":{"value":"12345"}}}),~({"term":{"level":{"value":"error"}}})]}}"#
    ),
    (#"trace_id: "abcd1234""#, #"~({"term":{"trace_id":{"value":"abcd1234"}}})"#),
    // Nothing, and everything.
    ("", #"{"match_all":{}}"#),
    (" \t\r\n\u{A0} ", #"{"match_all":{}}"#),
    ("*:*", #"{"match_all":{}}"#),
    ("* : *", #"{"match_all":{}}"#),
    ("*", #"{"query_string":{"query":"*"}}"#),
    // A value without a field.
    ("timeout", #"{"multi_match":{"type":"best_fields","query":"timeout","lenient":true}}"#),
    ("foo bar", #"{"multi_match":{"type":"best_fields","query":"foo bar","lenient":true}}"#),
    ("  foo bar  ", #"{"multi_match":{"type":"best_fields","query":"foo bar","lenient":true}}"#),
    (#""foo bar""#, #"{"multi_match":{"type":"phrase","query":"foo bar","lenient":true}}"#),
    (#""""#, #"{"multi_match":{"type":"phrase","query":"","lenient":true}}"#),
    ("连接 失败", #"{"multi_match":{"type":"best_fields","query":"连接 失败","lenient":true}}"#),
    ("redis*", #"{"query_string":{"query":"redis*"}}"#),
    ("re-dis*", #"{"query_string":{"query":"re\\-dis*"}}"#),
    ("true", #"{"multi_match":{"type":"best_fields","query":true,"lenient":true}}"#),
    (#""true""#, #"{"multi_match":{"type":"phrase","query":"true","lenient":true}}"#),
    ("42", #"{"multi_match":{"type":"best_fields","query":"42","lenient":true}}"#),
    ("cannot open", #"{"multi_match":{"type":"best_fields","query":"cannot open","lenient":true}}"#),
    ("foo and", #"{"multi_match":{"type":"best_fields","query":"foo and","lenient":true}}"#),
    ("oreo android notable", #"{"multi_match":{"type":"best_fields","query":"oreo android notable","lenient":true}}"#),
    (#"a \and b"#, #"{"multi_match":{"type":"best_fields","query":"a and b","lenient":true}}"#),
    (#"\not a"#, #"{"multi_match":{"type":"best_fields","query":"ot a","lenient":true}}"#),
    (#"a \OR b"#, #"{"multi_match":{"type":"best_fields","query":"a OR b","lenient":true}}"#),
    (
      #"a\:b\(c\)\\d\*\"\<\>\{\}"#,
      ##"{"multi_match":{"type":"best_fields","query":"a:b(c)\\d*\"<>{}","lenient":true}}"##
    ),
    (#"a\tb"#, #"{"multi_match":{"type":"best_fields","query":"a\tb","lenient":true}}"#),
    (#"\u8FDE\u63a5"#, #"{"multi_match":{"type":"best_fields","query":"连接","lenient":true}}"#),
    (#"\uD83D\uDE00 \uD83D"#, #"{"multi_match":{"type":"best_fields","query":"😀 �","lenient":true}}"#),
    ("f?o", #"{"multi_match":{"type":"best_fields","query":"f?o","lenient":true}}"#),
    ("/regex/ ~2 ^3", #"{"multi_match":{"type":"best_fields","query":"/regex/ ~2 ^3","lenient":true}}"#),
    // A field of each type.
    ("level:error", #"~({"term":{"level":{"value":"error"}}})"#),
    ("level : error", #"~({"term":{"level":{"value":"error"}}})"#),
    ("  level:error  ", #"~({"term":{"level":{"value":"error"}}})"#),
    (#""level":error"#, #"~({"term":{"level":{"value":"error"}}})"#),
    ("level:foo bar", #"~({"term":{"level":{"value":"foo bar"}}})"#),
    ("status:200 error", #"~({"match":{"status":"200 error"}})"#),
    ("message:timeout", #"~({"match":{"message":"timeout"}})"#),
    ("message:连接 超时", #"~({"match":{"message":"连接 超时"}})"#),
    (#"message:"connection refused""#, #"~({"match_phrase":{"message":"connection refused"}})"#),
    ("message.keyword:x", #"~({"term":{"message.keyword":{"value":"x"}}})"#),
    ("latency:200", #"~({"match":{"latency":"200"}})"#),
    (#"latency:"200""#, #"~({"match_phrase":{"latency":"200"}})"#),
    ("ok:true", #"~({"match":{"ok":true}})"#),
    ("ok:False", #"~({"match":{"ok":"False"}})"#),
    ("ok:false", #"~({"match":{"ok":false}})"#),
    ("level:true", #"~({"term":{"level":{"value":true}}})"#),
    ("ip:10.0.0.1", #"~({"match":{"ip":"10.0.0.1"}})"#),
    (#"ip:"::1""#, #"~({"match_phrase":{"ip":"::1"}})"#),
    ("ip:10.0.0.0/8", #"~({"match":{"ip":"10.0.0.0/8"}})"#),
    ("env:prod", #"~({"match":{"env":"prod"}})"#),
    ("soft:x", #"~({"match":{"soft":"x"}})"#),
    (#"soft:"x""#, #"~({"match_phrase":{"soft":"x"}})"#),
    ("mixed:7", #"~({"match":{"mixed":{"query":"7","lenient":true}}})"#),
    (
      #"mixed:"seven""#,
      #"~({"multi_match":{"type":"phrase","fields":["mixed"],"query":"seven","lenient":true}})"#
    ),
    ("mixed:s*", #"~({"query_string":{"fields":["mixed"],"query":"s*","lenient":true}})"#),
    ("unknown:x", #"~({"match":{"unknown":"x"}})"#),
    (#"unknown:"x y""#, #"~({"match_phrase":{"unknown":"x y"}})"#),
    ("a b:x", #"~({"match":{"a b":"x"}})"#),
    (#""a:b":x"#, #"~({"match":{"a:b":"x"}})"#),
    (#"a\:b:x"#, #"~({"match":{"a:b":"x"}})"#),
    (#"level:"a\"b\\c\qd""#, ##"~({"term":{"level":{"value":"a\"b\\c\\qd"}}})"##),
    (#"level:"\t\n\u0041""#, #"~({"term":{"level":{"value":"\t\nA"}}})"#),
    (#"level:"not (a or b) and: <c> {d} *""#, #"~({"term":{"level":{"value":"not (a or b) and: <c> {d} *"}}})"#),
    // Dates.
    (
      #"@timestamp:"2026-11-22""#,
      #"~({"range":{"@timestamp":{"gte":"2026-11-22","lte":"2026-11-22","time_zone":"+08:00"}}})"#
    ),
    (
      "@timestamp:2026-11-22",
      #"~({"range":{"@timestamp":{"gte":"2026-11-22","lte":"2026-11-22","time_zone":"+08:00"}}})"#
    ),
    ("@timestamp:1795337600000", #"~({"range":{"@timestamp":{"gte":"1795337600000","lte":"1795337600000"}}})"#),
    ("seen:now/d", #"~({"range":{"seen":{"gte":"now/d","lte":"now/d","time_zone":"+08:00"}}})"#),
    (
      #"@timestamp >= "2026-01-01T00:00:00Z""#,
      #"~({"range":{"@timestamp":{"gte":"2026-01-01T00:00:00Z","time_zone":"+08:00"}}})"#
    ),
    ("@timestamp < now-1h", #"~({"range":{"@timestamp":{"lt":"now-1h","time_zone":"+08:00"}}})"#),
    ("@timestamp<=1795337600000", #"~({"range":{"@timestamp":{"lte":"1795337600000"}}})"#),
    // Comparisons.
    ("latency > 200", #"~({"range":{"latency":{"gt":"200"}}})"#),
    ("latency>=200", #"~({"range":{"latency":{"gte":"200"}}})"#),
    ("latency <200", #"~({"range":{"latency":{"lt":"200"}}})"#),
    ("latency<= -3.5", #"~({"range":{"latency":{"lte":"-3.5"}}})"#),
    (#"level > "e""#, #"~({"range":{"level":{"gt":"e"}}})"#),
    ("unknown < 3", #"~({"range":{"unknown":{"lt":"3"}}})"#),
    (
      "latency >= 100 and latency < 200",
      #"{"bool":{"filter":[~({"range":{"latency":{"gte":"100"}}}),~({"range":{"latency":{"lt":"200"}}})]}}"#
    ),
    // Wildcards.
    ("level:*", #"~({"exists":{"field":"level"}})"#),
    ("level: *", #"~({"exists":{"field":"level"}})"#),
    ("unknown:*", #"~({"exists":{"field":"unknown"}})"#),
    (#"level:"*""#, #"~({"term":{"level":{"value":"*"}}})"#),
    (#"level:\*"#, #"~({"term":{"level":{"value":"*"}}})"#),
    ("level:err*", #"~({"wildcard":{"level":{"value":"err*"}}})"#),
    ("level:*r*r", #"~({"wildcard":{"level":{"value":"*r*r"}}})"#),
    ("service_name:msg-*", #"~({"wildcard":{"service_name":{"value":"msg\\-*"}}})"#),
    ("level:a?b*", #"~({"wildcard":{"level":{"value":"a\\?b*"}}})"#),
    (#"level:a\**"#, #"~({"wildcard":{"level":{"value":"a\\**"}}})"#),
    ("message:*连接失败*", #"~({"query_string":{"fields":["message"],"query":"*连接失败*"}})"#),
    ("message:conn* ref*", #"~({"query_string":{"fields":["message"],"query":"conn* ref*"}})"#),
    ("unknown:x*", #"~({"query_string":{"fields":["unknown"],"query":"x*"}})"#),
    ("path:/api/*", #"~({"query_string":{"fields":["path"],"query":"\\/api\\/*"}})"#),
    // Wildcards in fields.
    ("mess*:timeout", #"~({"match":{"message":"timeout"}},{"term":{"message.keyword":{"value":"timeout"}}})"#),
    ("machine*:osx", #"~({"match":{"machine.os":"osx"}},{"term":{"machine.os.keyword":{"value":"osx"}}})"#),
    ("machine.r*:8", #"~({"match":{"machine.ram":"8"}})"#),
    ("machine.r*:many", #"{"bool":{"should":[],"minimum_should_match":1}}"#),
    ("machine.r* > 8", #"~({"range":{"machine.ram":{"gt":"8"}}})"#),
    ("machine.b*:2026-11", #"~({"range":{"machine.booted":{"gte":"2026-11","lte":"2026-11","time_zone":"+08:00"}}})"#),
    ("le*:*", #"~({"exists":{"field":"level"}})"#),
    (
      "items.n*:a",
      #"~({"nested":{"path":"items","query":{"term":{"items.name":{"value":"a"}}},"score_mode":"none","ignore_unmapped":true}})"#
    ),
    (
      "items.q* < 3",
      #"~({"nested":{"path":"items","query":{"range":{"items.qty":{"lt":"3"}}},"score_mode":"none","ignore_unmapped":true}})"#
    ),
    (#""mess*":x"#, #"~({"match":{"mess*":"x"}})"#),
    ("nothing*:x", #"~({"match":{"nothing*":"x"}})"#),
    // Lists.
    (
      "level:(error or warn)",
      #"{"bool":{"should":[~({"term":{"level":{"value":"error"}}}),~({"term":{"level":{"value":"warn"}}})],"minimum_should_match":1}}"#
    ),
    (
      "level:(a and not b)",
      #"{"bool":{"filter":[~({"term":{"level":{"value":"a"}}}),{"bool":{"must_not":~({"term":{"level":{"value":"b"}}})}}]}}"#
    ),
    ("level:( a )", #"~({"term":{"level":{"value":"a"}}})"#),
    ("level:((a))", #"~({"term":{"level":{"value":"a"}}})"#),
    (
      "level:(a or (b and c))",
      #"{"bool":{"should":[~({"term":{"level":{"value":"a"}}}),{"bool":{"filter":[~({"term":{"level":{"value":"b"}}}),~({"term":{"level":{"value":"c"}}})]}}],"minimum_should_match":1}}"#
    ),
    ("level:(not a)", #"{"bool":{"must_not":~({"term":{"level":{"value":"a"}}})}}"#),
    (
      #"message:("a b" or c*)"#,
      #"{"bool":{"should":[~({"match_phrase":{"message":"a b"}}),~({"query_string":{"fields":["message"],"query":"c*"}})],"minimum_should_match":1}}"#
    ),
    // and, or, not.
    ("a or b and c", #"{"bool":{"should":[A(a),{"bool":{"filter":[A(b),A(c)]}}],"minimum_should_match":1}}"#),
    ("a and b or c", #"{"bool":{"should":[{"bool":{"filter":[A(a),A(b)]}},A(c)],"minimum_should_match":1}}"#),
    ("(a or b) and c", #"{"bool":{"filter":[{"bool":{"should":[A(a),A(b)],"minimum_should_match":1}},A(c)]}}"#),
    ("a and b and c", #"{"bool":{"filter":[A(a),A(b),A(c)]}}"#),
    ("a OR b Or c", #"{"bool":{"should":[A(a),A(b),A(c)],"minimum_should_match":1}}"#),
    ("a and (b and c)", #"{"bool":{"filter":[A(a),{"bool":{"filter":[A(b),A(c)]}}]}}"#),
    ("not a", #"{"bool":{"must_not":A(a)}}"#),
    ("NOT a", #"{"bool":{"must_not":A(a)}}"#),
    ("not a and b", #"{"bool":{"filter":[{"bool":{"must_not":A(a)}},A(b)]}}"#),
    ("a and not b", #"{"bool":{"filter":[A(a),{"bool":{"must_not":A(b)}}]}}"#),
    ("not (a or b)", #"{"bool":{"must_not":{"bool":{"should":[A(a),A(b)],"minimum_should_match":1}}}}"#),
    ("not (not a)", #"{"bool":{"must_not":{"bool":{"must_not":A(a)}}}}"#),
    ("not level:*", #"{"bool":{"must_not":~({"exists":{"field":"level"}})}}"#),
    ("a\tand\nb", #"{"bool":{"filter":[A(a),A(b)]}}"#),
    ("a\u{A0}and\u{A0}b", #"{"bool":{"filter":[A(a),A(b)]}}"#),
    ("a  and   b", #"{"bool":{"filter":[A(a),A(b)]}}"#),
    ("((((a))))", "A(a)"),
    ("( a )", "A(a)"),
    (
      #""a" and "b""#,
      #"{"bool":{"filter":[{"multi_match":{"type":"phrase","query":"a","lenient":true}},{"multi_match":{"type":"phrase","query":"b","lenient":true}}]}}"#
    ),
    // Nested.
    ("items:{ name:a }", #"N(items,~({"term":{"items.name":{"value":"a"}}}))"#),
    (
      "items:{name:a and qty > 2}",
      #"N(items,{"bool":{"filter":[~({"term":{"items.name":{"value":"a"}}}),~({"range":{"items.qty":{"gt":"2"}}})]}})"#
    ),
    (
      "items : { name:(a or b) }",
      #"N(items,{"bool":{"should":[~({"term":{"items.name":{"value":"a"}}}),~({"term":{"items.name":{"value":"b"}}})],"minimum_should_match":1}})"#
    ),
    ("items:{ parts:{ id:x } }", #"N(items,N(items.parts,~({"term":{"items.parts.id":{"value":"x"}}})))"#),
    ("items:{ not name:a }", #"N(items,{"bool":{"must_not":~({"term":{"items.name":{"value":"a"}}})}})"#),
    ("items:{ n*:a }", #"N(items,~({"term":{"items.name":{"value":"a"}}}))"#),
    (
      "level:a and items:{ qty <= 1 }",
      #"{"bool":{"filter":[~({"term":{"level":{"value":"a"}}}),N(items,~({"range":{"items.qty":{"lte":"1"}}}))]}}"#
    ),
  ]

  @Test(arguments: conditions.indices) func `a query is sent as Kibana sends it`(_ row: Int) throws {
    let (kql, dsl) = Self.conditions[row]
    #expect(try KQLSample.dsl(kql) == Self.expanded(dsl), "\(kql)")
  }

  @Test func `the table is as long as the issue asks for, each query once`() {
    #expect(Self.conditions.count >= 120)
    #expect(Set(Self.conditions.map(\.kql)).count == Self.conditions.count)
  }

  @Test(arguments: conditions.indices) func `a query is printed so that it is read as the same query`(_ row: Int) throws
  {
    let node = try KQLParser.parse(Self.conditions[row].kql)
    let again = try KQLParser.parse(node.description)
    #expect(again.description == node.description)
    let translator = KQLTranslator(fields: KQLSample.types)
    #expect(translator.query(again) == translator.query(node), "\(node.description)")
  }

  /// `~(…)`, `A(word)` and `N(path,…)` written out.
  static func expanded(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let first = rest.first {
      let short = rest.prefix(2)
      guard ["~(", "A(", "N("].contains(short) else {
        result.append(first)
        rest.removeFirst()
        continue
      }
      var depth = 0
      let end = rest.indices.first { index in
        depth += rest[index] == "(" ? 1 : rest[index] == ")" ? -1 : 0
        return depth == 0 && index > rest.startIndex
      }
      guard let end else { return result + rest }
      let inner = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
      switch short {
      case "~(": result += KQLSample.any(expanded(String(inner)))
      case "A(": result += #"{"multi_match":{"type":"best_fields","query":"\#(inner)","lenient":true}}"#
      default:
        let comma = inner.firstIndex(of: ",") ?? inner.endIndex
        result +=
          #"{"nested":{"path":"\#(inner[..<comma])","query":\#(expanded(String(inner[comma...].dropFirst()))),"score_mode":"none","ignore_unmapped":true}}"#
      }
      rest = rest[rest.index(after: end)...]
    }
    return result
  }

  @Test func `without a zone and without types a query is one that fits all`() throws {
    func dsl(_ query: String) throws -> String {
      KQLTranslator().query(try KQLParser.parse(query)).text
    }
    #expect(try dsl("level:a") == KQLSample.any(#"{"match":{"level":"a"}}"#))
    #expect(try dsl("level:a*") == KQLSample.any(#"{"query_string":{"fields":["level"],"query":"a*"}}"#))
    #expect(try dsl("@timestamp > now-1h") == KQLSample.any(#"{"range":{"@timestamp":{"gt":"now-1h"}}}"#))
    #expect(
      try KQLSample.dsl("@timestamp > now-1h", zone: nil) == KQLSample.any(#"{"range":{"@timestamp":{"gt":"now-1h"}}}"#)
    )
  }

  @Test func `a wildcard for more fields than fit into a query is left to the server`() throws {
    let names = (0..<300).map { "f\($0)" }
    let types = FieldTypes(types: Dictionary(uniqueKeysWithValues: names.map { ($0, ["keyword"]) }), asked: ["f*"])
    let query = KQLTranslator(fields: types).query(try KQLParser.parse("f*:x")).text
    #expect(
      query
        == KQLSample.any(#"{"multi_match":{"type":"best_fields","fields":["f*"],"query":"x","lenient":true}}"#))
    let wildcard = KQLTranslator(fields: types).query(try KQLParser.parse("f*:x*")).text
    #expect(wildcard == KQLSample.any(#"{"query_string":{"fields":["f*"],"query":"x*","lenient":true}}"#))
  }
}
