/// Where a command's keys are heard.
enum CommandScope: Sendable {
  case global, logs, traces, waterfall, metrics, alerts, dashboards, dependencies, explorer, health, commandLineOnly
}

/// A command's entry in the table.
struct CommandEntry: Sendable {
  /// One line of help, without a full stop.
  let help: String
  /// The default keys, as in the settings: `j`, `down`, `ctrl-d`, `f1`.
  let keys: [String]
  /// Where the keys are heard.
  let scope: CommandScope
  /// Where they are heard besides.
  let others: [CommandScope]
  /// What the command line's argument is called, where the command takes one.
  let argument: String?
  /// Whether it may be left out.
  let isArgumentOptional: Bool

  init(
    _ help: String, _ keys: [String] = [], scope: CommandScope = .global, alsoIn others: [CommandScope] = [],
    argument: String? = nil, isArgumentOptional: Bool = false
  ) {
    self.help = help
    self.keys = keys
    self.scope = scope
    self.others = others
    self.argument = argument
    self.isArgumentOptional = isArgumentOptional
  }
}

extension Command {
  static let table: [Command: CommandEntry] = [
    .down: CommandEntry("down one line", ["j", "down"]),
    .up: CommandEntry("up one line", ["k", "up"]),
    .left: CommandEntry("left, or fold", ["h", "left"]),
    .right: CommandEntry("right, or unfold", ["right"]),
    .pageDown: CommandEntry("down one page", ["space", "pagedown"]),
    .pageUp: CommandEntry("up one page", ["b", "pageup"]),
    .halfPageDown: CommandEntry("down half a page", ["ctrl-d"]),
    .halfPageUp: CommandEntry("up half a page", ["ctrl-u"]),
    .top: CommandEntry("to the first line", ["g", "home"]),
    .bottom: CommandEntry("to the last line; in the logs, follow again", ["G", "end"]),
    .open: CommandEntry("open what is selected", ["enter"], argument: "NAME", isArgumentOptional: true),
    .back: CommandEntry("back", ["escape"]),
    .quit: CommandEntry("back; at the top, quit", ["q"]),
    .focusNext: CommandEntry("focus the next pane", ["tab"]),
    .focusPrevious: CommandEntry("focus the previous pane", ["backtab"]),
    .maximise: CommandEntry("give the focused pane the whole screen, and back", ["z"]),
    .search: CommandEntry("search in what is held; ~ begins a regular expression", ["/"]),
    .nextMatch: CommandEntry("next match", ["n"]),
    .previousMatch: CommandEntry("previous match", ["N"]),
    .query: CommandEntry("edit the pane's query", ["&"]),
    .commandLine: CommandEntry("command line", [":"]),
    .help: CommandEntry("help", ["?", "f1"]),
    .cycleTimeDisplay: CommandEntry("times local, UTC, relative", ["T"]),
    .mark: CommandEntry("mark the selected line, or take the mark off", ["m"]),
    .save: CommandEntry(
      "keep the log query by a name; :open NAME takes it again", scope: .commandLineOnly, argument: "NAME"),
    .queries: CommandEntry("list the saved queries: Enter takes one, d removes it", scope: .commandLineOnly),
    .copy: CommandEntry("copy the selected line", ["y"], argument: "kql", isArgumentOptional: true),
    .refresh: CommandEntry("ask the stores again now", ["ctrl-r"]),
    .redraw: CommandEntry("draw the screen anew", ["ctrl-l"]),
    .suspend: CommandEntry("suspend", ["ctrl-z"]),
    .toggleMouse: CommandEntry("mouse on or off", ["f2"]),
    .lengthenWindow: CommandEntry("longer time window", ["+", "="]),
    .shortenWindow: CommandEntry("shorter time window", ["-"]),
    .toggleFreeze: CommandEntry("freeze the window, or go live", ["p"]),
    .stepWindowBack: CommandEntry("step the window back", ["("]),
    .stepWindowForward: CommandEntry("step the window forward", [")"]),
    .service1: CommandEntry("show service 1 of the bar", ["1"]),
    .service2: CommandEntry("show service 2 of the bar", ["2"]),
    .service3: CommandEntry("show service 3 of the bar", ["3"]),
    .service4: CommandEntry("show service 4 of the bar", ["4"]),
    .service5: CommandEntry("show service 5 of the bar", ["5"]),
    .service6: CommandEntry("show service 6 of the bar", ["6"]),
    .service7: CommandEntry("show service 7 of the bar", ["7"]),
    .service8: CommandEntry("show service 8 of the bar", ["8"]),
    .service9: CommandEntry("show service 9 of the bar", ["9"]),
    .allServices: CommandEntry("show all services", ["0"]),
    .nextService: CommandEntry("next service", ["]"]),
    .previousService: CommandEntry("previous service", ["["]),
    .pickService: CommandEntry("pick a service by name", ["s"]),
    .alerts: CommandEntry("alerts and alerting rules", ["A"], argument: "NAME", isArgumentOptional: true),
    .silence: CommandEntry(
      "silence what the matchers fit, in a writable context", ["S"], scope: .alerts,
      argument: "DURATION MATCHERS # COMMENT", isArgumentOptional: true),
    .expire: CommandEntry("end the selected silence", ["x", "delete"], scope: .alerts),
    .cursorBack: CommandEntry(
      "the time cursor back by a column", ["<", "shift-left"], scope: .metrics, alsoIn: [.traces, .dashboards]),
    .cursorForward: CommandEntry(
      "the time cursor forward by a column", [">", "shift-right"], scope: .metrics, alsoIn: [.traces, .dashboards]),
    .openExemplar: CommandEntry(
      "the trace of the exemplar at the time cursor, or of the greatest", ["t"], scope: .metrics, alsoIn: [.dashboards]),
    .logScale: CommandEntry(
      "in an enlarged chart: axis by powers of ten, or linear", ["l"], scope: .metrics, alsoIn: [.dashboards]),
    .timeCursor: CommandEntry("put the time cursor on what is selected, or take it off", ["|"]),
    .cycleLevel: CommandEntry("errors, warnings and up, all lines", ["l"], scope: .logs),
    .viewFields: CommandEntry("all fields of the selected line", ["v"], scope: .logs),
    .follow: CommandEntry("follow the tail again", ["F"], scope: .logs),
    .patterns: CommandEntry("patterns of the lines that are held", ["P"], scope: .logs),
    .sortPatterns: CommandEntry("sort patterns by count, first seen, new", ["o"], scope: .logs),
    .cycleCondense: CommandEntry("repeated lines once: equal, but for numbers, by pattern", ["D"], scope: .logs),
    .traceOfLine: CommandEntry("the trace of the line, or of an example of the pattern", ["t"], scope: .logs),
    .volume: CommandEntry("volume histogram on or off", ["i"], scope: .logs),
    .previousBar: CommandEntry("to the histogram's bar before", ["<", "shift-left"], scope: .logs),
    .nextBar: CommandEntry("to the histogram's bar behind", [">", "shift-right"], scope: .logs),
    .includeValue: CommandEntry("in the fields: only lines with this value", ["f"], scope: .logs),
    .excludeValue: CommandEntry("in the fields: no lines with this value; in the filters: invert", ["x"], scope: .logs),
    .requireField: CommandEntry("in the fields: only lines that have this field", ["X"], scope: .logs),
    .topValues: CommandEntry("in the fields: the most frequent values of this field", ["a"], scope: .logs),
    .filters: CommandEntry("the filters: switch off, invert, remove", ["C"], scope: .logs),
    .removeFilter: CommandEntry("in the filters and saved queries: remove this one", ["d", "delete"], scope: .logs),
    .wrap: CommandEntry("wrap long lines, or cut them", ["w"], scope: .logs),
    .unfold: CommandEntry("unfold the message of several lines, or fold it", ["O"], scope: .logs),
    .around: CommandEntry("the lines around this one from the same source, unfiltered", ["c"], scope: .logs),
    .nextMark: CommandEntry("next mark or note", ["u"], scope: .logs),
    .previousMark: CommandEntry("previous mark or note", ["U"], scope: .logs),
    .copyJSON: CommandEntry("copy the selected line's document as JSON", ["Y"], scope: .logs),
    .sortTraces: CommandEntry("sort by start, duration, spans, errors", ["o"], scope: .traces),
    .reverseTraces: CommandEntry("turn the sorting round", ["O"], scope: .traces),
    .traceChart: CommandEntry("scatter over time, histogram of durations, or the list alone", ["i"], scope: .traces),
    .dependencies: CommandEntry("the service graph: who calls whom", ["d"], scope: .traces),
    .metrics: CommandEntry(
      "all metrics of the server; with a text those that have it", ["M"], argument: "TEXT",
      isArgumentOptional: true),
    .red: CommandEntry("requests, errors and durations of every service", scope: .commandLineOnly),
    .targets: CommandEntry("what Prometheus scrapes, and how that goes", scope: .commandLineOnly),
    .rules: CommandEntry("recording and alerting rules, and how their evaluation goes", scope: .commandLineOnly),
    .groupByLabel: CommandEntry("in a metric: keep the values of this label apart", ["o"], scope: .explorer),
    .excludeLabelValue: CommandEntry("in a metric: without this value of the label", ["x"], scope: .explorer),
    .dropLabelFilter: CommandEntry("in a metric: drop the last filter or grouping", ["d", "delete"], scope: .explorer),
    .aggregation: CommandEntry("in a metric: sum, average, greatest, least", ["a"], scope: .explorer),
    .metricHeatMap: CommandEntry("in a histogram: heat map, or p50, p95 and p99", ["i"], scope: .explorer),
    .resultTable: CommandEntry("result of an expression: as a table, or drawn", ["t"], scope: .explorer),
    .dependencySource: CommandEntry(
      "count in the traces in view, or take Jaeger's figures", ["t"], scope: .dependencies),
    .dependencyPicture: CommandEntry("the picture above the table on or off", ["i"], scope: .dependencies),
    .logsOfTrace: CommandEntry("the logs of this trace", ["L"], scope: .waterfall),
    .unfoldAll: CommandEntry("unfold all spans", ["*"], scope: .waterfall),
    .foldHealthy: CommandEntry("fold all that holds no error", ["Z"], scope: .waterfall),
    .foldLevel: CommandEntry("fold the deepest level", ["o"], scope: .waterfall),
    .unfoldLevel: CommandEntry("unfold one level", ["O"], scope: .waterfall),
    .hide: CommandEntry(
      "hide the spans of this service", ["x"], scope: .waterfall, argument: "SERVICE", isArgumentOptional: true),
    .show: CommandEntry(
      "show the hidden services again", ["X"], scope: .waterfall, argument: "SERVICE", isArgumentOptional: true),
    .onlyMatches: CommandEntry("only the matches of the search, and what stands above them", ["f"], scope: .waterfall),
    .copyTrace: CommandEntry("copy the trace as JSON", ["Y"], scope: .waterfall),
    .zoomIn: CommandEntry("zoom into the time around this span", ["."], scope: .waterfall),
    .zoomOut: CommandEntry("zoom out", [","], scope: .waterfall),
    .zoomToSpan: CommandEntry("zoom to the time of this span", ["a"], scope: .waterfall),
    .zoomReset: CommandEntry("the time of the whole trace", [";"], scope: .waterfall),
    .panLeft: CommandEntry("pan to earlier times", ["<", "shift-left"], scope: .waterfall),
    .panRight: CommandEntry("pan to later times", [">", "shift-right"], scope: .waterfall),
    .nextLogLine: CommandEntry("next log line of the trace; enter opens it in the logs", ["}"], scope: .waterfall),
    .previousLogLine: CommandEntry("log line of the trace before", ["{"], scope: .waterfall),
    .chooseVariable: CommandEntry("choose the values of the dashboard's variables", ["V"], scope: .dashboards),
    .dashboards: CommandEntry(
      "Grafana's dashboards; with a name or a file, that one", scope: .commandLineOnly, argument: "NAME",
      isArgumentOptional: true),
    .variable: CommandEntry(
      "choose a variable's values: job=node,api", scope: .commandLineOnly, argument: "NAME=VALUES"),
    .edit: CommandEntry(
      "add a panel to the own dashboard that is shown: add TITLE = EXPR", scope: .commandLineOnly,
      argument: "add EXPR"),
    .removePanel: CommandEntry("remove the panel from an own dashboard's file", ["d", "delete"], scope: .dashboards),
    .movePanelBack: CommandEntry("move the panel before its neighbour, in the file", ["{"], scope: .dashboards),
    .movePanelForward: CommandEntry("move the panel behind its neighbour, in the file", ["}"], scope: .dashboards),
    .criticalPath: CommandEntry("the critical path on the bars, or bars without it", ["c"], scope: .waterfall),
    .traceStatistics: CommandEntry("self time by operation, by service, or the bars", ["S"], scope: .waterfall),
    .flameGraph: CommandEntry("self time by call path (flame graph)", ["F"], scope: .waterfall),
    .traceEvents: CommandEntry("the events of all spans by time", ["V"], scope: .waterfall),
    .compare: CommandEntry(
      "compare with a usual successful trace, or with one by its id", ["D"], scope: .waterfall, argument: "ID",
      isArgumentOptional: true),
    .copyBlame: CommandEntry("copy what stands out: the line above the bars", ["B"], scope: .waterfall),
    .nextError: CommandEntry("next error", ["e"]),
    .previousError: CommandEntry("previous error", ["E"]),
    .context: CommandEntry("switch to another context", scope: .commandLineOnly, argument: "NAME"),
    .theme: CommandEntry("switch to another theme", scope: .commandLineOnly, argument: "NAME"),
    .service: CommandEntry("show one service, or all", scope: .commandLineOnly, argument: "NAME"),
    .trace: CommandEntry("open a trace by its id", scope: .commandLineOnly, argument: "ID"),
    .openTrace: CommandEntry(
      "open a file of traces: Jaeger, OTLP or Zipkin JSON", scope: .commandLineOnly, argument: "FILE"),
    .cost: CommandEntry("what the last minute has cost the stores; once more takes it away", scope: .commandLineOnly),
    .filter: CommandEntry("show only log lines that match", scope: .commandLineOnly, argument: "QUERY"),
    .goto: CommandEntry("freeze the window around a time", scope: .commandLineOnly, argument: "TIME"),
    .since: CommandEntry("a live window of this length", scope: .commandLineOnly, argument: "DURATION"),
    .link: CommandEntry("copy the command line and addresses that show this view", scope: .commandLineOnly),
    .write: CommandEntry(
      "write what the pane shows to a file: .ndjson, .csv, or text; ! replaces it", scope: .commandLineOnly,
      argument: "FILE"),
    .clearMarks: CommandEntry("take all marks and notes off", scope: .commandLineOnly),
    .columns: CommandEntry(
      "the log list's columns: time level service message trace, or any field; default; none tells them",
      scope: .commandLineOnly, argument: "NAMES", isArgumentOptional: true),
    .export: CommandEntry(
      "write all that the query finds to a file, whatever is held; stop ends it", scope: .commandLineOnly,
      argument: "FILE"),
    .note: CommandEntry(
      "write a note on the selected line; none takes it off", scope: .commandLineOnly, argument: "TEXT",
      isArgumentOptional: true),
  ]
}
