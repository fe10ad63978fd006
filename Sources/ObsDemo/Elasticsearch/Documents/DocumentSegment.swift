import ObsData

/// A minute of documents, as far as most queries need them: their times, and a column for every field with few distinct
/// values. 24 hours of a busy world fit into some 30 MB this way, and a term, a time range or a histogram needs no document.
final class DocumentSegment: Sendable {
  /// A field's value in every row, through a small dictionary.
  struct Column: Sendable {
    /// `nil` stands for a document without the field.
    let values: [FieldValue?]
    let ordinals: [UInt8]
  }

  /// Milliseconds since the epoch; rows are `start <= time < end`, oldest first.
  let start: Int64
  let end: Int64
  /// When the source was asked.
  let asOf: Timestamp
  /// Milliseconds after `start`.
  let offsets: [Int32]
  let columns: [String: Column]
  /// Fields that are there but have too many distinct or several values for a column.
  let others: Set<String>

  var count: Int { offsets.count }
  func time(_ row: Int) -> Int64 { start + Int64(offsets[row]) }

  /// How many distinct values a column may have, the missing one included.
  private static let maximumDistinct = 256

  init(start: Int64, end: Int64, asOf: Timestamp, documents: [WorldDocument], mapping: FieldMapping) {
    self.start = start
    self.end = end
    self.asOf = asOf
    offsets = documents.map { Int32(clamping: $0.timestamp.milliseconds - start) }
    var builders: [String: ColumnBuilder] = ["_index": ColumnBuilder(rows: documents.count)]
    var others: Set<String> = []
    for (row, document) in documents.enumerated() {
      _ = builders["_index"]?.set(.string(document.index), at: row)
      DocumentSegment.visit(document.fields, prefix: "") { path, value in
        guard !others.contains(path), path != "@timestamp", let type = mapping[path] else { return }
        guard type != .text, let value = FieldMapping.indexed(value, as: type),
          builders[path, default: ColumnBuilder(rows: documents.count)].set(value, at: row)
        else {
          others.insert(path)
          builders[path] = nil
          return
        }
      }
    }
    columns = builders.mapValues(\.column)
    self.others = others
  }

  /// Calls `body` with the path of every value, arrays opened.
  private static func visit(
    _ members: [(name: String, value: JSONTree)], prefix: String, _ body: (String, JSONTree) -> Void
  ) {
    for member in members { visit(prefix + member.name, member.value, body) }
  }

  private static func visit(_ path: String, _ value: JSONTree, _ body: (String, JSONTree) -> Void) {
    switch value {
    case .null: break
    case .array(let items): for item in items { visit(path, item, body) }
    case .object(let members): for member in members { visit(path + "." + member.key, member.value, body) }
    default: body(path, value)
    }
  }

  private struct ColumnBuilder {
    var values: [FieldValue?] = [nil]
    var numbers: [FieldValue: UInt8] = [:]
    var ordinals: [UInt8]

    init(rows: Int) { ordinals = Array(repeating: 0, count: rows) }

    /// False where the column cannot hold the value: too many of them, or the row has one already.
    mutating func set(_ value: FieldValue, at row: Int) -> Bool {
      guard ordinals[row] == 0 else { return false }
      if let number = numbers[value] {
        ordinals[row] = number
        return true
      }
      guard values.count < DocumentSegment.maximumDistinct else { return false }
      let number = UInt8(values.count)
      numbers[value] = number
      values.append(value)
      ordinals[row] = number
      return true
    }

    var column: Column { Column(values: values, ordinals: ordinals) }
  }
}
