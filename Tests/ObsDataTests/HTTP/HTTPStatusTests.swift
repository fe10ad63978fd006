import Testing

@testable import ObsData

/// The failure that a status and a body mean, as a line: kind, sentence, advice.
private func line(_ status: Int, _ body: String, headers: [(name: String, value: String)] = []) -> String {
  let response = HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
  guard let error = FetchError.status(response, to: HTTPRequest(.get, ["x"]), at: "http://es:9200") else {
    return "fine"
  }
  return "\(error.kind) | \(error.sentence) | \(error.advice ?? "-")"
}

@Suite struct HTTPStatusTests {
  private static let credentials = "set credentials for this store (username and password, token or api_key)"

  @Test(arguments: [
    (200, "{}", "fine"),
    (204, "", "fine"),
    // Elasticsearch
    (
      404, #"{"error":{"root_cause":[],"type":"index_not_found_exception","reason":"no such index [x]"},"status":404}"#,
      "notFound | 404: no such index [x] (index_not_found_exception) | "
        + "check elasticsearch.index, or --index: this index is not there"
    ),
    (
      400,
      #"{"error":{"type":"search_phase_execution_exception","reason":"all shards failed","failed_shards":[{"shard":0,"reason":{"type":"query_shard_exception","reason":"Failed to parse query [a:]","caused_by":{"type":"parse_exception","reason":"Cannot parse 'a:'","caused_by":{"type":"token_mgr_error","reason":null}}}}]},"status":400}"#,
      "badQuery | 400: Cannot parse 'a:' (parse_exception) | "
        + "mend what stands behind lucene:, or leave lucene: out and write KQL"
    ),
    (
      405, #"{"error":"Incorrect HTTP method for uri [/x]","status":405}"#,
      "badQuery | 405: Incorrect HTTP method for uri [/x] | -"
    ),
    (
      401, #"{"error":{"type":"security_exception","reason":"missing authentication credentials"},"status":401}"#,
      "unauthorised | 401: missing authentication credentials (security_exception) | \(credentials)"
    ),
    (
      403, #"{"error":{"type":"security_exception","reason":"action [indices:data/read/search] is unauthorized"}}"#,
      "unauthorised | 403: action [indices:data/read/search] is unauthorized (security_exception) | "
        + "this user lacks the privilege: ask for it, or use other credentials"
    ),
    (
      429, #"{"error":{"type":"circuit_breaking_exception","reason":"[parent] Data too large"}}"#,
      "overloaded | 429: [parent] Data too large (circuit_breaking_exception) | "
        + "it is asked again; a shorter time window needs less of the store's memory"
    ),
    // Prometheus
    (
      400, #"{"status":"error","errorType":"bad_data","error":"1:5: parse error: unclosed left parenthesis"}"#,
      "badQuery | 400: 1:5: parse error: unclosed left parenthesis | -"
    ),
    (422, #"{"status":"error","errorType":"execution","error":"many-to-many"}"#, "badQuery | 422: many-to-many | -"),
    (503, "Service Unavailable", "overloaded | 503: Service Unavailable | nothing but waiting: it is asked again"),
    // Jaeger v1 and v3
    (
      404, #"{"data":null,"total":0,"errors":[{"code":404,"msg":"trace not found"}]}"#,
      "notFound | 404: trace not found | -"
    ),
    (404, #"{"error":{"httpCode":404,"message":"No traces found"}}"#, "notFound | 404: No traces found | -"),
    (404, "404 page not found\n", "notFound | 404 page not found | check the address and its base path"),
    (401, "missing tenant header", "unauthorised | 401: missing tenant header | \(credentials)"),
    // Alertmanager
    (400, #""bad matcher format: x""#, "badQuery | 400: bad matcher format: x | -"),
    (422, #"{"code":601,"message":"filter in query must be set"}"#, "badQuery | 422: filter in query must be set | -"),
    (404, "", "notFound | 404: not found | check the address and its base path"),
    // Grafana
    (401, #"{"message":"invalid API key"}"#, "unauthorised | 401: invalid API key | \(credentials)"),
    (500, #"{"odd":[1,2]}"#, #"server | 500: {"odd":[1,2]} | -"#),
    (500, "", "server | 500: internal error, without a reason | -"),
    (418, "", "server | 418: status 418, without a reason | -"),
    // Proxies
    (
      502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>…</body></html>",
      "server | 502 Bad Gateway | a proxy answers, but not the store behind it"
    ),
    (
      400, "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
      "badQuery | 400 The plain HTTP request was sent to HTTPS port | use https:// in the address"
    ),
    (
      400, "<html><head><title>400 No required SSL certificate was sent</title></head></html>",
      "tls | 400 No required SSL certificate was sent | set cert_file and key_file"
    ),
    (
      200, "\u{FEFF}<!doctype html><html><head><title>Jaeger &amp; UI</title></head></html>",
      "malformed | a web page instead of data (Jaeger & UI) | "
        + "check the address: another program may answer there, or a base path is missing"
    ),
    (
      200, "  <html><body><form><input type=\"password\"></form></body></html>",
      "unauthorised | a page that asks to log in | \(credentials)"
    ),
  ])
  func `an answer that is no answer is put into words`(status: Int, body: String, expected: String) {
    #expect(line(status, body) == expected)
  }

  @Test(
    arguments: [
      ("120", nil, Duration.seconds(120)), (" 7 ", nil, .seconds(7)), ("99999999999999999999", nil, .seconds(86_400)),
      ("-1", nil, nil), ("soon", nil, nil), ("", nil, nil),
      ("Sun, 06 Nov 1994 08:50:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", .seconds(60)),
      ("Sun, 06 Nov 1994 08:50:37 GMT", nil, nil),
      ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:37 GMT", nil),
      ("Sun, 06 Nov 9999 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:37 GMT", .seconds(86_400)),
    ] as [(String, String?, Duration?)])
  func `Retry-After is read as seconds and as a date`(value: String, date: String?, expected: Duration?) {
    var headers = [(name: "retry-after", value: value)]
    if let date { headers.append(("Date", date)) }
    let response = HTTPResponse(status: 503, headers: headers, body: [])
    #expect(FetchError.status(response, to: HTTPRequest(.get, []), at: "http://a")?.retryAfter == expected)
  }

  @Test(arguments: [
    (#"{"error":{"type":"parsing_exception","reason":"unknown query [kql]"},"status":400}"#, true),
    (#"{"error":{"type":"index_closed_exception","reason":"closed"},"status":400}"#, false),
    (
      #"{"error":{"type":"search_phase_execution_exception","reason":"","caused_by":{"type":"too_many_buckets_exception","reason":"Trying to create too many buckets"}}}"#,
      false
    ),
    (
      #"{"error":{"type":"illegal_argument_exception","reason":"Fielddata is disabled on text fields by default"}}"#,
      false
    ),
    (#"{"status":"error","errorType":"bad_data","error":"parse error"}"#, true),
    (#"{"status":"error","errorType":"execution","error":"too many samples"}"#, false),
    ("<html><title>400 Bad Request</title></html>", false), ("", false),
  ])
  func `a refusal is final where it speaks of the query, not of the data`(body: String, isFinal: Bool) {
    let response = HTTPResponse(status: 400, body: Array(body.utf8))
    let error = FetchError.status(response, to: HTTPRequest(.get, []), at: "http://a")
    #expect(error?.kind == .badQuery)
    #expect(error?.isFinal == isFinal)
  }

  @Test func `a client can ask to read a status itself`() {
    let response = HTTPResponse(status: 404, body: [])
    #expect(FetchError.status(response, to: HTTPRequest(.get, []), at: "http://a", accepting: [404]) == nil)
  }

  @Test func `hostile bodies become bounded lines`() {
    let deep = String(repeating: "[", count: 100_000)
    let nested = String(repeating: #"{"caused_by":"#, count: 900) + "1" + String(repeating: "}", count: 900)
    for body in [
      deep, #"{"error":\#(nested)}"#, String(repeating: "é\n", count: 3_000_000), "<title>" + deep, "<title", "\u{0}",
    ] {
      let response = HTTPResponse(status: 500, body: Array(body.utf8))
      let error = FetchError.status(response, to: HTTPRequest(.get, ["x"]), at: "http://a")
      #expect((error?.sentence.count ?? 999) <= 160)
      #expect((error?.paragraph.count ?? 9999) <= 1503)
    }
    #expect(ResponseText([0xFF, 0xFE, 0x41]).text == "\u{FFFD}\u{FFFD}A")
  }

  @Test(arguments: [
    ("http://localhost:9200", "http://localhost:9200"), ("HTTPS://Es.Example.org/a/b//", "https://es.example.org/a/b"),
    ("http://user:p%40ss@h:1/x", "http://h:1/x user p@ss"), ("http://[::1]:9200/", "http://[::1]:9200"),
    ("localhost:9200", "an address starts with http:// or https://"),
    ("ftp://h", "only http:// and https:// are spoken, not ftp://"), ("http://", "the host is missing"),
    ("http://h:0", "0 is no port (1 to 65535)"),
    ("http://h:99999999999999999999", "99999999999999999999 is no port (1 to 65535)"),
    ("http://h:", "nothing is no port (1 to 65535)"),
    ("http://::1:9200", "an IPv6 address stands in brackets: http://[::1]:9200"),
    ("http://h?x=1", "a base address has no ? and no #: requests are appended to it"),
    ("http://a b", "an address holds no spaces and no characters outside ASCII"),
    ("http://[::1", "an IPv6 address stands in brackets: http://[::1]:9200"),
    ("http://a!b", "a!b is no host name"),
    ("http://u:pa/ss@h:9200", "a / in a user or password is written %2F"), ("http://h:1/x@y", "http://h:1/x@y"),
    ("u:secret@h://", "only http:// and https:// are spoken"),
  ])
  func `addresses are read strictly`(text: String, expected: String) {
    let result: String
    do {
      let parsed = try BaseAddress.parse(text)
      let parts = [parsed.address.description, parsed.username, parsed.password?.knownText]
      result = parts.compactMap { $0 }.joined(separator: " ")
    } catch {
      result = error.reason
    }
    #expect(result == expected)
  }

  @Test(arguments: [
    ("http://es", ["HTTP_PROXY": "http://p:3128"], "http p:3128"), ("http://es", ["http_proxy": "p"], "http p:80"),
    ("https://es", ["HTTPS_PROXY": "http://u:s@p:1", "HTTP_PROXY": "no"], "http p:1 u"),
    ("https://es", ["ALL_PROXY": "socks5://p"], "socks5 p:1080"), ("http://es", ["HTTPS_PROXY": "p"], "none"),
    ("http://localhost:9", ["HTTP_PROXY": "p"], "none"), ("http://127.3.4.5", ["HTTP_PROXY": "p"], "none"),
    ("http://a.b.example", ["HTTP_PROXY": "p", "NO_PROXY": "x, .b.example"], "none"),
    ("http://b.example", ["HTTP_PROXY": "p", "no_proxy": "b.example:80"], "none"),
    ("http://bb.example", ["HTTP_PROXY": "p", "NO_PROXY": "b.example"], "http p:80"),
    ("http://10.1.2.3", ["HTTP_PROXY": "p", "NO_PROXY": "10.0.0.0/8"], "none"),
    ("http://11.1.2.3", ["HTTP_PROXY": "p", "NO_PROXY": "10.0.0.0/8"], "http p:80"),
    ("http://es", ["HTTP_PROXY": "p", "NO_PROXY": "*"], "none"),
    ("http://es", ["HTTP_PROXY": "gopher://p"], "a proxy is http:// or socks5://, not gopher://"),
  ])
  func `proxies come from the environment`(address: String, environment: [String: String], expected: String) {
    let result: String
    do {
      let proxy = try ProxyAddress.fromEnvironment(environment, for: BaseAddress.parse(address).address)
      result = proxy.map { "\($0.kind) \($0.description)" + ($0.username.map { " " + $0 } ?? "") } ?? "none"
    } catch {
      result = error.reason
    }
    #expect(result == expected)
  }

  @Test func `a secret shows itself nowhere`() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(Credentials.basic(username: "u", password: secret), to: &dumped)
    let all = "\(secret) \(String(reflecting: secret)) \(Credentials.bearer(secret)) \(dumped)"
    #expect(!all.contains("hunter2"))
    #expect(all.contains(Secret.mask))
  }
}
