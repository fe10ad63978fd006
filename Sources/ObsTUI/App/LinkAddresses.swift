import ObsData

/// Addresses of the browser's tools for what is on the screen; nil where the settings name no such tool.
struct LinkAddresses: Equatable, Sendable {
  var jaegerBase: String?
  var kibanaBase: String?
  var grafanaBase: String?

  func jaeger(trace id: TraceID) -> String? { jaegerBase.map { $0.withoutSlash + "/trace/" + id.description } }

  /// Jaeger's search page takes microseconds.
  func jaeger(service: String, range: TimeRange) -> String? {
    jaegerBase.map {
      $0.withoutSlash + "/search?"
        + PercentEncoding.query([
          ("service", service), ("start", "\(range.start.microseconds)"), ("end", "\(range.end.microseconds)"),
        ])
    }
  }

  /// Kibana's Discover keeps its state in the address, in Rison (https://github.com/Nanonid/rison).
  func kibana(query: String, range: TimeRange) -> String? {
    guard let base = kibanaBase else { return nil }
    let time = "(time:(from:'\(range.start.iso8601)',to:'\(range.end.iso8601)'))"
    var address = base.withoutSlash + "/app/discover#/?_g=" + time
    if !query.isEmpty {
      var (language, text) = ("kuery", query)
      if case .lucene(let lucene) = try? TypedFilter.parse(query) { (language, text) = ("lucene", lucene) }
      let quoted = text.replacing("!", with: "!!").replacing("'", with: "!'")
      address += "&_a=" + PercentEncoding.segment("(query:(language:\(language),query:'\(quoted)'))")
    }
    return address
  }

  func grafana(range: TimeRange) -> String? {
    grafanaBase.map { $0.withoutSlash + "/explore?from=\(range.start.milliseconds)&to=\(range.end.milliseconds)" }
  }
}

extension String {
  fileprivate var withoutSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}

/// A view as arguments of the program: what `:link` copies and `--resume` reads.
struct ViewArguments: Equatable, Sendable {
  var context: String?
  var service: String?
  var since: Duration?
  var range: TimeRange?
  var filter: String?
  /// The filters on fields, each as an argument.
  var chips: [String] = []
  /// The files that stand in for the log store.
  var files: [String] = []
  /// The log columns, where they are not those of the settings.
  var columns: [String]?
  var trace: TraceID?
  /// Marks and notes; they are no arguments, but are saved with the view.
  var lines = RememberedLines()

  /// The arguments, each a word of its own.
  var words: [String] {
    var words: [String] = []
    if let context { words += ["--context", context] }
    if let service { words += ["--service", service] }
    if let since { words += ["--since", DurationText.text(since)] }
    if let range { words += ["--from", range.start.iso8601, "--to", range.end.iso8601] }
    if let columns { words += ["--columns", columns.joined(separator: ",")] }
    if let filter { words += ["--filter", filter] }
    for chip in chips { words += ["--chip", chip] }
    for file in files { words += ["--file", file] }
    if let trace { words += ["--trace", trace.description] }
    return words
  }

  /// The words as a shell reads them, `flags` before them.
  func commandLine(with flags: [String] = []) -> String {
    (["obs-tui"] + flags + words).map { word in
      let isPlain =
        !word.isEmpty
        && word.unicodeScalars.allSatisfy {
          $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_./:,+=@".unicodeScalars.contains($0))
        }
      return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
