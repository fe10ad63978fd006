import ArgumentParser
import Foundation
import ObsData

/// What a `config` command prints, and whether the settings are in order.
struct ConfigReport: Equatable {
  let text: String
  let isError: Bool
  /// What is not wrong, but should be known.
  var warnings: [String] = []

  /// All that is wrong, or the contexts that there are.
  static func check(file: String?, environment: [String: String]) -> ConfigReport {
    load(file, environment, SettingsOverrides()) { settings in
      var lines = ["ok: " + (settings.file ?? "no settings file; the defaults hold")]
      for context in settings.contexts {
        let stores = Store.allCases.filter { context.endpoint(for: $0) != nil }.map(\.rawValue).joined(separator: ", ")
        let mark = context.name == settings.currentContext.value ? " (current)" : ""
        lines.append("  \(context.name)\(mark): \(stores.isEmpty ? "no stores" : stores)")
      }
      return lines
    }
  }

  /// Every value of a context in three columns: key, value, origin.
  static func show(file: String?, _ overrides: SettingsOverrides, environment: [String: String]) -> ConfigReport {
    load(file, environment, overrides) { settings in
      let rows = settings.rows(context: settings.currentContext.value) ?? []
      let pathWidth = rows.map(\.path.count).max() ?? 0
      // One long expression must not push the last column off every screen.
      let valueWidth = rows.map(\.value.count).filter { $0 <= 50 }.max() ?? 0
      return rows.map { row in
        row.path.padded(to: pathWidth) + "  " + row.value.padded(to: valueWidth) + "  " + row.origin.short
      }
    }
  }

  /// Prints it: errors to standard error, with exit code 2.
  func finish() throws {
    let output = isError ? FileHandle.standardError : FileHandle.standardOutput
    try output.write(contentsOf: Data(printable(text).utf8))
    for warning in warnings { ReportOutput.complain([warning]) }
    if isError { throw ExitCode(2) }
  }

  private static func load(
    _ file: String?, _ environment: [String: String], _ overrides: SettingsOverrides, _ lines: (Settings) -> [String]
  ) -> ConfigReport {
    do {
      let settings = try Settings.load(
        file: file, environment: environment, overrides: overrides, check: ConfigChecks.problems)
      return ConfigReport(
        text: lines(settings).joined(separator: "\n") + "\n", isError: false, warnings: settings.exposedSecrets)
    } catch {
      return ConfigReport(text: error.description + "\n", isError: true)
    }
  }

  /// Control characters of the file's are made visible: it may come from a stranger.
  private func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar != "\n" && (scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value))
      let isBidi = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      result += isControl || isBidi ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return result
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
