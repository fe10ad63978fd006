/// Everything a key or the command line can ask for. The table below is the only place that knows names and help:
/// keymap, help screen, footer, completion and the README's table of keys are made from it.
enum Command: String, CaseIterable, Sendable {
  // Movement: the same in every pane.
  case down, up, left, right, pageDown, pageUp, halfPageDown, halfPageUp, top, bottom
  case open, back, quit, focusNext, focusPrevious, maximise
  case search, nextMatch, previousMatch, query, commandLine, help
  case cycleTimeDisplay, mark, copy, refresh, redraw, suspend, toggleMouse
  case lengthenWindow, shortenWindow, toggleFreeze, stepWindowBack, stepWindowForward
  case service1, service2, service3, service4, service5, service6, service7, service8, service9
  case allServices, nextService, previousService, pickService
  case alerts, silence, expire
  // The time cursor.
  case cursorBack, cursorForward, timeCursor
  // Charts.
  case openExemplar, logScale
  // Log pane.
  case cycleLevel, viewFields, follow, volume, previousBar, nextBar, patterns, sortPatterns, cycleCondense, traceOfLine
  case includeValue, excludeValue, requireField, topValues, filters, removeFilter
  case wrap, unfold, around, nextMark, previousMark, copyJSON
  // Trace pane and waterfall.
  case sortTraces, reverseTraces, traceChart, dependencies
  case logsOfTrace, unfoldAll, foldHealthy, nextError, previousError
  case foldLevel, unfoldLevel, hide, show, onlyMatches, copyTrace
  case zoomIn, zoomOut, zoomToSpan, zoomReset, panLeft, panRight, nextLogLine, previousLogLine
  case criticalPath, traceStatistics, flameGraph, traceEvents, compare, copyBlame
  // Metrics explorer.
  case metrics, groupByLabel, excludeLabelValue, dropLabelFilter, aggregation, metricHeatMap,
    resultTable
  // Service graph.
  case dependencySource, dependencyPicture
  // Command line only (they take arguments or are rare).
  case context, theme, service, trace, openTrace
  case cost, filter, goto, since, link, write, clearMarks, columns, note, export, save, queries
  case red, targets, rules
  // Grafana dashboards.
  case chooseVariable, dashboards, variable, edit, removePanel, movePanelBack, movePanelForward

  /// The commands that show one service of the bar, in its order.
  static let services: [Command] = [
    .service1, .service2, .service3, .service4, .service5, .service6, .service7, .service8, .service9,
  ]

  /// One line of help, without a full stop.
  var help: String { Command.table[self]?.help ?? "" }
  /// The name on the command line and in the settings: `halfPageDown` is `half-page-down`.
  var name: String {
    var name = ""
    for character in rawValue {
      if character.isUppercase || character.isNumber {
        name += "-" + character.lowercased()
      } else {
        name.append(character)
      }
    }
    return name
  }
}
