import Testing

@testable import ObsData

struct DashboardVariablesTests {
  private func variable(_ name: String, _ type: String, _ query: String, more: String = "") -> String {
    #"{"name":"\#(name)","type":"\#(type)","query":\#(JSONTree.string(query).text)\#(more)}"#
  }

  private func resolve(
    _ variables: [String], answers: [HTTPResponse]? = nil, wanted: [String: [String]] = [:]
  ) async throws -> (ResolvedVariables, [String]) {
    let definition = try Sample.dashboard("", variables: variables.joined(separator: ","))
    let transport = RecordingTransport(answers: answers ?? [])
    let client = answers == nil ? nil : PrometheusClient(transport: transport)
    let result = await VariableResolver(client: client, range: Sample.hour).resolve(definition, wanted: wanted)
    return (result, transport.requests.map { String($0.prefix { $0 != "\n" }) })
  }

  private func list(_ items: String...) -> HTTPResponse {
    .json(#"{"status":"success","data":[\#(items.map { "\"\($0)\"" }.joined(separator: ","))]}"#)
  }

  @Test func `variables are asked for in the order of their dependence`() async throws {
    let (result, requests) = try await resolve(
      [
        variable("instance", "query", #"label_values(up{job=~"$job"}, instance)"#, more: #","includeAll":true"#),
        variable("job", "query", "label_values(job)", more: #","sort":2"#),
      ], answers: [list("a", "b"), list("h:1", "h:2")])
    let window = "start=1795333800&end=1795337400&limit=10000"
    #expect(
      requests == [
        "GET /api/v1/label/job/values?\(window)",
        "GET /api/v1/label/instance/values?match[]=up%7Bjob%3D~%22b%22%7D&\(window)",
      ])
    #expect(result.bindings["job"]?.values == ["b"])
    #expect(result.bindings["instance"]?.isAll == true)
    #expect(result.bindings["instance"]?.values == ["h:1", "h:2"])
    #expect(result.remarks == [])
  }

  @Test func `variables that refer to one another are found, and do not hang`() async throws {
    let (result, requests) = try await resolve(
      [
        variable("a", "query", "label_values(x{b=\"$b\"}, a)", more: #","current":{"value":"1"}"#),
        variable("b", "query", "label_values(x{a=\"$a\"}, b)"), variable("c", "query", "label_values(x{a=\"$a\"}, c)"),
      ], answers: [list("z")])
    #expect(requests.count == 1)
    #expect(result.bindings["a"]?.values == ["1"])
    #expect(result.bindings["c"]?.values == ["z"])
    #expect(result.remarks == ["the variables a, b refer to one another: the values of the file stand for them"])
  }

  @Test func `an expression takes a part of each value, once`() async throws {
    let vector = #"""
      {"status":"success","data":{"resultType":"vector","result":[
      {"metric":{"__name__":"calls","service_name":"cart"},"value":[1,"2"]},
      {"metric":{"__name__":"calls","service_name":"cart"},"value":[1,"3"]},
      {"metric":{"__name__":"calls","service_name":"ad"},"value":[1,"2.5"]}]}}
      """#
    let (result, _) = try await resolve(
      [
        variable(
          "service", "query", "query_result(calls)", more: #","regex":"/.*service_name=\"(.*)\".*/","sort":1"#),
        variable("pair", "query", "query_result(calls)", more: #","regex":"/(?<text>c.*t).* (?<value>[0-9.]+) /""#),
      ], answers: [.json(vector), .json(vector)])
    #expect(result.options["service"]?.map(\.value) == ["ad", "cart"])
    #expect(result.bindings["service"]?.values == ["ad"])
    #expect(result.options["pair"]?.first?.value == "2")
  }

  @Test func `a variable without a value and one that fails say so`() async throws {
    let (result, _) = try await resolve(
      [
        variable("none", "query", "label_values(x, none)"), variable("bad", "query", "label_values(x, bad)"),
        variable("odd", "query", "label_values(x, odd)", more: #","regex":"/(/""#),
      ],
      answers: [list(), .json(#"{"status":"error","errorType":"bad_data","error":"no"}"#, status: 400), list("a")])
    #expect(result.bindings["none"]?.values == [])
    #expect(result.remarks.count == 4)
    #expect(result.remarks[0] == "the variable none has no value: Prometheus has none for it (label_values(x, none))")
    #expect(result.remarks[1] == "the variable bad: 400: no")
    #expect(result.remarks[2].hasPrefix("the variable odd: its expression /(/ is refused: "))
  }

  @Test func `lists, durations, texts and constants need no server`() async throws {
    let (result, _) = try await resolve([
      variable("list", "custom", #"one : 1, two\,three : 2,3"#),
      variable("all", "custom", "a,b", more: #","includeAll":true"#),
      variable("auto", "interval", "1m,5m", more: #","auto_count":30,"current":{"value":"$__auto_interval_auto"}"#),
      variable("first", "interval", "1m,5m"), variable("text", "textbox", "typed"), variable("fixed", "constant", "c"),
      variable("source", "datasource", "prometheus"),
      #"{"name":"filters","type":"adhoc","filters":[{"key":"env","operator":"=~","value":"p.*"},{"key":"x","operator":"one of"}]}"#,
    ])
    #expect(result.options["list"]?.map(\.text) == ["one", "two,three", "3"])
    #expect(result.bindings["list"]?.values == ["1"])
    #expect(result.bindings["all"]?.isAll == true && result.bindings["all"]?.values == ["a", "b"])
    #expect(result.bindings["auto"]?.values == ["2m"])
    #expect(result.bindings["first"]?.values == ["1m"])
    #expect(result.bindings["text"]?.values == ["typed"])
    #expect(result.bindings["fixed"]?.values == ["c"])
    #expect(result.filters == [DashboardVariable.LabelFilter(label: "env", operation: "=~", value: "p.*")])
  }

  @Test func `what the user wants is taken, by value or text, and what is not known is said`() async throws {
    let (result, _) = try await resolve(
      [variable("list", "custom", "one : 1, two : 2", more: #","multi":true,"includeAll":true"#)],
      wanted: ["list": ["two", "7"], "stray": ["x"]])
    #expect(result.bindings["list"]?.values == ["2", "7"])
    #expect(result.remarks == ["there is no variable stray", "list=7: not among the variable's 2 values"])
  }

  @Test(arguments: [
    ("label_values(up, job)", VariableQuery.labelValues(selector: "up", label: "job")),
    ("label_values(job) ", .labelValues(selector: nil, label: "job")),
    (#"label_values(up{a="1,2",b="x"}, job)"#, .labelValues(selector: #"up{a="1,2",b="x"}"#, label: "job")),
    (
      #"label_values({"http.server"}, "service.name")"#,
      .labelValues(selector: #"{"http.server"}"#, label: "service.name")
    ),
    ("label_names()", .labelNames(matching: nil)), ("metrics(node_.*)", .metrics(pattern: "node_.*")),
    ("query_result(sum(up) by (job))", .result(expression: "sum(up) by (job)")),
    (#"up{job="x"}"#, .series(selector: #"up{job="x"}"#)), ("", .nothing),
  ])
  func `questions of variables are read`(text: String, query: VariableQuery) {
    #expect(VariableQuery(text) == query)
  }

  @Test func `numbers inside of names count as numbers in the natural order`() {
    #expect(["n10", "n2", "n1a"].sorted(by: NaturalOrder.precedes) == ["n1a", "n2", "n10"])
  }
}
