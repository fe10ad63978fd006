import ObsData

/// A dashboard's figures as JSON: for each panel what was asked and what came.
struct DashboardFigures {
  private let picture: DashboardPicture
  private let now: Timestamp

  init(_ picture: DashboardPicture, now: Timestamp) {
    self.picture = picture
    self.now = now
  }

  /// More rows of a table than this are not written.
  private static let maximumRows = 1_000

  var json: JSONTree {
    let bindings = picture.scene.bindings.filter { !$0.key.hasPrefix("__") }.sorted { $0.key < $1.key }
    return [
      "title": .string(picture.scene.title),
      "from": .string(picture.range.start.iso8601(fractionDigits: 3)),
      "to": .string(picture.range.end.iso8601(fractionDigits: 3)),
      "variables": .object(bindings.map { ($0.key, .array($0.value.values.map(JSONTree.string))) }),
      "remarks": .array(picture.scene.remarks.map(JSONTree.string)),
      "panels": .array(picture.layout.items.map(panel)),
    ]
  }

  private func panel(_ item: DashboardLayout.Item) -> JSONTree {
    let panel = item.panel
    let data = picture.data[panel.id]
    let isTable = panel.panel.kind == .table
    return [
      "id": .int(Int64(panel.panel.id)), "title": .string(panel.panel.title), "type": .string(panel.panel.plugin),
      "drawn": .bool(panel.obstacle == nil), "reason": panel.obstacle.map(JSONTree.string) ?? .null,
      "queries": .array((data?.queries ?? []).map(DashboardReport.json)),
      "failures": .array((data?.failures ?? []).map(JSONTree.string)),
      "remarks": .array((data?.remarks ?? []).map(JSONTree.string)),
      "series": .array(isTable ? [] : (data?.series ?? []).map(series)),
      "tables": .array(isTable ? (data?.frames ?? []).map(table) : []),
    ]
  }

  private func series(_ field: DataField) -> JSONTree {
    var members: [(key: String, value: JSONTree)] = [
      ("name", .string(field.displayName)),
      ("labels", .object(field.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
      ("unit", field.settings.unit.map(JSONTree.string) ?? .null),
    ]
    for (name, calculation) in [("last", "lastNotNull"), ("min", "min"), ("max", "max"), ("mean", "mean")] {
      members.append((name, json(Reduction.value(calculation, of: field.column))))
    }
    let last = Reduction.value("lastNotNull", of: field.column)
    members.append(("text", .string(ValueDisplay(last, settings: field.settings, now: now).text)))
    return .object(members)
  }

  private func table(_ frame: DataFrame) -> JSONTree {
    let fields = frame.fields.filter { $0.settings.isHidden != true }
    return [
      "columns": .array(fields.map { .string($0.displayName) }),
      "rows": .array(
        (0..<min(frame.count, DashboardFigures.maximumRows)).map { row in
          .array(fields.map { json($0.column[row]) })
        }),
    ]
  }

  private func json(_ value: DataValue) -> JSONTree {
    switch value {
    case .null: .null
    case .number(let number): number.isFinite ? .double(number) : .string(UnitFormat.text(number, unit: nil))
    case .text(let text): .string(text)
    case .time(let time): .string(time.iso8601(fractionDigits: 3))
    }
  }
}
