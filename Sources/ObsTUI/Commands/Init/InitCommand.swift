import ArgumentParser
import Foundation
import ObsData

/// `obs-tui init`: looks for the stores and writes a settings file of what it found.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Look for the stores and write a commented settings file.",
    discussion: """
      Without addresses the usual ports of this machine are tried: 9200, 16686, 9090, 9093, 3000. --from reads addresses out of a \
      RustIM's config/config.yaml or a compose file. A file that is there is never overwritten without --force. Exits 3 when nothing \
      was found.
      """)

  @Option(help: ArgumentHelp("The settings file, instead of $XDG_CONFIG_HOME/obs-tui/config.yaml.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("The context's name in the file.", valueName: "name"))
  var context = "default"

  @Option(
    help: ArgumentHelp("RustIM's config.yaml, or a compose file, that tells where stores are.", valueName: "file"))
  var from: String?

  @Flag(help: "Overwrite the file that is there.")
  var force = false

  @Option(
    name: [.customLong("elasticsearch"), .customLong("elasticsearch-url")], help: InitCommand.help("Elasticsearch"))
  var elasticsearch: String?

  @Option(name: [.customLong("jaeger"), .customLong("jaeger-url")], help: InitCommand.help("Jaeger"))
  var jaeger: String?

  @Option(name: [.customLong("prometheus"), .customLong("prometheus-url")], help: InitCommand.help("Prometheus"))
  var prometheus: String?

  @Option(name: [.customLong("alertmanager"), .customLong("alertmanager-url")], help: InitCommand.help("Alertmanager"))
  var alertmanager: String?

  @Option(help: InitCommand.help("Grafana"))
  var grafana: String?

  @Option(help: InitCommand.help("Kibana"))
  var kibana: String?

  private static func help(_ store: String) -> ArgumentHelp { ArgumentHelp("Where \(store) is.", valueName: "url") }

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    guard let path = config ?? Settings.standardFile(environment: environment) else {
      throw UsageError("--config: the environment knows no home; name the file")
    }
    guard (1...64).contains(context.count),
      context.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
    else { throw UsageError("--context: a name of letters, digits, -, _ and . alone") }
    if !force, FileManager.default.fileExists(atPath: path) {
      throw UsageError("\(path) is there already: --force overwrites it, --config names another file")
    }
    signal(SIGPIPE, SIG_IGN)
    let survey: StackSurvey
    var hints = StackHints()
    do throws(SettingsError) {
      if let from { hints = try StackHints.read(file: from, environment: environment) }
      survey = try StackSurvey(given: given, hints: hints, clock: WallClock.now)
    } catch {
      throw UsageError(LogPrinter.visible(error.description))
    }
    let discoveries = try Blocking.run { await survey.discoveries() }
    let draft = SettingsDraft(discoveries, context: context)
    guard try ReportOutput.write(InitReport.text(discoveries, remarks: hints.remarks)) else { return }
    guard draft.isWorthWriting else {
      ReportOutput.complain([
        "nothing was found, and nothing written: name an address, as in --elasticsearch http://host:9200"
      ])
      throw ExitCode(3)
    }
    // What was made must be what is read.
    try InitCommand.check(draft.text)
    try NewFile.write(draft.text, to: path, overwrites: force)
    let option = config == nil ? "" : " --config \(path)"
    try ReportOutput.write("\nwrote \(path)\nnext: obs-tui doctor\(option), obs-tui\(option)\n")
  }

  private var given: [Store: String] {
    let given: [(Store, String?)] = [
      (.elasticsearch, elasticsearch), (.jaeger, jaeger), (.prometheus, prometheus), (.alertmanager, alertmanager),
      (.grafana, grafana), (.kibana, kibana),
    ]
    return given.reduce(into: [:]) { $0[$1.0] = $1.1 }
  }

  private static func check(_ text: String) throws(UsageError) {
    do throws(SettingsError) {
      try Settings.check(text)
    } catch {
      throw UsageError("the settings that were made cannot be read: \(error.description)")
    }
  }
}

/// What `obs-tui init` prints of a survey.
enum InitReport {
  static func text(_ discoveries: [StackSurvey.Discovery], remarks: [String]) -> String {
    let rows = discoveries.map { discovery in
      [
        discovery.isFound ? "found" : "-", discovery.place.store.displayName, discovery.place.address.description,
        discovery.answer ?? discovery.failure?.sentence ?? "", discovery.place.source,
      ].map { LogPrinter.visible($0) }
    }
    let lines = ReportOutput.table(["", "STORE", "ADDRESS", "ANSWER", "BY"], rows, numbers: [])
    return (lines + remarks.map { "note: \(LogPrinter.visible($0))" }).map { $0 + "\n" }.joined()
  }
}

/// Writes a file that is its owner's alone.
enum NewFile {
  /// Writes the text as a whole: into a file that is made for it, or over the one that is there.
  static func write(_ text: String, to path: String, overwrites: Bool) throws(UsageError) {
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty {
      try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: NSNumber(value: 0o700)])
    }
    let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier)"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw UsageError("\(path) cannot be written: \(String(cString: strerror(errno)))") }
    defer { unlink(draft) }
    do throws(LineOutput.Failure) {
      defer { close(descriptor) }
      try LineOutput.write(Array(text.utf8), to: descriptor)
    } catch {
      var reason = "the other end is closed"
      if case .failed(let words) = error { reason = words }
      throw UsageError("\(path) cannot be written: \(reason)")
    }
    // A link is refused where the name is taken in the meantime; a renamed file takes its place.
    let isDone = overwrites ? rename(draft, path) == 0 : link(draft, path) == 0
    guard isDone else {
      let reason = errno == EEXIST ? "it is there already" : String(cString: strerror(errno))
      throw UsageError("\(path) cannot be written: \(reason)")
    }
  }
}
