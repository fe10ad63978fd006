import Foundation
import ObsData
import ObsDemo
import Testing

@testable import ObsTUI

@Suite struct `The options of the feed` {
  private func read(_ arguments: [String], _ environment: [String: String] = [:]) throws
    -> (options: Feed.Options, notes: [String])
  {
    let settings = try SettingsOptions.parse([])
    let environment = ["XDG_CONFIG_HOME": "/dev/null"].merging(environment) { $1 }
    return try FeedOptions.parse(arguments).options(Demo.Options(), settings: settings, environment: environment)
  }

  @Test(arguments: [
    (["--feed"], "--feed: say where to: --feed-elasticsearch URL"),
    (
      ["--feed-otlp", "http://127.0.0.1:4317"], "--feed-otlp: 4317 is the port of OTLP over gRPC; over HTTP it is 4318"
    ),
    (["--feed-otlp", "127.0.0.1:4318"], "--feed-otlp: an address starts with http:// or https://"),
    (["--feed-metrics", "here"], "--feed-metrics here: not an address such as :9464 or 127.0.0.1:9464"),
    (["--feed-metrics", ":70000"], "--feed-metrics :70000: not an address"),
    (
      ["--feed-logs", "/dev/null/x.log"],
      "--feed-logs /dev/null/x.log: cannot be opened for writing: Not a directory"
    ),
    (["--feed-logs", "-", "--duration", "soon"], "--duration soon: not a duration such as 90s or 10m"),
    (["--feed-logs", "-", "--sampling-ratio", "2"], "--sampling-ratio 2.0: a share from 0 to 1"),
    (["--feed-logs", "-", "--feed-index", "rustim-*"], "--feed-index rustim-*: not an index's name"),
    (["--feed-logs", "-", "--feed-index", "Rustim"], "--feed-index Rustim: not an index's name"),
  ])
  func `what cannot be meant is refused in a sentence`(arguments: [String], message: String) throws {
    let error = #expect(throws: UsageError.self) { _ = try read(arguments) }
    #expect("\(try #require(error))".hasPrefix(message), "\(String(describing: error))")
  }

  @Test func `a wrong ratio in the environment is said to be there`() throws {
    let error = #expect(throws: UsageError.self) {
      _ = try read(["--feed-logs", "-"], ["TELEMETRY_SAMPLING_RATIO": "often"])
    }
    #expect("\(try #require(error))" == "TELEMETRY_SAMPLING_RATIO often: a share from 0 to 1")
  }

  @Test func `spans go where the services' own variable says, but by HTTP`() throws {
    let (options, notes) = try read(["--feed"], ["TELEMETRY_ENDPOINT": "http://collector:4317"])
    #expect(options.otlp?.address.description == "http://collector:4318")
    #expect(
      notes == [
        "traces go to http://collector:4318: TELEMETRY_ENDPOINT names 4317, the port of gRPC, and here they go by HTTP"
      ])
    #expect(try read(["--feed"], ["TELEMETRY_ENDPOINT": "http://c:9"]).options.otlp?.address.port == 9)
    let off = ["TELEMETRY_ENDPOINT": "http://collector:4317", "TELEMETRY_ENABLED": "false"]
    #expect(try read(["--feed-logs", "-"], off).options.otlp == nil)
    let both = try read(["--feed-otlp", "http://a:1/v1/traces"], ["TELEMETRY_ENDPOINT": "http://b:2"])
    #expect(both.options.otlp?.address.description == "http://a:1" && both.notes.isEmpty)
  }

  @Test func `flags win over variables, and what is not said has a plain default`() throws {
    let variables = ["TELEMETRY_SAMPLING_RATIO": "0.1"]
    #expect(try read(["--feed-logs", "-"]).options.samplingRatio == 1)
    #expect(try read(["--feed-logs", "-"], variables).options.samplingRatio == 0.1)
    #expect(try read(["--feed-logs", "-", "--sampling-ratio", "0.5"], variables).options.samplingRatio == 0.5)
    let metrics = try read(["--feed-metrics", ":9464", "--duration", "1m30s"]).options
    #expect(metrics.metrics?.host == "0.0.0.0" && metrics.metrics?.port == 9_464)
    #expect(metrics.duration == .seconds(90) && metrics.index == "rustim-logs")
    #expect(try read(["--feed-metrics", "[::1]:1"]).options.metrics?.host == "::1")
  }

  @Test func `Elasticsearch is asked with the credentials of the environment`() throws {
    let (options, _) = try read(
      ["--feed-elasticsearch", "https://es.example.org:9200"], ["OBS_TUI_ELASTICSEARCH_API_KEY": "id:key"])
    #expect(options.elasticsearch?.address.description == "https://es.example.org:9200")
    #expect(options.elasticsearch?.credentials == .apiKey(Secret("id:key")))
  }
}
