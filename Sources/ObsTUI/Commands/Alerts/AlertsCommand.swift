import ArgumentParser
import Foundation
import ObsData

/// `obs-tui alerts`: what fires, without the screen.
struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts", abstract: "List what fires, is pending or silenced, without the screen.",
    discussion: """
      Alertmanager and Prometheus are asked, each alert is listed once: what fires first, the most severe first. Exits 3 when a store \
      did not answer; what the others said is listed all the same.
      """)

  @Flag(
    help:
      "One JSON object a line: fingerprint, name, state, severity, service, since, value, summary, sources, receivers, silenced_by, inhibited_by, expression, labels, annotations."
  )
  var json = false

  @Option(help: ArgumentHelp("Only alerts in this state: firing, pending, silenced, or all.", valueName: "state"))
  var state = "all"

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var stores: StoreOptions

  func run() throws {
    guard let wanted = AlertsCommand.states[state.lowercased()] else {
      throw UsageError("--state \(state): firing, pending, silenced or all")
    }
    let setup = try Setup(settings, stores: stores)
    let clock = WallClock.now
    guard let context = setup.settings.current else { throw UsageError("there is no context") }
    let clients = StoreClients(context: context, logger: setup.logger)
    let report = try Blocking.run { await clients.alertReport() }
    guard !report.asked.isEmpty else {
      throw UsageError(
        "the context \(context.name) has no Alertmanager and no Prometheus: set alertmanager.url or prometheus.url, "
          + "--alertmanager-url or --prometheus-url")
    }
    signal(SIGPIPE, SIG_IGN)
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let printer = AlertPrinter(
      now: clock(),
      time: setup.settings.timeDisplay.value == .utc ? .utc : LocalTime.display(at: clock()),
      hasColour: isTerminal && setup.environment["NO_COLOR"]?.isEmpty != false && setup.environment["TERM"] != "dumb")
    let alerts = report.alerts.filter { wanted.contains($0.state) }
    do throws(LineOutput.Failure) {
      try LineOutput.write(Array(printer.text(alerts, asJSON: json).utf8), to: STDOUT_FILENO)
    } catch {
      if case .failed(let reason) = error { throw UsageError("standard output: \(reason)") }
      return
    }
    for (store, error) in report.failures {
      ReportOutput.complain(["\(store.displayName): \(error.sentence)"])
    }
    if alerts.isEmpty, !json, report.failures.isEmpty {
      try LineOutput.write(Array("obs-tui: no alerts\n".utf8), to: STDERR_FILENO)
    }
    if !report.failures.isEmpty { throw ExitCode(3) }
  }

  private static let states: [String: Set<Alert.State>] = [
    "all": [.active, .unprocessed, .pending, .suppressed], "firing": [.active, .unprocessed], "pending": [.pending],
    "silenced": [.suppressed], "suppressed": [.suppressed],
  ]
}

/// Alerts as `obs-tui alerts` prints them.
struct AlertPrinter {
  let now: Timestamp
  let time: TimeDisplay
  var hasColour = false

  /// All alerts, a line each; a table with a head where it is not JSON.
  func text(_ alerts: [Alert], asJSON: Bool) -> String {
    if asJSON { return alerts.map { LogPrinter.escaped(json($0).text) + "\n" }.joined() }
    guard !alerts.isEmpty else { return "" }
    let head = ["STATE", "SEVERITY", "NAME", "SERVICE", "SINCE", "FOR", "VALUE", "SOURCE", "SUMMARY"]
    let rows = alerts.map(cells)
    var widths = head.map { CharacterWidth.cells(in: $0) }
    for row in rows {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], CharacterWidth.cells(in: cell)) }
    }
    func line(_ cells: [String]) -> String {
      var line = ""
      for (index, cell) in cells.enumerated() {
        let isLast = index == cells.count - 1
        line += cell + (isLast ? "" : String(repeating: " ", count: widths[index] - CharacterWidth.cells(in: cell) + 2))
      }
      return String(line.reversed().drop(while: { $0 == " " }).reversed())
    }
    var text = line(head) + "\n"
    for (alert, row) in zip(alerts, rows) { text += paint(line(row), alert) + "\n" }
    return text
  }

  private func cells(_ alert: Alert) -> [String] {
    [
      alert.stateWord, alert.labels["severity"] ?? "", alert.name, alert.service ?? "",
      alert.startsAt.nanoseconds == 0
        ? "" : Formatting.time(alert.startsAt, as: time, now: now, withDate: true, fractionDigits: 0),
      alert.startsAt.nanoseconds == 0 ? "" : Formatting.age(now - alert.startsAt),
      alert.value.map { Formatting.value($0, .none) } ?? "", alert.sources.map(\.rawValue).joined(separator: "+"),
      alert.summary ?? "",
    ].map { LogPrinter.visible($0.split(whereSeparator: \.isNewline).joined(separator: " ")) }
  }

  private func paint(_ line: String, _ alert: Alert) -> String {
    guard hasColour else { return line }
    let code =
      switch alert.role {
      case _ where alert.state == .suppressed: "2"
      case .serviceError: "31"
      case .serviceWarning: "33"
      default: ""
      }
    return code.isEmpty ? line : "\u{1B}[\(code)m\(line)\u{1B}[0m"
  }

  private func json(_ alert: Alert) -> JSONTree {
    func text(_ value: String?) -> JSONTree { value.map(JSONTree.string) ?? .null }
    func list(_ values: [String]) -> JSONTree { .array(values.map(JSONTree.string)) }
    func object(_ values: [String: String]) -> JSONTree {
      .object(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }
    return .object([
      ("fingerprint", .string(alert.id)), ("name", .string(alert.name)), ("state", .string(alert.stateWord)),
      ("severity", text(alert.labels["severity"])), ("service", text(alert.service)),
      ("since", alert.startsAt.nanoseconds == 0 ? .null : .string(alert.startsAt.iso8601(fractionDigits: 3))),
      ("value", alert.value.flatMap { $0.isFinite ? JSONTree.double($0) : .string("\($0)") } ?? .null),
      ("summary", text(alert.summary)), ("sources", list(alert.sources.map(\.rawValue))),
      ("receivers", list(alert.receivers)), ("silenced_by", list(alert.silencedBy)),
      ("inhibited_by", list(alert.inhibitedBy)), ("expression", text(alert.expression)),
      ("labels", object(alert.labels)), ("annotations", object(alert.annotations)),
    ])
  }
}

extension Alert {
  /// What becomes of it, in a word.
  var stateWord: String {
    switch state {
    case .active, .unprocessed: "firing"
    case .pending: "pending"
    case .suppressed: inhibitedBy.isEmpty || !silencedBy.isEmpty ? "silenced" : "inhibited"
    }
  }

  /// The annotation that says in a sentence what is wrong.
  var summary: String? {
    ["summary", "description", "message"].lazy.compactMap { annotations[$0] }.first { !$0.isEmpty }
  }
}
