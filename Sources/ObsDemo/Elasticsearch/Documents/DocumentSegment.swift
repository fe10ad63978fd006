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
  static let maximumDistinct = 256

  /// Makes the segment of a minute; fields that `mapping` does not know yet are learnt on the way.
  init(start: Int64, end: Int64, asOf: Timestamp, documents: [WorldDocument], mapping: inout FieldMapping) {
    self.start = start
    self.end = end
    self.asOf = asOf
    offsets = documents.map { Int32(clamping: $0.timestamp.milliseconds - start) }
    var builder = ColumnsBuilder(rows: documents.count, mapping: mapping)
    for (row, document) in documents.enumerated() { builder.add(document, at: row) }
    mapping = builder.mapping
    columns = builder.columns
    others = builder.others
  }
}

/// Sorts the values of documents into columns.
private struct ColumnsBuilder {
  /// A field in the making. It stops being a column when a row has several values, or the whole too many.
  final class Slot {
    let path: String
    let type: FieldType?
    private(set) var isColumn: Bool
    private(set) var values: [FieldValue?] = [nil]
    private var numbers: [FieldValue: UInt8] = [:]
    private(set) var ordinals: [UInt8]

    init(path: String, type: FieldType?, rows: Int) {
      self.path = path
      self.type = type
      isColumn = type != .text && type != nil
      ordinals = Array(repeating: 0, count: isColumn ? rows : 0)
    }

    func set(_ source: JSONTree, at row: Int) {
      guard isColumn, let type else { return }
      guard let value = FieldMapping.indexed(source, as: type), ordinals[row] == 0 else { return drop() }
      if let number = numbers[value] {
        ordinals[row] = number
      } else if values.count < DocumentSegment.maximumDistinct {
        let number = UInt8(values.count)
        numbers[value] = number
        values.append(value)
        ordinals[row] = number
      } else {
        drop()
      }
    }

    private func drop() {
      isColumn = false
      ordinals = []
      values = []
      numbers = [:]
    }
  }

  let rows: Int
  private(set) var mapping: FieldMapping
  private var slots: [String: Slot] = [:]
  /// The slots of the last document's fields, by position: documents are mostly alike.
  private var recent: [Slot?] = []
  private let index: Slot

  init(rows: Int, mapping: FieldMapping) {
    self.rows = rows
    self.mapping = mapping
    index = Slot(path: "_index", type: .indexName, rows: rows)
    slots["_index"] = index
  }

  mutating func add(_ document: WorldDocument, at row: Int) {
    index.set(.string(document.index), at: row)
    if recent.count < document.fields.count {
      recent += [Slot?](repeating: nil, count: document.fields.count - recent.count)
    }
    for (position, field) in document.fields.enumerated() where field.name != "@timestamp" {
      if let slot = recent[position], slot.path == field.name {
        if slot.isColumn { add(field.value, to: slot, at: row) }
        continue
      }
      if case .object = field.value {
        add(field.name, field.value, at: row)
      } else {
        let slot = slot(field.name, field.value)
        recent[position] = slot
        if let slot { add(field.value, to: slot, at: row) }
      }
    }
  }

  private mutating func add(_ value: JSONTree, to slot: Slot, at row: Int) {
    switch value {
    case .null: break
    case .array(let items): for item in items { add(item, to: slot, at: row) }
    case .object: add(slot.path, value, at: row)
    default: slot.set(value, at: row)
    }
  }

  private mutating func add(_ path: String, _ value: JSONTree, at row: Int) {
    switch value {
    case .object(let members): for member in members { add(path + "." + member.key, member.value, at: row) }
    case .array(let items): for item in items { add(path, item, at: row) }
    default: slot(path, value)?.set(value, at: row)
    }
  }

  private mutating func slot(_ path: String, _ value: JSONTree) -> Slot? {
    if let slot = slots[path] { return slot }
    if case .null = value { return nil }
    mapping.learn(path, value)
    let slot = Slot(path: path, type: mapping[path], rows: rows)
    slots[path] = slot
    return slot
  }

  var columns: [String: DocumentSegment.Column] {
    slots.filter { $0.value.isColumn }.mapValues { .init(values: $0.values, ordinals: $0.ordinals) }
  }
  var others: Set<String> { Set(slots.filter { !$0.value.isColumn && $0.value.type != .object }.keys) }
}
