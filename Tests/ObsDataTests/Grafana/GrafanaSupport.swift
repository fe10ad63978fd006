import Foundation

@testable import ObsData

/// Pieces of dashboards for tests.
enum Sample {
  static let now = Timestamp(seconds: 1_795_337_400)
  static let hour = TimeRange(start: now - .seconds(3_600), end: now)

  /// A dashboard of these panels, as JSON.
  static func dashboard(_ panels: String, variables: String = "", more: String = "") throws -> DashboardDefinition {
    let text =
      #"{"title":"T","schemaVersion":39,"panels":["# + panels + #"],"templating":{"list":["# + variables + "]}" + more
      + "}"
    return try DashboardReader.read(Array(text.utf8))
  }

  /// A panel of a kind with one query.
  static func panel(
    _ kind: String = "timeseries", id: Int = 1, expr: String = "up", grid: String = "", more: String = ""
  ) -> String {
    let expression = JSONTree.string(expr).text
    return #"{"id":\#(id),"type":"\#(kind)","title":"P\#(id)","targets":[{"refId":"A","expr":\#(expression)}]"#
      + (grid.isEmpty ? "" : #","gridPos":"# + grid) + more + "}"
  }

  /// The scene of a dashboard, nobody asked.
  static func scene(_ definition: DashboardDefinition, wanted: [String: [String]] = [:]) async -> DashboardScene {
    DashboardScene(
      definition, variables: await VariableResolver(client: nil, range: hour).resolve(definition, wanted: wanted))
  }

  /// The sample dashboards, where there are any.
  static var folder: String? {
    ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"].map { $0 + "/dashboards" }
  }
}
