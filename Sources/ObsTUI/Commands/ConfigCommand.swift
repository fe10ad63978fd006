import ArgumentParser
import Foundation
import ObsData

/// `obs-tui config`: looks at the settings without starting anything.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check the settings, or show what counts in the end.",
    subcommands: [Check.self, Show.self])

  /// `obs-tui config check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Read the settings over and say everything that is wrong with them.")

    @Option(help: "The settings file, instead of $XDG_CONFIG_HOME/obs-tui/config.yaml.")
    var config: String?

    func run() throws {
      try ConfigReport.check(file: config, environment: ProcessInfo.processInfo.environment).finish()
    }
  }

  /// `obs-tui config show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show every value of a context and where it comes from; secrets are masked.")

    @Option(help: "The settings file, instead of $XDG_CONFIG_HOME/obs-tui/config.yaml.")
    var config: String?

    @Option(help: "The context, instead of the one that is started with.")
    var context: String?

    @OptionGroup var stores: StoreOptions

    func run() throws {
      let overrides = SettingsOverrides(context: context, urls: stores.urls, index: stores.index)
      try ConfigReport.show(file: config, overrides, environment: ProcessInfo.processInfo.environment).finish()
    }
  }
}
